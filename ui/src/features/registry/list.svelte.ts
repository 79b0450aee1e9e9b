// The table of models or of prompts: searched by name, read a page at a time. Asking again keeps as
// many rows as there were; the answer to an earlier search is dropped.

import type { RegistryPage, RegistryRow } from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';
import { attempt } from '../../lib/ipc/show-error.svelte';
import { afterPause, type Pause } from './pause';

type Read = (after: string | null, search: string) => Promise<RegistryPage>;

export class RegistryList {
  readonly page = new Asked<RegistryPage>();
  search = $state('');
  adding = $state(false);
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

  /** Reads from the beginning, at least so many rows as stand there. */
  load(): Promise<boolean> {
    return this.#ask(this.rows.length);
  }

  /** Takes over a search text; the core is asked once the keys rest. */
  find(text: string): void {
    this.search = text;
    this.#stop();
    this.#stop = this.#pause(() => void this.#ask(0));
  }

  /** Adds the next page under the rows that are there. */
  async more(): Promise<void> {
    const before = this.page.value;
    if (!before?.next || this.adding) return;
    const { next } = before;
    this.adding = true;
    const page = await attempt(() => this.#read(next, this.search.trim()));
    this.adding = false;
    if (!page || this.page.value !== before) return;
    this.page.value = { ...page, rows: [...before.rows, ...page.rows] };
  }

  #ask(atLeast: number): Promise<boolean> {
    const search = this.search.trim();
    return this.page.ask(async () => {
      let page = await this.#read(null, search);
      while (page.next && page.rows.length < atLeast) {
        const next = await this.#read(page.next, search);
        page = { ...next, rows: [...page.rows, ...next.rows] };
      }
      return page;
    });
  }
}
