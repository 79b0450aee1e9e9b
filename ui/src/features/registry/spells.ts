// The words and shapes of a time line. Pure.

import type { Option, StatusWords } from '../../lib/design';
import type { HistoryView, SpellEndView, SpellView } from '../../lib/ipc/client';
import { effectStatus } from '../../lib/words/status';

/** Where a time in which a version could be used stands now. */
export function spellStatus(spell: Pick<SpellView, 'end' | 'is_current'>): StatusWords {
  const WORDS: Record<SpellEndView, StatusWords> = {
    running: spell.is_current ? effectStatus('in_force') : { ...effectStatus('in_force'), word: 'In force too' },
    renewed: { shape: 'bar', tone: 'rest', word: 'Approved again' },
    lapsed: effectStatus('lapsed'),
    revoked: effectStatus('revoked'),
    void: effectStatus('void'),
  };
  return WORDS[spell.end];
}

/** `approved @6, in force since` → `6`. */
function versionOf(entry: HistoryView): string {
  return /@([A-Za-z0-9][A-Za-z0-9._+-]*)/u.exec(entry.what)?.[1] ?? '';
}

/** Whether an entry is about a version; of none in particular, all are. */
export function about(entry: HistoryView, version: string): boolean {
  return version === '' || versionOf(entry) === version;
}

/** The versions that entries are about, as they come. */
export function versionsIn(entries: readonly HistoryView[]): Option[] {
  const versions = new Set(entries.map(versionOf).filter((version) => version !== ''));
  return [...versions].map((version) => ({ value: version, text: `@${version}` }));
}
