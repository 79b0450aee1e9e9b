// Taking a proof away as a file: one at a time; the core asks the person for the place. What was saved
// last is told until something else is saved or asked for.

import type { FailureText } from '../design';
import { core, type Core, type ProofDraft, type SavedFileView } from './client';
import { describe } from './errors';

export class Saving {
  /** What is being saved. */
  busy = $state<ProofDraft['what'] | null>(null);
  saved = $state.raw<SavedFileView | null>(null);
  failure = $state<FailureText | null>(null);
  readonly #calls: Pick<Core, 'saveProof'>;

  constructor(calls: Pick<Core, 'saveProof'> = core) {
    this.#calls = calls;
  }

  async save(draft: ProofDraft): Promise<void> {
    if (this.busy) return;
    this.forget();
    this.busy = draft.what;
    try {
      this.saved = await this.#calls.saveProof(draft);
    } catch (thrown) {
      this.failure = describe(thrown);
    } finally {
      this.busy = null;
    }
  }

  forget(): void {
    this.saved = null;
    this.failure = null;
  }
}
