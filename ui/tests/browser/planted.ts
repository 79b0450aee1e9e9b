// Hostile texts in houses: which of them share one, and somebody in a house who looks at everything.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { choose, openLast, press, signIn } from './act';
import { folder, run } from './bridge';
import { Life } from './hostile';
import { startBrowser, Windows } from './windows';

const PASSPHRASE = 'correct horse battery staple';
/** Admin of all tenants of the house, an approver and an analyst in it. */
export const [ADA, BOB, ANN] = ['Ada Lovelace', 'Bob Noyce', 'Ann Lyst'];
/** So many texts share a house: no page has more to show than a person would meet. */
const TOGETHER = 270;
/** Surfaces whose grammar keeps out whatever is no plain name. */
const NAMES = [
  'correlation id',
  'environment of an approval',
  'id of a tenant',
  'name of a device',
  'name of a model',
  'name of a policy',
  'name of a prompt',
  'version of a model',
];
/** Of the texts that a surface keeps, the share that is seen to the letter on some screen. */
const SEEN = 0.6;

type Told = Record<string, { offered: number; kept: number; refused: string[] }>;
export type House = { number: number; texts: string[] };

/** The texts of this run, and how many there are. */
export const all = drawn();
/** Each house has a fair share of every list: they are sorted, and like texts stand together. */
export const houses: House[] = Array.from({ length: Math.ceil(all.payloads.length / TOGETHER) }, (_, number) => ({
  number: number + 1,
  texts: all.payloads.filter((_, at) => at % Math.ceil(all.payloads.length / TOGETHER) === number),
}));

let browser: Browser;
const tally = { kept: 0, refused: 0, seen: 0, screens: 0 };
const surfaces = new Set<string>();

/** What every file of payloads begins and ends with; fewer surfaces than these mean that some were lost. */
export function inHouses(what: string, floor: number): void {
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    const { kept, refused, seen, screens } = tally;
    const texts = `${all.payloads.length} of ${all.of} texts in ${surfaces.size} places`;
    console.log(`browser: ${what}: ${texts}: ${kept} kept, ${refused} refused, ${seen} seen to the letter on ${screens} screens, 0 ran`);
    expect(surfaces.size, texts).toBeGreaterThanOrEqual(floor);
  });
}

const rules: { name: string; check: (house: House) => Promise<void> }[] = [];

/** Something that holds in every house. */
export function rule(name: string, check: (house: House) => Promise<void>): void {
  rules.push({ name, check });
}

/** One house after the other, each rule a test: so that more houses take longer, and no test does. */
export function inEachHouse(): void {
  for (const house of houses) {
    describe(`house ${house.number} of ${houses.length}`, () => {
      for (const { name, check } of rules) it(name, () => check(house));
    });
  }
}

export const theBrowser = (): Browser => browser;

function drawn(): { of: number; payloads: string[] } {
  const list = join(folder(), 'payloads.json');
  console.log(run('payloads', list).trim());
  return JSON.parse(readFileSync(list, 'utf8')) as { of: number; payloads: string[] };
}

/** What stays of a text however it is broken into lines and however its hidden characters are drawn. */
const bare = (text: string): string => text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S}]/gu, '');

/** In pieces of at most so many. */
export function pieces<T>(of: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(of.length / most) }, (_, at) => of.slice(at * most, (at + 1) * most));
}

/** A house with texts in one of its beds, and somebody in it who looks at everything. */
export class Reader {
  readonly passphrase = PASSPHRASE;
  readonly found = new Set<string>();
  /** Where each text is shown at all, it is shown bare. */
  readonly #bare = new Map<string, string>();

  private constructor(
    readonly windows: Windows,
    readonly life: Life,
    readonly texts: readonly string[],
  ) {
    for (const text of texts) this.#bare.set(text, bare(text));
  }

  /** Plants the texts in a bed; `name` looks at the house then. */
  static async in(bed: string, texts: readonly string[], name: string, look: (reader: Reader) => Promise<void>): Promise<void> {
    await Reader.at(planted(bed, texts), texts, name, look);
  }

  /** The same in a home that stands. */
  static async at(home: string, texts: readonly string[], name: string, look: (reader: Reader) => Promise<void>): Promise<void> {
    await Reader.outside(home, texts, async (reader) => {
      await openLast(reader.windows);
      await signIn(reader.windows, name, PASSPHRASE);
      await look(reader);
    });
  }

  /** Somebody in front of a home into which nobody signed in. */
  static async outside(home: string, texts: readonly string[], look: (reader: Reader) => Promise<void>): Promise<void> {
    const windows = await Windows.on(browser, home);
    try {
      const life = await Life.on(windows.main.context(), windows.main, windows.bridge.origin);
      await life.alsoIn(windows.contexts.signing, windows.bridge.origin);
      const reader = new Reader(windows, life, texts);
      await look(reader);
      reader.calm();
      expect(reader.found.size, 'texts that were seen').toBeGreaterThan(texts.length * SEEN);
      tally.seen += reader.found.size;
    } finally {
      await windows.end();
    }
  }

  /** Nothing came to life so far. */
  calm(): void {
    expect([...this.life.signs, ...this.windows.complaints]).toEqual([]);
  }

  /** Looks at the page as it stands: at markup in it, at the texts that it shows, and at its title. */
  async look(page: Page = this.windows.main, life = this.life): Promise<void> {
    await this.windows.settled(page);
    const text = bare(await life.read(page));
    tally.screens++;
    for (const [whole, part] of this.#bare) if (part && text.includes(part)) this.found.add(whole);
    if (life === this.life) expect(await page.title()).toMatch(/^Countersign(: [\w ,]+)?$/);
  }

  /** Does something by which so large a share of these texts is seen on one of the screens of this place. */
  async sees(place: string, act: () => Promise<void>, of: readonly string[] = this.texts, share = SEEN): Promise<void> {
    const before = new Set(this.found);
    this.found.clear();
    await act();
    const here = of.filter((text) => this.found.has(text)).length;
    for (const text of before) this.found.add(text);
    surfaces.add(place);
    expect(here, `texts that were seen: ${place}`).toBeGreaterThan(of.length * share);
  }

  /** Looks at a place and at its tabs, or those of them that are wanted. */
  async visit(address: string, wanted = /./): Promise<void> {
    const { main } = this.windows;
    await main.evaluate((to) => (location.hash = to), address);
    await this.look();
    for (const tab of await main.getByRole('main').getByRole('tab', { name: wanted }).all()) {
      await tab.click();
      await this.look();
    }
  }

  /** Presses what may stand there or not, and looks. */
  async press(name: string): Promise<boolean> {
    const button = this.windows.main.getByRole('button', { name, exact: true });
    if ((await button.count()) === 0) return false;
    await button.first().click();
    await this.look();
    return true;
  }

  /** Looks at what is there, and asks for more until there is no more. */
  async more(): Promise<void> {
    await this.look();
    const button = this.windows.main.getByRole('button', { name: 'Show more', exact: true });
    while ((await button.count()) > 0) {
      // At once: what was asked for before may come meanwhile, and the button be gone.
      await button.evaluateAll(([first]) => (first as HTMLElement | undefined)?.click());
      await this.look();
    }
    await this.whole();
  }

  /** Looks at all rows at once: those out of sight are not drawn otherwise. */
  private async whole(): Promise<void> {
    const rows = this.windows.main.locator('[data-row]');
    const draw = (as: string) =>
      rows.evaluateAll((all, as) => {
        for (const row of all as HTMLElement[]) row.style.contentVisibility = as;
      }, as);
    await draw('visible');
    await this.look();
    await draw('');
  }

  /** Every request of the tenant. */
  async requests(): Promise<{ id: string; name: string }[]> {
    const filter = { kind: null, tier: null, requester: null };
    const found: { id: string; name: string }[] = [];
    for (let after: string | null = null; ; ) {
      type Page = { rows: typeof found; next: string | null };
      const page: Page = await this.windows.bridge.asked<Page>('inbox', { tab: 'all', filter, after });
      found.push(...page.rows);
      if (!page.next) return found;
      after = page.next;
    }
  }

  /** Visits the reviews of requests about names in this folder, at most so many; of all but the first, these tabs. */
  async reviews(folder: string, most = Infinity, tabs = /./): Promise<void> {
    const found = (await this.requests()).filter(({ name }) => name.startsWith(`${folder}/`));
    expect(found.length, folder).toBeGreaterThan(0);
    for (const [at, { id }] of found.slice(0, most).entries()) await this.visit(`#/inbox/${id}`, at === 0 ? /./ : tabs);
  }

  /** Looks at the newest records of an action in the drawer, and at the page of a signature among them. */
  async trail(records: number, action?: string): Promise<void> {
    const { main } = this.windows;
    await this.visit('#/audit');
    if (action) {
      await choose(main, 'Action', action);
      await this.look();
    }
    const rows = await main.locator('[data-row]').count();
    expect(rows, `records: ${action ?? 'all'}`).toBeGreaterThan(0);
    for (let at = 0; at < Math.min(records, rows); at++) {
      await main.locator('[data-row]').nth(at).click();
      await this.look();
      if (!(await this.press('Signature…'))) continue;
      await main.getByRole('dialog').getByRole('button', { name: 'Print…' }).waitFor();
      await this.look();
      await main.keyboard.press('Escape');
    }
    if (action) await press(main, 'button', 'Remove the filter Action');
  }
}

/** A home of its own, in whose house the texts are planted in a bed. */
export function planted(bed: string, texts: readonly string[]): string {
  const [home, list] = [join(folder(), 'home'), join(folder(), 'texts.json')];
  writeFileSync(list, JSON.stringify(texts));
  const told = JSON.parse(run('plant', home, bed, list)) as Told;
  for (const [surface, of] of Object.entries(told)) {
    surfaces.add(surface);
    tally.kept += of.kept;
    tally.refused += of.refused.length;
    if (!NAMES.includes(surface)) expect(of.kept, `${surface} keeps texts`).toBeGreaterThan(of.offered / 2);
  }
  return home;
}

/** Counts what a test put in a place itself. */
export function noted(surface: string, kept: number, refused: number): void {
  surfaces.add(surface);
  tally.kept += kept;
  tally.refused += refused;
}
