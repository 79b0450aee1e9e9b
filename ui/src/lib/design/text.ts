// Numbers and digests as a person reads them. Pure; knows nothing of the domain.

const grouped = new Intl.NumberFormat('en-GB');

/** `12482` → `12,482`. */
export function count(value: number): string {
  return grouped.format(value);
}

/** `plural(1, 'record')` → `1 record`; `plural(2, 'person', 'people')` → `2 people`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Keeps `ends` characters at both ends; a text that would not get shorter stays whole. */
export function shorten(text: string, ends = 12): string {
  return text.length <= ends * 2 + 1 ? text : `${text.slice(0, ends)}…${text.slice(-ends)}`;
}

/** Groups of eight, four groups a line: how a digest is shown where it is signed. */
export function digestLines(digest: string): string[] {
  const groups = digest.match(/.{1,8}/gu) ?? [];
  const lines: string[] = [];
  for (let at = 0; at < groups.length; at += 4) lines.push(groups.slice(at, at + 4).join(' '));
  return lines;
}

/** Parts of a sentence; those with `whole` are dates, which do not break at their hyphens. */
export function unbroken(sentence: string): { text: string; whole: boolean }[] {
  const parts = sentence.split(/(\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?(?: UTC)?)?)/u);
  return parts.map((text, at) => ({ text, whole: at % 2 === 1 })).filter(({ text }) => text !== '');
}

/** `APPROVER` → `Approver`, `high` → `High`. */
export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}
