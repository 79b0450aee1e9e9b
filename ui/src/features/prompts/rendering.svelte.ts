// Two texts of a prompt with the same sample inputs. The samples live in this window's memory only, one set a
// prompt, until somebody clears them or the window closes; the core keeps none.

import {
  core,
  type Core,
  type RenderDraft,
  type RenderedView,
  type VariableView,
  type WhitespaceView,
} from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';
import { afterPause, type Pause } from '../registry/pause';

type Calls = Pick<Core, 'renderPrompt'>;

/** What stands beside what: versions by number, 0 for nothing; or a draft on the right. */
export type Sides = { name: string; base: number; version: number; text: string | null };

/** Sample inputs by variable. */
export class Samples {
  values = $state.raw<Readonly<Record<string, string>>>({});

  get given(): { name: string; value: string }[] {
    return Object.entries(this.values).map(([name, value]) => ({ name, value }));
  }
}

export class Rendering {
  readonly view = new Asked<RenderedView>();
  whitespace = $state<WhitespaceView>('exact');
  readonly samples: Samples;
  #sides: Sides | null = null;
  #calls: Calls;
  #pause: Pause;
  #stop = () => {};

  constructor(samples: Samples, calls: Calls = core, pause: Pause = afterPause) {
    this.samples = samples;
    this.#calls = calls;
    this.#pause = pause;
  }

  get variables(): VariableView[] {
    return this.view.value?.variables ?? [];
  }

  /** Variables that stand as they are written, for want of a sample. */
  get missing(): VariableView[] {
    return this.variables.filter(({ given }) => !given);
  }

  /** Shows these sides, at once. */
  show(sides: Sides): Promise<boolean> {
    this.#sides = sides;
    return this.#ask();
  }

  /** Takes over a sample; the core is asked once the keys rest. */
  give(name: string, value: string): void {
    this.samples.values = { ...this.samples.values, [name]: value };
    this.#later();
  }

  /** Takes a sample away: the variable stands as it is written again. */
  take(name: string): void {
    const { [name]: _, ...rest } = this.samples.values;
    this.samples.values = rest;
    void this.#ask();
  }

  clear(): void {
    this.samples.values = {};
    void this.#ask();
  }

  /** Whether blanks count in what is compared. */
  count(whitespace: WhitespaceView): void {
    this.whitespace = whitespace;
    void this.#ask();
  }

  again(): void {
    void this.#ask();
  }

  /** Nothing of it stays on the page, but for the samples. */
  forget(): void {
    this.#stop();
    this.#sides = null;
    this.view.forget();
  }

  #later(): void {
    this.#stop();
    this.#stop = this.#pause(() => void this.#ask());
  }

  async #ask(): Promise<boolean> {
    this.#stop();
    const sides = this.#sides;
    if (!sides) return false;
    const draft: RenderDraft = { ...sides, samples: this.samples.given, whitespace: this.whitespace };
    return this.view.ask(() => this.#calls.renderPrompt(draft));
  }
}
