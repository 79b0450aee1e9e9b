// Tenants: making one. Each has a log, people and policies of its own.

import { core, type Core } from '../../lib/ipc/client';
import type { Form } from './asking.svelte';
import { titleError } from './people.svelte';

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/u;

export class NewTenant implements Form<'id' | 'title'> {
  readonly taken = 'id';
  readonly keeps = ['id', 'title'];
  id = $state('');
  title = $state('');
  #calls: Pick<Core, 'createTenant'>;

  constructor(calls: Pick<Core, 'createTenant'> = core) {
    this.#calls = calls;
  }

  check() {
    return {
      id: ID.test(this.id.trim()) ? '' : 'Small letters, digits and hyphens, a letter or digit first; at most 63.',
      title: titleError(this.title, 'Give it a title.'),
    };
  }

  send(reason: string) {
    return this.#calls.createTenant({ id: this.id.trim(), title: this.title.trim(), reason });
  }
}
