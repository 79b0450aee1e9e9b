// A version of a model: its card, and the comparison of it with that of any other. What is protected is
// asked for once it is revealed. Answers for another version are dropped.

import {
  core,
  type Core,
  type DiffView,
  type ModelCardView,
  type VersionView,
  type WhitespaceView,
} from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';

type Calls = Pick<Core, 'modelCard' | 'modelDiff'>;
export type Part = 'facts' | 'compare';

export class ModelVersion {
  readonly card = new Asked<ModelCardView>();
  readonly diff = new Asked<DiffView>();
  part = $state<Part>('facts');
  /** What stands left; null: the version before. */
  base = $state<string | null>(null);
  whitespace = $state<WhitespaceView>('exact');
  #calls: Calls;
  #name = '';
  #version = $state('');
  #before = $state('');
  /** Versions whose card is protected and not revealed. */
  #protected = $state.raw<readonly string[]>([]);

  constructor(calls: Calls = core) {
    this.#calls = calls;
  }

  /** True for a version with none to compare it with. */
  get alone(): boolean {
    return this.#before === '';
  }

  /** Which versions must be revealed before the part in front can be shown, the older one first. */
  get withheld(): readonly string[] {
    const left = this.part === 'compare' && !this.alone ? [this.#left] : [];
    return [...left, this.#version].filter((version) => this.#protected.includes(version));
  }

  get #left(): string {
    return this.base ?? this.#before;
  }

  async open(name: string, version: VersionView, all: readonly VersionView[]): Promise<void> {
    const before = all[all.indexOf(version) + 1]?.version ?? all.find((other) => other !== version)?.version ?? '';
    const withheld = all.filter((other) => other.withheld).map((other) => other.version);
    const same = name === this.#name && version.version === this.#version && before === this.#before;
    if (same && withheld.join() === this.#protected.join()) return;
    [this.#name, this.#version, this.#before, this.#protected] = [name, version.version, before, withheld];
    if (!same) this.base = null;
    this.card.forget();
    this.diff.forget();
    await this.show(this.part);
  }

  async show(part: Part): Promise<void> {
    this.part = part;
    if (part === 'compare') return this.compareWith(this.base);
    if (!this.card.value) await this.read();
  }

  /** Asks for the card. */
  async read(): Promise<void> {
    if (this.withheld.length > 0) return;
    await this.card.ask(() => this.#calls.modelCard(this.#name, this.#version));
  }

  async compareWith(base: string | null): Promise<void> {
    this.base = base;
    if (this.alone || this.withheld.length > 0) return;
    const { whitespace } = this;
    await this.diff.ask(() => this.#calls.modelDiff(this.#name, this.#left, this.#version, whitespace));
  }

  /** Whether blanks count in the comparison. */
  async count(whitespace: WhitespaceView): Promise<void> {
    this.whitespace = whitespace;
    await this.compareWith(this.base);
  }
}
