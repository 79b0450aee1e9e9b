// How somebody looks at a diff: layout, what is unfolded, the change in front, what is looked for.
// A new comparison of the same sides keeps the layout and the signs; what is unfolded goes with the lines.

import { core, type Core, type DiffHits, type DiffPlace, type DiffView } from '../../lib/ipc/client';
import { attempt } from '../../lib/ipc/show-error.svelte';
import { laidOut, lineOf, pieces, rowsOf, type Lines } from './layout';
import { DiffRows } from './rows.svelte';

type Calls = Pick<Core, 'diffRows' | 'diffSearch'>;

export class Looking {
  signs = $state(false);
  /** What somebody chose; null: by the width of the window. */
  mode = $state<'two' | 'one' | null>(null);
  unfolded = $state.raw<Lines[]>([]);
  current = $state(0);
  sought = $state<number | null>(null);
  wanted = $state('');
  hits = $state.raw<DiffHits | null>(null);
  hit = $state(0);
  #calls: Calls;
  #diff: () => DiffView;
  #one: () => boolean;

  constructor(diff: () => DiffView, prefersOne: () => boolean, calls: Calls = core) {
    this.#diff = diff;
    this.#one = prefersOne;
    this.#calls = calls;
  }

  get one(): boolean {
    return this.#diff().left === null || (this.mode === null ? this.#one() : this.mode === 'one');
  }

  laid = $derived.by(() => laidOut(this.#diff(), this.one ? 'unified' : 'side_by_side'));
  all = $derived.by(() => pieces(this.laid, this.#diff().headings, this.unfolded));
  rows = $derived.by(() => new DiffRows(this.#diff().diff_id, this.laid.layout, this.laid.rows, this.#calls));
  folds = $derived(this.all.some((piece) => piece.kind === 'fold'));

  /** Another comparison is shown. */
  begin(): void {
    this.unfolded = [];
    this.current = 0;
    this.forget();
  }

  unfold(lines: Lines): void {
    this.unfolded = [...this.unfolded, lines];
  }

  unfoldAll(): void {
    this.unfolded = [{ from: 0, to: this.#diff().right.lines }];
  }

  /** Forgets what was looked for. */
  forget(): void {
    this.hits = null;
    this.sought = null;
    this.hit = 0;
  }

  /** Steps to another change; the row that it begins at. */
  step(by: number): number {
    const last = Math.max(this.laid.changes.length - 1, 0);
    this.current = Math.min(Math.max(this.current + by, 0), last);
    return this.laid.changes[this.current]?.row ?? 0;
  }

  /** The line of the right side at a row, and the row of such a line in the layout there is now. */
  placeOf(row: number): DiffPlace {
    return { side: 'right', line: lineOf(this.laid, row) + 1 };
  }

  rowNear(place: DiffPlace): number {
    return rowsOf(this.laid, place.side, place.line).from;
  }

  /** Unfolds where a line stands, and tells its row. */
  async locate(place: DiffPlace): Promise<number | null> {
    const { from, to } = rowsOf(this.laid, place.side, place.line);
    const line = lineOf(this.laid, from);
    const fold = this.all.find((piece) => piece.kind === 'fold' && piece.lines.from <= line && line < piece.lines.to);
    if (fold?.kind === 'fold') {
      // Not the whole: it may be long.
      this.unfold({ from: Math.max(fold.lines.from, line - 10), to: Math.min(fold.lines.to, line + 11) });
    }
    await this.rows.need({ from, to });
    for (let row = from; row < to; row++) {
      const found = this.rows.at(row);
      const own = place.side === 'left' ? found?.left : found?.right;
      if (own?.number !== place.line) continue;
      this.sought = row;
      const change = this.laid.changes.findIndex((other) => other.row <= row && row < other.row + other.rows);
      if (change >= 0) this.current = change;
      return row;
    }
    return null;
  }

  /** Looks for a text, or goes to where it stands next or before; the row. */
  async find(by: 1 | -1): Promise<number | null> {
    const text = this.wanted;
    if (text === '') return null;
    const { diff_id } = this.#diff();
    if (this.hits === null) {
      const hits = await attempt(() => this.#calls.diffSearch(diff_id, text));
      if (hits === undefined || text !== this.wanted || diff_id !== this.#diff().diff_id) return null;
      this.hits = hits;
      this.hit = 0;
    } else if (this.hits.places.length > 0) {
      this.hit = (this.hit + by + this.hits.places.length) % this.hits.places.length;
    }
    const place = this.hits.places[this.hit];
    return place ? this.locate(place) : null;
  }
}
