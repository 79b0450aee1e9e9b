// A check of an artefact under way: chosen in the system's dialog, hashed by the core, told by it. No
// path comes here, and nothing is judged here. One at a time, whichever review asked for it.

import {
  core,
  progressTo,
  type ArtefactChoice,
  type Core,
  type ProgressView,
  type ReviewView,
} from '../../lib/ipc/client';
import type { FailureText } from '../../lib/design';
import { describe } from '../../lib/ipc/errors';
import { showError } from '../../lib/ipc/show-error.svelte';

export type CheckCalls = Pick<Core, 'checkArtefact' | 'continueCheck' | 'cancelWork'>;

export class Checking {
  /** How far it is; null while nothing is checked. */
  now = $state<ProgressView | null>(null);
  /** The request it is for. */
  requestId = $state('');
  /** What came of it is told here, whatever is looked at by then. */
  tell: (of: ReviewView, checked: ReviewView) => Promise<void> = () => Promise.resolve();
  #failure = $state<FailureText | null>(null);
  stopping = $state(false);
  #calls: CheckCalls;

  constructor(calls: CheckCalls = core) {
    this.#calls = calls;
  }

  /** Asks for a file or folder and checks it; nothing where the person turned back, or it failed. */
  async choose(review: ReviewView, choice: ArtefactChoice): Promise<ReviewView | null> {
    return this.#run(review, 'Waiting for your choice', (progress) =>
      this.#calls.checkArtefact(review.review_id, choice, progress),
    );
  }

  /** Goes on with the check that was stopped. */
  async goOn(review: ReviewView): Promise<ReviewView | null> {
    return this.#run(review, review.artefact?.stopped?.text ?? '', (progress) =>
      this.#calls.continueCheck(review.review_id, progress),
    );
  }

  /** Stops it; what was hashed stays for going on. */
  cancel(): void {
    this.stopping = true;
    void this.#calls.cancelWork().catch(showError);
  }

  /** Why the last check of a request failed: told there, and nowhere else. */
  failureOf(requestId: string): FailureText | null {
    return this.requestId === requestId ? this.#failure : null;
  }

  async #run(
    review: ReviewView,
    text: string,
    ask: (progress: ReturnType<typeof progressTo>) => Promise<ReviewView | null>,
  ): Promise<ReviewView | null> {
    if (this.now) return null;
    this.#failure = null;
    this.stopping = false;
    this.requestId = review.request_id;
    this.now = { per_mille: 0, text };
    const progress = progressTo((now) => {
      if (this.now) this.now = now;
    });
    let checked: ReviewView | null = null;
    try {
      checked = await ask(progress);
    } catch (thrown) {
      this.#failure = describe(thrown);
    } finally {
      this.now = null;
    }
    if (checked) await this.tell(review, checked);
    return checked;
  }
}
