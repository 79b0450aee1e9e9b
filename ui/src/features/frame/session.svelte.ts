// Who sits here. The core says it; the page asks again whenever the core tells of a change, and keeps
// nothing of its own but the last answer.

import { core, onCoreEvent, type Core, type SessionView } from '../../lib/ipc/client';
import { keepAllNow } from '../../lib/ipc/keeping.svelte';
import { Asked } from '../../lib/ipc/asked.svelte';
import { attempt } from '../../lib/ipc/show-error.svelte';
import { route } from './route.svelte';

export type OpenSession = Extract<SessionView, { state: 'open' }>;
type Calls = Pick<
  Core,
  'session' | 'lock' | 'signOut' | 'signIn' | 'chooseTenant' | 'closeWorkspace' | 'openLast' | 'recover'
>;

export class Session {
  readonly asked = new Asked<SessionView>();
  #calls: Calls;

  constructor(calls: Calls = core) {
    this.#calls = calls;
  }

  get view(): SessionView | null {
    return this.asked.value;
  }

  /** The session of somebody at work, else null. */
  get open(): OpenSession | null {
    return this.view?.state === 'open' ? this.view : null;
  }

  get isAdmin(): boolean {
    return this.open?.tenant.role === 'ADMIN';
  }

  /** Whose place it is: what is kept for one person in one tenant is kept under this. */
  get chair(): string {
    return `${this.tenant} ${this.open?.person.id}`;
  }

  /** The tenant in front; empty while nobody is at work. */
  get tenant(): string {
    return this.open?.tenant.id ?? '';
  }

  load(): Promise<boolean> {
    return this.asked.ask(() => this.#calls.session());
  }

  /** Follows the core until the answer is called. */
  follow(): () => void {
    void this.load();
    const stops = [
      onCoreEvent('session-changed', () => void this.load()),
      onCoreEvent('records-changed', () => void this.load()),
    ];
    return () => stops.forEach((stop) => stop());
  }

  /** Takes over a session that another command answers; overtaken by a later question, asks again. */
  async take(action: () => Promise<SessionView>): Promise<void> {
    const isTaken = await this.asked.ask(async () => (await attempt(action)) ?? this.#calls.session());
    if (!isTaken) await this.load();
  }

  /** Waits for nothing: whoever leaves may be in a hurry. What was typed last stays in this window's memory. */
  lock(): Promise<void> {
    void keepAllNow();
    return this.take(() => this.#calls.lock());
  }

  async signOut(): Promise<void> {
    await keepAllNow();
    route.go('inbox');
    return this.take(() => this.#calls.signOut());
  }

  /** What was typed belongs to the tenant that it was typed in: it is kept there first. */
  async chooseTenant(tenantId: string): Promise<void> {
    await keepAllNow();
    route.go(route.place.screen);
    return this.take(() => this.#calls.chooseTenant(tenantId));
  }

  async closeWorkspace(): Promise<void> {
    await keepAllNow();
    route.go('inbox');
    return this.take(() => this.#calls.closeWorkspace());
  }

  openLast(): Promise<void> {
    return this.take(() => this.#calls.openLast());
  }

  /** Opens the signing window: passphrases are typed there and nowhere else. */
  async signIn(personId: string): Promise<void> {
    await attempt(() => this.#calls.signIn(personId));
  }

  /** Opens the signing window on the lines of the recovery kit. */
  async recover(): Promise<void> {
    await attempt(() => this.#calls.recover());
  }
}

export const session = new Session();
