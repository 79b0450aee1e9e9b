// What trying the keychain found, as shape, tone and word. Total over every answer of the core.

import type { StatusWords } from '../design/Status.svelte';
import type { KeychainFound } from './bindings';

export const KEYCHAIN_WORDS: Record<KeychainFound, StatusWords> = {
  available: { shape: 'tick', tone: 'ok', word: 'Available' },
  waiting: { shape: 'triangle', tone: 'wait', word: 'Locked, waits for you' },
  missing: { shape: 'cross', tone: 'stop', word: 'Missing' },
  refused: { shape: 'cross', tone: 'stop', word: 'Refused' },
};
