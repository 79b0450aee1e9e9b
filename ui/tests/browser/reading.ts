// Runs in the page: words that are out of reach, and places that scroll sideways though nothing in them is a table.

/** Must be whole in itself: it is sent to the page as text. */
export function readingFaults(): string[] {
  const faults = new Set<string>();
  const { innerWidth: width, innerHeight: height } = window;
  /** What may be wider than its place: tables, and text whose lines are kept as they are. */
  const WIDE = 'table, [role="grid"], [role="table"], pre, textarea, code, .mono';
  const dialogs = document.querySelectorAll<HTMLElement>('dialog[open], [role="dialog"]');
  const place = dialogs[dialogs.length - 1] ?? document.body;

  for (const element of place.querySelectorAll<HTMLElement>('*')) {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const style = getComputedStyle(element);
    if (scrolls(style.overflowX) && element.scrollWidth > element.clientWidth + 1) {
      const wide = element.matches(WIDE) || element.querySelector(WIDE) !== null || element.closest(WIDE) !== null;
      if (!wide) faults.add(`reading: scrolls sideways: ${describe(element)}`);
    }
    const words = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    if (words.length === 0) continue;
    const range = document.createRange();
    range.selectNodeContents(element);
    const box = range.getBoundingClientRect();
    // For readers only: one pixel, whose words are drawn nowhere.
    // Ornament, such as the numbers of lines, moves with what it stands beside.
    if (isPixel(element) || element.closest('[aria-hidden="true"]')) continue;
    if (style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1 && !scrolls(style.overflowX)) {
      const whole = element.closest('[title], [aria-label]') !== null;
      if (style.textOverflow !== 'ellipsis') faults.add(`reading: words are cut: ${describe(element)}`);
      else if (!whole) faults.add(`reading: words are cut, and stand whole nowhere: ${describe(element)}`);
      continue;
    }
    if ((box.right > width + 1 || box.left < -1) && !within(element, 'overflowX')) faults.add(`reading: beyond the window’s side: ${describe(element)}`);
    if ((box.bottom > height + 1 || box.top < -1) && !within(element, 'overflowY')) faults.add(`reading: above or below the window: ${describe(element)}`);
  }
  return [...faults];

  function scrolls(way: string): boolean {
    return way === 'auto' || way === 'scroll';
  }

  /** Whether something around it can be scrolled to it, or cuts it on purpose and is looked at itself. */
  function within(element: HTMLElement, way: 'overflowX' | 'overflowY'): boolean {
    for (let at: HTMLElement | null = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (scrolls(style[way]) || (way === 'overflowX' && style.textOverflow === 'ellipsis')) return true;
      if (at === document.body || at === document.documentElement) continue;
      if (style.position === 'fixed') return false;
    }
    const root = document.scrollingElement ?? document.documentElement;
    // The page itself, where it may be scrolled up and down.
    return way === 'overflowY' && getComputedStyle(document.body).overflowY !== 'hidden' && root.scrollHeight > root.clientHeight;
  }

  function isPixel(element: HTMLElement): boolean {
    for (let at: HTMLElement | null = element; at; at = at.parentElement) {
      const { clipPath, position } = getComputedStyle(at);
      if (position === 'absolute' && clipPath.startsWith('inset(50%')) return true;
    }
    return false;
  }

  function describe(element: HTMLElement): string {
    const words = (element.textContent ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, 50);
    const style = typeof element.className === 'string' ? element.className.split(' ')[0] : '';
    return `${element.localName}${style ? `.${style}` : ''} "${words}"`;
  }
}
