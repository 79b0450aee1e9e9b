// What is wrong with a screen as it stands: axe and its layout in every mode, and a walk by keyboard in the first.

import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { LEFT, type Label } from './bridge';
import { layoutFaults } from './layout';
import { readingFaults } from './reading';
import { pictureOf } from './screens';
import { walked } from './walk';
import { drawn } from './windows';

type Scheme = 'light' | 'dark';
/** Which of axe's rules: all, those of colours alone, none. */
type Rules = 'all' | 'colours' | 'none';
export type Mode = { name: string; width: number; height: number; scheme: Scheme; rules: Rules };

const CONTRAST = ['color-contrast', 'link-in-text-block'];

/** Colours do not move anything: each scheme is looked at in each size, and where things stand in one scheme alone. */
export const MODES: Record<Label, Mode[]> = {
  main: [
    { name: '1280', width: 1280, height: 800, scheme: 'light', rules: 'all' },
    { name: '1280', width: 1280, height: 800, scheme: 'dark', rules: 'colours' },
    // 1280×800 at 200 %: half of it, in pixels twice as fine (`deviceScaleFactor` in `windows.ts`). What stands in
    // the place of something wider there has colours of its own.
    { name: '200 %', width: 640, height: 400, scheme: 'light', rules: 'all' },
    { name: '200 %', width: 640, height: 400, scheme: 'dark', rules: 'colours' },
    // The least size of the main window; its rules are those of one of the others.
    { name: '1024', width: 1024, height: 640, scheme: 'light', rules: 'none' },
  ],
  signing: [
    { name: '560', width: 560, height: 720, scheme: 'light', rules: 'all' },
    { name: '560', width: 560, height: 720, scheme: 'dark', rules: 'colours' },
    { name: '200 %', width: 280, height: 360, scheme: 'light', rules: 'all' },
    { name: '200 %', width: 280, height: 360, scheme: 'dark', rules: 'colours' },
  ],
};

/** What a look at one screen in one mode found. */
export type Finding = { screen: string; mode: string; faults: string[] };

export class Looks {
  readonly findings: Finding[] = [];
  readonly screens = new Set<string>();
  looks = 0;
  ruled = 0;
  stops = 0;
  readonly #pictures = process.env.COUNTERSIGN_PICTURES !== undefined;

  /** Looks at a page as it stands, in all modes of its window, and leaves it in the first. */
  async at(screen: string, page: Page, modes: Mode[] = MODES.main): Promise<void> {
    this.screens.add(screen);
    for (const mode of modes) {
      await take(page, mode);
      // As it stands: what is looked at afterwards scrolls it.
      if (this.#pictures) await this.picture(screen, page, mode);
      await page.evaluate(markPlaces);
      const faults = await violations(page, mode.rules);
      if (mode.rules !== 'colours') {
        faults.push(...(await page.evaluate(layoutFaults)), ...(await page.evaluate(readingFaults)));
      }
      this.looks++;
      if (mode.rules !== 'none') this.ruled++;
      await page.evaluate(putBack);
      this.note({ screen, mode: `${mode.name} ${mode.scheme}`, faults });
    }
    const [first] = modes;
    if (!first) return;
    await take(page, first);
    await page.evaluate(markPlaces);
    const walk = await walked(page);
    await page.evaluate(putBack);
    this.stops += walk.stops;
    this.note({ screen, mode: 'by keyboard', faults: walk.faults });
  }

  /** What was found, one line a fault, so that a failed test says all of it at once. */
  told(): string[] {
    return this.findings.flatMap(({ screen, mode, faults }) => faults.map((fault) => `${screen}, ${mode}: ${fault}`));
  }

  private note(finding: Finding): void {
    if (finding.faults.length === 0) return;
    this.findings.push(finding);
    if (!this.#pictures) return;
    mkdirSync(LEFT, { recursive: true });
    appendFileSync(join(LEFT, 'faults.jsonl'), `${JSON.stringify(finding)}\n`);
  }

  private async picture(screen: string, page: Page, mode: Mode): Promise<void> {
    mkdirSync(LEFT, { recursive: true });
    await page.screenshot({ path: join(LEFT, `${pictureOf(screen)}-${mode.name}-${mode.scheme}.png`) });
  }
}

async function take(page: Page, mode: Mode): Promise<void> {
  await page.emulateMedia({ colorScheme: mode.scheme, reducedMotion: 'reduce' });
  await page.setViewportSize(mode);
  await drawn(page);
}

type Places = { places: Map<Element, readonly [left: number, top: number]> };

/** Remembers how far everything is scrolled. Must be whole in itself: it is sent to the page as text. */
function markPlaces(): void {
  const scrolled = [...document.querySelectorAll('*')].filter(({ scrollLeft, scrollTop }) => scrollLeft !== 0 || scrollTop !== 0);
  (window as unknown as Places).places = new Map(scrolled.map((at) => [at, [at.scrollLeft, at.scrollTop]]));
}

/** Scrolls everything back to where it was. */
function putBack(): void {
  const { places } = window as unknown as Places;
  for (const at of document.querySelectorAll('*')) {
    const [left, top] = places.get(at) ?? [0, 0];
    if (at.scrollLeft !== left || at.scrollTop !== top) at.scrollTo({ left, top, behavior: 'instant' });
  }
}

/** What axe has to say, one line an element. */
async function violations(page: Page, rules: Rules): Promise<string[]> {
  if (rules === 'none') return [];
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const only = rules === 'colours' ? { runOnly: { type: 'rule' as const, values: CONTRAST } } : {};
  return page.evaluate(
    async (options) => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') };
      const found = await axe.run(document, options);
      const bare = (text: string | null | undefined) => (text ?? '').replaceAll(/\s+/g, '');
      const said = (element: Element, by: string) =>
        (element.getAttribute(by) ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '').join('');
      /** Named by its first words alone, and described by all the others: nothing that is seen is unsaid. */
      const described = (element: Element | null) =>
        element instanceof HTMLElement &&
        bare((element.getAttribute('aria-label') ?? said(element, 'aria-labelledby')) + said(element, 'aria-describedby')) === bare(element.textContent);
      const fine = (rule: string, target: unknown) =>
        rule === 'label-content-name-mismatch' && typeof target === 'string' && described(document.querySelector(target));
      return found.violations.flatMap((rule) =>
        rule.nodes.filter((node) => !fine(rule.id, node.target[0])).map((node) => `axe ${rule.id}: ${node.target.join(' ')} (${node.failureSummary?.split('\n')[1]?.trim()})`),
      );
    },
    { resultTypes: ['violations' as const], ...only },
  );
}
