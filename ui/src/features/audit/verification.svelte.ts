// Verifying the whole log: started by a person, with progress, stopped by them at any time.

import { core, progressTo, type Core, type ProgressView, type VerifyView } from '../../lib/ipc/client';
import type { FailureText } from '../../lib/design';
import { describe } from '../../lib/ipc/errors';

export class Verification {
  progress = $state<ProgressView | null>(null);
  result = $state<VerifyView | null>(null);
  failure = $state<FailureText | null>(null);
  /** True after the person stopped it. */
  cancelled = $state(false);
  #calls: Pick<Core, 'verifyLog' | 'cancelWork'>;

  constructor(calls: Pick<Core, 'verifyLog' | 'cancelWork'> = core) {
    this.#calls = calls;
  }

  async run(): Promise<void> {
    if (this.progress) return;
    this.dismiss();
    this.progress = { per_mille: 0, text: 'Reading the log' };
    const channel = progressTo((now) => {
      if (this.progress) this.progress = now;
    });
    try {
      const result = await this.#calls.verifyLog(channel);
      if (!this.cancelled) this.result = result;
    } catch (thrown) {
      if (!this.cancelled) this.failure = describe(thrown);
    } finally {
      this.progress = null;
    }
  }

  cancel(): void {
    this.cancelled = true;
    void this.#calls.cancelWork().catch((thrown: unknown) => (this.failure = describe(thrown)));
  }

  dismiss(): void {
    this.result = null;
    this.failure = null;
    this.cancelled = false;
  }
}
