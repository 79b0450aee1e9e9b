// The rows of one diff in one layout: asked for in parts as they come into view, kept once they are there.

import { describe } from '../../lib/ipc/errors';
import { CallError, core, type Core, type DiffLayout, type DiffRow, type DiffSpan } from '../../lib/ipc/client';
import type { FailureText } from '../../lib/design';

type Calls = Pick<Core, 'diffRows'>;
/** Rows, the end not included. */
export type Span = { from: number; to: number };

/** Rows in one answer at most. */
const AT_ONCE = 200;

export class DiffRows {
  failure = $state<FailureText | null>(null);
  /** True once the core no longer knows this diff: it must be compared anew. */
  stale = $state(false);
  /** Grows with each part that came. */
  #came = $state(0);
  #rows = new Map<number, DiffRow>();
  #asked = new Map<number, Promise<void>>();

  constructor(
    readonly diffId: string,
    readonly layout: DiffLayout,
    readonly total: number,
    private readonly calls: Calls = core,
  ) {}

  at(row: number): DiffRow | undefined {
    void this.#came;
    return this.#rows.get(row);
  }

  /** Rows that are all there, or nothing. */
  between(from: number, to: number): DiffRow[] | null {
    void this.#came;
    const rows: DiffRow[] = [];
    for (let row = from; row < to; row++) {
      const found = this.#rows.get(row);
      if (!found) return null;
      rows.push(found);
    }
    return rows;
  }

  /** Asks for what is not there yet, as much of it at once as the core gives; done when all of it is there, or an
      answer failed. */
  async need(...wanted: readonly Span[]): Promise<void> {
    // What failed is looked for again once something came, or somebody asked.
    void this.#came;
    const answers = new Set<Promise<void>>();
    let missing: number[] = [];
    const ask = () => {
      const answer = this.#ask(spansOf(missing));
      for (const row of missing) this.#asked.set(row, answer);
      answers.add(answer);
      missing = [];
    };
    for (const { from, to } of wanted) {
      for (let row = from; row < Math.min(to, this.total); row++) {
        const answer = this.#asked.get(row);
        if (answer) answers.add(answer);
        else if (missing.push(row) === AT_ONCE) ask();
      }
    }
    if (missing.length > 0) ask();
    await Promise.all(answers);
  }

  /** After a failure: what failed is asked for again when it is next in view. */
  retry(): void {
    this.failure = null;
    this.#came++;
  }

  async #ask(spans: DiffSpan[]): Promise<void> {
    try {
      // Long lines come in smaller parts.
      for (let left = spans; left.length > 0; ) {
        const parts = await this.calls.diffRows(this.diffId, this.layout, left);
        left.forEach(({ from }, at) => parts[at]?.forEach((row, offset) => this.#rows.set(from + offset, row)));
        const rest = left.map(({ from, rows }, at) => after(from, rows, parts[at]?.length ?? 0));
        if (parts.every((rows) => rows.length === 0)) break;
        left = rest.filter(({ rows }) => rows > 0);
      }
      this.#came++;
      this.failure = null;
    } catch (thrown) {
      for (const { from, rows } of spans) for (let row = from; row < from + rows; row++) this.#asked.delete(row);
      if (thrown instanceof CallError && thrown.view.code === 'not_found') this.stale = true;
      else this.failure = describe(thrown);
    }
  }
}

const after = (from: number, rows: number, came: number): DiffSpan => ({ from: from + came, rows: rows - came });

/** Rows that follow each other as one. */
function spansOf(rows: readonly number[]): DiffSpan[] {
  const spans: DiffSpan[] = [];
  for (const row of rows) {
    const last = spans.at(-1);
    if (last && last.from + last.rows === row) last.rows++;
    else spans.push({ from: row, rows: 1 });
  }
  return spans;
}
