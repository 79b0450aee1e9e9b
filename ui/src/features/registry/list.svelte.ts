// The table of models or of prompts: narrowed, ordered, and read a page at a time. Asking again reads as far as
// somebody had looked; the answer to an earlier question is dropped.

import type { RegistryFilter, RegistryOrder, RegistryPage, RegistryRow } from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';
import { attempt } from '../../lib/ipc/show-error.svelte';
import { afterPause, type Pause } from './pause';

type Read = (after: string | null, filter: RegistryFilter) => Promise<RegistryPage>;

/** Narrows nothing; by name. */
export const EVERYTHING: RegistryFilter = { search: null, state: null, tier: null, author: null, order: null };

export class RegistryList {
  readonly page = new Asked<RegistryPage>();
  filter = $state.raw<RegistryFilter>(EVERYTHING);
  adding = $state(false);
  /** How many rows somebody has looked at so far; all that are there, where nobody says. */
  reached = Infinity;
  /** Where the table was left, in pixels: whoever comes back from a page finds it there. */
  top = 0;
  #read: Read;
  #pause: Pause;
  #stop = () => {};

  constructor(read: Read, pause: Pause = afterPause) {
    this.#read = read;
    this.#pause = pause;
  }

  get rows(): RegistryRow[] {
    return this.page.value?.rows ?? [];
  }

  get order(): RegistryOrder {
    return this.filter.order ?? 'name';
  }

  /** What is asked: a search of blanks is none. */
  get asked(): RegistryFilter {
    return { ...this.filter, search: this.filter.search?.trim() || null };
  }

  get narrowed(): boolean {
    const { search, state, tier, author } = this.asked;
    return [search, state, tier, author].some((value) => value !== null);
  }

  /** Reads from the beginning, at least as far as somebody had looked. */
  load(): Promise<boolean> {
    return this.#ask(Math.min(this.rows.length, this.reached));
  }

  narrow(by: Partial<RegistryFilter>): Promise<boolean> {
    this.#stop();
    this.top = 0;
    this.filter = { ...this.filter, ...by };
    return this.#ask(0);
  }

  /** Leaves nothing out any more; the order stays. */
  clear(): Promise<boolean> {
    return this.narrow({ ...EVERYTHING, order: this.filter.order });
  }

  /** Takes over a search text; the core is asked once the keys rest. */
  find(text: string): void {
    this.top = 0;
    this.filter = { ...this.filter, search: text || null };
    this.#stop();
    this.#stop = this.#pause(() => void this.#ask(0));
  }

  /** Adds the next page under the rows that are there. */
  async more(): Promise<void> {
    const before = this.page.value;
    if (!before?.next || this.adding) return;
    const { next } = before;
    this.adding = true;
    const page = await attempt(() => this.#read(next, this.asked));
    this.adding = false;
    if (!page || this.page.value !== before) return;
    this.page.value = joined(before, page);
  }

  #ask(atLeast: number): Promise<boolean> {
    const { asked } = this;
    return this.page.ask(async () => {
      let page = await this.#read(null, asked);
      while (page.next && page.rows.length < atLeast) page = joined(page, await this.#read(page.next, asked));
      return page;
    });
  }
}

/** What moved between two pages that were asked for one after the other stands once. */
function joined(before: RegistryPage, next: RegistryPage): RegistryPage {
  const there = new Set(before.rows.map((row) => row.name));
  return { ...next, rows: [...before.rows, ...next.rows.filter((row) => !there.has(row.name))] };
}
