// Where a link leads that was given to the program. It only navigates: the core keeps it while nobody is at work
// or the signing window asks, and says once where it leads.

import { core, onCoreEvent, type Core, type LinkView } from '../../lib/ipc/client';
import { attempt } from '../../lib/ipc/show-error.svelte';
import { route } from './route.svelte';
import { session } from './session.svelte';

type Calls = Pick<Core, 'link'>;
type Leads = { review: (requestId: string) => void; tenant: (tenantId: string) => Promise<void> };

const HERE: Leads = {
  review: (requestId) => route.go('inbox', requestId),
  tenant: (tenantId) => session.chooseTenant(tenantId),
};

export class Links {
  /** A link waits for somebody to sign in. */
  kept = $state(false);
  /** Why the last one led nowhere. */
  refused = $state('');
  #calls: Calls;
  #leads: Leads;

  constructor(calls: Calls = core, leads: Leads = HERE) {
    this.#calls = calls;
    this.#leads = leads;
  }

  /** Asks whenever there may be one to follow, until the answer is called. */
  listen(): () => void {
    void this.follow();
    const events = ['link-arrived', 'session-changed', 'signing-finished'] as const;
    const stops = events.map((event) => onCoreEvent(event, () => void this.follow()));
    return () => stops.forEach((stop) => stop());
  }

  async follow(): Promise<void> {
    // Asked without being asked: an error here would hide one that the person caused.
    const view = await this.#calls.link().catch((): LinkView => ({ state: 'none' }));
    this.kept = view.state === 'kept';
    if (view.state === 'none' || view.state === 'kept') return;
    this.refused = view.state === 'refused' ? view.sentence : '';
    if (view.state === 'review') this.#leads.review(view.request_id);
    if (view.state === 'elsewhere') {
      await attempt(() => this.#leads.tenant(view.tenant_id));
      this.#leads.review(view.request_id);
    }
  }

  dismiss(): void {
    this.refused = '';
  }
}

export const links = new Links();
