// A version of a prompt: its text, its comparison with any other, and both with sample inputs. What is protected is asked for once
// it is revealed. Answers for another version are dropped.

import { core, type Core, type DiffView, type PromptTextView, type VersionView, type WhitespaceView } from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';
import { Rendering, Samples } from './rendering.svelte';

type Calls = Pick<Core, 'promptText' | 'promptDiff' | 'renderPrompt'>;
export type Part = 'text' | 'compare' | 'render';

export class PromptVersion {
  readonly text = new Asked<PromptTextView>();
  readonly diff = new Asked<DiffView>();
  part = $state<Part>('text');
  /** What stands left; null: the version before. */
  base = $state<string | null>(null);
  whitespace = $state<WhitespaceView>('exact');
  /** Under which sample inputs; another prompt has others. */
  rendering = $state.raw<Rendering>(new Rendering(new Samples()));
  #calls: Calls;
  #samplesOf: (name: string) => Samples;
  #name = '';
  #version = $state('');
  #before = $state('');
  /** Versions whose text is protected and not revealed. */
  #protected = $state.raw<readonly string[]>([]);

  constructor(calls: Calls = core, samplesOf: (name: string) => Samples = () => new Samples()) {
    this.#calls = calls;
    this.#samplesOf = samplesOf;
  }

  /** True for a version with none to compare it with. */
  get alone(): boolean {
    return this.#before === '';
  }

  /** Which versions must be revealed before the part in front can be shown, the older one first. */
  get withheld(): readonly string[] {
    const left = this.part !== 'text' && !this.alone ? [this.#left] : [];
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
    this.text.forget();
    this.diff.forget();
    this.rendering.forget();
    this.rendering = new Rendering(this.#samplesOf(name), this.#calls);
    await this.show(this.part);
  }

  async show(part: Part): Promise<void> {
    this.part = part;
    if (part !== 'text') return this.compareWith(this.base);
    if (this.text.value || this.withheld.length > 0) return;
    await this.text.ask(() => this.#calls.promptText(this.#name, Number(this.#version)));
  }

  async compareWith(base: string | null): Promise<void> {
    this.base = base;
    if (this.withheld.length > 0) return;
    const [left, right] = [Number(this.#left), Number(this.#version)];
    if (this.part === 'render') {
      await this.rendering.show({ name: this.#name, base: left, version: right, text: null });
      return;
    }
    if (this.alone) return;
    const { whitespace } = this;
    await this.diff.ask(() => this.#calls.promptDiff(this.#name, left, right, whitespace));
  }

  /** Whether blanks count in the comparison. */
  async count(whitespace: WhitespaceView): Promise<void> {
    this.whitespace = whitespace;
    await this.compareWith(this.base);
  }
}
