// Times in words. Everything is UTC; relative words stand beside the absolute time, never alone.
// Pure: the caller brings "now". A text that is no time is shown as it stands.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Length of a span in its largest unit: `14 s`, `2 min`, `5 h`, `6 d`, `4 mo`, `2 y`. */
export function span(ms: number): string {
  const length = Math.abs(ms);
  if (length < MINUTE) return `${Math.floor(length / SECOND)} s`;
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`;
  if (length < DAY) return `${Math.floor(length / HOUR)} h`;
  if (length < 90 * DAY) return `${Math.floor(length / DAY)} d`;
  if (length < 730 * DAY) return `${Math.floor(length / (30.4375 * DAY))} mo`;
  return `${Math.floor(length / (365.25 * DAY))} y`;
}

/** `2 min ago`; under ten seconds, or ahead of this clock, `just now`. */
export function ago(at: string, now: number): string {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return at;
  return now - time < 10 * SECOND ? 'just now' : `${span(now - time)} ago`;
}

/** `12 min` since, for a column whose head says of what; under a minute `now`. */
export function since(at: string, now: number): string {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return at;
  return now - time < MINUTE ? 'now' : span(now - time);
}

/** `22 h old`. */
export function old(at: string, now: number): string {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return at;
  return now - time < MINUTE ? 'new' : `${span(now - time)} old`;
}

/** `in 6 d`, or `expired`. */
export function until(at: string, now: number): string {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return at;
  return time <= now ? 'expired' : `in ${span(time - now)}`;
}

/** `today, 11:42 UTC`, `23 Nov, 16:20 UTC`, in another year `23 Nov 2025, 16:20 UTC`. */
export function stamp(at: string, now: number): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  const today = new Date(now);
  const sameYear = time.getUTCFullYear() === today.getUTCFullYear();
  const date = day(at) === day(today.toISOString()) ? 'today' : sameYear ? dayMonth(time) : day(at);
  return `${date}, ${clock(time)} UTC`;
}

/** `24 Nov 2026, 11:42:08 UTC`: the absolute time of every title. */
export function full(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  return `${day(at)}, ${clock(time)}:${two(time.getUTCSeconds())} UTC`;
}

/** `24 Nov 2026, 12:42:08 UTC+01:00`: the same moment by the clock of a place so many minutes ahead of UTC; by
    the clock of this computer where nothing is said. */
export function local(at: string, ahead = -new Date(at).getTimezoneOffset()): string {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return at;
  const there = full(new Date(time + ahead * MINUTE).toISOString()).replace(' UTC', '');
  const [hours, minutes] = [Math.floor(Math.abs(ahead) / 60), Math.abs(ahead) % 60];
  return `${there} UTC${ahead < 0 ? '\u2212' : '+'}${two(hours)}:${two(minutes)}`;
}

/** A length of time in whole seconds: `48 s`, `1 min 14 s`, `2 h 3 min 4 s`. */
export function length(seconds: number): string {
  const parts = [`${seconds % 60} s`];
  if (seconds >= 60) parts.unshift(`${Math.floor(seconds / 60) % 60} min`);
  if (seconds >= 3600) parts.unshift(`${Math.floor(seconds / 3600)} h`);
  return parts.join(' ');
}

/** `24 Nov 2026`. */
export function day(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  return `${dayMonth(time)} ${time.getUTCFullYear()}`;
}

function dayMonth(time: Date): string {
  return `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]}`;
}

function clock(time: Date): string {
  return `${two(time.getUTCHours())}:${two(time.getUTCMinutes())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
