// Runs in the page: what is cut off, covered, or makes the page itself scroll sideways.

/** Must be whole in itself: it is sent to the page as text. */
export function layoutFaults(): string[] {
  const faults: string[] = [];
  const { innerWidth: width, innerHeight: height } = window;
  const root = document.scrollingElement ?? document.documentElement;
  if (root.scrollWidth > width) faults.push(`layout: the page is ${root.scrollWidth} wide, the window ${width}`);

  const dialogs = document.querySelectorAll<HTMLElement>('dialog[open], [role="dialog"]');
  // What lies under a dialog is out of reach on purpose.
  const reach: ParentNode = dialogs[dialogs.length - 1] ?? document;
  const controls = reach.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, [tabindex]');

  for (const control of controls) {
    if (!control.checkVisibility({ visibilityProperty: true }) || control.closest('[inert]')) continue;
    let box = control.getBoundingClientRect();
    // For readers only: one pixel.
    if (box.width <= 2 || box.height <= 2) continue;
    const name = describe(control);
    control.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
    const hidden = pushed(control);
    if (hidden) {
      faults.push(`layout: only a program scrolls ${hidden} to it: ${name}`);
      continue;
    }
    box = control.getBoundingClientRect();
    const large = box.height > height || box.width > width;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    if (large) {
      // An area that scrolls by itself (a diff, a list): its own controls are looked at one by one.
      if (!control.matches('[tabindex]')) faults.push(`layout: larger than the window: ${name}`);
      continue;
    }
    if (box.left < -1 || box.top < -1 || box.right > width + 1 || box.bottom > height + 1) {
      const [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom].map(Math.round);
      faults.push(`layout: cut off at ${left},${top}–${right},${bottom} of ${width}×${height}: ${name}`);
      continue;
    }
    const label = 'labels' in control ? (control as HTMLInputElement).labels : null;
    const shows = ([x, y]: readonly number[]) => {
      const hit = document.elementFromPoint(Math.min(x ?? 0, width - 1), Math.min(y ?? 0, height - 1));
      return hit !== null && (control.contains(hit) || hit.contains(control) || [...(label ?? [])].some((at) => at.contains(hit)));
    };
    // A row that a drawer lies over is still seen beside it; a button must be free.
    const [left, right] = [box.left + 4, box.right - 4];
    const seen = control.matches('[data-row]') ? [[x, y], [left, y], [right, y]].some(shows) : shows([x, y]);
    if (!seen) faults.push(`layout: covered by ${describe(document.elementFromPoint(x, y) as HTMLElement)}: ${name}`);
    if (control.matches('button') && control.scrollWidth > control.clientWidth + 1) {
      const cut = getComputedStyle(control).overflowX !== 'visible';
      if (cut) faults.push(`layout: its words are cut: ${name}`);
    }
  }
  return faults;

  /** What moved though nobody can scroll it; put back in its place. */
  function pushed(element: HTMLElement): string {
    let found = '';
    for (let at = element.parentElement; at; at = at.parentElement) {
      const { overflowX, overflowY } = at === document.documentElement ? getComputedStyle(document.body) : getComputedStyle(at);
      const still = (way: string) => way === 'hidden' || way === 'clip';
      if ((still(overflowX) && at.scrollLeft !== 0) || (still(overflowY) && at.scrollTop !== 0)) {
        found ||= describe(at);
        at.scrollTo(0, 0);
      }
    }
    return found;
  }

  function describe(element: HTMLElement | null): string {
    if (!element) return 'nothing';
    const text = element.getAttribute('aria-label') ?? element.textContent?.trim().replaceAll(/\s+/g, ' ') ?? '';
    return `${element.localName}${element.className && typeof element.className === 'string' ? `.${element.className.split(' ')[0]}` : ''} "${text.slice(0, 50)}"`;
  }
}
