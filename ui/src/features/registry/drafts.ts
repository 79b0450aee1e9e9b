// Drafts outlive their page: locking, looking elsewhere or going back loses nothing that was typed, nor the
// tab and the filters that were in front. Each belongs to one person in one tenant, lives in this window's memory
// only, and ends with it. What the core answered is never kept here: it is asked for again.

const drafts = new Map<string, unknown>();

/** The draft under a key, made when there is none. */
export function draftFor<Draft>(key: string, make: () => Draft): Draft {
  if (!drafts.has(key)) drafts.set(key, make());
  return drafts.get(key) as Draft;
}

export function hasDraft(key: string): boolean {
  return drafts.has(key);
}

export function dropDraft(key: string): void {
  drafts.delete(key);
}
