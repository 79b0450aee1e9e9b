// A pause after the last key before the core is asked. Injected, so that tests need no timers.

/** Calls `then` after a pause; the answer stops it. */
export type Pause = (then: () => void) => () => void;

const PAUSE_MS = 160;

export const afterPause: Pause = (then) => {
  const timer = setTimeout(then, PAUSE_MS);
  return () => clearTimeout(timer);
};
