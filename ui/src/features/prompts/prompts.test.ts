import '../../../tests/fixture/ipc';
import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import * as fixture from '../../../tests/fixture/registry';
import { diff } from '../../../tests/fixture/diffs';
import { CallError, type ErrorCode, type RenderDraft, type VersionView } from '../../lib/ipc/client';
import App from '../../App.svelte';
import { route } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';
import { PromptVersion } from './prompt.svelte';
import TextLines from './TextLines.svelte';
import { variablesOf } from './variables';
import { Writing } from './writing.svelte';

const refusal = (code: ErrorCode) => new CallError({ code, message: 'Refused.', hint: 'Mend it.', incident: '' });
const versions = fixture.prompt.versions;
const renderPrompt = vi.fn(async (draft: RenderDraft) => fixture.rendered(draft));

function written(savePrompt = vi.fn().mockResolvedValue({ request_id: 'r-1', subject: 'prompt/a@13', seq: 1 })) {
  const calls = {
    prompt: vi.fn().mockResolvedValue(fixture.prompt),
    promptText: vi.fn(async (_name: string, version: number) => ({ ...fixture.promptText, version })),
    promptDraftDiff: vi.fn().mockResolvedValue(diff),
    renderPrompt,
    savePrompt,
  };
  const waiting: (() => void)[] = [];
  const pause = (then: () => void) => {
    waiting.push(then);
    return () => void waiting.splice(waiting.indexOf(then), 1);
  };
  return { calls, waiting, draft: new Writing('kyc-summary', calls, pause) };
}

describe('variables of a draft', () => {
  // The same cases as in the core.
  it.each<[string, string[]]>([
    ['', []],
    ['{{a}} and {{ b }} and {{a}}', ['a', 'b']],
    ['{{}} {{ }} {a} {{a}', []],
    ['{{a\nb}}', []],
    ['{{{name}}}', ['name']],
    ['{{a}}{{b}}', ['a', 'b']],
  ])('%j has %j', (text, names) => expect(variablesOf(text)).toEqual(names));
});

describe('writing a version', () => {
  it('begins with the newest version and compares once the keys rest', async () => {
    const { draft, calls, waiting } = written();
    await draft.begin();
    expect([draft.text, draft.tier, draft.basedOn, draft.unchanged]).toEqual([fixture.promptText.text, 'medium', 12, true]);
    const before = calls.promptDraftDiff.mock.calls.length;
    for (const text of ['a', 'ab', 'abc']) draft.write(text);
    expect([waiting.length, calls.promptDraftDiff.mock.calls.length]).toEqual([1, before]);
    waiting[0]?.();
    expect(calls.promptDraftDiff).toHaveBeenLastCalledWith('kyc-summary', 'abc', 'exact');
    expect(draft.unchanged).toBe(false);
  });

  it('a draft that was begun goes on as it is', async () => {
    const { draft, calls } = written();
    await draft.begin();
    draft.write('mine');
    await draft.begin();
    expect(draft.text).toBe('mine');
    expect(calls.promptText).toHaveBeenCalledTimes(1);
  });

  it('of a protected prompt begins once its newest text is revealed, and is closed again when that has ended', async () => {
    const { draft, calls } = written();
    calls.prompt.mockResolvedValue(fixture.protectedPrompt([]));
    await draft.begin();
    expect([draft.withheld, draft.text, calls.promptText.mock.calls.length]).toEqual(['12', '', 0]);
    calls.prompt.mockResolvedValue(fixture.protectedPrompt(['12']));
    await draft.begin();
    expect([draft.withheld, draft.text]).toEqual(['', fixture.promptText.text]);
    draft.write('mine');
    // After a lock nothing is revealed any more; what was typed stays.
    calls.prompt.mockResolvedValue(fixture.protectedPrompt([]));
    await draft.begin();
    expect([draft.withheld, draft.text]).toEqual(['12', 'mine']);
  });

  it('moved to a newest version that is protected waits until that is revealed', async () => {
    const { draft, calls } = written(vi.fn().mockRejectedValueOnce(refusal('stale_review')));
    await draft.begin();
    draft.write('mine');
    draft.reason = 'Because.';
    await draft.send();
    calls.prompt.mockResolvedValue(fixture.protectedPrompt([]));
    await draft.moveToNewest();
    expect([draft.withheld, draft.outdated, draft.basedOn]).toEqual(['12', true, 12]);
  });

  it('sends the text as it stands, on the version it began from', async () => {
    const { draft, calls } = written();
    await draft.begin();
    draft.write('  {{a}} \n');
    draft.reason = 'Shorter.';
    expect(await draft.send()).toMatchObject({ request_id: 'r-1' });
    expect(calls.savePrompt.mock.calls[0]?.[0]).toEqual({
      name: 'kyc-summary',
      based_on: 12,
      text: '  {{a}} \n',
      tier: 'medium',
      reason: 'Shorter.',
    });
  });

  it('based on an older version it is refused, loses nothing, and can go on after a look at the newest', async () => {
    const { draft, calls } = written(vi.fn().mockRejectedValueOnce(refusal('stale_review')).mockResolvedValue({ request_id: 'r-2' }));
    await draft.begin();
    draft.write('mine');
    draft.reason = 'Because.';
    await draft.send();
    expect([draft.outdated, draft.text, draft.reason, draft.basedOn]).toEqual([true, 'mine', 'Because.', 12]);
    calls.prompt.mockResolvedValue({ ...fixture.prompt, versions: [{ ...(versions[0] as VersionView), version: '13' }, ...versions] });
    await draft.moveToNewest();
    expect([draft.outdated, draft.text, draft.basedOn, draft.part]).toEqual([false, 'mine', 13, 'changes']);
    expect(await draft.send()).toEqual({ request_id: 'r-2' });
    expect(calls.savePrompt.mock.calls[0]?.[1]).not.toBe(calls.savePrompt.mock.calls[1]?.[1]);
  });

  it('says at each field what is missing', async () => {
    const { draft, calls } = written();
    draft.name = '';
    await draft.send();
    expect(Object.keys(draft.errors).sort()).toEqual(['name', 'reason', 'text']);
    expect(calls.savePrompt).not.toHaveBeenCalled();
  });

  it('a name that is taken stands under the name', async () => {
    const { draft } = written(vi.fn().mockRejectedValue(refusal('already_exists')));
    Object.assign(draft, { text: 'x', reason: 'y' });
    await draft.send();
    expect(draft.errors.name).toBe('Refused. Mend it.');
  });
});

describe('a version', () => {
  const shownFor = async (at: number) => {
    const calls = { promptText: vi.fn().mockResolvedValue(fixture.promptText), promptDiff: vi.fn().mockResolvedValue(diff), renderPrompt };
    const shown = new PromptVersion(calls);
    await shown.open('kyc-summary', versions[at] as VersionView, versions);
    return { shown, calls };
  };

  it.each([
    [0, 11, 12],
    [3, 12, 9],
  ])('number %i is compared with %i, the one before or else the newest', async (at, left, right) => {
    const { shown, calls } = await shownFor(at);
    await shown.show('compare');
    expect(calls.promptDiff).toHaveBeenLastCalledWith('kyc-summary', left, right, 'exact');
  });

  it('can be compared with any other', async () => {
    const { shown, calls } = await shownFor(0);
    await shown.show('compare');
    await shown.compareWith('9');
    expect(calls.promptDiff).toHaveBeenLastCalledWith('kyc-summary', 9, 12, 'exact');
  });

  it('that is protected is asked for once it is revealed, and so is each side of a comparison', async () => {
    const calls = { promptText: vi.fn().mockResolvedValue(fixture.promptText), promptDiff: vi.fn().mockResolvedValue(diff), renderPrompt };
    const shown = new PromptVersion(calls);
    const open = (revealed: string[]) => {
      const all = fixture.protectedPrompt(revealed).versions;
      return shown.open('kyc-summary', all[0] as VersionView, all);
    };
    await open([]);
    expect([shown.withheld, calls.promptText.mock.calls.length]).toEqual([['12'], 0]);
    await open(['12']);
    expect([shown.withheld, calls.promptText.mock.calls.length]).toEqual([[], 1]);
    await shown.show('compare');
    expect([shown.withheld, calls.promptDiff.mock.calls.length]).toEqual([['11'], 0]);
    await open(['11', '12']);
    expect([shown.withheld, calls.promptDiff.mock.calls.length]).toEqual([[], 1]);
    await shown.compareWith('9');
    expect([shown.withheld, shown.base, calls.promptDiff.mock.calls.length]).toEqual([['9'], '9', 1]);
    // Locked and opened again: nothing of it is kept.
    await open([]);
    expect([shown.withheld, shown.text.value, shown.diff.value]).toEqual([['9', '12'], null, null]);
  });

  it('the only one is compared with nothing', async () => {
    const calls = { promptText: vi.fn().mockResolvedValue(fixture.promptText), promptDiff: vi.fn(), renderPrompt };
    const shown = new PromptVersion(calls);
    await shown.open('a', versions[0] as VersionView, versions.slice(0, 1));
    await shown.show('compare');
    expect([shown.alone, calls.promptDiff.mock.calls.length]).toEqual([true, 0]);
  });
});

describe('the prompts', () => {
  async function start(scene: string, subject = '') {
    history.replaceState(null, '', `/?scene=${scene}#/prompts`);
    route.go('prompts', subject);
    session.asked.forget();
    vi.resetModules();
    await import('../../../tests/fixture/ipc');
    return render(App);
  }

  it('show their text as text, never as markup', async () => {
    await start('inbox', 'kyc-summary');
    const text = await screen.findByRole('region', { name: 'Text' });
    // What nobody sees is drawn and counted.
    expect(text.textContent).toContain('Never state a riskU+200B ZERO WIDTH SPACErating.');
    expect(screen.getByText('1 hidden character')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'New version' })).toBeNull();
    await fireEvent.click(screen.getByRole('tab', { name: 'Compare' }));
    expect(await screen.findByRole('region', { name: 'Diff' })).toBeTruthy();
  });

  it.each([5, 6000])('of %i lines draw what nobody sees, and every other line as it is', (count) => {
    const lines = Array.from({ length: count }, (_, at) => `line ${at + 1}`);
    const runs = [
      { kind: 'plain', text: 'line ' },
      { kind: 'hidden', text: 'U+202E RIGHT-TO-LEFT OVERRIDE' },
    ];
    const marked = [1, 3, count].map((number) => ({ number, runs }));
    const { container } = render(TextLines, { text: `${lines.join('\n')}\n`, marked });
    const shown = [...container.querySelectorAll('.line, pre')].flatMap((one) =>
      one.querySelector('.line') ? [] : (one.textContent ?? '').split('\n'),
    );
    const expected = lines.map((line, at) => ([0, 2, count - 1].includes(at) ? 'line U+202E RIGHT-TO-LEFT OVERRIDE' : line));
    expect(shown).toEqual(expected);
  });

  it('say in the place of a protected text what it is, and offer to reveal it', async () => {
    await start('protected', 'kyc-summary');
    expect(await screen.findByRole('heading', { name: 'The text of @12 is protected' })).toBeTruthy();
    expect(screen.getByText(/goes on record, with your reason/u)).toBeTruthy();
    expect(screen.queryByRole('region', { name: 'Text' })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Reveal…' }));
    expect((await screen.findByRole('status', { name: '' })).textContent).toContain('signing window');
    (window as unknown as { __tell: (event: string) => void }).__tell('records-changed');
    expect((await screen.findByRole('region', { name: 'Text' })).textContent).toContain('Never state');
    await fireEvent.click(screen.getByRole('tab', { name: 'Compare' }));
    expect(await screen.findByRole('heading', { name: 'The text of @11 is protected' })).toBeTruthy();
  });

  it('are written by analysts; variables are listed while they type', async () => {
    await start('analyst', 'kyc-summary');
    await fireEvent.click(await screen.findByRole('button', { name: 'New version' }));
    await fireEvent.input(await screen.findByRole('textbox', { name: 'Text' }), { target: { value: 'Hello {{who}}' } });
    expect(screen.getByRole('list', { name: 'Variables' }).textContent).toContain('{{who}}');
  });
});
