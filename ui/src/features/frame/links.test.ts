import { describe, expect, it, vi } from 'vitest';
import type { LinkView } from '../../lib/ipc/client';
import { attending } from './attending';
import { Links } from './links.svelte';

function leading(...views: LinkView[]) {
  const went: string[] = [];
  const calls = { link: vi.fn() };
  views.forEach((view) => calls.link.mockResolvedValueOnce(view));
  const links = new Links(calls, {
    review: (id) => void went.push(`review ${id}`),
    tenant: async (id) => void went.push(`tenant ${id}`),
  });
  return { links, went };
}

describe('a link', () => {
  it.each<[LinkView, string[]]>([
    [{ state: 'none' }, []],
    [{ state: 'kept' }, []],
    [{ state: 'refused', sentence: 'It names no review.' }, []],
    [{ state: 'review', request_id: 'r1' }, ['review r1']],
    [{ state: 'elsewhere', tenant_id: 'retail-uk', request_id: 'r1' }, ['tenant retail-uk', 'review r1']],
  ])('%o leads to %o and does nothing else', async (view, expected) => {
    const { links, went } = leading(view);
    await links.follow();
    expect(went).toEqual(expected);
    expect(links.kept).toBe(view.state === 'kept');
    expect(links.refused).toBe(view.state === 'refused' ? view.sentence : '');
  });

  it('is kept until somebody is in, and said no more then', async () => {
    const { links, went } = leading({ state: 'kept' }, { state: 'review', request_id: 'r1' }, { state: 'none' });
    await links.follow();
    expect(links.kept).toBe(true);
    await links.follow();
    await links.follow();
    expect([links.kept, went]).toEqual([false, ['review r1']]);
  });

  it('a core that does not answer leads nowhere', async () => {
    const links = new Links({ link: vi.fn().mockRejectedValue(new Error('gone')) }, { review: vi.fn(), tenant: vi.fn() });
    await links.follow();
    expect([links.kept, links.refused]).toEqual([false, '']);
  });
});

describe('the person is there', () => {
  it('is told at most every 15 seconds, by keys, clicks and the wheel, until it is stopped', () => {
    const heard = new Map<string, (event: Event) => void>();
    const attend = vi.fn();
    const stop = attending(attend, {
      addEventListener: (sign: string, then: unknown) => void heard.set(sign, then as (event: Event) => void),
      removeEventListener: (sign: string) => void heard.delete(sign),
    });
    expect([...heard.keys()].sort()).toEqual(['keydown', 'pointerdown', 'wheel']);
    const sign = (kind: string, timeStamp: number) => heard.get(kind)?.({ timeStamp } as Event);
    for (const [kind, at, calls] of [
      ['keydown', 0, 1],
      ['pointerdown', 14_999, 1],
      ['wheel', 15_000, 2],
      ['keydown', 15_001, 2],
      ['keydown', 40_000, 3],
    ] as const) {
      sign(kind, at);
      expect(attend, `${kind} at ${at}`).toHaveBeenCalledTimes(calls);
    }
    stop();
    expect(heard.size).toBe(0);
  });
});
