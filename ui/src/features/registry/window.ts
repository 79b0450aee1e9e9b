// Which rows of a table are drawn: every row has the same height, so that what is in view follows from the scroll
// position alone. A short table is drawn whole. Pure.

export const ROW_PX = 32;
/** Rows drawn above and below the visible part. */
const SPARE = 8;

/** Up to so many rows are drawn whatever is in view: they cost less than a look away. */
const WHOLE = 200;

export function windowAt(scrollTop: number, height: number, size: number): { from: number; to: number } {
  if (size <= WHOLE) return { from: 0, to: size };
  const from = Math.max(Math.floor(scrollTop / ROW_PX) - SPARE, 0);
  const to = Math.min(Math.ceil((scrollTop + height) / ROW_PX) + SPARE, size);
  return { from: Math.min(from, to), to };
}
