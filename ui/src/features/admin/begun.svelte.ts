// What an admin has begun on a page of administration: which dialog is open and what was typed there. It outlives a
// lock, as every draft does; after a restart what was typed is there again when the dialog is opened. What it is about
// is kept by its id alone and found anew in what the core answers.

import { getContext, setContext } from 'svelte';
import { Keeping } from '../../lib/ipc/keeping.svelte';
import { session } from '../frame/session.svelte';
import { draftFor } from '../registry/drafts';
import type { Typed } from './asking.svelte';

const CONTEXT = Symbol('begun');

export class Begun<Act extends string = string> {
  /** The act, and the id of what it is about; null while nothing is begun. */
  now = $state.raw<{ act: Act; id: string } | null>(null);
  readonly #page: string;
  #typed: { basis: string; form: unknown; keeping: Keeping<Typed> } | null = null;

  constructor(page: string) {
    this.#page = page;
  }

  /** Keeps what is typed in the dialog that is open. */
  get keeping(): Keeping<Typed> | undefined {
    return this.#typed?.keeping;
  }

  begin(act: Act, id = ''): void {
    this.#typed = null;
    this.now = { act, id };
  }

  /** It is done with, or given up. */
  end(): void {
    void this.keeping?.drop();
    this.#typed = null;
    this.now = null;
  }

  /** True for the act that is begun. */
  is(act: Act): boolean {
    return this.now?.act === act;
  }

  /** What an act that is begun is about, among what is there now. */
  about<T>(act: Act, all: readonly T[] | undefined, idOf: (one: T) => string): T | undefined {
    return this.is(act) ? all?.find((one) => idOf(one) === this.now?.id) : undefined;
  }

  /** What was typed, made when nothing was. On another basis than it was begun it is made anew. */
  typed<Form>(make: () => Form, basis: unknown = null): Form {
    const stands = JSON.stringify(basis);
    if (this.#typed?.basis !== stands) this.#typed = { basis: stands, form: make(), keeping: this.#keepingOn(stands) };
    return this.#typed.form as Form;
  }

  #keepingOn(basis: string): Keeping<Typed> {
    const about = JSON.stringify([this.#page, this.now?.id ?? '', basis]);
    return new Keeping(session.tenant, { kind: 'act', act: this.now?.act ?? '', about });
  }
}

/** What is begun on this page by whoever sits here; its dialogs find it by `typed`. */
export function begunOn<Act extends string>(page: string): Begun<Act> {
  return setContext(CONTEXT, draftFor(`admin ${page} ${session.chair}`, () => new Begun<Act>(page)));
}

/** Keeps what is typed in the dialog that is open on this page; none on a page where nothing is begun. */
export const keepingHere = (): Keeping<Typed> | undefined => getContext<Begun | undefined>(CONTEXT)?.keeping;

/** What was typed in the dialog that is open. */
export function typed<Form>(make: () => Form, basis: unknown = null): Form {
  return getContext<Begun>(CONTEXT).typed(make, basis);
}
