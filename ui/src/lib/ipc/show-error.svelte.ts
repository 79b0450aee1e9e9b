// Where an action's error goes when it has no place of its own: one notice under the top bar, which
// stays until it is dismissed or the next action starts. There is one `showError` in the program.

import type { FailureText } from '../design/Failure.svelte';
import { describe } from './errors';

class Shown {
  failure = $state<FailureText | null>(null);
}

export const shown = new Shown();

export function showError(thrown: unknown): void {
  shown.failure = describe(thrown);
}

export function dismissError(): void {
  shown.failure = null;
}

/** Runs an action; its error is shown, its answer is undefined then. */
export async function attempt<T>(action: () => Promise<T>): Promise<T | undefined> {
  dismissError();
  try {
    return await action();
  } catch (thrown) {
    showError(thrown);
    return undefined;
  }
}
