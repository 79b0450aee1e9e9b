// A version of something, alone and beside any other. What is protected is asked for once it is revealed; answers
// for another version are dropped.

import type { DiffView, VersionView, WhitespaceView } from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';

export abstract class Compared<Part extends string> {
  readonly diff = new Asked<DiffView>();
  part: Part;
  /** What stands left; null: the version before. */
  base = $state<string | null>(null);
  whitespace = $state<WhitespaceView>('exact');
  protected name = '';
  protected version = $state('');
  readonly #alone: Part;
  #before = $state('');
  /** Versions whose content is protected and not revealed. */
  #protected = $state.raw<readonly string[]>([]);

  /** `alone` is the part that shows the version by itself; every other shows it beside another. */
  constructor(alone: Part) {
    this.#alone = alone;
    this.part = $state(alone);
  }

  /** True once the version by itself was read. */
  protected abstract get isRead(): boolean;
  /** Asks for the version by itself. */
  protected abstract read(): Promise<void>;
  protected abstract compare(left: string, right: string, whitespace: WhitespaceView): Promise<DiffView>;
  /** Another version is in front, or may be read now. */
  protected abstract forget(): void;

  /** True for a version with none to compare it with. */
  get alone(): boolean {
    return this.#before === '';
  }

  /** Which versions must be revealed before the part in front can be shown, the older one first. */
  get withheld(): readonly string[] {
    const left = this.part !== this.#alone && !this.alone ? [this.left] : [];
    return [...left, this.version].filter((version) => this.#protected.includes(version));
  }

  protected get left(): string {
    return this.base ?? this.#before;
  }

  async open(name: string, version: VersionView, all: readonly VersionView[]): Promise<void> {
    const before = all[all.indexOf(version) + 1]?.version ?? all.find((other) => other !== version)?.version ?? '';
    const withheld = all.filter((other) => other.withheld).map((other) => other.version);
    const same = name === this.name && version.version === this.version && before === this.#before;
    if (same && withheld.join() === this.#protected.join()) return;
    [this.name, this.version, this.#before, this.#protected] = [name, version.version, before, withheld];
    if (!same) this.base = null;
    this.diff.forget();
    this.forget();
    await this.show(this.part);
  }

  async show(part: Part): Promise<void> {
    this.part = part;
    if (part !== this.#alone) return this.compareWith(this.base);
    if (!this.isRead && this.withheld.length === 0) await this.read();
  }

  async compareWith(base: string | null): Promise<void> {
    this.base = base;
    if (this.withheld.length === 0) await this.beside();
  }

  /** Whether blanks count in the comparison. */
  async count(whitespace: WhitespaceView): Promise<void> {
    this.whitespace = whitespace;
    await this.compareWith(this.base);
  }

  /** Asks for what the part in front shows of two versions. */
  protected async beside(): Promise<void> {
    const { left, version, whitespace } = this;
    if (!this.alone) await this.diff.ask(() => this.compare(left, version, whitespace));
  }
}
