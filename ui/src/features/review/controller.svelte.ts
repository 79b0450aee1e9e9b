// One opened review. Opening it fixes in the core what a signature would cover; this page only shows
// it and asks for the signing window. Answers that belong to another request are dropped.

import {
  core,
  type ArtefactChoice,
  type Core,
  type DecisionDraft,
  type DiffView,
  type DiscussionView,
  type DraftPlace,
  type HistoryView,
  type RemarkDraft,
  type RequestRow,
  type ReviewPart,
  type ReviewView,
  type SaidView,
  type WhitespaceView,
} from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';
import { attempt } from '../../lib/ipc/show-error.svelte';
import { Keeping } from '../../lib/ipc/keeping.svelte';
import { Checking, type CheckCalls } from './checking.svelte';
import { Saying } from './saying.svelte';

type Calls = Pick<
  Core,
  'openReview' | 'openPart' | 'reviewChanges' | 'reviewHistory' | 'acknowledgeHidden' | 'decide' | 'revoke' | 'discussion' | 'say' | 'keepDraft' | 'draft' | 'dropDraft'
> &
  CheckCalls;
/** The parts that have a tab. */
export type Part = Extract<ReviewPart, 'overview' | 'changes' | 'artefact' | 'history' | 'discussion'>;

/** Where a review is looked at. */
export type Seat = {
  /** The tenant in front: what is typed is kept there. */
  tenant: string;
  /** Gives what outlives this page under its name, made where there is none. */
  hold: <Held>(name: string, make: () => Held) => Held;
};
const ALONE: Seat = { tenant: '', hold: (_, make) => make() };

export class Review {
  readonly view = new Asked<ReviewView>();
  readonly changes = new Asked<DiffView>();
  readonly history = new Asked<HistoryView[]>();
  readonly discussion = new Asked<DiscussionView>();
  readonly checking: Checking;
  requestId = $state('');
  part = $state<Part>('overview');
  /** What is being said about it; a lock and a look at other parts leave it as it was typed. */
  saying = $state.raw<Saying>();
  /** Which version stands left in the diff; null: the one in force. */
  base = $state<string | null>(null);
  whitespace = $state<WhitespaceView>('exact');
  /** The decision for which the signing window was asked, until it is over there. */
  signing = $state<DecisionDraft | 'revoke' | null>(null);
  /** Whether a signature may have come of it: then the next change of the records may be its own. */
  #asked = false;
  #calls: Calls;
  #seat: Seat;

  constructor(calls: Calls = core, seat: Seat = ALONE) {
    this.#calls = calls;
    this.#seat = seat;
    this.checking = seat.hold('checking', () => new Checking(calls));
    // One that was begun before somebody looked elsewhere tells whoever looks now.
    this.checking.tell = (of, checked) => this.#take(of, checked);
  }

  /** Opens the review of a request at one of its parts; the same one again changes nothing. */
  async open(requestId: string, part: Part = 'overview'): Promise<void> {
    if (requestId === this.requestId) return;
    this.requestId = requestId;
    this.part = part;
    this.base = null;
    this.signing = null;
    this.#asked = false;
    this.saying = requestId ? this.sayingAt({ kind: 'remark', request_id: requestId }) : undefined;
    for (const asked of [this.view, this.changes, this.history, this.discussion]) asked.forget();
    if (requestId) await this.reload();
  }

  /** Opens the request anew and shows the part that was in front. */
  async reload(): Promise<void> {
    const { requestId } = this;
    if (!(await this.view.ask(() => this.#calls.openReview(requestId)))) return;
    // What was read before is older than what the review says now; in front it is read again.
    if (this.part !== 'discussion') this.discussion.forget();
    await this.show(this.part);
  }

  async show(part: Part): Promise<void> {
    const review = this.view.value;
    this.part = part;
    if (!review) return;
    const id = review.review_id;
    // Which parts were opened stands in what is signed; only the core keeps count.
    await attempt(() => this.#calls.openPart(id, part));
    if (this.view.value?.review_id !== id) return;
    if (part === 'changes') await this.compareWith(this.base);
    if (part === 'history') await this.history.ask(() => this.#calls.reviewHistory(id));
    if (part === 'discussion') await this.#hear();
  }

  /** Reads what was said: it counts wherever one looks, and others speak too. */
  async #hear(): Promise<void> {
    const review = this.view.value;
    if (review) await this.discussion.ask(() => this.#calls.discussion(review.review_id));
  }

  async compareWith(base: string | null): Promise<void> {
    const review = this.view.value;
    this.base = base;
    const { whitespace } = this;
    // What cannot be shown is not compared either.
    if (review && !review.withheld) await this.changes.ask(() => this.#calls.reviewChanges(review.review_id, base, whitespace));
  }

  /** Whether blanks count in the diff. */
  async count(whitespace: WhitespaceView): Promise<void> {
    this.whitespace = whitespace;
    await this.compareWith(this.base);
  }

  /** Shows what is different from a version. */
  async compare(base: string): Promise<void> {
    this.base = base;
    await this.show('changes');
  }

  async acknowledge(): Promise<void> {
    const review = this.view.value;
    if (!review) return;
    const next = await attempt(() => this.#calls.acknowledgeHidden(review.review_id));
    if (next && this.view.value === review) this.view.value = next;
  }

  /** Something that is being said, kept under its place while it is typed. */
  sayingAt(place: DraftPlace): Saying {
    const make = () => new Saying(new Keeping<Saying>(this.#seat.tenant, place, this.#calls));
    const saying = this.#seat.hold(`saying ${JSON.stringify(place)}`, make);
    saying.send = (draft, text, key) => this.say(draft, text, key);
    return saying;
  }

  /** Says something about the request; throws what the core refuses. The key makes it safe to send twice. */
  async say(draft: RemarkDraft, text: string, key: string): Promise<void> {
    const review = this.view.value;
    if (!review) return;
    const said = await this.#calls.say(review.review_id, draft, text, key);
    if (this.view.value === review) await this.discussion.ask(() => Promise.resolve(said));
  }

  /** Lets a file or folder be chosen and held against the digest under review. */
  async check(choice: ArtefactChoice): Promise<void> {
    const review = this.view.value;
    if (review) await this.checking.choose(review, choice);
  }

  /** Goes on with the check that was stopped. */
  async goOn(): Promise<void> {
    const review = this.view.value;
    if (review) await this.checking.goOn(review);
  }

  /** What a check found is shown where it belongs. Opened anew meanwhile, the core knows it of that too. */
  async #take(review: ReviewView, checked: ReviewView): Promise<void> {
    if (this.view.value === review) this.view.value = checked;
    else if (this.requestId === review.request_id) await this.reload();
  }

  /** Asks the core to open the signing window. Nothing is decided here. */
  async decide(decision: DecisionDraft): Promise<void> {
    const review = this.view.value;
    if (!review) return;
    const asked = await attempt(() => this.#calls.decide(review.review_id, decision));
    if (asked !== undefined) this.#signs(review, decision);
  }

  /** Asks the core to open the signing window for the end of the approval. */
  async revoke(): Promise<void> {
    const review = this.view.value;
    if (!review) return;
    const asked = await attempt(() => this.#calls.revoke(review.review_id));
    if (asked !== undefined) this.#signs(review, 'revoke');
  }

  #signs(review: ReviewView, what: DecisionDraft | 'revoke'): void {
    if (this.view.value !== review) return;
    this.signing = what;
    this.#asked = true;
  }

  /** The signing window has nothing left to ask: it was signed, or given up. */
  signed(): void {
    this.signing = null;
  }

  /** After the records changed: opens anew what a signature or a life cycle has changed. Where no row stood
   *  before, a row is held against what is shown. */
  async follow(before: RequestRow | undefined, after: RequestRow | undefined): Promise<void> {
    if (!this.requestId) return;
    const was = before ?? (after && this.#shown());
    const moved = was?.votes !== after?.votes || was?.status !== after?.status || was?.lifecycle !== after?.lifecycle;
    if (moved || this.#asked) {
      this.signing = null;
      this.#asked = false;
      await this.reload();
    } else {
      await this.#hear();
    }
  }

  #shown(): Pick<RequestRow, 'votes' | 'status' | 'lifecycle'> | undefined {
    const review = this.view.value;
    if (!review) return undefined;
    const votes = review.foot.lines.filter((line) => line.state === 'signed' && line.decision === 'APPROVED').length;
    return { votes, status: review.status, lifecycle: review.lifecycle };
  }

  /** What was said about it, as it was read last. */
  get said(): SaidView | undefined {
    return this.discussion.value?.said ?? this.view.value?.said;
  }

  get hiddenPending(): boolean {
    const review = this.view.value;
    return review !== null && review.hidden_characters > 0 && !review.hidden_acknowledged;
  }
}
