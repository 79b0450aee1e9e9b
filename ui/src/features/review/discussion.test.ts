import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { calls } from '../../../tests/calls';
import { discussion, silent } from '../../../tests/fixture/discussion';
import { CallError, type DiscussionView } from '../../lib/ipc/client';
import { Review } from './controller.svelte';
import Discussion from './Discussion.svelte';

async function shown(view: DiscussionView, say: unknown = vi.fn().mockResolvedValue(view)) {
  const api = calls({ discussion: vi.fn().mockResolvedValue(view), say });
  const review = new Review(api);
  await review.open('r', 'discussion');
  render(Discussion, { review });
  return { api, review };
}

const textbox = (name: string) => screen.getByRole<HTMLTextAreaElement>('textbox', { name });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const type = (name: string, value: string) => fireEvent.input(textbox(name), { target: { value } });

describe('the discussion', () => {
  it('shows texts as text, and says where one is not the one on record', async () => {
    const [first] = discussion.entries;
    const text = '<img src=x onerror=alert(1)>';
    await shown({ ...discussion, entries: [{ ...first!, text }, discussion.entries[3]!] });
    expect(screen.getByText(text)).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
    expect(screen.getByText('The text that lies here is not the one on record.')).toBeTruthy();
  });

  it('says what a finding is, what followed, and what blocks', async () => {
    await shown(discussion);
    expect(screen.getByText('Open, blocking')).toBeTruthy();
    expect(screen.getByText('Closed')).toBeTruthy();
    expect(screen.getByText('Overdue')).toBeTruthy();
    expect(screen.getByText('due 30 Nov 2026')).toBeTruthy();
    expect(screen.getByText('1 blocking finding open.')).toBeTruthy();
    expect(screen.getAllByText('carried over from an earlier request')).toHaveLength(1);
  });

  it('sends a finding with what was chosen, and empties the form once the core has it', async () => {
    const say = vi.fn().mockResolvedValue(discussion);
    await shown(discussion, say);
    await press('Finding');
    await type('Finding', 'No base rate.');
    await fireEvent.change(screen.getByRole('combobox', { name: 'Severity' }), { target: { value: 'high' } });
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Blocking' }));
    await press('Open finding');
    const draft = { kind: 'finding', severity: 'high', blocking: true, owner: null, due: null };
    expect(say).toHaveBeenCalledWith('review-1', draft, 'No base rate.', expect.stringMatching(/.{8}/u));
    await vi.waitFor(() => expect(textbox('Comment').value).toBe(''));
  });

  it.each([
    ['database_busy', true],
    ['not_allowed', false],
  ] as const)('keeps what was typed when the core says %s, and its key: %s', async (code, sameKey) => {
    const refused = new CallError({ code, message: '', hint: '', incident: '' });
    const say = vi.fn().mockRejectedValueOnce(refused).mockResolvedValue(discussion);
    await shown(discussion, say);
    await type('Comment', 'Read it.');
    await press('Add comment');
    await vi.waitFor(() => expect(screen.getByRole('alert')).toBeTruthy());
    expect(textbox('Comment').value).toBe('Read it.');
    await press('Add comment');
    await vi.waitFor(() => expect(say).toHaveBeenCalledTimes(2));
    const [first, second] = say.mock.calls.map(([, , , key]) => key as string);
    expect(first === second).toBe(sameKey);
  });

  it('closes a finding with a reason, and asks for one', async () => {
    const say = vi.fn().mockResolvedValue(discussion);
    await shown(discussion, say);
    await press('Answer or close…');
    await press('Close finding');
    expect(say).not.toHaveBeenCalled();
    expect(screen.getByText('Write what you want to say.')).toBeTruthy();
    await type('Answer', 'Shown on 2023 to 2025.');
    await press('Close finding');
    const draft = { kind: 'closing', finding: discussion.entries[1]!.id };
    expect(say).toHaveBeenCalledWith('review-1', draft, 'Shown on 2023 to 2025.', expect.any(String));
  });

  describe('an answer that is being typed when somebody closes the finding', () => {
    const closing = { ...discussion.entries[2]!.finding!.closing!, actor: { id: 'x', name: 'Tomasz Wieczorek' } };
    const closed: DiscussionView = {
      ...discussion,
      entries: discussion.entries.map((entry, at) => (at === 1 ? { ...entry, finding: { ...entry.finding!, closing, may_close: false } } : entry)),
    };
    async function typedThenClosed(after: DiscussionView = closed) {
      const hear = vi.fn().mockResolvedValueOnce(discussion).mockResolvedValue(after);
      const api = calls({ discussion: hear, say: vi.fn().mockResolvedValue(after) });
      const review = new Review(api);
      await review.open('r', 'discussion');
      render(Discussion, { review });
      await press('Answer or close…');
      await type('Answer', 'Shown on 2023 to 2025.');
      await review.follow(undefined, undefined);
      return api;
    }

    it('stays with its text, says who closed it, and can be said as a comment', async () => {
      const api = await typedThenClosed();
      const mine = await screen.findByRole('group', { name: 'Your answer' });
      expect(mine.textContent).toContain('Tomasz Wieczorek closed the finding meanwhile.');
      expect(textbox('Answer').value).toBe('Shown on 2023 to 2025.');
      expect(screen.getByRole('button', { name: 'Copy answer' })).toBeTruthy();
      await press('Say it as a comment');
      expect(api.say).toHaveBeenCalledWith('review-1', { kind: 'comment' }, 'Shown on 2023 to 2025.', expect.any(String));
      await vi.waitFor(() => expect(screen.queryByRole('group', { name: 'Your answer' })).toBeNull());
    });

    it('can be given up', async () => {
      const api = await typedThenClosed();
      await press('Discard');
      expect(screen.queryByRole('group', { name: 'Your answer' })).toBeNull();
      expect(api.say).not.toHaveBeenCalled();
      expect(api.dropDraft).toHaveBeenCalledTimes(1);
    });

    it('stays with its text for somebody who may not speak any more', async () => {
      await typedThenClosed({ ...discussion, may_speak: false });
      expect((await screen.findByRole('group', { name: 'Your answer' })).textContent).toContain('You cannot answer here any more.');
      expect(screen.queryByRole('button', { name: 'Say it as a comment' })).toBeNull();
    });
  });

  it('offers nothing to somebody who may only look', async () => {
    await shown(silent);
    expect(screen.queryByRole('form')).toBeNull();
    expect(screen.getByText('Nothing said yet')).toBeTruthy();
  });
});
