// Taking a request back and asking again: done at once by the core, with a reason; nothing is signed.

import { core, newIdempotencyKey, type Core } from '../../lib/ipc/client';
import { Keeping } from '../../lib/ipc/keeping.svelte';
import { Asking } from '../admin/asking.svelte';
import { session } from '../frame/session.svelte';

type Keeps = Pick<Core, 'keepDraft' | 'draft' | 'dropDraft'>;

/** Takes a request back. */
export function withdrawing(requestId: string, calls: Pick<Core, 'withdraw'> & Keeps = core): Asking {
  return new Asking({
    check: () => ({}),
    atOnce: true,
    keeping: new Keeping(session.tenant, { kind: 'withdrawal', request_id: requestId }, calls),
    send: (reason) => calls.withdraw(requestId, reason),
  });
}

/** Asks again for a version, `model/credit-pd@7`; `onasked` gets the new request. */
export function askingAgain(
  subject: string,
  onasked: (requestId: string) => void,
  calls: Pick<Core, 'requestAgain'> & Keeps = core,
): Asking {
  // One key for the dialog: sent twice, it still asks once.
  const key = newIdempotencyKey();
  return new Asking({
    check: () => ({}),
    atOnce: true,
    keeping: new Keeping(session.tenant, { kind: 'asking_again', subject }, calls),
    send: async (reason) => onasked((await calls.requestAgain(subject, reason, key)).request_id),
  });
}
