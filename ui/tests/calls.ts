// The core's answers for the tests of a review: everything succeeds, unless a test says otherwise.

import { vi } from 'vitest';
import { diff } from './fixture/diffs';
import { discussion } from './fixture/discussion';
import { history, promptReview, review as model } from './fixture/views';

export function calls(given: Partial<Record<string, unknown>> = {}) {
  return {
    openReview: vi.fn().mockResolvedValue(model),
    openPart: vi.fn().mockResolvedValue(null),
    reviewChanges: vi.fn().mockResolvedValue(diff),
    reviewHistory: vi.fn().mockResolvedValue(history),
    acknowledgeHidden: vi.fn().mockResolvedValue({ ...promptReview, hidden_acknowledged: true }),
    decide: vi.fn().mockResolvedValue(null),
    revoke: vi.fn().mockResolvedValue(null),
    discussion: vi.fn().mockResolvedValue(discussion),
    checkArtefact: vi.fn().mockResolvedValue(null),
    continueCheck: vi.fn().mockResolvedValue(model),
    cancelWork: vi.fn().mockResolvedValue(null),
    say: vi.fn().mockResolvedValue(discussion),
    ...drafts(),
    ...given,
  };
}

/** A core that has no draft of anything, and keeps what it is given. */
export function drafts() {
  return {
    keepDraft: vi.fn().mockResolvedValue(null),
    draft: vi.fn().mockResolvedValue({ text: null, kept_at: null, withheld: [] }),
    dropDraft: vi.fn().mockResolvedValue(null),
  };
}
