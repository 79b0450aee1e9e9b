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
  /** Versions that must be revealed before what was typed may be shown again. */
  withheld = $state.raw<readonly string[]>([]);
  /** True where what is typed is not kept: it is too long, or the core cannot keep it now. */
  failing = $state(false);
  /** True once what was typed before stands on the page, or it is known that there is none. Before that nothing
      is kept, so that it takes nothing's place. */
  open = $state(false);
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

  /** Gives the page what was typed there and not sent, once; what stands on it already goes on. */
  async restore(page: Fields, fields: readonly (keyof Fields)[]): Promise<boolean> {
    if (this.open) return false;
    try {
      const view = await this.#calls.draft(this.#place);
      this.withheld = view.withheld;
      this.failing = false;
      if (view.withheld.length > 0) return false;
      this.#kept = view.text ?? '';
      this.open = true;
      return view.text !== null && takeOver(page, JSON.parse(view.text) as Partial<Fields>, fields);
    } catch {
      this.failing = true;
      return false;
    }
  }

  /** Keeps what stands on the page once the keys rest; `null` where nothing was typed yet. */
  keep(fields: Partial<Fields> | null, basedOn: number | null = null): void {
    this.#stop();
    const text = fields === null ? '' : JSON.stringify(fields);
    if (this.#over || !this.open || text === this.#kept) return;
    this.#stop = this.#pause(() => this.#send(text, basedOn));
  }

  /** It was sent, or given up: nothing of it is kept any more. */
  drop(): Promise<void> {
    this.#stop();
    this.#over = true;
    return this.#next(() => this.#calls.dropDraft(this.#place));
  }

  /** The same, and the page begins anew in this place. */
  async restart(): Promise<void> {
    await this.drop();
    if (this.failing) return;
    [this.#kept, this.#over, this.withheld, this.open] = ['', false, [], true];
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
function takeOver<Fields extends object>(page: Fields, kept: Partial<Fields>, fields: readonly (keyof Fields)[]): boolean {
  let taken = false;
  for (const field of fields) {
    const value = kept[field];
    if (typeof value !== typeof page[field]) continue;
    page[field] = value as Fields[typeof field];
    taken = true;
  }
  return taken;
}
