// A walk through one screen by Tab alone: who is reached, whether it can be seen there, and who is left out.

import type { Page } from 'playwright-core';

/** More stops than this are no screen, but a trap. */
const MOST = 500;
/** The parts of a date and a time, and what opens its calendar. */
const PARTS = 8;
type Stop = { name: string; faults: string[] } | 'again' | 'still' | 'outside';
export type Walk = { stops: number; faults: string[] };

/** Walks once around. The focus is somewhere else afterwards; nothing is pressed but Tab. */
export async function walked(page: Page): Promise<Walk> {
  const faults: string[] = [];
  await page.evaluate(begin);
  let stops = 0;
  for (let [outside, still] = [0, 0]; ; ) {
    await page.keyboard.press('Tab');
    const stop: Stop = await page.evaluate(atStop);
    // A field of several parts, such as a date, has a stop in each of them.
    if (stop === 'still' && still++ < PARTS) continue;
    if (stop === 'again' || stop === 'still') break;
    still = 0;
    if (stop === 'outside') {
      // Around once: past the last there is the browser's own frame.
      if (++outside > 2) break;
      continue;
    }
    faults.push(...stop.faults);
    if (++stops > MOST) {
      faults.push(`keys: more than ${MOST} stops, the last at ${stop.name}`);
      break;
    }
  }
  faults.push(...(await page.evaluate(leftOut)), ...(await nameless(page)));
  return { stops, faults };
}

/** Forgets earlier walks, and begins where a page begins. */
function begin(): void {
  (window as unknown as { reached: Set<Element> }).reached = new Set();
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** Where the focus is now. Must be whole in itself: it is sent to the page as text. */
function atStop(): Stop {
  const { reached } = window as unknown as { reached: Set<Element> };
  const at = document.activeElement;
  if (!(at instanceof HTMLElement) || at === document.body) return 'outside';
  if (reached.has(at)) return [...reached].at(-1) === at ? 'still' : 'again';
  reached.add(at);
  const faults: string[] = [];
  const name = `${at.localName} "${(at.getAttribute('aria-label') ?? at.textContent ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, 50)}"`;

  // The ring may be drawn by what stands around a control that is itself not drawn.
  const ringed = (element: Element | null, up: number): boolean => {
    if (!element || up < 0) return false;
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    const drawn = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && !/, 0\)$|transparent/.test(outlineColor);
    return (drawn && Number(getComputedStyle(element).opacity) > 0) || ringed(element.parentElement, up - 1);
  };
  const siblings = [at.nextElementSibling, at.previousElementSibling];
  if (!ringed(at, 3) && !siblings.some((one) => ringed(one, 0))) faults.push(`keys: the focus is not seen at ${name}`);

  const box = at.getBoundingClientRect();
  const seen = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  if (!seen) faults.push(`keys: the focus is out of sight at ${name}`);
  return { name, faults };
}

/** Controls that are drawn and could be used, and that the walk did not come to. */
function leftOut(): string[] {
  const { reached } = window as unknown as { reached: Set<Element> };
  const dialogs = document.querySelectorAll('dialog[open], [role="dialog"]');
  const place: ParentNode = dialogs[dialogs.length - 1] ?? document;
  const CONTROLS =
    'a[href], button, input, select, textarea, [tabindex="0"], [contenteditable], [data-row], [role="tab"], [role="button"], [role="link"], [role="checkbox"], [role="switch"]';
  /** One stop for all of them; arrows move within. */
  const TOGETHER = '[role="tablist"], [data-rows], [role="grid"], [role="listbox"], [role="radiogroup"], [role="menu"]';
  const among = (group: Element) => [...reached].some((one) => group.contains(one));
  const faults: string[] = [];
  for (const control of place.querySelectorAll<HTMLElement>(CONTROLS)) {
    if (reached.has(control) || control.matches(':disabled') || control.closest('[inert], [aria-hidden="true"]')) continue;
    if (!control.checkVisibility({ visibilityProperty: true })) continue;
    const group = control.closest(TOGETHER);
    if (group && (control.matches('[data-row], [role="tab"], [role="option"]') || control.closest('[data-row]')) && among(group)) continue;
    if (control instanceof HTMLInputElement && control.type === 'radio') {
      if ([...reached].some((one) => one instanceof HTMLInputElement && one.name === control.name)) continue;
    }
    const text = (control.getAttribute('aria-label') ?? control.textContent ?? '').trim().replaceAll(/\s+/g, ' ');
    faults.push(`keys: no Tab leads to ${control.localName} "${text.slice(0, 50)}"`);
  }
  return faults;
}

/** What can take the focus and has no name, as the browser tells it to a reader. */
async function nameless(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  try {
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    return nodes
      .filter((node) => !node.ignored && node.role?.value !== 'RootWebArea')
      .filter((node) => node.properties?.some(({ name, value }) => name === 'focusable' && value.value === true))
      .filter((node) => !String(node.name?.value ?? '').trim())
      // A list of tabs takes the focus from its tabs only, a reader's list of options from its field.
      .filter((node) => !['tablist', 'MenuListPopup', 'dialog'].includes(String(node.role?.value)))
      .map((node) => `keys: a ${String(node.role?.value)} has no name`);
  } finally {
    await session.detach();
  }
}
