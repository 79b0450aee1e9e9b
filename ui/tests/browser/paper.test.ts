// A diff on paper: laid out under print media, in a window as wide as paper is, and printed as the browser prints it.

import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { APPROVER, press, row, says, seated, shows } from './act';
import { copyOf, demoPassphrase } from './bridge';
import { startBrowser, Windows } from './windows';

/** A prompt of the demo with a request that waits, and its versions. */
const PROMPT = { name: 'dispute-reply', before: 8, now: 9 };
/** A4 upright without the margins that the sheet asks for, in pixels of the page. */
const PAPER = { width: 673, height: 1000 };

let browser: Browser;
let windows: Windows;

beforeAll(async () => {
  const home = copyOf(inject('home'));
  browser = await startBrowser();
  windows = await Windows.on(browser, home);
  const { main } = windows;
  // A browser without a screen has no dialog: it says at once that it printed, and the sheet is gone.
  await main.addInitScript(() => (window.print = () => undefined));
  await main.reload();
  await seated(windows, APPROVER, demoPassphrase(home));
  await row(main, PROMPT.name).click();
  await press(main, 'tab', 'Changes');
  await says(main, 'changes against');
});
afterAll(async () => {
  await windows?.end();
  await browser?.close();
});

/** The lines of a version that the other one has fewer of. */
function only(text: string, other: string): string[] {
  const left = other.split('\n');
  return text.split('\n').filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Prepares the sheet, as the button does; without a layout in the one that nobody chose. */
async function prepare(layout?: 'Side by side' | 'Unified'): Promise<void> {
  const { main } = windows;
  await main.emulateMedia({ media: 'screen', colorScheme: 'light' });
  await main.setViewportSize({ width: 1280, height: 800 });
  if (layout) await press(main, 'button', layout);
  await press(main, 'button', 'Print…');
  await main.locator('body > .paper').waitFor({ state: 'attached' });
}

/** What is drawn of the page and of the sheet beside it. */
const drawn = () =>
  windows.main.evaluate(() => {
    const seen = (at: Element) => at.checkVisibility({ visibilityProperty: true }) && at.getBoundingClientRect().height > 0;
    const [paper, ...others] = document.querySelectorAll('body > .paper');
    const beside = [...document.body.children].filter((at) => at !== paper && seen(at)).map((at) => at.id || at.localName);
    return { sheets: 1 + others.length, paper: paper !== undefined && seen(paper), beside };
  });

/** The sheet as it is laid out: its lines on either side, and what does not fit. */
const laid = () =>
  windows.main.evaluate(() => {
    const paper = document.querySelector('body > .paper')!;
    const lines = (kind: string) =>
      [...paper.querySelectorAll<HTMLElement>(`td.${kind} > div`)].map((at) => {
        const text = at.cloneNode(true) as HTMLElement;
        text.querySelectorAll('i, .visually-hidden').forEach((mark) => mark.remove());
        return text.textContent;
      });
    const cut = [document.scrollingElement!, ...paper.querySelectorAll('*')].filter(
      (at) => !at.closest('.visually-hidden') && (at.scrollWidth > at.clientWidth + 1 || at.getBoundingClientRect().right > innerWidth + 1) && at.clientWidth > 0,
    );
    const { color, backgroundColor } = getComputedStyle(paper);
    return { removed: lines('del'), added: lines('add'), cut: cut.map((at) => `${at.localName} "${at.textContent.slice(0, 40)}"`), color, backgroundColor };
  });

it('the sheet stays as it is while it is printed, and goes with the last page', async () => {
  const { main } = windows;
  // Side by side: the paper is narrower than the window, and nothing must change its mind on that.
  await prepare();
  await main.emulateMedia({ media: null });
  await main.evaluate(() => {
    const paper = document.querySelector('body > .paper')!;
    const told = window as unknown as { changed: number };
    told.changed = 0;
    new MutationObserver((changes) => (told.changed += changes.length)).observe(paper, { subtree: true, childList: true, characterData: true });
  });
  const pdf = await main.pdf({ preferCSSPageSize: true, format: 'A4' });
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? [];
  expect(pages.length, 'more than a head, and no page for each line').toBeGreaterThan(0);
  expect(pages.length).toBeLessThan(10);
  expect(await main.evaluate(() => (window as unknown as { changed: number }).changed)).toBe(0);
  await main.locator('body > .paper').waitFor({ state: 'detached' });
  await shows(main, 'toolbar', 'Diff');
});

it.each(['Side by side', 'Unified'] as const)('every changed line of both sides is on paper, and whole: %s', async (layout) => {
  const { main, bridge } = windows;
  const text = async (version: number) => (await bridge.asked<{ text: string }>('prompt_text', { name: PROMPT.name, version })).text;
  const [before, now] = [await text(PROMPT.before), await text(PROMPT.now)];
  const [gone, came] = [only(before, now), only(now, before)];
  expect([gone.length > 0, came.length > 0], 'both sides have lines of their own').toEqual([true, true]);

  await prepare(layout);
  expect(await drawn(), 'on the screen it is not there').toEqual({ sheets: 1, paper: false, beside: ['app'] });
  await main.emulateMedia({ media: 'print' });
  await main.setViewportSize(PAPER);
  expect(await drawn(), 'on paper nothing else is').toEqual({ sheets: 1, paper: true, beside: [] });
  const sheet = await laid();
  expect(sheet.cut).toEqual([]);
  expect(sheet.removed).toEqual(expect.arrayContaining(gone));
  expect(sheet.added).toEqual(expect.arrayContaining(came));
  await main.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const dark = await laid();
  expect([dark.color, dark.backgroundColor], 'dark ink on light paper, whatever the theme').toEqual([sheet.color, sheet.backgroundColor]);
  await main.evaluate(() => (document.querySelector<HTMLElement>('body > .paper h1')!.style.width = '900px'));
  expect((await laid()).cut, 'what does not fit is found').not.toEqual([]);
  await main.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await main.locator('body > .paper').waitFor({ state: 'detached' });
});
