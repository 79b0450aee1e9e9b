import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import '../../../tests/fixture/ipc';
import { DIGEST } from '../../../tests/fixture/views';
import { CallError, core, type ArtefactView, type ErrorCode } from '../../lib/ipc/client';
import App from '../../App.svelte';
import * as registry from '../../../tests/fixture/registry';
import { cardDiff } from '../../../tests/fixture/diffs';
import { route } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';
import { ModelVersion } from './version.svelte';
import { cardError, cardHint, Registration } from './registration.svelte';

const artefact: ArtefactView = { artefact_id: 'a-1', name: 'm.onnx', digest_kind: 'sha256', digest: DIGEST, size: '1 MB' };
const refusal = (code: ErrorCode) => new CallError({ code, message: 'Refused.', hint: 'Mend it.', incident: '' });

function filled(registerModel = vi.fn().mockResolvedValue({ request_id: 'r-1', subject: 'model/m@1', seq: 9 })) {
  const calls = { registerModel, chooseArtefact: vi.fn().mockResolvedValue(artefact), cancelWork: vi.fn().mockResolvedValue(null), cardSections: vi.fn().mockResolvedValue(registry.modelCard.sections) };
  const draft = new Registration(calls);
  Object.assign(draft, { name: ' credit-pd ', version: '8', card: '{}', reason: 'Recalibrated.' });
  return { draft, calls };
}

describe('a version of a model', () => {
  const versions = registry.model.versions;

  it('is compared with the one before, any other, and with blanks left out', async () => {
    const modelDiff = vi.fn().mockResolvedValue(cardDiff.view);
    const version = new ModelVersion({ modelDiff, modelCard: vi.fn().mockResolvedValue(registry.modelCard) });
    await version.open('credit-pd', versions[0]!, versions);
    expect(modelDiff).not.toHaveBeenCalled();
    await version.show('compare');
    await version.compareWith('3');
    await version.count('ignored');
    const before = versions[1]!.version;
    const now = versions[0]!.version;
    expect(modelDiff.mock.calls).toEqual([
      ['credit-pd', before, now, 'exact'],
      ['credit-pd', '3', now, 'exact'],
      ['credit-pd', '3', now, 'ignored'],
    ]);
  });

  it('the only one is compared with nothing', async () => {
    const modelDiff = vi.fn();
    const version = new ModelVersion({ modelDiff, modelCard: vi.fn().mockResolvedValue(registry.modelCard) });
    await version.open('credit-pd', versions[0]!, versions.slice(0, 1));
    await version.show('compare');
    expect([version.alone, modelDiff.mock.calls.length]).toEqual([true, 0]);
  });

  it('asks for neither card nor comparison while one of the two cards is protected', async () => {
    const calls = { modelDiff: vi.fn().mockResolvedValue(cardDiff.view), modelCard: vi.fn().mockResolvedValue(registry.modelCard) };
    const version = new ModelVersion(calls);
    const some = (...withheld: number[]) => versions.map((one, at) => ({ ...one, withheld: withheld.includes(at) }));
    const [now, before] = [versions[0]!.version, versions[1]!.version];
    const open = async (all: typeof versions) => {
      await version.open('credit-pd', all[0]!, all);
      return [version.withheld, calls.modelCard.mock.calls.length, calls.modelDiff.mock.calls.length];
    };
    expect(await open(some(0, 1))).toEqual([[now], 0, 0]);
    await version.show('compare');
    expect(await open(some(0, 1))).toEqual([[before, now], 0, 0]);
    expect(await open(some(1))).toEqual([[before], 0, 0]);
    await version.count('ignored');
    expect(calls.modelDiff).not.toHaveBeenCalled();
    expect(await open(some())).toEqual([[], 0, 1]);
    await version.show('facts');
    expect(calls.modelCard).toHaveBeenCalledTimes(1);
  });
});

describe('registering a model', () => {
  it('sends nothing while something is missing, and says at each field what', async () => {
    const { draft, calls } = filled();
    Object.assign(draft, { name: '', version: ' ', card: '[]', reason: '' });
    expect(await draft.send()).toBeUndefined();
    expect(Object.keys(draft.errors).sort()).toEqual(['artefact', 'card', 'name', 'reason', 'version']);
    expect(calls.registerModel).not.toHaveBeenCalled();
  });

  it('is told which sections its tier asks for, once the keys rest, and nothing of a card that is none yet', async () => {
    const { calls } = filled();
    let rest = () => {};
    const draft = new Registration(calls, (then) => {
      rest = then;
      return () => (rest = () => {});
    });
    draft.card = '{"owner":';
    draft.count();
    rest();
    expect(calls.cardSections).not.toHaveBeenCalled();
    let late = (_: unknown) => {};
    calls.cardSections.mockReturnValueOnce(new Promise((resolve) => (late = resolve)));
    draft.card = '{"owner":"Risk"}';
    draft.count();
    rest();
    draft.tier = 'high';
    draft.count();
    rest();
    expect(calls.cardSections.mock.calls).toEqual([['{"owner":"Risk"}', 'medium'], ['{"owner":"Risk"}', 'high']]);
    await waitFor(() => expect(draft.sections).toEqual(registry.modelCard.sections));
    late([]);
    await Promise.resolve();
    expect(draft.sections).toEqual(registry.modelCard.sections);
    draft.card = '';
    draft.count();
    expect(draft.sections).toEqual([]);
  });

  it('sends the handle of the hashed artefact, never a path', async () => {
    const { draft, calls } = filled();
    await draft.choose('file');
    expect(await draft.send()).toMatchObject({ request_id: 'r-1' });
    expect(calls.registerModel.mock.calls[0]?.[0]).toEqual({
      name: 'credit-pd',
      version: '8',
      artefact_id: 'a-1',
      card: '{}',
      tier: 'medium',
      reason: 'Recalibrated.',
    });
  });

  it.each<[ErrorCode, 'version' | 'artefact']>([
    ['already_exists', 'version'],
    ['artefact', 'artefact'],
  ])('%s stands under %s, and nothing typed is lost', async (code, field) => {
    const { draft } = filled(vi.fn().mockRejectedValue(refusal(code)));
    await draft.choose('folder');
    await draft.send();
    expect(draft.errors[field]).toBe('Refused. Mend it.');
    expect([draft.name, draft.card, draft.reason, draft.artefact]).toEqual([' credit-pd ', '{}', 'Recalibrated.', artefact]);
  });

  it('a busy database may be tried again under the same key, a refused draft gets a new one', async () => {
    const send = vi.fn().mockRejectedValueOnce(refusal('database_busy')).mockRejectedValueOnce(refusal('invalid_input'));
    const { draft } = filled(send.mockResolvedValue({ request_id: 'r', subject: '', seq: 1 }));
    await draft.choose('file');
    for (const _ of [1, 2, 3]) await draft.send();
    const keys = send.mock.calls.map((given) => given[1]);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[1]).not.toBe(keys[2]);
  });

  it('a cancelled hashing keeps the artefact that was there', async () => {
    const { draft, calls } = filled();
    await draft.choose('file');
    let end = (_: ArtefactView) => {};
    calls.chooseArtefact.mockReturnValueOnce(new Promise((resolve) => (end = resolve)));
    const hashing = draft.choose('file');
    draft.cancel();
    end({ ...artefact, artefact_id: 'a-2' });
    await hashing;
    expect([draft.artefact?.artefact_id, draft.hashing]).toEqual(['a-1', null]);
    expect(calls.cancelWork).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['', false],
    ['{', false],
    ['[]', false],
    ['null', false],
    [`{"a":"${'x'.repeat(256 * 1024)}"}`, false],
    ['{"a": 0.5}', true],
  ])('tells whether a card will do', (card, fine) => expect(cardError(card) === '').toBe(fine));

  it('hints while a card is typed', () => {
    expect(['', '{', '{}'].map(cardHint)).toEqual(['JSON object, at most 256 KiB', 'Not a JSON object yet', 'Valid JSON']);
  });
});

describe('the models', () => {
  async function start(scene: string, subject = '') {
    history.replaceState(null, '', `/?scene=${scene}#/models`);
    route.go('models', subject);
    session.asked.forget();
    vi.resetModules();
    await import('../../../tests/fixture/ipc');
    return render(App);
  }

  it('stand in a table; a row opens its page, with a link to the review', async () => {
    await start('inbox');
    expect(await screen.findByRole('table', { name: 'Models' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Register model' })).toBeNull();
    await fireEvent.click(await screen.findByRole('row', { name: 'credit-pd' }));
    await screen.findByRole('grid', { name: 'Versions' });
    expect(screen.getByRole('link', { name: 'Open review' }).getAttribute('href')).toBe('#/inbox/0193-credit-pd');
    expect(screen.getAllByRole('main')).toHaveLength(1);
    await fireEvent.click(screen.getByRole('tab', { name: 'Compare' }));
    expect(await screen.findByRole('button', { name: 'Metrics: KS: threshold: min: 0.380 became 0.370' })).toBeTruthy();
  });

  it('at ten thousand only what is in view is in the page; the keyboard reaches the rest', async () => {
    await start('many');
    const table = await screen.findByRole('table', { name: 'Models' });
    expect(screen.getByRole('heading', { name: 'Models 10,000 models in retail-eu' })).toBeTruthy();
    expect(table.getAttribute('aria-rowcount')).toBe('10001');
    const rows = () => table.querySelectorAll('[data-row]').length;
    expect(rows()).toBe(100);
    const scroller = table.parentElement!;
    for (const top of [3_000, 6_200, 9_400]) {
      Object.defineProperty(scroller, 'scrollTop', { value: top, configurable: true, writable: true });
      await fireEvent.scroll(scroller);
      await screen.findByRole('row', { name: `scorecard-${String(Math.round(top / 32)).padStart(5, '0')}` });
    }
    await waitFor(() => expect(screen.queryByRole('row', { name: 'scorecard-00000' })).toBeNull());
    expect(rows()).toBeLessThan(60);
    scroller.scrollTop = 0;
    await fireEvent.scroll(scroller);
    const first = screen.getByRole('row', { name: 'scorecard-00000' });
    first.focus();
    await fireEvent.keyDown(first, { key: 'ArrowDown' });
    expect(document.activeElement?.getAttribute('aria-label')).toBe('scorecard-00001');
    expect(document.activeElement?.getAttribute('aria-rowindex')).toBe('3');
    await fireEvent.keyDown(document.activeElement!, { key: 'Enter' });
    expect(route.place.subject).toBe('scorecard-00001');
  });

  it('are narrowed and ordered, and say how many are left; where none is, all can be shown again', async () => {
    await start('inbox');
    const names = () => screen.getAllByRole('row').map((row) => row.getAttribute('aria-label')).filter(Boolean);
    await screen.findByRole('row', { name: 'credit-pd' });
    await fireEvent.change(screen.getByRole('combobox', { name: 'Tier' }), { target: { value: 'high' } });
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toContain('37 of 110 models'));
    const head = () => screen.getByRole('columnheader', { name: 'Name' });
    expect(head().getAttribute('aria-sort')).toBe('ascending');
    await fireEvent.click(screen.getByRole('button', { name: 'Name' }));
    await waitFor(() => expect(head().getAttribute('aria-sort')).toBe('descending'));
    await waitFor(() => expect(names()[0]).toBe('kyc-velocity'));
    await fireEvent.input(screen.getByRole('searchbox', { name: 'Search models' }), { target: { value: 'nothing' } });
    await fireEvent.click(await screen.findByRole('button', { name: 'Show all' }));
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 }).textContent).toContain('110 models in retail-eu'));
    expect(screen.getByRole('searchbox', { name: 'Search models' })).toHaveProperty('value', '');
  });

  it('have a time line: what was in force when, by which records, and what was done', async () => {
    await start('inbox', 'credit-pd');
    await fireEvent.click(await screen.findByRole('button', { name: 'Time line' }));
    const spells = await screen.findByRole('table', { name: 'In force' });
    expect(spells.textContent).toContain('@6');
    expect(spells.textContent).toContain('until 2027-03-31 17:00 UTC, in production only');
    const done = () => within(screen.getByRole('list', { name: 'History' })).getAllByRole('listitem');
    expect(done()).toHaveLength(4);
    await fireEvent.change(screen.getByRole('combobox', { name: 'Version' }), { target: { value: '4' } });
    await waitFor(() => expect(done()).toHaveLength(1));
    await fireEvent.click(screen.getByRole('link', { name: '@6' }));
    await waitFor(() => expect(screen.getByRole('row', { name: '@6' }).getAttribute('aria-selected')).toBe('true'));
    expect(screen.getByText(/Later versions are in force: @8, @7\. Going back ends/u)).toBeTruthy();
    // The version that stands in the address already is led to as well.
    await fireEvent.click(screen.getByRole('button', { name: 'Time line' }));
    const again = await screen.findByRole('table', { name: 'In force' });
    await fireEvent.click(within(again).getByRole('link', { name: '@6' }));
    await waitFor(() => expect(screen.getByRole('row', { name: '@6' }).getAttribute('aria-selected')).toBe('true'));
  });

  it('lead from their time line to each record, and to all of a version in the audit trail where not all is shown', async () => {
    vi.spyOn(core, 'timeline').mockResolvedValue({ ...registry.timeline, more: true });
    await start('inbox', 'credit-pd');
    await fireEvent.click(await screen.findByRole('button', { name: 'Time line' }));
    const list = await screen.findByRole('list', { name: 'History' });
    expect(within(list).getByRole('link', { name: '#12,470' }).getAttribute('href')).toBe('#/audit/12470');
    const spells = screen.getByRole('table', { name: 'In force' });
    expect(within(spells).getByRole('link', { name: '#9,466' }).getAttribute('href')).toBe('#/audit/9466');
    const older = screen.getByText(/^The newest 4 are shown\./u);
    expect(within(older).getAllByRole('button').map((button) => button.textContent)).toEqual(registry.model.versions.map(({ version }) => `@${version}`));
    await fireEvent.change(screen.getByRole('combobox', { name: 'Version' }), { target: { value: '4' } });
    await waitFor(() => expect(within(older).getAllByRole('button')).toHaveLength(1));
    await fireEvent.click(within(older).getByRole('button', { name: '@4' }));
    expect(await screen.findByRole('button', { name: 'Remove the filter Resource' })).toBeTruthy();
    expect(screen.getByRole('group', { name: 'Filters' }).textContent).toContain('model/credit-pd@4');
    vi.restoreAllMocks();
  });

  it('are registered by admins, and the draft outlives its page', async () => {
    const first = await start('admin');
    await fireEvent.click(await screen.findByRole('button', { name: 'Register model' }));
    await fireEvent.input(await screen.findByRole('textbox', { name: 'Name' }), { target: { value: 'credit-pd' } });
    first.unmount();
    await start('admin', '+register');
    await waitFor(() => expect(screen.getByRole('textbox', { name: 'Name' })).toHaveProperty('value', 'credit-pd'));
    await fireEvent.click(screen.getByRole('button', { name: 'Register model' }));
    expect(await screen.findByText('Choose the file or folder that is to be approved.')).toBeTruthy();
  });
});

describe('the card of a model', () => {
  const open = async (scene: string) => {
    history.replaceState(null, '', `/?scene=${scene}#/models`);
    route.go('models', 'credit-pd');
    session.asked.forget();
    vi.resetModules();
    await import('../../../tests/fixture/ipc');
    return render(App);
  };

  it('stands on its page', async () => {
    await open('inbox');
    const card = await screen.findByRole('region', { name: 'Card' });
    await waitFor(() => expect(card.textContent).toContain('Intended use'));
    expect(screen.getByRole('table', { name: 'Metrics' })).toBeTruthy();
  });

  it('is shown once it is revealed where it is protected', async () => {
    await open('protected');
    expect(await screen.findByRole('heading', { name: 'The card of @7 is protected' })).toBeTruthy();
    expect(screen.queryByRole('table', { name: 'Metrics' })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Reveal…' }));
    (window as unknown as { __tell: (event: string) => void }).__tell('records-changed');
    expect(await screen.findByRole('table', { name: 'Metrics' })).toBeTruthy();
  });
});
