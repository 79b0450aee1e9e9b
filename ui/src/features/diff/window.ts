// Which pieces of a diff are in view. Lines wrap, so heights are guessed until a piece was drawn. Pure.

import type { Piece } from './layout';

export const ROW_PX = 20;
export const FOLD_PX = 29;
/** Drawn above and below what is in view. */
const AHEAD_PX = 600;

export type Measured = ReadonlyMap<string, number>;

export function heightOf(piece: Piece, measured: Measured): number {
  return measured.get(piece.key) ?? (piece.kind === 'fold' ? FOLD_PX : (piece.to - piece.from) * ROW_PX);
}

/** Where each piece begins, and behind the last where the whole ends. */
export function topsOf(all: readonly Piece[], measured: Measured): number[] {
  const tops = [0];
  let top = 0;
  for (const piece of all) tops.push((top += heightOf(piece, measured)));
  return tops;
}

/** The pieces to draw; the end is not included. */
export function inView(tops: readonly number[], scrollTop: number, height: number): { from: number; to: number } {
  const last = tops.length - 1;
  const from = Math.max(firstAfter(tops, scrollTop - AHEAD_PX) - 1, 0);
  const to = Math.min(firstAfter(tops, scrollTop + height + AHEAD_PX), last);
  return { from: Math.min(from, to), to };
}

/** The piece that holds a row. */
export function pieceOf(all: readonly Piece[], row: number): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle] as Piece).to <= row) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstAfter(tops: readonly number[], px: number): number {
  let [low, high] = [0, tops.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tops[middle] as number) <= px) low = middle + 1;
    else high = middle;
  }
  return low;
}
