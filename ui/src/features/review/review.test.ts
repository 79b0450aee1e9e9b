import { fireEvent, render, screen, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { calls } from '../../../tests/calls';
import { diff } from '../../../tests/fixture/diffs';
import { NOW, promptReview, request, review as model } from '../../../tests/fixture/views';
import { CallError, type ReviewView } from '../../lib/ipc/client';
import { dismissError, shown } from '../../lib/ipc/show-error.svelte';
import { Review } from './controller.svelte';
import HiddenNotice from './HiddenNotice.svelte';
import { signatureLines } from './lines';

describe('a review', () => {
  it('shows the request that was opened last, whichever answer comes last', async () => {
    let answerFirst = (_: ReviewView) => {};
    const openReview = vi.fn();
    openReview.mockReturnValueOnce(new Promise<ReviewView>((resolve) => (answerFirst = resolve)));
    openReview.mockResolvedValueOnce(promptReview);
    const review = new Review(calls({ openReview }));
    const first = review.open('0193-credit-pd');
    await review.open('0193-kyc-summary');
    answerFirst(model);
    await first;
    expect(review.view.value?.name).toBe('kyc-summary');
  });

  it('tells the core which parts were opened', async () => {
    const api = calls();
    const review = new Review(api);
    await review.open('r');
    await review.show('changes');
    await review.show('history');
    expect(api.openPart.mock.calls.map(([, part]) => part)).toEqual(['overview', 'changes', 'history']);
    expect(review.changes.value).toEqual(diff);
  });

  it('signs nothing itself: it asks for the signing window under the handle of what was shown', async () => {
    const api = calls();
    const review = new Review(api);
    await review.open('r');
    await review.decide('approve');
    expect(api.decide).toHaveBeenCalledWith('review-1', 'approve');
    expect(review.signing).toBe('approve');
  });

  it('shows why the signing window did not open', async () => {
    const stale = new CallError({ code: 'stale_review', message: '', hint: '', incident: '' });
    const review = new Review(calls({ decide: vi.fn().mockRejectedValue(stale) }));
    await review.open('r');
    await review.decide('approve');
    expect(shown.failure?.title).toBe('It changed while you were reading');
    expect(review.signing).toBeNull();
    dismissError();
  });

  it('is compared with any version, blanks counting or not', async () => {
    const api = calls();
    const review = new Review(api);
    await review.open('r', 'changes');
    await review.compareWith('9');
    await review.count('ignored');
    await review.compareWith(null);
    expect(api.reviewChanges.mock.calls).toEqual([
      ['review-1', null, 'exact'],
      ['review-1', '9', 'exact'],
      ['review-1', '9', 'ignored'],
      ['review-1', null, 'ignored'],
    ]);
  });

  it('asks for no diff of what is not shown', async () => {
    const withheld = { ...model, withheld: 'That this is read cannot be put on record.' };
    const api = calls({ openReview: vi.fn().mockResolvedValue(withheld) });
    const review = new Review(api);
    await review.open('r', 'changes');
    await review.count('ignored');
    await review.compareWith('9');
    expect([api.reviewChanges.mock.calls.length, review.changes.failure]).toEqual([0, null]);
    await review.reload();
    expect(api.openReview).toHaveBeenCalledTimes(2);
  });

  it('waits for hidden characters to be acknowledged', async () => {
    const review = new Review(calls({ openReview: vi.fn().mockResolvedValue(promptReview) }));
    await review.open('r');
    expect(review.hiddenPending).toBe(true);
    await review.acknowledge();
    expect(review.hiddenPending).toBe(false);
  });

  it.each([
    ['nothing of it changed', request('a'), request('a'), 1],
    ['a vote came', request('a'), request('a', { votes: 1 }), 2],
    ['it left the list', request('a'), undefined, 2],
    ['it was withdrawn', request('a'), request('a', { lifecycle: 'withdrawn' }), 2],
    ['it stands in no list', undefined, undefined, 1],
    ['it is as shown where no row stood before', undefined, request('a', { votes: 1 }), 1],
    ['a vote came where no row stood before', undefined, request('a', { votes: 2 }), 2],
    ['it was decided where no row stood before', undefined, request('a', { votes: 1, lifecycle: 'decided' }), 2],
  ])('after the records changed and %s', async (_, before, after, opened) => {
    const api = calls();
    const review = new Review(api);
    await review.open('r');
    await review.follow(before, after);
    expect(api.openReview).toHaveBeenCalledTimes(opened);
  });

  it('is opened anew after a signature was asked for here', async () => {
    const api = calls();
    const review = new Review(api);
    await review.open('r');
    await review.decide('approve');
    await review.follow(undefined, undefined);
    expect(api.openReview).toHaveBeenCalledTimes(2);
    expect(review.signing).toBeNull();
  });

  it('does not lead to the signing window any more once that is over, and is still opened anew if it was signed', async () => {
    const api = calls();
    const review = new Review(api);
    await review.open('r');
    for (const ask of [() => review.decide('approve'), () => review.revoke()]) {
      await ask();
      expect(review.signing).not.toBeNull();
      review.signed();
      expect(review.signing).toBeNull();
      const opened = api.openReview.mock.calls.length;
      await review.follow(undefined, undefined);
      await review.follow(undefined, undefined);
      expect(api.openReview).toHaveBeenCalledTimes(opened + 1);
    }
  });
});

describe('hidden characters', () => {
  const hidden = [
    { code_point: 'U+200B', name: 'ZERO WIDTH SPACE', place: 'subject', line: 62 },
    { code_point: 'U+0430', name: 'CYRILLIC SMALL LETTER A', place: 'reason', line: 1 },
  ];

  it('are told, listed, and lead to their lines where these are compared', async () => {
    const ongoto = vi.fn();
    const view = { ...promptReview, hidden_characters: 120, hidden };
    render(HiddenNotice, { view, onacknowledge: vi.fn(), ongoto });
    expect(screen.getByText('120 hidden characters in @12.')).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'List them' }));
    const list = within(screen.getByRole('list', { name: 'Hidden characters' }));
    expect(list.getAllByRole('listitem').map((item) => item.textContent?.replace(/\s+/gu, ' ').trim())).toEqual([
      'U+200B zero width space, line 62',
      'U+0430 cyrillic small letter a, line 1 of the reason',
      'and 118 more',
    ]);
    await fireEvent.click(list.getByRole('button', { name: 'line 62' }));
    expect(ongoto).toHaveBeenCalledWith({ side: 'right', line: 62 });
    expect(list.getAllByRole('button')).toHaveLength(1);
  });

  it('are acknowledged by a box of their own', async () => {
    const onacknowledge = vi.fn();
    render(HiddenNotice, { view: promptReview, onacknowledge, ongoto: vi.fn() });
    await fireEvent.click(screen.getByRole('checkbox', { name: 'I have seen it' }));
    expect(onacknowledge).toHaveBeenCalledTimes(1);
  });
});

describe('signature lines', () => {
  it('say who signed and who still can', () => {
    expect(signatureLines(model.foot.lines, NOW).map(({ state, name, under }) => [state, name, under])).toEqual([
      ['signed', 'Ingrid Solheim', 'Approver · today, 11:42 UTC · #12,461'],
      ['mine', 'Open to you', 'or Tomasz Wieczorek, Hana Dvořáková'],
    ]);
  });

  it('say when nobody can, and when somebody rejected', () => {
    const lines = signatureLines(
      [
        { state: 'open', people: [] },
        { state: 'signed', name: 'Hana', role: 'APPROVER', at: '2026-11-24T11:42:08Z', seq: 7, decision: 'REJECTED', conditions: '' },
        { state: 'signed', name: 'Ada', role: 'ADMIN', at: '2026-11-24T11:42:08Z', seq: 8, decision: 'APPROVED', conditions: 'in staging only' },
      ],
      NOW,
    );
    expect(lines[0]?.under).toBe('nobody can sign here yet');
    expect(lines[1]?.under).toBe('rejected · Approver · today, 11:42 UTC · #7');
    expect(lines[2]?.under).toBe('Admin · today, 11:42 UTC · #8');
    expect(lines[2]?.title).toMatch(/, in staging only$/u);
  });
});
