import { describe, expect, it, vi } from 'vitest';
import { inbox as page, request } from '../../../tests/fixture/views';
import { CallError, type InboxTab, type InboxView } from '../../lib/ipc/client';
import { EVERYTHING, Inbox } from './controller.svelte';
import { canSign } from './signers';
import { grouped } from './urgency';
import { viewWords } from './views';

const answering = (...pages: Partial<InboxView>[]) => {
  const calls = { inbox: vi.fn() };
  pages.forEach((one) => calls.inbox.mockResolvedValueOnce({ ...page, ...one }));
  return calls;
};
const named = (inbox: Inbox) => inbox.rows.map((row) => row.name);

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
    expect(named(inbox)).toEqual(['decided-one']);
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

  it('adds the next page under the rows that are there, and nothing twice', async () => {
    const calls = answering({ next: 'after-8' }, { rows: [request('collections-next'), request('ninth')] });
    const inbox = new Inbox(calls);
    await inbox.load();
    await Promise.all([inbox.more(), inbox.more()]);
    expect(calls.inbox).toHaveBeenCalledTimes(2);
    expect(calls.inbox).toHaveBeenLastCalledWith('needs_me', expect.anything(), 'after-8');
    expect(named(inbox).slice(-2)).toEqual(['collections-next', 'ninth']);
    expect(inbox.rows).toHaveLength(9);
  });

  it('keeps as many rows as it showed when others act', async () => {
    const second = { rows: [request('ninth')], next: null };
    const calls = answering({ next: 'after-8' }, second, { rows: [request('new'), ...page.rows], next: 'after-9' });
    const inbox = new Inbox(calls);
    await inbox.load();
    await inbox.more();
    await inbox.load();
    expect(calls.inbox).toHaveBeenCalledTimes(3);
    expect(named(inbox)[0]).toBe('new');
    expect(inbox.page.value?.next).toBe('after-9');
    calls.inbox.mockResolvedValueOnce({ ...page, next: 'after-8' });
    calls.inbox.mockResolvedValueOnce({ ...page, ...second });
    await inbox.load();
    expect(named(inbox).at(-1)).toBe('ninth');
  });

  it('keeps the other filters when one changes', async () => {
    const inbox = new Inbox({ inbox: vi.fn().mockResolvedValue(page) });
    await inbox.narrow({ kind: 'model' });
    await inbox.narrow({ tier: 'high' });
    expect(inbox.filter).toEqual({ ...EVERYTHING, kind: 'model', tier: 'high' });
  });

  it('searches once the keys rest, and a blank is no search', async () => {
    const calls = { inbox: vi.fn().mockResolvedValue(page) };
    let rested = () => {};
    const stopped = vi.fn();
    const inbox = new Inbox(calls, (then) => ((rested = then), stopped));
    inbox.find('cre');
    inbox.find(' credit ');
    expect(stopped).toHaveBeenCalledTimes(1);
    expect(calls.inbox).not.toHaveBeenCalled();
    rested();
    expect(calls.inbox).toHaveBeenLastCalledWith('needs_me', { ...EVERYTHING, search: 'credit' }, null);
    expect(inbox.filtered).toBe(true);
    inbox.find('  ');
    expect(inbox.filtered).toBe(false);
  });

  it('asks for a state in All only', async () => {
    const calls = { inbox: vi.fn().mockResolvedValue(page) };
    const inbox = new Inbox(calls);
    await inbox.show('all');
    await inbox.narrow({ state: 'rejected' });
    expect(calls.inbox).toHaveBeenLastCalledWith('all', { ...EVERYTHING, state: 'rejected' }, null);
    await inbox.show('decided');
    expect(calls.inbox).toHaveBeenLastCalledWith('decided', EVERYTHING, null);
    expect(inbox.filtered).toBe(false);
  });

  it('finds the row of a request that is not in the list, and bears that there is none', async () => {
    const elsewhere = request('elsewhere');
    const calls = answering({}, { rows: [request('elsewhere-too'), elsewhere] }, { rows: [] });
    const inbox = new Inbox(calls);
    await inbox.load();
    expect(await inbox.look('0193-credit-pd', 'credit-pd')).toMatchObject({ name: 'credit-pd' });
    expect(calls.inbox).toHaveBeenCalledTimes(1);
    expect(await inbox.look(elsewhere.id, 'elsewhere')).toEqual(elsewhere);
    expect(calls.inbox).toHaveBeenLastCalledWith('all', { ...EVERYTHING, search: 'elsewhere' }, null);
    expect(await inbox.look('0193-gone', 'gone')).toBeUndefined();
    calls.inbox.mockRejectedValueOnce(new Error('busy'));
    expect(await inbox.look('0193-gone', 'gone')).toBeUndefined();
    expect(inbox.rows).toHaveLength(8);
  });

  it('puts a saved view in front whole', async () => {
    const calls = { inbox: vi.fn().mockResolvedValue(page) };
    const inbox = new Inbox(calls);
    await inbox.narrow({ kind: 'prompt', search: 'kyc' });
    const filter = { ...EVERYTHING, tier: 'high' };
    await inbox.apply({ tab: 'decided', filter });
    expect(calls.inbox).toHaveBeenLastCalledWith('decided', filter, null);
  });
});

describe('urgency', () => {
  it('puts rows under how soon they expire, as the core says it, in the order of the core', () => {
    expect(grouped(page.rows, 'needs_me').map((group) => [group.title, group.rows.length])).toEqual([
      ['Expires today', 1],
      ['This week', 5],
      ['Later', 2],
    ]);
  });

  it.each<InboxTab>(['decided', 'all'])('has no heads in %s, which is newest first', (tab) => {
    expect(grouped(page.rows, tab)).toEqual([{ title: '', rows: page.rows }]);
  });

  it('has no heads where nothing expires', () => {
    const rows = [request('a', { expires_at: null }), request('b', { expires_at: null })];
    expect(grouped(rows, 'needs_me')).toEqual([{ title: '', rows }]);
    expect(grouped([], 'needs_me')).toEqual([]);
  });
});

describe('who can still sign', () => {
  const words = (given: Parameters<typeof request>[1]) => canSign(request('a', given)).map((part) => part.text);

  it('names oneself first and counts who is not named', () => {
    expect(words({ open_to_you: true, can_sign: ['Hana', 'Ingrid'], more_can_sign: 3 })).toEqual(['You', 'Hana', 'Ingrid', '3 more']);
    expect(words({ open_to_you: false, can_sign: ['Hana'] })).toEqual(['Hana']);
    expect(words({ open_to_you: false, can_sign: [] })).toEqual([]);
  });

  it('tells oneself from a person who is called You', () => {
    expect(canSign(request('a', { open_to_you: false, can_sign: ['You'] }))).toEqual([{ text: 'You' }]);
  });
});

describe('a view in words', () => {
  const names = new Map([['person/1', 'Priya Raghunathan']]);

  it.each([
    ['needs_me', EVERYTHING, 'Needs me'],
    ['all', { ...EVERYTHING, kind: 'model', tier: 'high', state: 'rejected', search: ' credit ' }, 'All · Model · High tier · Rejected · “credit”'],
    ['decided', { ...EVERYTHING, state: 'rejected', requester: 'person/1' }, 'Decided · Priya Raghunathan'],
    ['decided', { ...EVERYTHING, requester: 'person/2' }, 'Decided · one requester'],
  ] as const)('%s %o', (tab, filter, words) => expect(viewWords(tab, filter, names)).toBe(words));
});
