// What waits, for whom, since when. Asks again when the core says that records changed, and keeps as many
// rows as there were; a page that was asked for under another tab or filter is dropped.

import {
  core,
  type Core,
  type InboxFilter,
  type InboxTab,
  type InboxView,
  type RequestRow,
} from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';
import { attempt } from '../../lib/ipc/show-error.svelte';
import { afterPause, type Pause } from '../registry/pause';

export const TABS = [
  { id: 'needs_me', label: 'Needs me' },
  { id: 'waiting_on_others', label: 'Waiting on others' },
  { id: 'decided', label: 'Decided' },
  { id: 'all', label: 'All' },
] as const satisfies readonly { id: InboxTab; label: string }[];

/** Narrows nothing. */
export const EVERYTHING: InboxFilter = { kind: null, tier: null, requester: null, state: null, search: null };

export class Inbox {
  readonly page = new Asked<InboxView>();
  tab = $state<InboxTab>('needs_me');
  filter = $state<InboxFilter>({ ...EVERYTHING });
  adding = $state(false);
  #calls: Pick<Core, 'inbox'>;
  #pause: Pause;
  #stop = () => {};

  constructor(calls: Pick<Core, 'inbox'> = core, pause: Pause = afterPause) {
    this.#calls = calls;
    this.#pause = pause;
  }

  get rows(): RequestRow[] {
    return this.page.value?.rows ?? [];
  }

  /** What narrows the tab in front: a state does so in All only. */
  get asked(): InboxFilter {
    const search = this.filter.search?.trim() || null;
    return { ...this.filter, search, state: this.tab === 'all' ? this.filter.state : null };
  }

  get filtered(): boolean {
    return Object.values(this.asked).some((value) => value !== null);
  }

  /** Reads from the beginning, at least so many rows as stand there. */
  load(): Promise<boolean> {
    return this.#ask(this.rows.length);
  }

  show(tab: InboxTab): Promise<boolean> {
    this.tab = tab;
    this.page.forget();
    return this.#ask(0);
  }

  narrow(by: Partial<InboxFilter>): Promise<boolean> {
    this.#stop();
    this.filter = { ...this.filter, ...by };
    return this.#ask(0);
  }

  /** Takes over a search text; the core is asked once the keys rest. */
  find(text: string): void {
    this.filter = { ...this.filter, search: text || null };
    this.#stop();
    this.#stop = this.#pause(() => void this.#ask(0));
  }

  /** Puts a saved view in front. */
  apply({ tab, filter }: { tab: InboxTab; filter: InboxFilter }): Promise<boolean> {
    this.#stop();
    this.filter = { ...filter };
    return this.show(tab);
  }

  /** Adds the next page under the rows that are there. */
  async more(): Promise<void> {
    const before = this.page.value;
    if (!before?.next || this.adding) return;
    const { next } = before;
    this.adding = true;
    const page = await attempt(() => this.#calls.inbox(this.tab, this.asked, next));
    this.adding = false;
    if (!page || this.page.value !== before) return;
    this.page.value = joined(before, page);
  }

  row(requestId: string): RequestRow | undefined {
    return this.rows.find((row) => row.id === requestId);
  }

  /** The row of a request wherever it stands; one that has no name to be found by only if it is in the list. */
  async look(requestId: string, name: string): Promise<RequestRow | undefined> {
    const row = this.row(requestId);
    if (row || !name) return row;
    // Asked by the page itself: an error here would hide one that the person caused.
    const page = await this.#calls.inbox('all', { ...EVERYTHING, search: name }, null).catch(() => null);
    return page?.rows.find(({ id }) => id === requestId);
  }

  #ask(atLeast: number): Promise<boolean> {
    const { tab, asked } = this;
    return this.page.ask(async () => {
      let page = await this.#calls.inbox(tab, asked, null);
      while (page.next && page.rows.length < atLeast) {
        page = joined(page, await this.#calls.inbox(tab, asked, page.next));
      }
      return page;
    });
  }
}

/** What moved between two pages that were asked for one after the other stands once. */
function joined(before: InboxView, next: InboxView): InboxView {
  const there = new Set(before.rows.map((row) => row.id));
  return { ...next, rows: [...before.rows, ...next.rows.filter((row) => !there.has(row.id))] };
}
