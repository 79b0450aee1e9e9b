import { describe, expect, it, vi } from 'vitest';
import { CallError } from './client';
import { keepAllNow, Keeping } from './keeping.svelte';

const busy = new CallError({ code: 'database_busy', message: '', hint: '', incident: '' });
const none = { text: null, kept_at: null, withheld: [] as string[] };
const TENANT = 'retail-eu';
type Page = { text: string; reason: string; blocking: boolean };
const FIELDS = ['text', 'reason', 'blocking'] as const;
const page = (): Page => ({ text: '', reason: '', blocking: false });

/** What the core has, and a page that types; the pause is over when the test says so. */
function typing(view: unknown = none) {
  const calls = {
    draft: vi.fn().mockResolvedValue(view),
    keepDraft: vi.fn().mockResolvedValue(null),
    dropDraft: vi.fn().mockResolvedValue(null),
  };
  let waiting: (() => void) | undefined;
  const keeping = new Keeping<Page>(TENANT, { kind: 'model' }, calls, (then) => {
    waiting = then;
    return () => (waiting = undefined);
  });
  const rest = async () => {
    waiting?.();
    waiting = undefined;
    await vi.waitFor(() => Promise.resolve());
    await Promise.resolve();
  };
  return { calls, keeping, rest };
}

describe('what is being typed', () => {
  it('is kept once the keys rest, the last of it, and not again while it stays', async () => {
    const { calls, keeping, rest } = typing();
    await keeping.restore(page(), FIELDS);
    for (const text of ['a', 'ab', 'abc']) keeping.keep({ text }, 3);
    await rest();
    keeping.keep({ text: 'abc' }, 3);
    await rest();
    expect(calls.keepDraft.mock.calls).toEqual([[TENANT, { kind: 'model' }, 3, '{"text":"abc"}']]);
    keeping.keep(null);
    await rest();
    expect(calls.keepDraft).toHaveBeenLastCalledWith(TENANT, { kind: 'model' }, null, '');
  });

  it('comes back once, in the fields that the page has, as what they are', async () => {
    const { calls, keeping, rest } = typing({ ...none, text: '{"text":"typed","reason":7,"blocking":true,"other":"x"}' });
    const shown = page();
    expect(await keeping.restore(shown, FIELDS)).toBe(true);
    expect(shown).toEqual({ text: 'typed', reason: '', blocking: true });
    shown.text = 'typed on';
    expect(await keeping.restore(shown, FIELDS)).toBe(false);
    expect([shown.text, calls.draft.mock.calls.length]).toEqual(['typed on', 1]);
    await rest();
    expect(calls.keepDraft).not.toHaveBeenCalled();
  });

  it('takes nothing’s place before it is known what was there', async () => {
    for (const view of [{ ...none, withheld: ['11'] }, busy]) {
      const { calls, keeping, rest } = typing();
      if (view instanceof CallError) calls.draft.mockRejectedValueOnce(view);
      else calls.draft.mockResolvedValueOnce(view);
      keeping.keep({ text: 'too early' });
      await rest();
      await keeping.restore(page(), FIELDS);
      keeping.keep({ text: 'on top of it' });
      await rest();
      expect(calls.keepDraft).not.toHaveBeenCalled();
      expect([keeping.withheld.length > 0, keeping.failing]).toEqual([!(view instanceof CallError), view instanceof CallError]);
      // Revealed, or the core answers again.
      await keeping.restore(page(), FIELDS);
      keeping.keep({ text: 'now' });
      await rest();
      expect(calls.keepDraft).toHaveBeenCalledTimes(1);
      expect([keeping.withheld, keeping.failing]).toEqual([[], false]);
    }
  });

  it('is no more once it was sent: nothing that still waits is kept after it', async () => {
    const { calls, keeping, rest } = typing();
    await keeping.restore(page(), FIELDS);
    keeping.keep({ text: 'typed' });
    await keeping.drop();
    await rest();
    keeping.keep({ text: 'typed on' });
    await rest();
    expect([calls.keepDraft.mock.calls.length, calls.dropDraft.mock.calls.length]).toEqual([0, 1]);
  });

  it('begins anew in the same place, where the page goes on', async () => {
    const { calls, keeping, rest } = typing();
    await keeping.restore(page(), FIELDS);
    await keeping.restart();
    keeping.keep({ text: 'the next one' });
    await rest();
    expect(calls.keepDraft).toHaveBeenCalledTimes(1);
  });

  it('goes one after the other: what was dropped is not kept by an answer that came late', async () => {
    const { calls, keeping, rest } = typing();
    const order: string[] = [];
    let answer = () => {};
    calls.keepDraft.mockImplementation(() => new Promise<null>((resolve) => (answer = () => resolve(null))).then(() => order.push('kept')));
    calls.dropDraft.mockImplementation(() => Promise.resolve(order.push('dropped')));
    await keeping.restore(page(), FIELDS);
    keeping.keep({ text: 'typed' });
    await rest();
    const dropped = keeping.drop();
    answer();
    await dropped;
    expect(order).toEqual(['kept', 'dropped']);
  });

  it('says when it is not kept, and keeps it when the core can again', async () => {
    const { calls, keeping, rest } = typing();
    await keeping.restore(page(), FIELDS);
    calls.keepDraft.mockRejectedValueOnce(busy);
    keeping.keep({ text: 'typed' });
    await rest();
    await vi.waitFor(() => expect(keeping.failing).toBe(true));
    keeping.keep({ text: 'typed' });
    await rest();
    await vi.waitFor(() => expect(keeping.failing).toBe(false));
    expect(calls.keepDraft).toHaveBeenCalledTimes(2);
  });

  it('is kept at once before another tenant comes in front, in the tenant that it was typed in', async () => {
    const [one, other] = [typing(), typing()];
    for (const { keeping } of [one, other]) await keeping.restore(page(), FIELDS);
    one.keeping.keep({ text: 'typed a moment ago' });
    let answered = () => {};
    one.calls.keepDraft.mockReturnValue(new Promise<void>((resolve) => (answered = resolve)));
    let over = false;
    const leaving = keepAllNow().then(() => (over = true));
    await vi.waitFor(() => expect(one.calls.keepDraft).toHaveBeenCalledTimes(1));
    expect(one.calls.keepDraft.mock.calls[0]).toEqual([TENANT, { kind: 'model' }, null, '{"text":"typed a moment ago"}']);
    expect(over).toBe(false);
    answered();
    await leaving;
    // Kept once: the pause that was begun is over.
    await one.rest();
    expect([one.calls.keepDraft.mock.calls.length, other.calls.keepDraft.mock.calls.length]).toEqual([1, 0]);
  });

  it('holds nobody up who leaves while the core does not answer', async () => {
    const { calls, keeping } = typing();
    await keeping.restore(page(), FIELDS);
    calls.keepDraft.mockReturnValue(new Promise(() => {}));
    keeping.keep({ text: 'typed' });
    vi.useFakeTimers();
    const leaving = keepAllNow();
    await vi.advanceTimersByTimeAsync(2_000);
    await leaving;
    vi.useRealTimers();
    expect(calls.keepDraft).toHaveBeenCalledTimes(1);
  });

  it('is never overwritten by what was typed before: that stands aside, and is kept beside it', async () => {
    const { calls, keeping, rest } = typing();
    calls.draft.mockRejectedValueOnce(busy);
    const shown = page();
    await keeping.restore(shown, FIELDS);
    shown.text = 'typed meanwhile';
    calls.draft.mockResolvedValueOnce({ ...none, text: '{"text":"typed before","reason":"why"}' });
    expect(await keeping.restore(shown, FIELDS)).toBe(false);
    expect(shown).toEqual({ text: 'typed meanwhile', reason: '', blocking: false });
    expect(keeping.earlier).toEqual({ text: 'typed before', reason: 'why' });
    keeping.keep({ text: shown.text });
    await rest();
    const [, , , kept] = calls.keepDraft.mock.calls[0] as [string, object, null, string];
    expect(JSON.parse(kept)).toEqual({ text: 'typed meanwhile', earlier: { text: 'typed before', reason: 'why' } });
    // After a restart both are there.
    const again = typing({ ...none, text: kept });
    const anew = page();
    expect(await again.keeping.restore(anew, FIELDS)).toBe(true);
    expect([anew.text, again.keeping.earlier]).toEqual(['typed meanwhile', { text: 'typed before', reason: 'why' }]);
    // And once more it could not be read in time.
    const third = typing();
    third.calls.draft.mockRejectedValueOnce(busy).mockResolvedValueOnce({ ...none, text: kept });
    const since = page();
    await third.keeping.restore(since, FIELDS);
    since.reason = 'typed last';
    await third.keeping.restore(since, FIELDS);
    expect(third.keeping.earlier).toEqual({ text: 'typed meanwhile\n\ntyped before', reason: 'why' });
    again.keeping.forgetEarlier();
    again.keeping.keep({ text: anew.text });
    await again.rest();
    expect(again.calls.keepDraft).toHaveBeenLastCalledWith(TENANT, { kind: 'model' }, null, '{"text":"typed meanwhile"}');
  });

  it('is not overwritten by an answer that came late', async () => {
    const { calls, keeping } = typing();
    let answer = (_: unknown) => {};
    calls.draft.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const shown = page();
    const restoring = keeping.restore(shown, FIELDS);
    shown.reason = 'typed while it was asked';
    answer({ ...none, text: '{"reason":"typed before"}' });
    expect([await restoring, shown.reason]).toEqual([false, 'typed while it was asked']);
  });

  it('is stored by nothing in this window', async () => {
    const { keeping, rest } = typing();
    await keeping.restore(page(), FIELDS);
    keeping.keep({ text: 'typed' });
    await rest();
    expect([localStorage.length, sessionStorage.length]).toEqual([0, 0]);
  });
});
