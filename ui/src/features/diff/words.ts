// What a diff is called in words.

import type { BaseView } from '../../lib/ipc/client';

/** "@11"; what is no version keeps its word: "now", "before", "record 118", "proposed", "draft". */
export function sideWord(version: string): string {
  return /^(now|before|record \d+|proposed|draft)$/u.test(version) ? version : `@${version}`;
}

/** "@11, in force". */
export function baseWord(base: BaseView): string {
  return `${sideWord(base.version)}, ${base.word}`;
}
