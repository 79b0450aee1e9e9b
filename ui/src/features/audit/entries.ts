// From records to the rows that are drawn: a head for each day, the records, and the rule that says how
// far the log is verified. Every row has the same height, so that what is in view follows from the
// scroll position alone. Pure.

import type { AuditRow } from '../../lib/ipc/client';

export type Entry =
  | { kind: 'day'; key: string; day: string }
  | { kind: 'rule'; key: string; seq: number }
  | { kind: 'record'; key: string; row: AuditRow };

export const ROW_PX = 28;
/** Rows drawn above and below the visible part. */
const SPARE = 6;

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** `verified` is the last record known to verify, or null: then no rule is drawn. */
export function entriesOf(rows: readonly AuditRow[], verified: number | null): Entry[] {
  const entries: Entry[] = [];
  let day = '';
  let ruled = verified === null;
  for (const row of rows) {
    const own = row.at.slice(0, 10);
    if (own !== day) entries.push({ kind: 'day', key: `day-${own}`, day: dayWords(own) });
    day = own;
    if (!ruled && verified !== null && row.seq <= verified) {
      entries.push({ kind: 'rule', key: 'rule', seq: verified });
      ruled = true;
    }
    entries.push({ kind: 'record', key: String(row.seq), row });
  }
  return entries;
}

/** Which entries are drawn at a scroll position. */
export function windowAt(scrollTop: number, height: number, size: number): { from: number; to: number } {
  const from = Math.max(Math.floor(scrollTop / ROW_PX) - SPARE, 0);
  const to = Math.min(Math.ceil((scrollTop + height) / ROW_PX) + SPARE, size);
  return { from: Math.min(from, to), to };
}

/** `2026-11-24` → `Tuesday 24 November 2026`. */
export function dayWords(day: string): string {
  const at = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return day;
  return `${WEEKDAYS[at.getUTCDay()]} ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** `2026-11-24T14:05:31.204000Z` → `14:05:31.204`. */
export function timeOfDay(at: string): string {
  return at.slice(11, 23);
}
