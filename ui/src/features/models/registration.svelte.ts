// A model being registered. The artefact is chosen and hashed by the core; no path comes here. What was
// typed stays until the core has taken it; sending twice under one key registers once.

import {
  CallError,
  core,
  newIdempotencyKey,
  progressTo,
  type ArtefactChoice,
  type ArtefactView,
  type Core,
  type ProgressView,
  type RequestedView,
  type SectionView,
} from '../../lib/ipc/client';
import type { FailureText } from '../../lib/design';
import { describe } from '../../lib/ipc/errors';
import { nameError, onlyErrors, reasonError, type FieldErrors } from '../registry/fields';
import { afterPause, type Pause } from '../registry/pause';

type Calls = Pick<Core, 'chooseArtefact' | 'registerModel' | 'cancelWork' | 'cardSections'>;
export type Field = 'name' | 'version' | 'artefact' | 'card' | 'reason';

const CARD_LIMIT = 256 * 1024;

export class Registration {
  name = $state('');
  version = $state('');
  card = $state('');
  tier = $state('medium');
  reason = $state('');
  artefact = $state<ArtefactView | null>(null);
  /** How far the hashing is; null while nothing is hashed. */
  hashing = $state<ProgressView | null>(null);
  /** Which sections that the tier asks for stand in the card; empty while it is no JSON object. */
  sections = $state.raw<readonly SectionView[]>([]);
  sending = $state(false);
  errors = $state<FieldErrors<Field>>({});
  failure = $state<FailureText | null>(null);
  #key = newIdempotencyKey();
  #calls: Calls;
  #cancelled = false;
  #pause: Pause;
  #counting = 0;

  constructor(calls: Calls = core, pause: Pause = afterPause) {
    this.#calls = calls;
    this.#pause = pause;
  }

  /** Asks which sections stand in the card, once the keys rest; the answer stops it. It is a help: where it
      cannot be told, nothing is shown. */
  count(): () => void {
    const { card, tier } = this;
    const turn = ++this.#counting;
    if (cardError(card)) {
      this.sections = [];
      return () => {};
    }
    return this.#pause(() => {
      const told = (sections: readonly SectionView[]) => {
        if (turn === this.#counting) this.sections = sections;
      };
      this.#calls.cardSections(card, tier).then(told, () => told([]));
    });
  }

  async choose(choice: ArtefactChoice): Promise<void> {
    if (this.hashing) return;
    this.#cancelled = false;
    this.errors = { ...this.errors, artefact: undefined };
    this.hashing = { per_mille: 0, text: 'Waiting for your choice' };
    const progress = progressTo((now) => {
      if (this.hashing) this.hashing = now;
    });
    try {
      const chosen = await this.#calls.chooseArtefact(choice, progress);
      if (chosen && !this.#cancelled) this.artefact = chosen;
    } catch (thrown) {
      if (!this.#cancelled) this.#refuse('artefact', thrown);
    } finally {
      this.hashing = null;
    }
  }

  /** Stops hashing; the artefact chosen before stays. */
  cancel(): void {
    this.#cancelled = true;
    void this.#calls.cancelWork().catch((thrown: unknown) => (this.failure = describe(thrown)));
  }

  /** Registers; the request that was opened, or nothing when something must be mended first. */
  async send(): Promise<RequestedView | undefined> {
    if (this.sending) return undefined;
    this.failure = null;
    this.errors = this.#check();
    const { artefact } = this;
    if (Object.keys(this.errors).length > 0 || !artefact) return undefined;
    this.sending = true;
    try {
      return await this.#calls.registerModel(
        {
          name: this.name.trim(),
          version: this.version.trim(),
          artefact_id: artefact.artefact_id,
          card: this.card,
          tier: this.tier,
          reason: this.reason,
        },
        this.#key,
      );
    } catch (thrown) {
      this.#refused(thrown);
      return undefined;
    } finally {
      this.sending = false;
    }
  }

  #check(): FieldErrors<Field> {
    return onlyErrors({
      name: nameError(this.name.trim()),
      version: this.version.trim() ? '' : 'Give the version, as its makers call it.',
      artefact: this.artefact ? '' : 'Choose the file or folder that is to be approved.',
      card: cardError(this.card),
      reason: reasonError(this.reason),
    });
  }

  /** A refused draft may be sent again changed: under a key of its own. */
  #refused(thrown: unknown): void {
    const code = thrown instanceof CallError ? thrown.view.code : '';
    if (code !== 'database_busy' && code !== 'disk_full') this.#key = newIdempotencyKey();
    if (code === 'already_exists') this.#refuse('version', thrown);
    else if (code === 'artefact') this.#refuse('artefact', thrown);
    else this.failure = describe(thrown);
  }

  #refuse(field: Field, thrown: unknown): void {
    const { sentence, next } = describe(thrown);
    this.errors = { ...this.errors, [field]: `${sentence} ${next}`.trim() };
  }
}

/** What is wrong with a card, as far as this page can tell. */
export function cardError(card: string): string {
  if (!card.trim()) return 'Paste the model card.';
  if (new TextEncoder().encode(card).length > CARD_LIMIT) return 'Shorten it: a card has at most 256 KiB.';
  try {
    const content: unknown = JSON.parse(card);
    return typeof content === 'object' && content !== null && !Array.isArray(content)
      ? ''
      : 'It must be one JSON object, in braces.';
  } catch (thrown) {
    return `It is not JSON: ${thrown instanceof Error ? thrown.message : 'it cannot be read'}`;
  }
}

/** The word beside the card's label while it is typed. */
export function cardHint(card: string): string {
  if (!card.trim()) return 'JSON object, at most 256 KiB';
  return cardError(card) ? 'Not a JSON object yet' : 'Valid JSON';
}
