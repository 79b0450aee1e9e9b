// Something a screen asked the core for. A later question wins: the answer to an earlier one is
// dropped. While it asks again the last answer stays; an error stands beside it, never in its place.

import type { FailureText } from '../design/Failure.svelte';
import { describe } from './errors';

export class Asked<T> {
  value = $state.raw<T | null>(null);
  failure = $state<FailureText | null>(null);
  asking = $state(false);
  #turn = 0;

  /** Asks; true when this answer was taken over. */
  async ask(question: () => Promise<T>): Promise<boolean> {
    const turn = ++this.#turn;
    this.asking = true;
    try {
      const value = await question();
      if (turn !== this.#turn) return false;
      this.value = value;
      this.failure = null;
      return true;
    } catch (thrown) {
      if (turn === this.#turn) this.failure = describe(thrown);
      return false;
    } finally {
      if (turn === this.#turn) this.asking = false;
    }
  }

  /** Forgets answer and error; an answer under way is dropped. */
  forget(): void {
    this.#turn++;
    this.value = null;
    this.failure = null;
    this.asking = false;
  }
}
