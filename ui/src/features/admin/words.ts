// Sentences and states that several of these screens say.

import { capitalised, type StatusWords } from '../../lib/design';

/** When an act of authority takes effect, by the number of admins of its tenant. */
export function effectOf(admins: number): string {
  return admins > 1
    ? 'It takes effect once a second admin has signed.'
    : 'You are its only admin: it applies at once, and the record says so.';
}

/** Under which control something was granted: `single` and `recovery` are marked for ever. */
export function controlStatus(control: string): StatusWords {
  return control === 'dual'
    ? { shape: 'tick', tone: 'ok', word: 'Dual' }
    : { shape: 'triangle', tone: 'wait', word: capitalised(control) };
}

/** What somebody decided. */
export function decisionStatus(decision: string): StatusWords {
  return decision === 'APPROVED'
    ? { shape: 'tick', tone: 'ok', word: 'Approved' }
    : { shape: 'cross', tone: 'stop', word: 'Rejected' };
}
