// What a diff is called in words.

import { count } from '../../lib/design';
import type { BaseView } from '../../lib/ipc/client';

const RECORD = /^record (\d+)$/u;

/** "@11"; what is no version keeps its word: "now", "before", "record 2,118", "proposed", "draft". */
export function sideWord(version: string): string {
  const record = RECORD.exec(version)?.[1];
  if (record !== undefined) return `record ${count(Number(record))}`;
  return /^(now|before|proposed|draft)$/u.test(version) ? version : `@${version}`;
}

/** The same once it is chosen: who set a record, and when, stands above its lines. */
export function chosenWord(base: BaseView): string {
  return RECORD.test(base.version) ? sideWord(base.version) : baseWord(base);
}

/** "@11, in force". */
export function baseWord(base: BaseView): string {
  return `${sideWord(base.version)}, ${base.word}`;
}
