import { fireEvent, render, screen, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import '../../../tests/fixture/ipc';
import { calls as answers } from '../../../tests/calls';
import * as views from '../../../tests/fixture/views';
import { CallError, type CheckView, type ReviewView } from '../../lib/ipc/client';
import Artefact from './Artefact.svelte';
import { Checking } from './checking.svelte';
import { Review } from './controller.svelte';
import Foot from './Foot.svelte';
import Overview from './Overview.svelte';
import { waits } from './waits';

const having = (artefact: CheckView | null): ReviewView => ({ ...views.review, artefact });
const checked = having(views.matches);

const calls = (given: Partial<Record<string, unknown>> = {}) =>
  answers({
    openReview: vi.fn().mockResolvedValue(views.review),
    checkArtefact: vi.fn().mockResolvedValue(checked),
    continueCheck: vi.fn().mockResolvedValue(checked),
    ...given,
  });

/** A check that ends when it is told to. */
function pending() {
  let end: (view: ReviewView | null) => void = () => {};
  const check = vi.fn().mockReturnValue(new Promise((resolve) => (end = resolve)));
  return { check, end: (view: ReviewView | null) => end(view) };
}

describe('a check of an artefact', () => {
  it('is asked for under the handle of what is shown, and shown where it belongs', async () => {
    const api = calls();
    const review = new Review(api);
    await review.open('0193-credit-pd', 'artefact');
    expect(api.openPart).toHaveBeenCalledWith('review-1', 'artefact');
    await review.check('folder');
    expect(api.checkArtefact).toHaveBeenCalledWith('review-1', 'folder', expect.anything());
    expect(review.view.value?.artefact?.found?.matches).toBe(true);
    expect(review.checking.now).toBeNull();
  });

  it('changes nothing where the person turned back', async () => {
    const review = new Review(calls({ checkArtefact: vi.fn().mockResolvedValue(null) }));
    await review.open('0193-credit-pd');
    await review.check('file');
    expect(review.view.value).toEqual(views.review);
  });

  it('of another request changes nothing here; of this one opened anew it is asked for', async () => {
    const { check, end } = pending();
    const openReview = vi.fn().mockResolvedValueOnce(views.review).mockResolvedValue(views.promptReview);
    const api = calls({ checkArtefact: check, openReview });
    const review = new Review(api);
    await review.open('0193-credit-pd');
    const checking = review.check('file');
    await review.open('0193-kyc-summary');
    end(checked);
    await checking;
    expect(review.view.value).toEqual(views.promptReview);

    const again = pending();
    api.checkArtefact = again.check;
    const second = new Review({ ...api, openReview: vi.fn().mockImplementation(() => Promise.resolve({ ...views.review })) });
    await second.open('0193-credit-pd');
    const later = second.check('file');
    await second.reload();
    const before = second.view.value;
    again.end(checked);
    await later;
    expect(second.view.value).not.toBe(before);
  });

  it('goes on where it was stopped, one at a time', async () => {
    const { check, end } = pending();
    const api = calls({ continueCheck: check });
    const checking = new Checking(api);
    const going = checking.goOn(having(views.stopped));
    expect(checking.now?.text).toBe('29.9 MB of 48.2 MB');
    expect(await checking.choose(views.review, 'file')).toBeNull();
    expect(api.checkArtefact).not.toHaveBeenCalled();
    checking.cancel();
    expect([checking.stopping, api.cancelWork.mock.calls.length]).toEqual([true, 1]);
    end(having(views.stopped));
    expect((await going)?.artefact?.stopped?.text).toBe('29.9 MB of 48.2 MB');
  });

  it('that fails says why and what to do', async () => {
    const refused = new CallError({ code: 'artefact', message: '', hint: '', incident: '' });
    const checking = new Checking(calls({ checkArtefact: vi.fn().mockRejectedValue(refused) }));
    expect(await checking.choose(views.review, 'file')).toBeNull();
    expect(checking.failureOf(views.review.request_id)?.title).toBe('The artefact cannot be taken');
    expect(checking.now).toBeNull();
  });

  it('that fails is told on its own request alone, also where another one is open by then', async () => {
    const refused = new CallError({ code: 'artefact', message: '', hint: '', incident: '' });
    let fail = () => {};
    const checkArtefact = vi.fn().mockReturnValue(new Promise((_, reject) => (fail = () => reject(refused))));
    const openReview = vi.fn().mockImplementation((id: string) => Promise.resolve(id === '0193-credit-pd' ? views.review : views.promptReview));
    const review = new Review(calls({ checkArtefact, openReview }));
    await review.open('0193-credit-pd', 'artefact');
    const checking = review.check('file');
    await review.open('0193-kyc-summary', 'artefact');
    fail();
    await checking;
    const shown = render(Artefact, { review: views.promptReview, checking: review.checking, onchoose: vi.fn(), ongoon: vi.fn() });
    expect(screen.queryByRole('alert')).toBeNull();
    await shown.rerender({ review: views.review });
    expect(screen.getByRole('alert').textContent).toContain('The artefact cannot be taken');
  });

  it('runs on while one looks elsewhere, and is shown to whoever comes back', async () => {
    const { check, end } = pending();
    const held = new Map<string, unknown>();
    const hold = <Held>(name: string, make: () => Held): Held => {
      if (!held.has(name)) held.set(name, make());
      return held.get(name) as Held;
    };
    const openReview = vi.fn().mockResolvedValueOnce(views.review).mockResolvedValueOnce({ ...views.review }).mockResolvedValue(checked);
    const api = calls({ checkArtefact: check, openReview });
    const seat = { tenant: 'retail-eu', hold };
    const left = new Review(api, seat);
    await left.open('0193-credit-pd');
    void left.check('file');
    await left.open('');
    const back = new Review(api, seat);
    await back.open('0193-credit-pd');
    expect(back.checking.now?.text).toBe('Waiting for your choice');
    end(checked);
    await vi.waitFor(() => expect(back.view.value?.artefact?.found?.matches).toBe(true));
    expect(back.checking.now).toBeNull();
  });
});

describe('the artefact of a review', () => {
  const shown = (review: ReviewView, checking = new Checking(calls())) => {
    const given = { review, checking, onchoose: vi.fn(), ongoon: vi.fn() };
    render(Artefact, given);
    return given;
  };

  it('is chosen as file or folder', async () => {
    const { onchoose } = shown(views.review);
    await fireEvent.click(screen.getByRole('button', { name: 'Choose file…' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Choose folder…' }));
    expect(onchoose.mock.calls).toEqual([['file'], ['folder']]);
    expect(screen.queryByRole('status', { name: 'Matches' })).toBeNull();
  });

  it('of a prompt is a file', () => {
    shown({ ...views.promptReview, artefact: { ...views.unchecked, required: true } });
    expect(screen.queryByRole('button', { name: 'Choose folder…' })).toBeNull();
    expect(screen.getByText('The policy asks for this before anybody decides.')).toBeTruthy();
  });

  it.each([
    ['Matches', views.matches],
    ['Does not match', views.differs],
  ])('says %s with both values', (word, artefact) => {
    shown(having(artefact));
    expect(screen.getByRole('status', { name: word }).textContent).toContain(word);
    const sums = within(screen.getByLabelText('Checksums')).getAllByRole('definition');
    const bytes = (text: string | null | undefined) => text?.replace(/\s/g, '') ?? '';
    expect(bytes(sums[0]?.textContent)).toContain(views.DIGEST);
    expect(bytes(sums[1]?.textContent)).toContain(artefact.found?.digest);
  });

  it('that is of another kind is told as such', () => {
    const found = { ...views.differs.found!, digest_kind: 'dirHash1', digest: views.DIGEST };
    shown(having({ ...views.differs, found }));
    expect(screen.getByRole('status', { name: 'Does not match' }).textContent).toContain('A file and a folder never match');
  });

  it('goes on where it was stopped', async () => {
    const { ongoon } = shown(having(views.stopped));
    expect(screen.getByText('Stopped at 29.9 MB of 48.2 MB')).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Go on' }));
    expect(ongoon).toHaveBeenCalledTimes(1);
  });

  it('is hashed with a bar and a way to stop it, also for another review', async () => {
    const { check } = pending();
    const api = calls({ checkArtefact: check });
    const checking = new Checking(api);
    void checking.choose({ ...views.review, request_id: '0193-other' }, 'file');
    shown(views.review, checking);
    expect(screen.getByRole('progressbar', { name: 'Checking the artefact of another review' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Choose file…' })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(api.cancelWork).toHaveBeenCalledTimes(1);
  });
});

describe('the foot', () => {
  it.each([
    ['nothing is asked for and nothing checked', views.unchecked, ['', false, false]],
    ['it matches', { ...views.matches, required: true }, ['', false, false]],
    ['it is asked for', { ...views.unchecked, required: true }, ['Check the artefact to decide', true, true]],
    ['it does not match and is asked for', views.differs, ['The artefact you checked does not match', true, false]],
    ['it does not match', { ...views.differs, required: false }, ['The artefact you checked does not match', false, false]],
  ] as const)('says what a decision waits for when %s', (_, artefact, expected) => {
    const { note, approve, reject } = waits(having(artefact), 0, false, false);
    expect([note, approve, reject]).toEqual(expected);
  });

  it('puts hidden characters first, and says nothing to who cannot decide', () => {
    const asked = having({ ...views.unchecked, required: true });
    expect(waits({ ...asked, hidden_characters: 2 }, 0, true, false).note).toBe('Acknowledge the hidden characters to approve');
    expect(waits({ ...asked, foot: { ...asked.foot, may_decide: false } }, 0, false, false).note).toBe('');
  });

  it('leads to the check', async () => {
    const given = { blocking: 0, hiddenPending: false, signing: null, ondecide: vi.fn(), onrevoke: vi.fn(), oncheck: vi.fn() };
    render(Foot, { review: having({ ...views.unchecked, required: true }), ...given });
    await fireEvent.click(screen.getByRole('button', { name: 'Approve…' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Reject…' }));
    expect(given.ondecide).not.toHaveBeenCalled();
    await fireEvent.click(screen.getByRole('button', { name: 'Check it' }));
    expect(given.oncheck).toHaveBeenCalledTimes(1);
  });
});

describe('the card', () => {
  const shown = (review: ReviewView) => {
    const given = { review, oncompare: vi.fn(), oncheck: vi.fn() };
    render(Overview, given);
    return given;
  };

  it('is counted against the sections of its tier, and those missing are named', () => {
    shown(views.review);
    const meter = screen.getByRole('meter', { name: 'Sections of the card' });
    expect(['aria-valuenow', 'aria-valuemax', 'aria-valuetext'].map((name) => meter.getAttribute(name))).toEqual(['8', '9', '8 of 9 sections']);
    expect(screen.getByText('Missing: Run')).toBeTruthy();
  });

  it('leads to what its model was made with in this tenant, and to nothing else', () => {
    shown(views.review);
    const lineage = within(screen.getByLabelText('Lineage'));
    const links = lineage.getAllByRole('link').map((link) => [link.textContent.trim(), link.getAttribute('href')]);
    expect(links).toEqual([
      ['credit-base @4', '#/models/credit-base'],
      ['kyc-summary @11', '#/prompts/kyc-summary'],
    ]);
    expect(lineage.getByText('bureau-score@12').nextElementSibling?.textContent).toContain('not registered in this tenant');
    expect(lineage.getByText(/^https:/).closest('a')).toBeNull();
    expect(lineage.getByText('Revoked')).toBeTruthy();
  });

  it('says whether the artefact was checked', async () => {
    const { oncheck } = shown(views.review);
    await fireEvent.click(screen.getByRole('button', { name: 'Check it' }));
    expect(oncheck).toHaveBeenCalledTimes(1);
  });

  it('of a change, and of a prompt that nobody has to check, says nothing of an artefact', () => {
    shown(views.promptReview);
    expect(screen.queryByText('Not checked')).toBeNull();
  });

  it('shows its metrics as a table, or as a chart whose lines have their numbers as text', async () => {
    const equal = { ...views.review.metrics[0]!, name: 'Fixed', plot: { value: 50, base: 50, min: 50, max: 50 }, passes: false };
    shown({ ...views.review, metrics: [...views.review.metrics, equal] });
    expect(screen.getByText('1 of 8 fails')).toBeTruthy();
    expect(screen.getByRole('table', { name: 'Metrics' }).querySelectorAll('svg[role]').length).toBe(0);
    await fireEvent.click(screen.getByRole('button', { name: 'Chart' }));
    expect(screen.queryByRole('table', { name: 'Metrics' })).toBeNull();
    const chart = within(screen.getByRole('list', { name: 'Chart of the metrics' }));
    const lines = chart.getAllByRole('img').map((line) => line.getAttribute('aria-label'));
    expect(lines.length).toBe(8);
    expect(lines[0]).toBe('@7 0.658, min 0.620, passes; @6 0.641, better');
    expect(lines.at(-1)).toContain('fails');
  });
});
