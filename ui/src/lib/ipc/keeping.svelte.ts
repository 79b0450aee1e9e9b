// What is being typed on a page, kept by the core for whoever types it in the tenant that the page was opened in,
// so that a restart loses nothing. Kept a moment after the last key, one after the other, and at once before
// somebody leaves; a refusal loses nothing that still stands on the page. Nothing is ever stored by the page itself.

import { core, type Core, type DraftPlace } from './client';

type Calls = Pick<Core, 'keepDraft' | 'draft' | 'dropDraft'>;
/** Calls `then` after a pause; the answer stops it. */
type Pause = (then: () => void) => () => void;

const PAUSE_MS = 800;
/** Longest that leaving waits for the core to keep what was typed last. */
const PATIENCE_MS = 2_000;
const afterTyping: Pause = (then) => {
  const timer = setTimeout(then, PAUSE_MS);
  return () => clearTimeout(timer);
};

/** Those with something that the core has not kept yet. */
const unkept = new Set<{ flush(): Promise<void> }>();

/** Keeps at once what was typed a moment ago, on whatever page: before another tenant comes in front. */
export async function keepAllNow(): Promise<void> {
  const kept = Promise.all([...unkept].map((one) => one.flush()));
  let over: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([kept, new Promise((resolve) => (over = setTimeout(resolve, PATIENCE_MS)))]);
  clearTimeout(over);
}

/** The draft of one place. `Fields` is what its page fills in, all of it text or plain values. */
export class Keeping<Fields extends object> {
  /** Versions that must be revealed before what was typed may be shown again. */
  withheld = $state.raw<readonly string[]>([]);
  /** True where what is typed is not kept: it is too long, or the core cannot keep it now. */
  failing = $state(false);
  /** True once what was typed before stands on the page, or it is known that there is none. Before that nothing
      is kept, so that it takes nothing's place. */
  open = $state(false);
  /** What was typed before and has no place on the page, where something else was typed meanwhile. It is kept
      beside that until the person gives it up. */
  earlier = $state.raw<Partial<Fields> | null>(null);
  readonly #tenant: string;
  readonly #place: DraftPlace;
  readonly #calls: Calls;
  readonly #pause: Pause;
  #stop = () => {};
  #last = Promise.resolve();
  #kept = '';
  #over = false;
  #pending: { text: string; basedOn: number | null } | null = null;
  /** What stood on the page before anybody typed. */
  #untouched: Partial<Fields> | null = null;

  constructor(tenant: string, place: DraftPlace, calls: Calls = core, pause: Pause = afterTyping) {
    this.#tenant = tenant;
    this.#place = place;
    this.#calls = calls;
    this.#pause = pause;
  }

  /** Gives the page what was typed there and not sent, once; what stands on it already goes on. */
  async restore(page: Fields, fields: readonly (keyof Fields)[]): Promise<boolean> {
    if (this.open) return false;
    this.#untouched ??= only(page, fields);
    try {
      const view = await this.#calls.draft(this.#tenant, this.#place);
      // Asked twice, the first answer stands.
      if (this.open) return false;
      this.withheld = view.withheld;
      this.failing = false;
      if (view.withheld.length > 0) return false;
      const { earlier = null, ...kept } = view.text === null ? {} : (JSON.parse(view.text) as Kept<Fields>);
      this.#kept = view.text ?? '';
      this.earlier = earlier;
      this.open = true;
      return this.#takeOver(page, kept as Partial<Fields>, fields);
    } catch {
      this.failing = true;
      return false;
    }
  }

  /** Never in the place of what was typed since: then it stands aside, and is kept with it. */
  #takeOver(page: Fields, kept: Partial<Fields>, fields: readonly (keyof Fields)[]): boolean {
    const fitting = fields.filter((field) => typeof kept[field] === typeof page[field]);
    if (fitting.every((field) => kept[field] === page[field])) return fitting.length > 0;
    if (fields.some((field) => page[field] !== this.#untouched?.[field])) {
      this.earlier = joined(kept, this.earlier);
      return false;
    }
    for (const field of fitting) page[field] = kept[field] as Fields[typeof field];
    return true;
  }

  /** Gives up what was typed before and stood aside. */
  forgetEarlier(): void {
    this.earlier = null;
  }

  /** Keeps what stands on the page once the keys rest; `null` where nothing was typed yet. */
  keep(fields: Partial<Fields> | null, basedOn: number | null = null): void {
    const { earlier } = this;
    this.#stop();
    this.#pending = null;
    const text = fields || earlier ? JSON.stringify(earlier ? { ...fields, earlier } : fields) : '';
    if (this.#over || !this.open || text === this.#kept) return;
    this.#pending = { text, basedOn };
    unkept.add(this);
    this.#stop = this.#pause(() => void this.flush());
  }

  /** Keeps it now, with everything before it. */
  flush(): Promise<void> {
    this.#stop();
    const pending = this.#pending;
    this.#pending = null;
    if (pending) this.#send(pending.text, pending.basedOn);
    return this.#last;
  }

  /** It was sent, or given up: nothing of it is kept any more. */
  drop(): Promise<void> {
    this.#stop();
    this.#pending = null;
    this.#over = true;
    return this.#next(() => this.#calls.dropDraft(this.#tenant, this.#place));
  }

  /** The same, and the page begins anew in this place. */
  async restart(): Promise<void> {
    await this.drop();
    if (this.failing) return;
    [this.#kept, this.#over, this.withheld, this.open] = ['', false, [], true];
  }

  #send(text: string, basedOn: number | null): void {
    this.#kept = text;
    void this.#next(() => this.#calls.keepDraft(this.#tenant, this.#place, basedOn, text)).then(() => {
      if (this.failing && this.#kept === text) this.#kept = '';
    });
  }

  #next(ask: () => Promise<unknown>): Promise<void> {
    unkept.add(this);
    const mine = this.#last.then(ask).then(
      () => void (this.failing = false),
      () => void (this.failing = true),
    );
    this.#last = mine;
    void mine.then(() => this.#last === mine && !this.#pending && unkept.delete(this));
    return mine;
  }
}

/** What stood aside already stays below what comes to stand aside now. */
function joined<Fields extends object>(kept: Partial<Fields>, earlier: Partial<Fields> | null): Partial<Fields> {
  const below = (text: unknown, other: unknown) => (typeof text === 'string' && text !== '' && text !== other ? `${text}\n\n${String(other)}` : other);
  const texts = Object.entries(earlier ?? {}).filter(([, other]) => typeof other === 'string' && other !== '');
  return { ...kept, ...Object.fromEntries(texts.map(([field, other]) => [field, below(kept[field as keyof Fields], other)])) };
}

type Kept<Fields> = Partial<Fields> & { earlier?: Partial<Fields> | null };

function only<Fields extends object>(page: Fields, fields: readonly (keyof Fields)[]): Partial<Fields> {
  return Object.fromEntries(fields.map((field) => [field, page[field]])) as Partial<Fields>;
}
