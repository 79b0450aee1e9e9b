// Taking a request back and asking again: done at once by the core, with a reason; nothing is signed.

import { core, newIdempotencyKey, type Core } from '../../lib/ipc/client';
import { Asking } from '../admin/asking.svelte';

/** Takes a request back. */
export function withdrawing(requestId: string, calls: Pick<Core, 'withdraw'> = core): Asking {
  return new Asking({
    check: () => ({}),
    atOnce: true,
    send: (reason) => calls.withdraw(requestId, reason),
  });
}

/** Asks again for a version, `model/credit-pd@7`; `onasked` gets the new request. */
export function askingAgain(
  subject: string,
  onasked: (requestId: string) => void,
  calls: Pick<Core, 'requestAgain'> = core,
): Asking {
  // One key for the dialog: sent twice, it still asks once.
  const key = newIdempotencyKey();
  return new Asking({
    check: () => ({}),
    atOnce: true,
    send: async (reason) => onasked((await calls.requestAgain(subject, reason, key)).request_id),
  });
}
