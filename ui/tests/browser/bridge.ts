// Starts the bridge (tests/bridge) and speaks with it: the core behind the pages, and the computer around them.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Label = 'main' | 'signing';
export type Answer = { ok: unknown } | { error: unknown };
/** What a page was told without asking. */
export type Message = { event: string } | { channel: number; message: unknown };

const ROOT = join(import.meta.dirname, '../../..');
/** Where the build leaves what it makes. */
const TARGET = process.env.COUNTERSIGN_TARGET ?? join(ROOT, 'target');
/** All that these tests leave behind, for eyes. */
export const LEFT = join(TARGET, 'browser');
export const PROGRAM = join(TARGET, 'debug', 'bridge');

/** Runs the bridge to its end; what it printed. */
export function run(...words: string[]): string {
  const done = spawnSync(PROGRAM, words, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  if (done.status !== 0) throw new Error(`bridge ${words[0]}: ${done.error?.message ?? done.stderr}`);
  return done.stdout;
}

/** Where all folders of one run lie: told to every process of it. */
const BASE = 'COUNTERSIGN_BROWSER_BASE';

/** Begins a run; what it gives ends it, and takes all folders away. */
export function base(): () => void {
  const made = mkdtempSync(join(tmpdir(), 'countersign-browser-'));
  process.env[BASE] = made;
  return () => rmSync(made, { recursive: true, force: true });
}

/** A folder of its own. */
export function folder(): string {
  return mkdtempSync(join(process.env[BASE] ?? tmpdir(), 'of-'));
}

/** A home like another. */
export function copyOf(home: string): string {
  const copy = join(folder(), 'home');
  const done = spawnSync('cp', ['-a', home, copy]);
  if (done.status !== 0) throw new Error(`cp: ${done.stderr.toString()}`);
  return copy;
}

/** The passphrase of everybody in the demo of a home, from its keychain. */
export function demoPassphrase(home: string): string {
  const items = keychain(home);
  const [, found] = Object.entries(items).find(([account]) => account.startsWith('demo/')) ?? [];
  if (found === undefined) throw new Error(`no demo in ${home}`);
  return found;
}

/** What the keychain of a home holds, by account. */
export function keychain(home: string): Record<string, string> {
  return JSON.parse(readFileSync(join(home, 'keychain.json'), 'utf8')) as Record<string, string>;
}

/** Leaves in the keychain of a home only what is wanted. */
export function keepInKeychain(home: string, wanted: (account: string) => boolean): void {
  const kept = Object.entries(keychain(home)).filter(([account]) => wanted(account));
  writeFileSync(join(home, 'keychain.json'), JSON.stringify(Object.fromEntries(kept)));
}

/** A bridge that serves one home. */
export class Bridge {
  /** How many calls of pages wait for their answer. */
  pending = 0;

  private constructor(
    readonly origin: string,
    private readonly process: ChildProcess,
  ) {}

  static async serve(home: string): Promise<Bridge> {
    const child = spawn(PROGRAM, ['serve', home], { stdio: ['pipe', 'pipe', 'inherit'] });
    const origin = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()));
      child.once('exit', () => reject(new Error('the bridge ended before it served')));
      child.once('error', reject);
    });
    return new Bridge(origin, child);
  }

  /** A command, as the page of that window asks it. */
  async ask(label: Label, command: string, given: string): Promise<Answer> {
    return JSON.parse(await this.askText(label, command, given)) as Answer;
  }

  /** Its answer as it crosses: an `Answer` in JSON. */
  askText(label: Label, command: string, given: string): Promise<string> {
    return this.post(`/ask/${label}/${command}`, given);
  }

  /** A command whose answer the test wants. */
  async asked<T>(command: string, given: object = {}): Promise<T> {
    const answer = await this.ask('main', command, JSON.stringify(given));
    if ('error' in answer) throw new Error(`${command}: ${JSON.stringify(answer.error)}`);
    return answer.ok as T;
  }

  async heard(label: Label): Promise<Message[]> {
    const response = await fetch(`${this.origin}/heard/${label}`);
    return (await response.json()) as Message[];
  }

  /** What the person will choose in the next dialog of the system; null turns back. */
  async chooses(path: string | null): Promise<void> {
    await this.post('/person/chooses', JSON.stringify(path));
  }

  /** Whether the signing window is open, and how often it was opened. */
  async sees(): Promise<{ open: boolean; opened: number }> {
    return JSON.parse(await this.post('/person/sees', '')) as { open: boolean; opened: number };
  }

  /** The person closes the signing window. */
  async closes(): Promise<void> {
    await this.post('/person/closes', '');
  }

  /** Ends it when the home is kept. */
  async end(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.stdin?.end();
    await ended;
  }

  private async post(path: string, body: string): Promise<string> {
    const response = await fetch(this.origin + path, { method: 'POST', body });
    return response.text();
  }
}
