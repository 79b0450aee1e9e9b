// From the core's hunks to the rows that are drawn: folds between hunks, one row a line, in two columns
// or in one. Pure. Text stays as it came: nothing here reads it but for folds and search.

import { plural } from '../../lib/design';
import type { DiffLine, DiffRow, DiffView, TextRun } from '../../lib/ipc/client';

export type Fold = { kind: 'fold'; key: string; text: string; section: string };
/** One drawn line. `change` is the hunk whose changed line it is, -1 on context. */
export type Drawn = {
  kind: 'line';
  key: string;
  sign: 'same' | 'added' | 'removed' | 'changed';
  left: DiffLine | null;
  right: DiffLine | null;
  hunk: number;
  change: number;
};
export type Piece = Fold | Drawn;

/** Two columns: what belongs together stands side by side. */
export function sideBySide(diff: DiffView): Piece[] {
  return pieces(diff, (rows) => rows.map((row) => ({ sign: signOf(row), left: row.left, right: row.right })));
}

/** One column: of neighbouring changed lines first what went, then what came. */
export function unified(diff: DiffView): Piece[] {
  return pieces(diff, (rows) => {
    const lines: Line[] = [];
    let came: Line[] = [];
    for (const row of rows) {
      if (row.kind === 'same') {
        lines.push(...came, { sign: 'same', left: row.left, right: row.right });
        came = [];
        continue;
      }
      if (row.left) lines.push({ sign: 'removed', left: row.left, right: null });
      if (row.right) came.push({ sign: 'added', left: null, right: row.right });
    }
    return [...lines, ...came];
  });
}

/** The text of a line as it is searched. */
export function textOf(line: DiffLine | null): string {
  return line ? line.runs.map((run) => run.text).join('') : '';
}

/** A run as it is drawn; with `whitespace`, spaces and tabs get a sign. */
export function drawnText(run: TextRun, whitespace: boolean): string {
  return whitespace && run.kind !== 'hidden' ? run.text.replace(/ /gu, '·').replace(/\t/gu, '→\t') : run.text;
}

/** True for a heading of the text, which is drawn stronger. */
export function isHeading(line: DiffLine): boolean {
  return /^#{1,6} /u.test(textOf(line));
}

type Line = Pick<Drawn, 'sign' | 'left' | 'right'>;

function pieces(diff: DiffView, draw: (rows: DiffRow[]) => Line[]): Piece[] {
  const all: Piece[] = [];
  let next = 1;
  diff.hunks.forEach((hunk, at) => {
    if (hunk.folded_before > 0) all.push(fold(`fold-${at}`, next, hunk.folded_before, hunk.section));
    next += hunk.folded_before;
    draw(hunk.rows).forEach((line, index) => {
      all.push({
        kind: 'line',
        key: `${at}-${index}`,
        ...line,
        hunk: at,
        change: line.sign === 'same' ? -1 : at,
      });
      if (line.right) next = line.right.number + 1;
    });
  });
  const rest = diff.right.lines - next + 1;
  if (rest > 0) all.push(fold('fold-end', next, rest, ''));
  return all;
}

function fold(key: string, from: number, lines: number, section: string): Fold {
  const range = lines === 1 ? `${from}` : `${from} to ${from + lines - 1}`;
  return { kind: 'fold', key, text: `${plural(lines, 'unchanged line')}, ${range}`, section };
}

function signOf(row: DiffRow): Drawn['sign'] {
  if (row.left && row.right) return row.kind === 'same' ? 'same' : 'changed';
  return row.left ? 'removed' : 'added';
}
