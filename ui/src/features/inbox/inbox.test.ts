import { describe, expect, it, vi } from 'vitest';
import { inbox as page, NOW, request } from '../../../tests/fixture/views';
import { CallError, type InboxView } from '../../lib/ipc/client';
import { Inbox } from './controller.svelte';
import { grouped, soon } from './urgency';

describe('the inbox', () => {
  it('drops the page of a tab that is not in front any more', async () => {
    let answerFirst = (_: InboxView) => {};
    const calls = { inbox: vi.fn() };
    calls.inbox.mockReturnValueOnce(new Promise<InboxView>((resolve) => (answerFirst = resolve)));
    calls.inbox.mockResolvedValueOnce({ ...page, rows: [request('decided-one')] });
    const inbox = new Inbox(calls);
    const first = inbox.load();
    await inbox.show('decided');
    answerFirst(page);
    await first;
    expect(inbox.rows.map((row) => row.name)).toEqual(['decided-one']);
    expect(calls.inbox).toHaveBeenLastCalledWith('decided', expect.anything(), null);
  });

  it('keeps its rows beside an error', async () => {
    const calls = { inbox: vi.fn().mockResolvedValueOnce(page) };
    const inbox = new Inbox(calls);
    await inbox.load();
    calls.inbox.mockRejectedValueOnce(new CallError({ code: 'database_busy', message: '', hint: '', incident: '' }));
    await inbox.load();
    expect(inbox.rows).toHaveLength(8);
    expect(inbox.page.failure?.title).toBe('The database is in use');
  });

  it('adds the next page under the rows that are there', async () => {
    const calls = { inbox: vi.fn() };
    calls.inbox.mockResolvedValueOnce({ ...page, next: 'after-8' });
    calls.inbox.mockResolvedValueOnce({ ...page, rows: [request('ninth')] });
    const inbox = new Inbox(calls);
    await inbox.load();
    await inbox.more();
    expect(calls.inbox).toHaveBeenLastCalledWith('needs_me', expect.anything(), 'after-8');
    expect(inbox.rows.map((row) => row.name).slice(-2)).toEqual(['collections-next', 'ninth']);
  });

  it('keeps the other filters when one changes', async () => {
    const inbox = new Inbox({ inbox: vi.fn().mockResolvedValue(page) });
    await inbox.narrow({ kind: 'model' });
    await inbox.narrow({ tier: 'high' });
    expect(inbox.filter).toEqual({ kind: 'model', tier: 'high', requester: null });
  });
});

describe('urgency', () => {
  it('puts rows under the day they expire, in the order of the core', () => {
    expect(grouped(page.rows, NOW).map((group) => [group.title, group.rows.length])).toEqual([
      ['Expires today', 1],
      ['This week', 5],
      ['Later', 2],
    ]);
  });

  it('has no heads where nothing expires', () => {
    const rows = [request('a', { expires_at: null }), request('b', { expires_at: null })];
    expect(grouped(rows, NOW)).toEqual([{ title: '', rows }]);
    expect(grouped([], NOW)).toEqual([]);
  });

  it('warns in the last day', () => {
    expect(soon('2026-11-25T14:04:00Z', NOW)).toBe(true);
    expect(soon('2026-11-25T14:06:00Z', NOW)).toBe(false);
    expect(soon(null, NOW)).toBe(false);
  });
});
