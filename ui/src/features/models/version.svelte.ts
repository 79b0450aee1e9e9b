// A version of a model: its facts, and the comparison of its card with that of any other. Answers for
// another version are dropped.

import { core, type Core, type DiffView, type VersionView, type WhitespaceView } from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';

type Calls = Pick<Core, 'modelDiff'>;
export type Part = 'facts' | 'compare';

export class ModelVersion {
  readonly diff = new Asked<DiffView>();
  part = $state<Part>('facts');
  /** What stands left; null: the version before. */
  base = $state<string | null>(null);
  whitespace = $state<WhitespaceView>('exact');
  #calls: Calls;
  #name = '';
  #version = '';
  #before = $state('');

  constructor(calls: Calls = core) {
    this.#calls = calls;
  }

  /** True for a version with none to compare it with. */
  get alone(): boolean {
    return this.#before === '';
  }

  async open(name: string, version: VersionView, all: readonly VersionView[]): Promise<void> {
    const before = all[all.indexOf(version) + 1]?.version ?? all.find((other) => other !== version)?.version ?? '';
    if (name === this.#name && version.version === this.#version && before === this.#before) return;
    [this.#name, this.#version, this.#before, this.base] = [name, version.version, before, null];
    this.diff.forget();
    await this.show(this.part);
  }

  async show(part: Part): Promise<void> {
    this.part = part;
    if (part === 'compare') await this.compareWith(this.base);
  }

  async compareWith(base: string | null): Promise<void> {
    this.base = base;
    if (this.alone) return;
    const { whitespace } = this;
    await this.diff.ask(() => this.#calls.modelDiff(this.#name, base ?? this.#before, this.#version, whitespace));
  }

  /** Whether blanks count in the comparison. */
  async count(whitespace: WhitespaceView): Promise<void> {
    this.whitespace = whitespace;
    await this.compareWith(this.base);
  }
}
