import { describe, expect, it, vi } from 'vitest';
import { CallError, core, newIdempotencyKey } from './client';

function shell(invoke: (command: string, given: unknown) => Promise<unknown>) {
  Object.assign(window, { __TAURI_INTERNALS__: { invoke: vi.fn(invoke), transformCallback: () => 1 } });
}

describe('the client', () => {
  it('answers the data of a command', async () => {
    shell(async (command, given) => ({ command, given }));
    expect(await core.decide('review-1', 'approve')).toEqual({
      command: 'decide',
      given: { reviewId: 'review-1', decision: 'approve' },
    });
  });

  it('turns a refusal of the core into a typed error', async () => {
    const view = { code: 'stale_review', message: 'It changed.', hint: '', incident: 'i-7' };
    shell(() => Promise.reject(view));
    await expect(core.openReview('r')).rejects.toEqual(expect.objectContaining({ view }));
    await expect(core.openReview('r')).rejects.toBeInstanceOf(CallError);
  });

  it.each([['Command answer_decision not allowed by ACL'], [new Error('ipc is gone')]])(
    'turns %s into an unexpected error',
    async (thrown) => {
      shell(() => Promise.reject(thrown));
      await expect(core.lock()).rejects.toMatchObject({ view: { code: 'unexpected' } });
    },
  );

  it('makes a new idempotency key each time', () => {
    expect(newIdempotencyKey()).not.toBe(newIdempotencyKey());
  });
});
