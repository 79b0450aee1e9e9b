// The workspace secret and its rotation: begun in the signing window, carried on from here, paused and continued
// by a person. The core alone knows how far it is; a rotation goes on while another page is in front.

import { core, progressTo, onCoreEvent, type Core, type KeyStatusView, type ProgressView, type SecretWord } from '../../lib/ipc/client';
import { count, type FailureText, type StatusWords } from '../../lib/design';
import { Asked } from '../../lib/ipc/asked.svelte';
import { describe } from '../../lib/ipc/errors';
import { ofWorkspace, type OfWorkspace } from './workspace';

type Calls = Pick<Core, 'tenants' | 'keyStatus' | 'rotateSecret' | 'continueRotation' | 'cancelWork'>;

/** What a secret is good for. */
export function secretStatus(standing: SecretWord): StatusWords {
  const WORDS: Record<SecretWord, StatusWords> = {
    primary: { shape: 'tick', tone: 'ok', word: 'Seals and reads' },
    reading: { shape: 'half', tone: 'wait', word: 'Still reads' },
    retired: { shape: 'bar', tone: 'rest', word: 'Removed' },
  };
  return WORDS[standing];
}

export class Secret {
  readonly status = new Asked<OfWorkspace<KeyStatusView>>();
  failure = $state<FailureText | null>(null);
  /** How far the rotation is while it is carried on from here. */
  progress = $state<ProgressView | null>(null);
  /** True from the moment a person paused it until it stands. */
  pausing = $state(false);
  /** True once the signing window was asked for a rotation. */
  waiting = $state(false);
  /** How the rotation was last left from here. */
  left = $state<'paused' | 'finished' | null>(null);
  #closed = false;
  #calls: Calls;

  constructor(calls: Calls = core) {
    this.#calls = calls;
  }

  get view(): KeyStatusView | null {
    return this.status.value?.view ?? null;
  }

  /** True once there is something to show, be it why there is nothing. */
  get answered(): boolean {
    return this.status.value !== null || this.status.failure !== null;
  }

  /** How far the rotation that is under way is: as it is told, or as it was found. */
  get soFar(): ProgressView | null {
    const rotation = this.view?.rotation;
    if (this.progress || !rotation) return this.progress;
    const { done, total } = rotation;
    return { per_mille: total > 0 ? Math.floor((done * 1000) / total) : 1000, text: `${count(done)} of ${count(total)} values` };
  }

  /** Asks how it stands, and again whenever the core tells of something, until the answer is called. What was
   *  answered before is shown no more, unless the rotation is carried on from here meanwhile. */
  follow(): () => void {
    this.failure = null;
    if (!this.progress) this.status.forget();
    void this.load();
    const stops = [
      onCoreEvent('records-changed', () => void this.load()),
      onCoreEvent('signing-finished', () => {
        this.#closed = true;
        void this.load();
      }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Asks how it stands. A rotation that was asked for here and has begun is carried on by itself. */
  async load(): Promise<void> {
    const taken = await this.status.ask(() => ofWorkspace(this.#calls, () => this.#calls.keyStatus()));
    if (!taken || !this.waiting) return;
    const begun = Boolean(this.view?.rotation);
    if (begun || this.#closed) this.waiting = false;
    if (begun) await this.carryOn();
  }

  /** Asks for the signing window. Nothing begins before the new line of the kit is kept. */
  async rotate(): Promise<void> {
    this.dismiss();
    this.#closed = false;
    try {
      await this.#calls.rotateSecret();
      this.waiting = true;
    } catch (thrown) {
      this.waiting = false;
      this.failure = describe(thrown);
    }
  }

  /** Carries the rotation on, until it is finished, paused, or something keeps it from going on. */
  async carryOn(): Promise<void> {
    const now = this.soFar;
    if (this.progress || !now) return;
    this.dismiss();
    this.progress = now;
    try {
      const status = await this.#calls.continueRotation(progressTo((told) => this.#tell(told)));
      this.left = status.rotation ? 'paused' : 'finished';
    } catch (thrown) {
      this.failure = describe(thrown);
    }
    await this.load();
    this.progress = null;
    this.pausing = false;
  }

  pause(): void {
    this.pausing = true;
    void this.#calls.cancelWork().catch((thrown: unknown) => {
      this.pausing = false;
      this.failure = describe(thrown);
    });
  }

  dismiss(): void {
    this.failure = null;
    this.left = null;
  }

  /** The values under each secret keep up with the work, one question at a time. */
  #tell(told: ProgressView): void {
    if (!this.progress) return;
    this.progress = told;
    if (!this.status.asking) void this.load();
  }
}
