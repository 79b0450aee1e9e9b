// Lists of hostile texts, put through the core wherever somebody can put a text, and looked at on every screen that
// shows them: nothing runs, nothing becomes markup. For control, the same texts do run where a page takes them as HTML.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { fill, openLast, press, shows, signIn } from './act';
import { folder, run } from './bridge';
import { Life, ranAsHtml } from './hostile';
import { startBrowser, Windows } from './windows';

const PASSPHRASE = 'correct horse battery staple';
/** Admin of all tenants of the house, and an approver in it. */
const [ADA, BOB] = ['Ada Lovelace', 'Bob Noyce'];
/** So many texts share a house: no page has more to show than a person would meet. */
const TOGETHER = 270;
/** Surfaces whose grammar keeps out whatever is no plain name. */
const NAMES = ['correlation id', 'id of a tenant', 'name of a model', 'name of a prompt', 'version of a model'];
/** Of the texts that a surface keeps, the share that is seen to the letter on some screen. */
const SEEN = 0.6;
/** Of all texts, the share that runs as HTML: some are no HTML, or were made for browsers that are gone. */
const RUN = 0.5;

type Told = Record<string, { kept: number; refused: string[] }>;

let browser: Browser;
let all: { of: number; payloads: string[] };
let kept = 0;
let refused = 0;
let seen = 0;
let screens = 0;
const surfaces = new Set<string>();

beforeAll(async () => {
  const list = join(folder(), 'payloads.json');
  console.log(run('payloads', list).trim());
  all = JSON.parse(readFileSync(list, 'utf8')) as typeof all;
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  const texts = `${all.payloads.length} of ${all.of} texts in ${surfaces.size} places`;
  console.log(`browser: ${texts}: ${kept} kept, ${refused} refused, ${seen} seen to the letter on ${screens} screens, 0 ran`);
});

/** Texts by the house they share. */
function* houses(): Generator<string[]> {
  for (let from = 0; from < all.payloads.length; from += TOGETHER) yield all.payloads.slice(from, from + TOGETHER);
}

/** What stays of a text however it is broken into lines and however its hidden characters are drawn. */
const bare = (text: string): string => text.replaceAll(/[^\p{L}\p{N}\p{P}\p{S}]/gu, '');

/** A house with texts in one of its beds, and somebody in it who looks at everything. */
class Reader {
  readonly texts = new Map<string, string>();
  readonly found = new Set<string>();

  private constructor(
    readonly windows: Windows,
    private readonly life: Life,
    texts: readonly string[],
  ) {
    for (const text of texts) this.texts.set(text, bare(text));
  }

  static async in(bed: string, texts: string[], name: string, look: (reader: Reader) => Promise<void>): Promise<void> {
    const [home, list] = [join(folder(), 'home'), join(folder(), 'texts.json')];
    writeFileSync(list, JSON.stringify(texts));
    const told = JSON.parse(run('plant', home, bed, list)) as Told;
    for (const [surface, of] of Object.entries(told)) {
      surfaces.add(surface);
      kept += of.kept;
      refused += of.refused.length;
      if (!NAMES.includes(surface)) expect(of.kept, `${surface} keeps texts`).toBeGreaterThan(texts.length / 2);
    }
    const windows = await Windows.on(browser, home);
    try {
      const life = await Life.on(windows.main.context(), windows.main, windows.bridge.origin);
      const reader = new Reader(windows, life, texts);
      await openLast(windows);
      await signIn(windows, name, PASSPHRASE);
      await look(reader);
      expect([...life.signs, ...windows.complaints]).toEqual([]);
      expect(reader.found.size, `texts of ${bed} that were seen`).toBeGreaterThan(texts.length * SEEN);
      seen += reader.found.size;
    } finally {
      await windows.end();
    }
  }

  /** Looks at the page as it stands. */
  async look(page: Page = this.windows.main): Promise<void> {
    await this.windows.settled(page);
    const text = bare(await this.life.read(page));
    screens++;
    for (const [whole, part] of this.texts) if (part && text.includes(part)) this.found.add(whole);
  }

  async visit(address: string): Promise<void> {
    await this.windows.main.evaluate((to) => (location.hash = to), address);
    await this.look();
    for (const tab of await this.windows.main.getByRole('main').getByRole('tab').all()) {
      await tab.click();
      await this.look();
    }
  }

  /** Asks for more until there is no more. */
  async more(): Promise<void> {
    const button = this.windows.main.getByRole('button', { name: 'Show more', exact: true });
    while ((await button.count()) > 0) {
      await button.first().click();
      await this.windows.settled();
    }
    await this.look();
  }
}

it('the same texts do run where a page takes them as HTML', async () => {
  expect(all.of).toBeGreaterThanOrEqual(5000);
  const ran = await ranAsHtml(browser, all.payloads);
  console.log(`browser: ${ran} of ${all.payloads.length} texts run as HTML without a policy`);
  expect(ran).toBeGreaterThan(all.payloads.length * RUN);
  expect(await ranAsHtml(browser, ['Nothing <b>runs</b> here.'])).toBe(0);
});

it('a text that became markup in a page of ours would be found', async () => {
  const windows = await Windows.on(browser, folder());
  try {
    const life = await Life.on(windows.main.context(), windows.main, windows.bridge.origin);
    await shows(windows.main, 'button', 'Explore the demo');
    await life.read(windows.main);
    expect(life.signs).toEqual([]);
    await windows.main.evaluate(() => {
      const [image, link] = [document.createElement('img'), document.createElement('a')];
      image.setAttribute('onerror', 'alert(1)');
      image.setAttribute('src', 'x');
      link.setAttribute('href', 'javascript:alert(1)');
      document.querySelector('main')?.append(image, link);
      window.alert('by hand');
    });
    await life.read(windows.main);
    await expect.poll(() => life.signs.length).toBeGreaterThanOrEqual(4);
    // And the packaged policy refuses what it would do.
    await expect.poll(() => windows.complaints.some((line) => line.includes('Content Security Policy'))).toBe(true);
    expect(life.signs.filter((sign) => sign.startsWith('alert')).length).toBe(1);
  } finally {
    await windows.end();
  }
});

it('nothing runs in registries, reviews and the trail', async () => {
  for (const texts of houses()) {
    await Reader.in('registry', texts, BOB, async (reader) => {
      const { main, bridge } = reader.windows;
      await press(main, 'tab', 'All');
      await reader.more();
      const filter = { kind: null, tier: null, requester: null };
      const { rows } = await bridge.asked<{ rows: { id: string; name: string }[] }>('inbox', { tab: 'all', filter, after: null });
      for (const { id } of rows.filter(({ name }) => /^(texts|cards)/.test(name)).slice(0, 12)) await reader.visit(`#/inbox/${id}`);
      for (const kind of ['models', 'prompts']) {
        await reader.visit(`#/${kind}`);
        const page = await bridge.asked<{ rows: { name: string }[] }>(kind, { after: null, search: null });
        for (const { name } of page.rows) await reader.visit(`#/${kind}/${encodeURIComponent(name)}`);
      }
      await reader.visit('#/audit');
      for (let at = 1; at < 8; at++) {
        await main.locator('[data-row]').nth(at).click();
        await reader.look();
      }
      const open = rows.find(({ name }) => name.startsWith('texts'));
      await reader.visit(`#/inbox/${open?.id ?? ''}`);
      const decide = main.getByRole('button', { name: 'Reject…' });
      if ((await decide.count()) === 0) return;
      await decide.click();
      const signing = await reader.windows.signing();
      await fill(signing, 'Reason', texts[0] ?? '');
      await reader.look(signing);
      await reader.windows.closeSigning();
    });
  }
});

it('nothing runs among people, roles and tokens', async () => {
  for (const texts of houses()) {
    await Reader.in('people', texts, ADA, async (reader) => {
      const { main, bridge } = reader.windows;
      await reader.look();
      for (const tab of ['', '/policies', '/keys', '/tokens']) await reader.visit(`#/admin${tab}`);
      const { people } = await bridge.asked<{ people: { person: { id: string } }[] }>('people');
      for (const { person } of people.slice(0, 8)) await reader.visit(`#/admin/${encodeURIComponent(person.id)}`);
      await reader.visit('#/audit');
      await reader.visit('#/me');
      await press(main, 'button', 'Sign out');
      await shows(main, 'heading', 'Who is signing in?');
      await reader.look();
    });
  }
});

it('nothing runs among tenants', async () => {
  for (const texts of houses()) {
    await Reader.in('tenants', texts, ADA, async (reader) => {
      await reader.visit('#/admin/tenants');
      await reader.visit('#/admin');
      await reader.visit('#/audit');
    });
  }
});

it('nothing runs of what is typed into searches and addresses', async () => {
  const home = join(folder(), 'home');
  writeFileSync(join(folder(), 'none.json'), '[]');
  const list = join(folder(), 'texts.json');
  writeFileSync(list, '[]');
  run('plant', home, 'tenants', list);
  const windows = await Windows.on(browser, home);
  try {
    const { main } = windows;
    const life = await Life.on(main.context(), main, windows.bridge.origin);
    await openLast(windows);
    await signIn(windows, ADA, PASSPHRASE);
    const step = Math.max(1, Math.floor(all.payloads.length / 60));
    const some = all.payloads.filter((_, at) => at % step === 0);
    for (const text of some) {
      await main.evaluate((to) => (location.hash = to), `#/models/${encodeURIComponent(text)}`);
      await windows.settled();
      await life.read(main);
    }
    for (const [address, label] of [
      ['#/models', 'Search models'],
      ['#/prompts', 'Search prompts'],
      ['#/audit', 'Resource or correlation id'],
    ] as const) {
      await main.evaluate((to) => (location.hash = to), address);
      for (const text of some) {
        await fill(main, label, text.replaceAll('\n', ' '));
        if (label.startsWith('Resource')) await main.keyboard.press('Enter');
        await windows.settled();
        await life.read(main);
      }
      await fill(main, label, '');
    }
    console.log(`browser: ${some.length} texts typed into 3 searches and the address`);
    expect([...life.signs, ...windows.complaints]).toEqual([]);
  } finally {
    await windows.end();
  }
});
