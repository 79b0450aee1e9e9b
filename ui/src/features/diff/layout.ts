// Where every row of a diff stands, reckoned from the three numbers of each change: which rows are folded,
// which line is in which row. Pure; the rows themselves are asked for as they come into view.

import { count, plural } from '../../lib/design';
import type { DiffLayout, DiffLine, DiffView, HeadingView, TextRun } from '../../lib/ipc/client';

/** Unchanged lines shown around a change. */
export const CONTEXT = 3;
/** Rows in a piece that is drawn or not drawn as a whole. */
export const BLOCK = 64;

/** A change: its first row, how many it has, and its lines on both sides; all from 0. */
export type Change = { row: number; rows: number; left: number; removed: number; right: number; added: number };
/** Lines of the right side, from 0, the end not included. */
export type Lines = { from: number; to: number };
export type Fold = { kind: 'fold'; key: string; from: number; to: number; lines: Lines; section: string };
export type Block = { kind: 'rows'; key: string; from: number; to: number };
export type Piece = Fold | Block;

/** A diff laid out one way. */
export type Laid = { layout: DiffLayout; changes: Change[]; rows: number };

export function laidOut(diff: DiffView, layout: DiffLayout): Laid {
  const changes: Change[] = [];
  let [row, left, right] = [0, 0, 0];
  for (let at = 0; at < diff.changes.length; at += 3) {
    const [same = 0, removed = 0, added = 0] = diff.changes.slice(at, at + 3);
    [row, left, right] = [row + same, left + same, right + same];
    const rows = layout === 'unified' ? removed + added : Math.max(removed, added);
    changes.push({ row, rows, left, removed, right, added });
    [row, left, right] = [row + rows, left + removed, right + added];
  }
  return { layout, changes, rows: row + diff.right.lines - right };
}

/** The rows of a diff with its unchanged parts folded, but for the lines that were unfolded. */
export function pieces(laid: Laid, headings: readonly HeadingView[], unfolded: readonly Lines[]): Piece[] {
  const all: Piece[] = [];
  let shown = 0;
  for (const gap of gaps(laid)) {
    for (const lines of without(folded(gap), unfolded)) {
      const from = gap.row + lines.from - gap.lines.from;
      blocks(shown, from, all);
      shown = from + lines.to - lines.from;
      all.push({ kind: 'fold', key: `fold ${lines.from}`, from, to: shown, lines, section: sectionAt(headings, lines.to) });
    }
  }
  blocks(shown, laid.rows, all);
  return all;
}

/** What stands on a fold. */
export function foldText({ lines }: Fold): string {
  const range = lines.to - lines.from === 1 ? count(lines.to) : `${count(lines.from + 1)} to ${count(lines.to)}`;
  return `${plural(lines.to - lines.from, 'unchanged line')}, ${range}`;
}

/** The rows in which a line can stand: one, but where lines of a change are paired by what they say. */
export function rowsOf(laid: Laid, side: string, line: number): { from: number; to: number } {
  const index = line - 1;
  const start = (change: Change) => (side === 'left' ? change.left : change.right);
  const change = lastBefore(laid.changes, (other) => start(other) <= index);
  if (!change) return { from: index, to: index + 1 };
  const [own, other] = side === 'left' ? [change.removed, change.added] : [change.added, change.removed];
  const offset = index - start(change);
  if (offset >= own) return one(change.row + change.rows + offset - own);
  if (laid.layout === 'unified') return one(change.row + offset + (side === 'left' ? 0 : change.removed));
  const spare = Math.max(other - own, 0);
  return { from: change.row + offset, to: change.row + offset + spare + 1 };
}

/** The line of the right side that stands in a row or would; from 0. */
export function lineOf(laid: Laid, row: number): number {
  const change = lastBefore(laid.changes, (other) => other.row <= row);
  if (!change) return row;
  const offset = row - change.row;
  if (offset >= change.rows) return change.right + change.added + offset - change.rows;
  const came = laid.layout === 'unified' ? offset - change.removed : offset;
  return change.right + Math.min(Math.max(came, 0), Math.max(change.added - 1, 0));
}

/** The change that a row is of, or the last one before it. */
export function changeAt(laid: Laid, row: number): number {
  return Math.max(lastIndex(laid.changes, (change) => change.row <= row), 0);
}

/** The text of a line as it is read. */
export function textOf(line: DiffLine | null): string {
  return line ? line.runs.map((run) => run.text).join('') : '';
}

export const isChip = (run: TextRun) => run.kind === 'hidden' || run.kind === 'in_place';

/** A run as it is drawn; with `signs`, spaces and tabs get one. */
export function drawnText(run: TextRun, signs: boolean): string {
  return signs && !isChip(run) ? run.text.replace(/ /gu, '·').replace(/\t/gu, '→\t') : run.text;
}

/** True for a heading of the text, which is drawn stronger. */
export function isHeading(line: DiffLine): boolean {
  return /^#{1,6} /u.test(line.runs[0]?.text ?? '');
}

type Gap = { row: number; lines: Lines; opens: boolean; closes: boolean };

/** The unchanged parts, with the row that each begins at. */
function gaps({ changes, rows }: Laid): Gap[] {
  const found: Gap[] = [];
  let [row, line] = [0, 0];
  for (const change of changes) {
    found.push({ row, lines: { from: line, to: change.right }, opens: row === 0, closes: false });
    [row, line] = [change.row + change.rows, change.right + change.added];
  }
  found.push({ row, lines: { from: line, to: line + rows - row }, opens: changes.length === 0, closes: true });
  return found;
}

function folded({ lines, opens, closes }: Gap): Lines[] {
  const from = lines.from + (opens ? 0 : CONTEXT);
  const to = lines.to - (closes ? 0 : CONTEXT);
  // A fold takes a row: one line is shown instead.
  return to - from > 1 ? [{ from, to }] : [];
}

function without(from: Lines[], unfolded: readonly Lines[]): Lines[] {
  return unfolded.reduce(
    (left, open) =>
      left
        .flatMap(({ from, to }) => [
          { from, to: Math.min(to, open.from) },
          { from: Math.max(from, open.to), to },
        ])
        .filter(({ from, to }) => from < to),
    from,
  );
}

/** Blocks end at the same rows wherever they begin, so that what is unfolded leaves most of them as they are. */
function blocks(from: number, to: number, all: Piece[]): void {
  while (from < to) {
    const end = Math.min(to, (Math.floor(from / BLOCK) + 1) * BLOCK);
    all.push({ kind: 'rows', key: `rows ${from} ${end}`, from, to: end });
    from = end;
  }
}

function sectionAt(headings: readonly HeadingView[], line: number): string {
  return lastBefore(headings, (heading) => heading.line <= line)?.text ?? '';
}

const one = (row: number) => ({ from: row, to: row + 1 });

/** The last that is so, of a list in which what is so comes first. */
function lastBefore<T>(list: readonly T[], is: (item: T) => boolean): T | undefined {
  return list[lastIndex(list, is)];
}

function lastIndex<T>(list: readonly T[], is: (item: T) => boolean): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(list[middle] as T)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
