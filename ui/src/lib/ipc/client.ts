// The only door to the core, and the only importer of @tauri-apps. A command that the core refuses
// throws a `CallError` with the core's code, message and hint; nothing here decides or remembers.

import { Channel } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { commands, type ErrorView, type ProgressView } from './bindings';

export type * from './bindings';

type Answer<T> = { status: 'ok'; data: T } | { status: 'error'; error: ErrorView };
type Commands = typeof commands;
type Data<Call> = Call extends (...given: never[]) => Promise<Answer<infer T>> ? T : never;

/** Every command of the bindings, answering its data or throwing. */
export type Core = {
  [Name in keyof Commands]: (...given: Parameters<Commands[Name]>) => Promise<Data<Commands[Name]>>;
};

/** What the core answered instead of data. */
export class CallError extends Error {
  constructor(readonly view: ErrorView) {
    super(view.message);
    this.name = 'CallError';
  }
}

export const core = Object.fromEntries(
  Object.entries(commands).map(([name, call]) => [name, opened(call as (...given: never[]) => Promise<Answer<unknown>>)]),
) as unknown as Core;

/** What the core tells the main window without being asked; the page then asks again. */
export type CoreEvent = 'session-changed' | 'records-changed' | 'signing-finished' | 'link-arrived';

/** Calls `then` whenever the core says so; the answer stops it. */
export function onCoreEvent(event: CoreEvent, then: () => void): () => void {
  let stopped = false;
  const listening = listen(event, () => {
    if (!stopped) then();
  });
  return () => {
    stopped = true;
    void listening.then((stop) => stop());
  };
}

/** A channel on which long work tells how far it is. */
export function progressTo(then: (progress: ProgressView) => void): Channel<ProgressView> {
  return new Channel<ProgressView>(then);
}

/** A key that makes a changing command safe to send twice. */
export function newIdempotencyKey(): string {
  return crypto.randomUUID();
}

function opened(call: (...given: never[]) => Promise<Answer<unknown>>) {
  return async (...given: never[]): Promise<unknown> => {
    const answer = await call(...given).catch((thrown: unknown): Answer<unknown> => {
      return { status: 'error', error: unexpected(thrown) };
    });
    if (answer.status === 'ok') return answer.data;
    throw new CallError(isErrorView(answer.error) ? answer.error : unexpected(answer.error));
  };
}

/** The shell refuses unknown or forbidden commands with a bare text. */
function unexpected(thrown: unknown): ErrorView {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'unexpected', message, hint: '', incident: '' };
}

function isErrorView(error: unknown): error is ErrorView {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}
