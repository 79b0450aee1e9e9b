// What an admin asks for: filled in here, then signed or confirmed in the signing window, or done at once where
// the core asks for no passphrase. What was typed stays until the core has taken it.

import { CallError, core, type ActDraft, type ConsequencesView, type Core } from '../../lib/ipc/client';
import type { FailureText } from '../../lib/design';
import { Asked } from '../../lib/ipc/asked.svelte';
import type { Keeping } from '../../lib/ipc/keeping.svelte';
import { describe } from '../../lib/ipc/errors';
import { onlyErrors, reasonError, type FieldErrors } from '../registry/fields';
import { afterPause, type Pause } from '../registry/pause';

/** What is typed in a dialog, by field. */
export type Typed = Record<string, unknown>;

/** The fields beside the reason. */
export type Form<Field extends string> = {
  /** What is wrong with each field; empty where nothing is. */
  check(): Record<Field, string>;
  /** Asks the core to open the signing window, or to do it. */
  send(reason: string): Promise<unknown>;
  /** True when the core does it at once, without the signing window. */
  readonly atOnce?: boolean;
  /** True when the signing window asks for the reason, too. */
  readonly reasonThere?: boolean;
  /** Its fields that are kept beside the reason while they are typed. */
  readonly keeps?: readonly string[];
  /** Keeps what is typed, where no page does. */
  readonly keeping?: Keeping<Typed>;
  /** The field that is wrong when the core says that such a thing is there already. */
  readonly taken?: NoInfer<Field>;
};

export class Asking<Field extends string = never> {
  reason = $state('');
  errors = $state<FieldErrors<Field | 'reason'>>({});
  failure = $state<FailureText | null>(null);
  /** True once the signing window was asked for. */
  waiting = $state(false);
  /** True once the core has done what it does at once. */
  done = $state(false);
  /** The reason and the fields that are kept beside it, as they stand. */
  readonly page: Typed;
  readonly #untouched: string;
  #form: Form<Field>;
  #sending = false;

  /** `of`: whose fields are kept, where that is not the form itself. */
  constructor(form: Form<Field>, of: object = form) {
    this.#form = form;
    this.page = pageOf(this, of, form.keeps ?? []);
    this.#untouched = JSON.stringify(this.page);
  }

  /** What is to be kept; null while nothing was typed. */
  get typed(): Typed | null {
    const typed = JSON.stringify(this.page);
    return typed === this.#untouched ? null : (JSON.parse(typed) as Typed);
  }

  /** What was typed outlives a lock; what the core answered, and the signing window, do not. */
  reopen(): void {
    this.failure = null;
    this.waiting = false;
  }

  get keeping(): Keeping<Typed> | undefined {
    return this.#form.keeping;
  }

  get atOnce(): boolean {
    return this.#form.atOnce ?? false;
  }

  get reasonThere(): boolean {
    return this.#form.reasonThere ?? false;
  }

  async sign(): Promise<void> {
    if (this.#sending) return;
    this.failure = null;
    this.waiting = false;
    const reason = this.reasonThere ? '' : reasonError(this.reason);
    const all = { ...this.#form.check(), reason } as Record<Field | 'reason', string>;
    this.errors = onlyErrors(all);
    if (Object.keys(this.errors).length > 0) return;
    this.#sending = true;
    try {
      await this.#form.send(this.reason);
      void this.keeping?.drop();
      this.done = this.atOnce;
      this.waiting = !this.atOnce;
    } catch (thrown) {
      this.#refused(thrown);
    } finally {
      this.#sending = false;
    }
  }

  #refused(thrown: unknown): void {
    const { taken } = this.#form;
    if (taken && thrown instanceof CallError && thrown.view.code === 'already_exists') {
      const { sentence, next } = describe(thrown);
      this.errors = { [taken]: `${sentence} ${next}`.trim() } as FieldErrors<Field | 'reason'>;
    } else {
      this.failure = describe(thrown);
    }
  }
}

/** The fields of several objects as those of one. */
function pageOf(asking: object, form: object, keeps: readonly string[]): Typed {
  const page: Typed = {};
  const add = (of: Typed, field: string) => {
    const set = (value: unknown) => {
      of[field] = value;
    };
    Object.defineProperty(page, field, { enumerable: true, get: () => of[field], set });
  };
  add(asking as Typed, 'reason');
  for (const field of keeps) add(form as Typed, field);
  return page;
}

/** The fields of an act of authority. */
export type ActForm<Field extends string> = {
  check(): Record<Field, string>;
  /** Its fields that are kept beside the reason while they are typed. */
  readonly keeps?: readonly string[];
  /** The act as it is filled in; null while it is none, or changes nothing. */
  readonly act: ActDraft | null;
};

/** An act of authority: the core tells what it would mean while it is filled in. */
export class Proposal<Field extends string = never> extends Asking<Field> {
  readonly meaning = new Asked<ConsequencesView>();
  /** True when `meaning` is that of the act as it is filled in now. */
  told = $state(false);
  #form: ActForm<Field>;
  #calls: Pick<Core, 'propose' | 'consequences'>;
  #pause: Pause;
  #considered: ActDraft | null = null;

  constructor(form: ActForm<Field>, calls: Pick<Core, 'propose' | 'consequences'> = core, pause: Pause = afterPause) {
    const asked: Form<Field> = {
      check: () => form.check(),
      keeps: form.keeps,
      // An act that is none does not pass `check`.
      send: async (reason) => form.act && calls.propose(form.act, reason),
    };
    super(asked, form);
    this.#form = form;
    this.#calls = calls;
    this.#pause = pause;
  }

  override reopen(): void {
    super.reopen();
    this.meaning.forget();
    this.told = false;
  }

  /** Why the core would refuse the act; empty when it would not, or has not told yet. */
  get refused(): string {
    return this.told ? (this.meaning.value?.refused ?? '') : '';
  }

  /** Asks what the act would mean, once the keys rest; the answer stops it. */
  consider(): () => void {
    const { act } = this.#form;
    this.#considered = act;
    this.told = false;
    if (act) return this.#pause(() => void this.#ask(act));
    this.meaning.forget();
    return () => {};
  }

  async #ask(act: ActDraft): Promise<void> {
    const answered = await this.meaning.ask(() => this.#calls.consequences(act));
    if (answered && this.#considered === act) this.told = true;
  }
}
