// The page before any workspace is open. The demo and the last workspace open at once; a new workspace
// is filled in here, its passphrase is typed in the signing window.

import { core, onCoreEvent, progressTo, type Core, type FirstPageView, type KeychainView, type KeyStorage, type ProgressView, type SessionView } from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';
import { describe } from '../../lib/ipc/errors';
import type { FailureText } from '../../lib/design';

type Calls = Pick<Core, 'firstPage' | 'checkKeychain' | 'openDemo' | 'openLast' | 'openFolder' | 'restoreBackup' | 'createWorkspace' | 'cancelWork'>;
export type Step = 'start' | 'create' | 'restore';

export class FirstRun {
  readonly page = new Asked<FirstPageView>();
  /** The keychain of this computer, once it was tried. */
  readonly keychain = new Asked<KeychainView>();
  step = $state<Step>('start');
  /** What is under way, and how far. */
  work = $state<{ what: string; progress: ProgressView | null } | null>(null);
  failure = $state<FailureText | null>(null);
  /** True while the person must say whether the demo's keys may lie in a file. */
  askingForKeyFile = $state(false);
  draft = $state({ title: '', tenant_id: '', admin: '', keys: 'keychain' as KeyStorage });
  /** True while the signing window asks for what this page may not see. */
  waiting = $state(false);
  #calls: Calls;
  #opened: (view: SessionView) => void;

  constructor(opened: (view: SessionView) => void, calls: Calls = core) {
    this.#opened = opened;
    this.#calls = calls;
  }

  load(): Promise<boolean> {
    return this.page.ask(() => this.#calls.firstPage());
  }

  /** Follows the core until the answer is called: what the signing window asked may be given up there. */
  follow(): () => void {
    return onCoreEvent('signing-finished', () => (this.waiting = false));
  }

  /** Has the core try the keychain: a locked one may ask its owner first. */
  checkKeychain(): Promise<boolean> {
    return this.keychain.ask(() => this.#calls.checkKeychain());
  }

  get keychainWorks(): boolean {
    return this.keychain.value === null || this.keychain.value.found === 'available';
  }

  /** Opens the demo; where no keychain answers, first asks whether a file will do. */
  async exploreDemo(): Promise<void> {
    await this.checkKeychain();
    if (this.keychainWorks) return this.openDemo('keychain');
    this.askingForKeyFile = true;
  }

  openDemo(keys: KeyStorage): Promise<void> {
    this.askingForKeyFile = false;
    const progress = progressTo((now) => {
      if (this.work) this.work = { what: this.work.what, progress: now };
    });
    return this.#open('Making the demo', () => this.#calls.openDemo(keys, progress));
  }

  openLast(): Promise<void> {
    return this.#open('Opening the workspace', () => this.#calls.openLast());
  }

  /** Opens a folder of the person's choice; the core asks for it. */
  openFolder(): Promise<void> {
    return this.#open('Opening the workspace', () => this.#calls.openFolder());
  }

  /** Makes a workspace from a backup of the person's choice, and opens it. */
  restoreBackup(): Promise<void> {
    const progress = progressTo((now) => {
      if (this.work) this.work = { what: this.work.what, progress: now };
    });
    return this.#open('Restoring the backup', () => this.#calls.restoreBackup(progress));
  }

  cancel(): void {
    void this.#calls.cancelWork().catch((thrown: unknown) => (this.failure = describe(thrown)));
  }

  begin(step: Step): void {
    this.step = step;
    this.failure = null;
    this.waiting = false;
    if (step === 'create') void this.checkKeychain();
  }

  /** Asks the core to open the signing window; what was filled in stays. */
  async create(): Promise<void> {
    this.failure = null;
    try {
      await this.#calls.createWorkspace({ ...this.draft });
      this.waiting = true;
    } catch (thrown) {
      this.failure = describe(thrown);
    }
  }

  async #open(what: string, open: () => Promise<SessionView | null>): Promise<void> {
    if (this.work) return;
    this.failure = null;
    this.waiting = false;
    this.work = { what, progress: null };
    try {
      const session = await open();
      // The person turned back.
      if (!session) return;
      // Closed still: the signing window asks for the passphrase of the key file.
      this.waiting = session.state === 'closed';
      this.#opened(session);
    } catch (thrown) {
      this.failure = describe(thrown);
    } finally {
      this.work = null;
    }
  }
}
