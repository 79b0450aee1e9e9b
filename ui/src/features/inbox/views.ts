// A view of the inbox in words: its tab and what narrows it.

import { capitalised } from '../../lib/design';
import type { InboxFilter, InboxTab, RequestState } from '../../lib/ipc/client';
import { tierWords } from '../../lib/words/subject';
import { TABS } from './controller.svelte';

/** What the filter of All offers, in the order of a request's life. */
export const STATES: readonly { value: RequestState; text: string }[] = [
  { value: 'open', text: 'Open' },
  { value: 'approved', text: 'Approved' },
  { value: 'rejected', text: 'Rejected' },
  { value: 'withdrawn', text: 'Withdrawn' },
  { value: 'expired', text: 'Expired' },
  { value: 'superseded', text: 'Superseded' },
];

/** `Needs me · Model · High tier · “credit”`. */
export function viewWords(tab: InboxTab, filter: InboxFilter, names: ReadonlyMap<string, string>): string {
  const words = [
    TABS.find((one) => one.id === tab)?.label,
    filter.kind && capitalised(filter.kind),
    tierWords(filter.tier),
    // Whoever asks nothing here any more has no name here.
    filter.requester && (names.get(filter.requester) ?? 'one requester'),
    tab === 'all' && filter.state && capitalised(filter.state),
    filter.search?.trim() && `“${filter.search.trim()}”`,
  ];
  return words.filter(Boolean).join(' · ');
}
