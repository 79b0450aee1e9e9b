// Keys of people and log keys of installations: their words, and the acts that end them.

import { core, type ActDraft, type CompromiseView, type Core, type KeyState, type KeyView } from '../../lib/ipc/client';
import type { StatusWords } from '../../lib/design';
import { Asked } from '../../lib/ipc/asked.svelte';
import { afterPause, type Pause } from '../registry/pause';
import type { ActForm } from './asking.svelte';

/** How a key stands. */
export function keyStatus(state: KeyState): StatusWords {
  const WORDS: Record<KeyState, StatusWords> = {
    good: { shape: 'tick', tone: 'ok', word: 'Good' },
    retired: { shape: 'bar', tone: 'rest', word: 'Retired' },
    compromised: { shape: 'slash', tone: 'stop', word: 'Compromised' },
  };
  return WORDS[state];
}

/** An act whose every entry is known beforehand: nothing is filled in but the reason. */
export class Ending implements ActForm<never> {
  readonly act: ActDraft;

  constructor(act: ActDraft) {
    this.act = act;
  }

  check() {
    return {};
  }
}

/** A key that may have been in other hands from a time on. */
export class Compromise implements ActForm<'at'> {
  readonly keeps = ['at'];
  /** Local time as the field gives it, `2026-11-22T18:35`. */
  at = $state('');
  /** The record that the time means, and what becomes void from there on. */
  readonly found = new Asked<CompromiseView>();
  /** True when `found` belongs to the time that stands there now. */
  told = $state(false);
  readonly key: KeyView;
  #calls: Pick<Core, 'compromise'>;
  #pause: Pause;
  #considered: string | null = null;

  constructor(key: KeyView, calls: Pick<Core, 'compromise'> = core, pause: Pause = afterPause) {
    this.key = key;
    this.#calls = calls;
    this.#pause = pause;
  }

  /** The time in UTC as the core wants it; null while there is none. */
  get utc(): string | null {
    return utcOf(this.at);
  }

  get act(): ActDraft | null {
    const { value } = this.found;
    return value && this.told ? { kind: 'compromise_key', keyid: this.key.keyid, since: value.since.seq } : null;
  }

  /** Asks which record the time means, once the keys rest; the answer stops it. */
  look(): () => void {
    const { utc } = this;
    this.#considered = utc;
    this.told = false;
    if (utc) return this.#pause(() => void this.#ask(utc));
    this.found.forget();
    return () => {};
  }

  check() {
    if (!this.at.trim()) return { at: 'Give the time from which the key may have been in other hands.' };
    if (!this.utc) return { at: 'Give a date and a time, such as 2026-11-22 18:35.' };
    return { at: this.act ? '' : 'See first which record this time means.' };
  }

  async #ask(utc: string): Promise<void> {
    const answered = await this.found.ask(() => this.#calls.compromise(this.key.keyid, utc));
    if (answered && this.#considered === utc) this.told = true;
  }
}

const LOCAL = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)$/u;

/** `2026-11-22T18:35` on this computer's clock → `2026-11-22T17:35:00.000000Z`; null for anything else. */
export function utcOf(local: string): string | null {
  const [, day, clock] = LOCAL.exec(local.trim()) ?? [];
  const time = new Date(`${day}T${clock}`);
  return Number.isNaN(time.getTime()) ? null : time.toISOString().replace('Z', '000Z');
}
