// The card of a model version, where it may be read. Answers for another version are dropped.

import { core, type Core, type ModelCardView, type VersionView } from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';

type Calls = Pick<Core, 'modelCard'>;

export class ModelCard {
  readonly card = new Asked<ModelCardView>();
  #calls: Calls;
  #shown = '';

  constructor(calls: Calls = core) {
    this.#calls = calls;
  }

  /** Asks for the card; of one that is protected nothing is asked before it is revealed. */
  async open(name: string, version: VersionView): Promise<void> {
    const shown = `${name}@${version.version} ${version.withheld}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.card.forget();
    if (!version.withheld) await this.ask(name, version);
  }

  async ask(name: string, version: VersionView): Promise<void> {
    await this.card.ask(() => this.#calls.modelCard(name, version.version));
  }
}
