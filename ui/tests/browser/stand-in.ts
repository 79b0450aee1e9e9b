// Runs in a page before its own scripts: what the framework puts there in the desktop program. It is injected by
// the test, not served, and calls go over the debugging port: the packaged policy is not widened for it.

import type { Answer, Label, Message } from './bridge';

declare global {
  interface Window {
    /** Passed on by the test to the bridge; an `Answer` in JSON. As text, since the debugging port is slow with values. */
    countersignAsk: (command: string, given: string) => Promise<string>;
    countersignTell: (messages: Message[]) => void;
  }
}

/** Must be whole in itself: it is sent to the page as text. */
export function standIn(label: Label): void {
  // As in the packaged program (`freezePrototype`).
  Object.freeze(Object.prototype);
  const callbacks = new Map<number, (payload: unknown) => void>();
  const listeners: { id: number; event: string; handler: number }[] = [];
  let last = 0;

  async function invoke(command: string, given: Record<string, unknown> = {}): Promise<unknown> {
    if (command.startsWith('plugin:event|')) {
      if (label !== 'main') throw `Command ${command} not allowed on window ${label}`;
      if (command.endsWith('|listen')) {
        listeners.push({ id: ++last, event: String(given.event), handler: Number(given.handler) });
        return last;
      }
      const at = listeners.findIndex((listener) => listener.id === given.eventId);
      if (at >= 0) listeners.splice(at, 1);
      return null;
    }
    const answer = JSON.parse(await window.countersignAsk(command, JSON.stringify(given))) as Answer;
    if ('error' in answer) throw answer.error;
    return answer.ok;
  }

  window.countersignTell = (messages) => {
    for (const message of messages) {
      if ('channel' in message) callbacks.get(message.channel)?.(message.message);
      else {
        const hearing = listeners.filter((listener) => listener.event === message.event);
        for (const { id, handler } of hearing) callbacks.get(handler)?.({ event: message.event, id, payload: null });
      }
    }
  };
  Object.defineProperty(window, '__TAURI_INTERNALS__', {
    value: {
      invoke,
      transformCallback: (callback: (payload: unknown) => void) => {
        callbacks.set(++last, callback);
        return last;
      },
      unregisterCallback: (id: number) => callbacks.delete(id),
      metadata: { currentWindow: { label }, currentWebview: { label } },
    },
  });
  Object.defineProperty(window, '__TAURI_EVENT_PLUGIN_INTERNALS__', { value: { unregisterListener: () => undefined } });
}
