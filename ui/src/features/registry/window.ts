// Which rows of a table are drawn: every row has the same height, so that what is in view follows from the scroll
// position alone. Pure.

export const ROW_PX = 32;
/** Rows drawn above and below the visible part. */
const SPARE = 8;

export function windowAt(scrollTop: number, height: number, size: number): { from: number; to: number } {
  const from = Math.max(Math.floor(scrollTop / ROW_PX) - SPARE, 0);
  const to = Math.min(Math.ceil((scrollTop + height) / ROW_PX) + SPARE, size);
  return { from: Math.min(from, to), to };
}
