// The person is there: keys, clicks and the wheel are told to the core now and then, which locks after ten minutes
// without. What the page reads by itself when others act is no sign of anybody.

const REST_MS = 15_000;
const SIGNS = ['keydown', 'pointerdown', 'wheel'] as const;

/** Calls `attend` at most every 15 seconds while something is typed or pressed; the answer stops it. */
export function attending(attend: () => void, at: Pick<Window, 'addEventListener' | 'removeEventListener'> = window) {
  let last = Number.NEGATIVE_INFINITY;
  const onsign = (event: Event) => {
    if (event.timeStamp - last < REST_MS) return;
    last = event.timeStamp;
    attend();
  };
  const options = { capture: true, passive: true };
  SIGNS.forEach((sign) => at.addEventListener(sign, onsign, options));
  return () => SIGNS.forEach((sign) => at.removeEventListener(sign, onsign, options));
}
