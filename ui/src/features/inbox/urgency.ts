// Rows under "Expires today", "This week", "Later", as long as anything in the list expires soon or ever. How
// soon a row expires is the core's word, and so is the order.

import type { InboxTab, RequestRow, UrgencyView } from '../../lib/ipc/client';

export type Group = { title: string; rows: RequestRow[] };

const HEADS: Record<UrgencyView, string> = { today: 'Expires today', week: 'This week', later: 'Later' };

export function grouped(rows: readonly RequestRow[], tab: InboxTab): Group[] {
  if (rows.length === 0) return [];
  // Newest first: a head would part what belongs together.
  if (tab === 'decided' || tab === 'all') return [{ title: '', rows: [...rows] }];
  if (rows.every((row) => row.expires_at === null)) return [{ title: '', rows: [...rows] }];
  const groups: Group[] = [];
  for (const row of rows) {
    const title = HEADS[row.urgency ?? 'later'];
    const last = groups.at(-1);
    if (last?.title === title) last.rows.push(row);
    else groups.push({ title, rows: [row] });
  }
  return groups;
}
