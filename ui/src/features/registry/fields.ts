// What can be said about a draft's fields before the core is asked: an empty or overlong text, a name of
// the wrong form. The core judges again, and alone decides.

export const REASON_LIMIT = 2000;
export const NAME_LIMIT = 128;
export const TIERS = ['high', 'medium', 'low'].map((tier) => ({
  value: tier,
  text: tier.charAt(0).toUpperCase() + tier.slice(1),
}));

/** Errors by field; a field that is in order has none. */
export type FieldErrors<Field extends string> = Partial<Record<Field, string>>;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/u;

export function nameError(name: string): string {
  if (!name) return 'Give it a name.';
  if (name.length > NAME_LIMIT) return `At most ${NAME_LIMIT} characters.`;
  return NAME.test(name) ? '' : 'Letters, digits, dots, hyphens and underscores; each part begins with a letter or digit.';
}

export function reasonError(reason: string): string {
  const length = [...reason.trim()].length;
  if (length === 0) return 'Write one sentence: it stands in the log and in front of whoever signs.';
  return length > REASON_LIMIT ? `Shorten it: at most ${REASON_LIMIT.toLocaleString('en-GB')} characters.` : '';
}

/** Leaves out fields without an error. */
export function onlyErrors<Field extends string>(all: Record<Field, string>): FieldErrors<Field> {
  return Object.fromEntries(Object.entries(all).filter(([, error]) => error !== '')) as FieldErrors<Field>;
}
