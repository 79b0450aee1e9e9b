// A version of a prompt: its text, its comparison with any other, and both with sample inputs.

import { core, type Core, type DiffView, type PromptTextView, type WhitespaceView } from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';
import { Compared } from '../registry/compared.svelte';
import { Rendering, Samples } from './rendering.svelte';

type Calls = Pick<Core, 'promptText' | 'promptDiff' | 'renderPrompt'>;
export type Part = 'text' | 'compare' | 'render';

export class PromptVersion extends Compared<Part> {
  readonly text = new Asked<PromptTextView>();
  /** Under which sample inputs; another prompt has others. */
  rendering = $state.raw<Rendering>(new Rendering(new Samples()));
  #calls: Calls;
  #samplesOf: (name: string) => Samples;

  constructor(calls: Calls = core, samplesOf: (name: string) => Samples = () => new Samples()) {
    super('text');
    this.#calls = calls;
    this.#samplesOf = samplesOf;
  }

  protected override get isRead(): boolean {
    return this.text.value !== null;
  }

  protected override async read(): Promise<void> {
    await this.text.ask(() => this.#calls.promptText(this.name, Number(this.version)));
  }

  protected override compare(left: string, right: string, whitespace: WhitespaceView): Promise<DiffView> {
    return this.#calls.promptDiff(this.name, Number(left), Number(right), whitespace);
  }

  protected override forget(): void {
    this.text.forget();
    this.rendering.forget();
    this.rendering = new Rendering(this.#samplesOf(this.name), this.#calls);
  }

  protected override async beside(): Promise<void> {
    if (this.part !== 'render') return super.beside();
    await this.rendering.show({ name: this.name, base: Number(this.left), version: Number(this.version), text: null });
  }
}
