// A prompt being written: a new one, or a new version of one. The core compares it with the last version
// while the keys rest. A draft that began from an older version is refused; its text stays, and can be
// put on the newest version after its changes were looked at.

import {
  CallError,
  core,
  newIdempotencyKey,
  type Core,
  type DiffView,
  type PromptTextView,
  type RequestedView,
  type WhitespaceView,
} from '../../lib/ipc/client';
import type { FailureText } from '../../lib/design';
import { Asked } from '../../lib/ipc/asked.svelte';
import { describe } from '../../lib/ipc/errors';
import { nameError, onlyErrors, reasonError, type FieldErrors } from '../registry/fields';
import { afterPause, type Pause } from '../registry/pause';
import { Rendering, Samples } from './rendering.svelte';
import { variablesOf } from './variables';

type Calls = Pick<Core, 'prompt' | 'promptText' | 'promptDraftDiff' | 'renderPrompt' | 'savePrompt'>;
export type Part = 'write' | 'changes' | 'render';
export type Field = 'name' | 'text' | 'reason';

const TEXT_LIMIT = 1024 * 1024;

export class Writing {
  name = $state('');
  text = $state('');
  tier = $state('medium');
  reason = $state('');
  /** The version it began from; 0 for a new prompt. */
  basedOn = $state(0);
  part = $state<Part>('write');
  sending = $state(false);
  /** True when somebody saved a newer version meanwhile. */
  outdated = $state(false);
  errors = $state<FieldErrors<Field>>({});
  failure = $state<FailureText | null>(null);
  #from = $state('');
  /** True when a text area cannot give back the line endings of the version it began from. */
  foreignEndings = $derived(this.#from.includes('\r'));
  whitespace = $state<WhitespaceView>('exact');
  /** The newest version, where its text must be revealed first; empty where it need not. */
  withheld = $state('');
  /** The version it began from; 0 where that must be revealed first. */
  readonly begun = new Asked<number>();
  readonly diff = new Asked<DiffView>();
  readonly rendering: Rendering;
  variables = $derived(variablesOf(this.text));
  /** True when the bytes are those of the version it began from. */
  unchanged = $derived(this.basedOn > 0 && this.text === this.#from);
  #key = newIdempotencyKey();
  #calls: Calls;
  #pause: Pause;
  #stop = () => {};

  constructor(name: string, calls: Calls = core, pause: Pause = afterPause, samples = new Samples()) {
    this.name = name;
    this.rendering = new Rendering(samples, calls, pause);
    this.#calls = calls;
    this.#pause = pause;
  }

  /** Takes over the newest version's text and tier. A draft that was begun goes on as it is, once the
      text it began from may be read again. */
  async begin(): Promise<void> {
    if (this.begun.value) return this.#resume();
    await this.begun.ask(async () => {
      const last = await this.#newest();
      if (!last) return 0;
      [this.text, this.#from, this.tier, this.basedOn] = [last.text, last.text, last.tier, last.version];
      return last.version;
    });
    this.compare();
  }

  async #resume(): Promise<void> {
    try {
      await this.#look();
      if (!this.withheld) this.compare();
    } catch (thrown) {
      this.failure = describe(thrown);
    }
  }

  /** Which version is the newest, and whether it must be revealed first. */
  async #look(): Promise<number> {
    const newest = (await this.#calls.prompt(this.name)).versions[0];
    this.withheld = newest?.withheld ? newest.version : '';
    if (this.withheld) this.rendering.forget();
    return Number(newest?.version ?? 0);
  }

  /** The newest version; null where it must be revealed first. */
  async #newest(): Promise<PromptTextView | null> {
    const newest = await this.#look();
    return this.withheld ? null : this.#calls.promptText(this.name, newest);
  }

  write(text: string): void {
    this.text = text;
    this.#stop();
    this.#stop = this.#pause(() => this.compare());
  }

  /** Compares with the last version; a new prompt has none. */
  compare(): void {
    const { name, text, whitespace } = this;
    if (this.basedOn > 0) void this.diff.ask(() => this.#calls.promptDraftDiff(name, text, whitespace));
    if (this.part === 'render') this.#render();
  }

  show(part: Part): void {
    this.part = part;
    if (part === 'render') this.#render();
  }

  /** The draft beside the version it began from, both with the same samples. */
  #render(): void {
    if (this.withheld) return;
    const name = this.basedOn > 0 ? this.name : '';
    void this.rendering.show({ name, base: this.basedOn, version: 0, text: this.text });
  }

  /** Whether blanks count in the comparison. */
  count(whitespace: WhitespaceView): void {
    this.whitespace = whitespace;
    this.compare();
  }

  /** Saves; the request that was opened, or nothing when something must be mended first. */
  async send(): Promise<RequestedView | undefined> {
    if (this.sending) return undefined;
    this.failure = null;
    this.errors = this.#check();
    if (Object.keys(this.errors).length > 0) return undefined;
    this.sending = true;
    try {
      const { text, tier, reason } = this;
      return await this.#calls.savePrompt({ name: this.name.trim(), based_on: this.basedOn, text, tier, reason }, this.#key);
    } catch (thrown) {
      this.#refused(thrown);
      return undefined;
    } finally {
      this.sending = false;
    }
  }

  /** Puts the draft on the newest version and shows what it would change there. */
  async moveToNewest(): Promise<void> {
    try {
      const newest = await this.#newest();
      if (!newest) return;
      [this.#from, this.basedOn] = [newest.text, newest.version];
      this.outdated = false;
      this.failure = null;
      this.part = 'changes';
      this.compare();
    } catch (thrown) {
      this.failure = describe(thrown);
    }
  }

  #check(): FieldErrors<Field> {
    const bytes = new TextEncoder().encode(this.text).length;
    return onlyErrors({
      name: nameError(this.name.trim()),
      text: bytes === 0 ? 'Write the prompt.' : bytes > TEXT_LIMIT ? 'Shorten it: a prompt has at most 1 MiB.' : '',
      reason: reasonError(this.reason),
    });
  }

  #refused(thrown: unknown): void {
    const code = thrown instanceof CallError ? thrown.view.code : '';
    if (code !== 'database_busy' && code !== 'disk_full') this.#key = newIdempotencyKey();
    if (code === 'already_exists') {
      const { sentence, next } = describe(thrown);
      this.errors = { name: `${sentence} ${next}` };
    } else if (this.basedOn > 0 && (code === 'stale_review' || code === 'invalid_state')) {
      this.outdated = true;
    } else {
      this.failure = describe(thrown);
    }
  }
}
