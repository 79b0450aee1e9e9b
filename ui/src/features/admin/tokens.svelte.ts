// Tokens for pipelines. One is made in the signing window, which alone shows it; here is only what is on record.

import { core, onCoreEvent, type Core, type TokenState, type TokensView } from '../../lib/ipc/client';
import type { StatusWords } from '../../lib/design';
import { Asked } from '../../lib/ipc/asked.svelte';
import { Asking, type Form } from './asking.svelte';
import { titleError } from './people.svelte';
import { ofWorkspace, type OfWorkspace } from './workspace';

type Calls = Pick<Core, 'tenants' | 'tokens' | 'revokeToken'>;
/** How long a token lasts unless an admin says otherwise, in days. */
const USUAL_DAYS = 90;
const DAYS = /^[1-9]\d{0,3}$/u;

/** Whether a token opens anything. */
export function tokenStatus(state: TokenState): StatusWords {
  const WORDS: Record<TokenState, StatusWords> = {
    good: { shape: 'tick', tone: 'ok', word: 'Good' },
    revoked: { shape: 'slash', tone: 'rest', word: 'Revoked' },
    expired: { shape: 'bar', tone: 'rest', word: 'Expired' },
    owner_disabled: { shape: 'bar', tone: 'rest', word: 'Owner disabled' },
    other_owner: { shape: 'bar', tone: 'rest', word: 'Made by another' },
  };
  return WORDS[state];
}

export class Tokens {
  readonly asked = new Asked<OfWorkspace<TokensView>>();
  #calls: Calls;

  constructor(calls: Calls = core) {
    this.#calls = calls;
  }

  get view(): TokensView | null {
    return this.asked.value?.view ?? null;
  }

  load(): Promise<boolean> {
    return this.asked.ask(() => ofWorkspace(this.#calls, () => this.#calls.tokens()));
  }

  follow(): () => void {
    void this.load();
    return onCoreEvent('records-changed', () => void this.load());
  }

  /** Revoking asks for a reason and is done at once. */
  revoking(serviceId: string): Asking {
    const send = (reason: string) => this.#calls.revokeToken(serviceId, reason).then((view) => this.asked.ask(async () => ({ view })));
    return new Asking({ atOnce: true, check: () => ({}), send });
  }
}

/** A token that is not made yet. */
export class NewToken implements Form<'title' | 'role' | 'days'> {
  readonly taken = 'title';
  readonly keeps = ['title', 'role', 'days'];
  readonly reasonThere = true;
  title = $state('');
  role = $state('');
  days = $state('');
  readonly mostDays: number;
  #calls: Pick<Core, 'createToken'>;

  constructor(mostDays: number, calls: Pick<Core, 'createToken'> = core) {
    this.mostDays = mostDays;
    this.days = String(Math.min(USUAL_DAYS, mostDays));
    this.#calls = calls;
  }

  check() {
    const days = this.days.trim();
    return {
      title: titleError(this.title, 'Give it a name, such as that of the pipeline.'),
      role: this.role ? '' : 'Choose a role.',
      days: DAYS.test(days) && Number(days) <= this.mostDays ? '' : `A whole number of days, from 1 to ${this.mostDays}.`,
    };
  }

  send() {
    return this.#calls.createToken({ title: this.title.trim(), role: this.role, life_days: Number(this.days.trim()) });
  }
}
