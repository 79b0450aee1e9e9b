// Rows under "Expires today", "This week", "Later", as long as anything in the list expires at all. The
// core has sorted them; the order inside a group is the core's.

import type { RequestRow } from '../../lib/ipc/client';

export type Group = { title: string; rows: RequestRow[] };

const DAY_MS = 86_400_000;

export function grouped(rows: readonly RequestRow[], now: number): Group[] {
  const open = rows.some((row) => row.lifecycle === 'open' && row.expires_at !== null);
  if (!open) return rows.length ? [{ title: '', rows: [...rows] }] : [];
  const groups: Group[] = ['Expires today', 'This week', 'Later', 'Settled'].map((title) => ({ title, rows: [] }));
  for (const row of rows) groups[bucket(row, now)]?.rows.push(row);
  return groups.filter((group) => group.rows.length > 0);
}

/** True when so little time is left that it must be seen. */
export function soon(expiresAt: string | null, now: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) - now < DAY_MS;
}

function bucket(row: RequestRow, now: number): number {
  if (row.lifecycle !== 'open') return 3;
  if (row.expires_at === null) return 2;
  const left = Date.parse(row.expires_at) - now;
  return left < DAY_MS ? 0 : left < 8 * DAY_MS ? 1 : 2;
}
