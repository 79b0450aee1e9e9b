// A version of a model: its card, and the comparison of it with that of any other.

import { core, type Core, type DiffView, type ModelCardView, type WhitespaceView } from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';
import { Compared } from '../registry/compared.svelte';

type Calls = Pick<Core, 'modelCard' | 'modelDiff'>;
export type Part = 'facts' | 'compare';

export class ModelVersion extends Compared<Part> {
  readonly card = new Asked<ModelCardView>();
  #calls: Calls;

  constructor(calls: Calls = core) {
    super('facts');
    this.#calls = calls;
  }

  protected override get isRead(): boolean {
    return this.card.value !== null;
  }

  protected override async read(): Promise<void> {
    await this.card.ask(() => this.#calls.modelCard(this.name, this.version));
  }

  protected override compare(left: string, right: string, whitespace: WhitespaceView): Promise<DiffView> {
    return this.#calls.modelDiff(this.name, left, right, whitespace);
  }

  protected override forget(): void {
    this.card.forget();
  }
}
