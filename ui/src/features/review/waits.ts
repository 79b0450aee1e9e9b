// What a decision waits for, in the words beside it. Only to say early what the core would refuse.

import type { ReviewView } from '../../lib/ipc/client';

export type Waits = {
  /** Beside the buttons; empty: nothing. */
  note: string;
  approve: boolean;
  reject: boolean;
  /** True where the next step is to check the artefact. */
  check: boolean;
};

export function waits(review: ReviewView, blocking: number, hiddenPending: boolean, signing: boolean): Waits {
  const { foot, artefact } = review;
  const none: Waits = { note: '', approve: false, reject: false, check: false };
  if (!foot.may_decide && !foot.may_revoke) return none;
  if (hiddenPending) {
    const noun = review.hidden_characters === 1 ? 'character' : 'characters';
    return { ...none, note: `Acknowledge the hidden ${noun} to ${foot.may_decide ? 'approve' : 'revoke'}`, approve: true, reject: true };
  }
  if (foot.may_decide && artefact) {
    const { required, found } = artefact;
    if (required && !found) return { note: 'Check the artefact to decide', approve: true, reject: true, check: true };
    if (found && !found.matches) return { ...none, note: 'The artefact you checked does not match', approve: required || blocking > 0, check: required };
  }
  if (foot.may_decide && blocking > 0) {
    return { ...none, note: `Close the blocking ${blocking === 1 ? 'finding' : 'findings'} to approve`, approve: true };
  }
  return { ...none, note: signing ? 'Go on in the signing window' : '' };
}
