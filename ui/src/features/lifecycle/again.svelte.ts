// Approvals in force that rest on something that has changed: those of the person first.

import { plural } from '../../lib/design';
import { Asked } from '../../lib/ipc/asked.svelte';
import { core, type Core, type ReReviewView } from '../../lib/ipc/client';

export class Again {
  readonly listed = new Asked<ReReviewView[]>();
  rows = $derived([...(this.listed.value ?? [])].sort((one, other) => Number(other.mine) - Number(one.mine)));
  mine = $derived(this.rows.filter((row) => row.mine).length);
  /** Their heading, while they stand on the page. */
  heading = $state<HTMLElement | null>(null);
  readonly #calls: Pick<Core, 'reReviews'>;

  constructor(calls: Pick<Core, 'reReviews'> = core) {
    this.#calls = calls;
  }

  load = (): Promise<boolean> => this.listed.ask(() => this.#calls.reReviews());

  /** What the person who holds some of them is told, wherever they are in the inbox. */
  get words(): string {
    return `${plural(this.mine, 'approval')} of yours to be reviewed again`;
  }
}
