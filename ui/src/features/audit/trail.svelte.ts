// The audit trail, newest first, read a page at a time as one scrolls. New records come in on top by
// themselves; the answer to an earlier filter is dropped.

import { core, type AuditFilter, type AuditPage, type AuditRow, type Core } from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';
import { attempt } from '../../lib/ipc/show-error.svelte';

export const NO_FILTER: AuditFilter = { actor: null, action: null, resource: null, correlation_id: null };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

export class Trail {
  readonly page = new Asked<AuditPage>();
  filter = $state<AuditFilter>({ ...NO_FILTER });
  adding = $state(false);
  #calls: Pick<Core, 'audit'>;

  constructor(calls: Pick<Core, 'audit'> = core) {
    this.#calls = calls;
  }

  /** As they are drawn: newest first; everything under one correlation id in its order, once it is all there. */
  rows = $derived.by<readonly AuditRow[]>(() => {
    const rows = this.page.value?.rows ?? [];
    return this.inOrder ? rows.toReversed() : rows;
  });

  get inOrder(): boolean {
    return this.filter.correlation_id !== null && this.page.value?.next === null;
  }

  get filtered(): boolean {
    return Object.values(this.filter).some((value) => value !== null);
  }

  load(): Promise<boolean> {
    const filter = { ...this.filter };
    return this.page.ask(() => this.#calls.audit(filter, null));
  }

  narrow(by: Partial<AuditFilter>): Promise<boolean> {
    this.filter = { ...this.filter, ...by };
    return this.load();
  }

  /** Everything that one click caused, and nothing else. */
  follow(correlationId: string): Promise<boolean> {
    return this.narrow({ ...NO_FILTER, correlation_id: correlationId });
  }

  /** What was typed: a correlation id, or a resource such as `model/credit-pd@3` or `model`. */
  find(text: string): Promise<boolean> {
    const wanted = text.trim();
    if (UUID.test(wanted)) return this.narrow({ correlation_id: wanted.toLowerCase() });
    return this.narrow({ resource: wanted || null });
  }

  clear(): Promise<boolean> {
    return this.narrow(NO_FILTER);
  }

  /** Adds older records under those that are there. */
  async older(): Promise<void> {
    const before = this.page.value;
    if (before?.next == null || this.adding) return;
    const { next } = before;
    this.adding = true;
    const page = await attempt(() => this.#calls.audit({ ...this.filter }, next));
    this.adding = false;
    if (!page || this.page.value !== before) return;
    this.page.value = { ...page, rows: [...before.rows, ...page.rows] };
  }

  /** Puts new records on top of those that are there. */
  async refresh(): Promise<void> {
    const before = this.page.value;
    if (!before) return void (await this.load());
    const filter = { ...this.filter };
    await this.page.ask(async () => merged(await this.#calls.audit(filter, null), before));
  }
}

/** The newer page on top of what was read before; alone when there is a gap between the two. */
function merged(newer: AuditPage, before: AuditPage): AuditPage {
  const top = before.rows[0]?.seq ?? -1;
  const fresh = newer.rows.filter((row) => row.seq > top);
  const gap = fresh.length === newer.rows.length && newer.next !== null;
  if (gap || before.rows.length === 0) return newer;
  return { ...newer, rows: [...fresh, ...before.rows], next: before.next };
}
