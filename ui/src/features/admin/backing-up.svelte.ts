// Making a backup: one at a time; the core asks the person for the place and may be stopped.

import type { FailureText } from '../../lib/design';
import { core, progressTo, type BackupView, type Core, type ProgressView } from '../../lib/ipc/client';
import { describe } from '../../lib/ipc/errors';

type Calls = Pick<Core, 'backUp' | 'cancelWork'>;

export class BackingUp {
  /** How far it is; null when none is being made. */
  progress = $state.raw<ProgressView | null>(null);
  /** The one that was made last. */
  made = $state.raw<BackupView | null>(null);
  failure = $state<FailureText | null>(null);
  readonly #calls: Calls;

  constructor(calls: Calls = core) {
    this.#calls = calls;
  }

  async make(): Promise<void> {
    if (this.progress) return;
    this.made = null;
    this.failure = null;
    this.progress = { per_mille: 0, text: '' };
    try {
      const told = progressTo((now) => {
        if (this.progress) this.progress = now;
      });
      this.made = await this.#calls.backUp(told);
    } catch (thrown) {
      this.failure = describe(thrown);
    } finally {
      this.progress = null;
    }
  }

  stop(): void {
    void this.#calls.cancelWork().catch((thrown: unknown) => (this.failure = describe(thrown)));
  }
}
