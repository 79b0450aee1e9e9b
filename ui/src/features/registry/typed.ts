// What somebody typed, out of a draft as its page kept it. Pure.

/** Of the fields of all pages those that are typed; the others are chosen, or filled in by the page. */
const TYPED = ['name', 'version', 'text', 'card', 'reason'] as const;

export type TypedText = { field: string; text: string };

/** The texts of a draft's fields, each under its label; empty ones are left out. */
export function typedOf(fields: object | null): TypedText[] {
  const given = (fields ?? {}) as Record<string, unknown>;
  return TYPED.flatMap((field) => {
    const text = given[field];
    return typeof text === 'string' && text !== '' ? [{ field: field.charAt(0).toUpperCase() + field.slice(1), text }] : [];
  });
}

/** The same of a draft as the core keeps it, with what stood aside in it; a text that is no draft is told whole. */
export function typedIn(kept: string | null): TypedText[] {
  if (kept === null) return [];
  try {
    const fields = JSON.parse(kept) as { earlier?: object };
    const earlier = typedOf(fields.earlier ?? null).map(({ field, text }) => ({ field: `Earlier ${field.toLowerCase()}`, text }));
    return [...typedOf(fields), ...earlier];
  } catch {
    return [{ field: 'Text', text: kept }];
  }
}
