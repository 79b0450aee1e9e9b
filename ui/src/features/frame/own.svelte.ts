// What the person at work set for themself: views of the inbox, and whether the desktop is told. The core keeps
// it; a view that somebody asked for waits here until the inbox takes it.

import {
  core,
  type Core,
  type InboxViewDraft,
  type Notifications,
  type OwnSettingsView,
  type SavedInboxView,
} from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';

type Calls = Pick<Core, 'ownSettings' | 'saveView' | 'deleteView' | 'chooseNotifications'>;

export class Own {
  readonly asked = new Asked<OwnSettingsView>();
  /** A view to be put in front, until the inbox has done so. */
  wanted = $state.raw<SavedInboxView | null>(null);
  #calls: Calls;

  constructor(calls: Calls = core) {
    this.#calls = calls;
  }

  get views(): SavedInboxView[] {
    return this.asked.value?.views ?? [];
  }

  /** Null while it is not known, and where the desktop cannot be told. */
  get notifications(): Notifications | null {
    return this.asked.value?.notifications ?? null;
  }

  /** Asks for what this person set; what stood here may have been another's. */
  load(): Promise<boolean> {
    this.asked.forget();
    this.wanted = null;
    return this.asked.ask(() => this.#calls.ownSettings());
  }

  /** True when it is kept; why not stands in `asked.failure`. */
  save(view: InboxViewDraft): Promise<boolean> {
    return this.asked.ask(() => this.#calls.saveView(view));
  }

  remove(viewId: string): Promise<boolean> {
    return this.asked.ask(() => this.#calls.deleteView(viewId));
  }

  notify(notifications: Notifications): Promise<boolean> {
    return this.asked.ask(() => this.#calls.chooseNotifications(notifications));
  }
}

export const own = new Own();
