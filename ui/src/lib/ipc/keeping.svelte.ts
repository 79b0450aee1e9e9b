// What is being typed on a page, kept by the core for whoever types it, so that a restart loses nothing. Kept a
// moment after the last key, one after the other; a refusal loses nothing that still stands on the page. Nothing
// is ever stored by the page itself.

import { core, type Core, type DraftPlace } from './client';

type Calls = Pick<Core, 'keepDraft' | 'draft' | 'dropDraft'>;
/** Calls `then` after a pause; the answer stops it. */
type Pause = (then: () => void) => () => void;

const PAUSE_MS = 800;
const afterTyping: Pause = (then) => {
  const timer = setTimeout(then, PAUSE_MS);
  return () => clearTimeout(timer);
};

/** The draft of one place. `Fields` is what its page fills in, all of it text or plain values. */
export class Keeping<Fields extends object> {
  /** Versions that must be revealed before what was typed may be shown again; while there are any, nothing
      that is typed here is kept, so that it takes nothing's place. */
  withheld = $state.raw<readonly string[]>([]);
  /** True where what was typed is not kept: the draft is too long, or the core cannot keep it now. */
  failing = $state(false);
  readonly #place: DraftPlace;
  readonly #calls: Calls;
  readonly #pause: Pause;
  #stop = () => {};
  #last = Promise.resolve();
  #kept = '';
  #over = false;

  constructor(place: DraftPlace, calls: Calls = core, pause: Pause = afterTyping) {
    this.#place = place;
    this.#calls = calls;
    this.#pause = pause;
  }

  /** What was typed there and not sent; nothing where there is none, or none that may be shown now. */
  async read(): Promise<Partial<Fields> | null> {
    try {
      const view = await this.#calls.draft(this.#place);
      this.withheld = view.withheld;
      this.#kept = view.text ?? '';
      const found: unknown = view.text === null ? null : JSON.parse(view.text);
      return typeof found === 'object' ? (found as Partial<Fields> | null) : null;
    } catch {
      this.failing = true;
      return null;
    }
  }

  /** Keeps what stands on the page once the keys rest; `null` where nothing was typed yet. */
  keep(fields: Fields | null, basedOn: number | null = null): void {
    this.#stop();
    const text = fields === null ? '' : JSON.stringify(fields);
    if (this.#over || this.withheld.length > 0 || text === this.#kept) return;
    this.#stop = this.#pause(() => this.#send(text, basedOn));
  }

  /** It was sent, or given up: nothing of it is kept any more. */
  drop(): Promise<void> {
    this.#stop();
    this.#over = true;
    this.withheld = [];
    return this.#next(() => this.#calls.dropDraft(this.#place));
  }

  /** Something else is typed in the same place after it was sent. */
  async restart(): Promise<void> {
    await this.drop();
    this.#kept = '';
    this.#over = false;
  }

  #send(text: string, basedOn: number | null): void {
    this.#kept = text;
    void this.#next(() => this.#calls.keepDraft(this.#place, basedOn, text)).then(() => {
      if (this.failing && this.#kept === text) this.#kept = '';
    });
  }

  #next(ask: () => Promise<unknown>): Promise<void> {
    this.#last = this.#last.then(ask).then(
      () => void (this.failing = false),
      () => void (this.failing = true),
    );
    return this.#last;
  }
}

/** Takes over those fields of a draft that have the type they have on the page; the rest stays. */
export function takeOver<Fields extends object>(page: Fields, kept: Partial<Fields>, fields: readonly (keyof Fields)[]): void {
  for (const field of fields) {
    const value = kept[field];
    if (value !== undefined && typeof value === typeof page[field]) page[field] = value as Fields[typeof field];
  }
}
