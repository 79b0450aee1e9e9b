// The rows of one diff in one layout: asked for in parts as they come into view, kept once they are there.

import { describe } from '../../lib/ipc/errors';
import { CallError, core, type Core, type DiffLayout, type DiffRow } from '../../lib/ipc/client';
import type { FailureText } from '../../lib/design';
import { BLOCK } from './layout';

type Calls = Pick<Core, 'diffRows'>;

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

  /** Asks for what is not there yet; done when all of it is, or an answer failed. */
  async need(from: number, to: number): Promise<void> {
    const parts: Promise<void>[] = [];
    for (let start = Math.floor(from / BLOCK) * BLOCK; start < Math.min(to, this.total); start += BLOCK) {
      let part = this.#asked.get(start);
      if (!part) this.#asked.set(start, (part = this.#ask(start, Math.min(start + BLOCK, this.total))));
      parts.push(part);
    }
    await Promise.all(parts);
  }

  /** After a failure: what failed is asked for again when it is next in view. */
  retry(): void {
    this.failure = null;
    this.#came++;
  }

  async #ask(start: number, end: number): Promise<void> {
    try {
      // Long lines come in smaller parts.
      for (let from = start; from < end; ) {
        const rows = await this.calls.diffRows(this.diffId, this.layout, from, end - from);
        if (rows.length === 0) break;
        rows.forEach((row, at) => this.#rows.set(from + at, row));
        from += rows.length;
      }
      this.#came++;
    } catch (thrown) {
      this.#asked.delete(start);
      if (thrown instanceof CallError && thrown.view.code === 'not_found') this.stale = true;
      else this.failure = describe(thrown);
    }
  }
}
