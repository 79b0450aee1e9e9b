// Whose names are on a request and whose can still be, in the words of a row. Who that is, the core says.

import type { RequestRow } from '../../lib/ipc/client';

export type Part = { text: string; you?: true };

/** Who can still sign, oneself first: `You, Hana, Tomasz, 3 more`. */
export function canSign(row: RequestRow): Part[] {
  const you: Part[] = row.open_to_you ? [{ text: 'You', you: true }] : [];
  const rest: Part[] = row.more_can_sign > 0 ? [{ text: `${row.more_can_sign} more` }] : [];
  return [...you, ...row.can_sign.map((text) => ({ text })), ...rest];
}
