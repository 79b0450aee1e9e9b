import '../../../tests/fixture/ipc';
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import * as fixture from '../../../tests/fixture/registry';
import App from '../../App.svelte';
import type { RenderDraft } from '../../lib/ipc/client';
import { route } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';
import { PromptVersion } from './prompt.svelte';
import { Rendering, Samples } from './rendering.svelte';
import { Writing } from './writing.svelte';

const versions = fixture.prompt.versions;
const SIDES = { name: 'kyc-summary', base: 11, version: 12, text: null };

function rendering(samples = new Samples()) {
  const renderPrompt = vi.fn(async (draft: RenderDraft) => fixture.rendered(draft));
  const waiting: (() => void)[] = [];
  const pause = (then: () => void) => {
    waiting.push(then);
    return () => void waiting.splice(waiting.indexOf(then), 1);
  };
  return { rendering: new Rendering(samples, { renderPrompt }, pause), renderPrompt, waiting };
}

describe('rendering with samples', () => {
  it('asks at once for other sides, and once the keys rest for samples', async () => {
    const { rendering: made, renderPrompt, waiting } = rendering();
    made.give('language', 'English');
    waiting.splice(0).forEach((then) => then());
    expect(renderPrompt).not.toHaveBeenCalled();
    await made.show(SIDES);
    for (const text of ['D', 'De', 'Deutsch']) made.give('language', text);
    expect([waiting.length, renderPrompt.mock.calls.length]).toEqual([1, 1]);
    waiting[0]?.();
    await vi.waitFor(() => expect(made.missing.map(({ name }) => name)).toEqual(['institution', 'analyst_name']));
    const samples = [{ name: 'language', value: 'Deutsch' }];
    expect(renderPrompt).toHaveBeenLastCalledWith({ ...SIDES, samples, whitespace: 'exact' });
  });

  it('an empty sample is one; what is taken away is none', async () => {
    const { rendering: made, renderPrompt } = rendering();
    await made.show(SIDES);
    made.give('language', '');
    made.again();
    expect(renderPrompt.mock.lastCall?.[0].samples).toEqual([{ name: 'language', value: '' }]);
    made.take('language');
    expect(renderPrompt.mock.lastCall?.[0].samples).toEqual([]);
  });

  it('asks for nothing while a side is protected, and keeps nothing of what was shown', async () => {
    const renderPrompt = vi.fn(async (draft: RenderDraft) => fixture.rendered(draft));
    const shown = new PromptVersion({ promptText: vi.fn().mockResolvedValue(fixture.promptText), promptDiff: vi.fn(), renderPrompt });
    const open = (revealed: string[]) => {
      const all = fixture.protectedPrompt(revealed).versions;
      return shown.open('kyc-summary', all[0]!, all);
    };
    await open([]);
    await shown.show('render');
    expect([shown.withheld, renderPrompt.mock.calls.length]).toEqual([['11', '12'], 0]);
    await open(['11', '12']);
    expect([shown.withheld, renderPrompt.mock.calls.length]).toEqual([[], 1]);
    await open(['12']);
    expect([shown.withheld, shown.rendering.view.value]).toEqual([['11'], null]);
  });

  it('a version that stands alone is rendered beside nothing; another prompt has other samples', async () => {
    const renderPrompt = vi.fn(async (draft: RenderDraft) => fixture.rendered(draft));
    const sets = new Map<string, Samples>();
    const samplesOf = (name: string) => sets.get(name) ?? sets.set(name, new Samples()).get(name)!;
    const calls = { promptText: vi.fn().mockResolvedValue(fixture.promptText), promptDiff: vi.fn(), renderPrompt };
    const shown = new PromptVersion(calls, samplesOf);
    await shown.open('a', versions[0]!, versions.slice(0, 1));
    await shown.show('render');
    shown.rendering.give('language', 'English');
    await shown.open('b', versions[0]!, versions);
    expect(renderPrompt.mock.calls.map(([draft]) => [draft.name, draft.base, draft.version, draft.samples.length])).toEqual([
      ['a', 0, 12, 0],
      ['b', 11, 12, 0],
    ]);
    await shown.open('a', versions[0]!, versions.slice(0, 1));
    expect(renderPrompt.mock.lastCall?.[0].samples).toHaveLength(1);
  });

  it('a draft stands beside the version it began from, and follows the keys', async () => {
    const renderPrompt = vi.fn(async (draft: RenderDraft) => fixture.rendered(draft));
    const calls = {
      prompt: vi.fn().mockResolvedValue(fixture.prompt),
      promptText: vi.fn().mockResolvedValue(fixture.promptText),
      promptDraftDiff: vi.fn(),
      savePrompt: vi.fn(),
      renderPrompt,
    };
    const draft = new Writing('kyc-summary', calls, (then) => (then(), () => {}));
    await draft.begin();
    expect(renderPrompt).not.toHaveBeenCalled();
    draft.show('render');
    draft.write('Mine {{language}}');
    expect(renderPrompt.mock.lastCall?.[0]).toMatchObject({ name: 'kyc-summary', base: 12, text: 'Mine {{language}}' });
    const fresh = new Writing('', calls, (then) => (then(), () => {}));
    fresh.name = 'not yet saved';
    fresh.show('render');
    expect(renderPrompt.mock.lastCall?.[0]).toMatchObject({ name: '', base: 0, text: '' });
  });
});

describe('the page', () => {
  it('asks for a sample of each variable and says which have none', async () => {
    history.replaceState(null, '', '/?scene=inbox#/prompts');
    route.go('prompts', 'kyc-summary');
    session.asked.forget();
    vi.resetModules();
    await import('../../../tests/fixture/ipc');
    render(App);
    await fireEvent.click(await screen.findByRole('tab', { name: 'Render' }));
    const samples = await screen.findByRole('region', { name: 'Sample inputs' });
    expect(samples.textContent).toContain('3 variables without a sample stand as written.');
    await fireEvent.input(screen.getByRole('textbox', { name: 'Sample for language' }), { target: { value: 'English' } });
    await waitFor(() => expect(samples.textContent).toContain('2 variables without a sample'));
    expect(screen.getByRole('region', { name: 'Diff' })).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Clear samples' }));
    await waitFor(() => expect(samples.textContent).toContain('3 variables without a sample'));
    expect(screen.getByRole('textbox', { name: 'Sample for language' })).toHaveProperty('value', '');
  });
});
