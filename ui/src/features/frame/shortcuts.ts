// Keys of the main window. Two-key sequences go somewhere; j and k move; / goes to the search of a list; one locks,
// wherever one types; none of them decides anything.

import type { ScreenName } from './route.svelte';

export type Shortcut =
  | { do: 'go'; screen: ScreenName }
  | { do: 'move'; step: 1 | -1 }
  | { do: 'find' }
  | { do: 'palette' }
  | { do: 'lock' }
  | { do: 'help' };

const GO: Record<string, ScreenName> = { i: 'inbox', m: 'models', p: 'prompts', a: 'audit', d: 'admin' };
const SEQUENCE_MS = 1500;

/** What the sheet of shortcuts lists. */
export const SHORTCUTS: readonly { keys: readonly string[]; what: string }[] = [
  { keys: ['j', 'k'], what: 'Next, previous row' },
  { keys: ['Enter'], what: 'Open the row' },
  { keys: ['/'], what: 'Search in the list' },
  { keys: ['g', 'i'], what: 'Inbox' },
  { keys: ['g', 'm'], what: 'Models' },
  { keys: ['g', 'p'], what: 'Prompts' },
  { keys: ['g', 'a'], what: 'Audit' },
  { keys: ['g', 'd'], what: 'Admin' },
  { keys: ['n', 'N'], what: 'Next, previous change in a diff' },
  { keys: ['Ctrl', 'F'], what: 'Search in a diff' },
  { keys: ['Ctrl', 'P'], what: 'Print a diff' },
  { keys: ['Ctrl', 'K'], what: 'Search and commands' },
  { keys: ['Ctrl', 'L'], what: 'Lock; what you typed is kept' },
  { keys: ['?'], what: 'This sheet' },
];

/** Reads keys one after another and tells what they mean together. */
export class Keys {
  #wentAt = Number.NEGATIVE_INFINITY;

  read(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'target'>, now: number): Shortcut | null {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') return { do: 'palette' };
    // With Alt it is a letter on some keyboards.
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'l') return { do: 'lock' };
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return null;
    const afterG = now - this.#wentAt < SEQUENCE_MS;
    this.#wentAt = Number.NEGATIVE_INFINITY;
    const screen = GO[event.key];
    if (afterG && screen) return { do: 'go', screen };
    if (event.key === 'g') this.#wentAt = now;
    if (event.key === 'j') return { do: 'move', step: 1 };
    if (event.key === 'k') return { do: 'move', step: -1 };
    if (event.key === '/') return { do: 'find' };
    if (event.key === '?') return { do: 'help' };
    return null;
  }
}

/** True where a key is text. */
export function typing(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null;
}
