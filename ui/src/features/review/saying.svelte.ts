// Something being said about a request. What was typed stays until the core has it; the key makes it safe
// to send twice. The core judges every text and right; what is checked here only saves a way.

import { CallError, newIdempotencyKey, type RemarkDraft } from '../../lib/ipc/client';
import type { FailureText } from '../../lib/design';
import { describe } from '../../lib/ipc/errors';
import type { Keeping } from '../../lib/ipc/keeping.svelte';

/** Longest remark in characters, as the core has it. */
export const REMARK_LIMIT = 10_000;

export type Kind = 'comment' | 'finding' | 'changes_wanted';
type Send = (draft: RemarkDraft, text: string, key: string) => Promise<void>;
const FIELDS = ['kind', 'text', 'severity', 'blocking', 'owner', 'due'] as const;

export class Saying {
  kind = $state<Kind>('comment');
  text = $state('');
  severity = $state('medium');
  blocking = $state(false);
  owner = $state('');
  /** A day, `2026-11-30`, or nothing. */
  due = $state('');
  sending = $state(false);
  error = $state('');
  failure = $state<FailureText | null>(null);
  /** Tells the core, by the review that is open. */
  send: Send = () => Promise.resolve();
  #key = newIdempotencyKey();
  readonly keeping: Keeping<Saying>;

  constructor(keeping: Keeping<Saying>) {
    this.keeping = keeping;
  }

  /** What was typed before a restart; true when there was something. */
  restore(): Promise<boolean> {
    return this.keeping.restore(this, FIELDS);
  }

  /** Keeps what stands in the form; to be called whenever that changes. */
  keep(): void {
    const { kind, text, severity, blocking, owner, due } = this;
    this.keeping.keep(text ? { kind, text, severity, blocking, owner, due } : null);
  }

  /** Says it as what the form is set to. */
  async say(): Promise<boolean> {
    const { kind, severity, blocking, owner, due } = this;
    if (kind !== 'finding') return await this.#say({ kind });
    return await this.#say({ kind, severity, blocking, owner: owner || null, due: due || null });
  }

  async answer(finding: string): Promise<boolean> {
    return await this.#say({ kind: 'answer', finding });
  }

  async close(finding: string): Promise<boolean> {
    return await this.#say({ kind: 'closing', finding });
  }

  /** Gives up what was typed. */
  discard(): void {
    this.failure = null;
    this.error = '';
    void this.keeping.restart();
    this.#empty();
  }

  #empty(): void {
    [this.text, this.kind, this.severity, this.blocking, this.owner, this.due] = ['', 'comment', 'medium', false, '', ''];
  }

  async #say(draft: RemarkDraft): Promise<boolean> {
    if (this.sending) return false;
    this.failure = null;
    this.error = textError(this.text);
    if (this.error) return false;
    this.sending = true;
    try {
      await this.send(draft, this.text, this.#key);
      this.#key = newIdempotencyKey();
      void this.keeping.restart();
      this.#empty();
      return true;
    } catch (thrown) {
      const code = thrown instanceof CallError ? thrown.view.code : '';
      if (code !== 'database_busy' && code !== 'disk_full') this.#key = newIdempotencyKey();
      this.failure = describe(thrown);
      return false;
    } finally {
      this.sending = false;
    }
  }
}

function textError(text: string): string {
  if (!text.trim()) return 'Write what you want to say.';
  return [...text.trim()].length > REMARK_LIMIT ? 'Shorten it: a remark has at most 10,000 characters.' : '';
}
