// What waits, for whom, since when. Asks again when the core says that records changed; a page that was
// asked for under another tab or filter is dropped.

import { core, type Core, type InboxFilter, type InboxTab, type InboxView, type RequestRow } from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';
import { attempt } from '../../lib/ipc/show-error.svelte';

export const TABS = [
  { id: 'needs_me', label: 'Needs me' },
  { id: 'waiting_on_others', label: 'Waiting on others' },
  { id: 'decided', label: 'Decided' },
  { id: 'all', label: 'All' },
] as const satisfies readonly { id: InboxTab; label: string }[];

export class Inbox {
  readonly page = new Asked<InboxView>();
  tab = $state<InboxTab>('needs_me');
  filter = $state<InboxFilter>({ kind: null, tier: null, requester: null });
  #calls: Pick<Core, 'inbox'>;

  constructor(calls: Pick<Core, 'inbox'> = core) {
    this.#calls = calls;
  }

  get rows(): RequestRow[] {
    return this.page.value?.rows ?? [];
  }

  get filtered(): boolean {
    return Object.values(this.filter).some((value) => value !== null);
  }

  load(): Promise<boolean> {
    const { tab, filter } = this;
    return this.page.ask(() => this.#calls.inbox(tab, { ...filter }, null));
  }

  show(tab: InboxTab): Promise<boolean> {
    this.tab = tab;
    this.page.forget();
    return this.load();
  }

  narrow(by: Partial<InboxFilter>): Promise<boolean> {
    this.filter = { ...this.filter, ...by };
    return this.load();
  }

  /** Adds the next page under the rows that are there. */
  async more(): Promise<void> {
    const before = this.page.value;
    if (!before?.next) return;
    const { next } = before;
    const page = await attempt(() => this.#calls.inbox(this.tab, { ...this.filter }, next));
    if (!page || this.page.value !== before) return;
    this.page.value = { ...page, rows: [...before.rows, ...page.rows] };
  }

  row(requestId: string): RequestRow | undefined {
    return this.rows.find((row) => row.id === requestId);
  }
}
