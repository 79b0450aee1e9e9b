// Asking to reveal a protected version. The signing window asks for reason and passphrase; what was
// revealed is told by the core as changed records, and then the page asks for it again.

import { core, onCoreEvent, type Core } from '../../lib/ipc/client';
import type { FailureText } from '../../lib/design';
import { describe } from '../../lib/ipc/errors';

type Calls = Pick<Core, 'reveal'>;

export class Revealing {
  failure = $state<FailureText | null>(null);
  /** The version that the signing window was opened for. */
  waiting = $state('');
  #calls: Calls;

  constructor(calls: Calls = core) {
    this.#calls = calls;
  }

  async ask(kind: string, name: string, version: string): Promise<void> {
    this.failure = null;
    this.waiting = version;
    try {
      await this.#calls.reveal(kind, name, version);
    } catch (thrown) {
      this.waiting = '';
      this.failure = describe(thrown);
    }
  }

  /** Whoever turned back in the signing window may ask again. */
  follow(): () => void {
    return onCoreEvent('signing-finished', () => (this.waiting = ''));
  }
}
