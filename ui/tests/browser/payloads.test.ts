// Lists of hostile texts, put through the core wherever somebody can put a text, and looked at on every screen that
// shows them: nothing runs, nothing becomes markup. For control, the same texts do run where a page takes them as HTML.

import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { fill, named, press, shows } from './act';
import { copyOf, folder } from './bridge';
import { Life, ranAsHtml } from './hostile';
import { ADA, all, BOB, inEachHouse, inHouses, pieces, planted, Reader, rule, theBrowser } from './planted';
import { Windows } from './windows';

/** Of the texts of a house, the share that runs as HTML: some are no HTML, or were made for browsers that are gone. */
const RUN = 0.5;

inHouses('planted', 47);

/** The place alone, without its tabs. */
const NO_TAB = /^$/;

let [ran, offered] = [0, 0];

rule('most of the same texts do run where a page takes them as HTML', async ({ texts }) => {
  expect(all.of).toBeGreaterThanOrEqual(5000);
  const here = await ranAsHtml(theBrowser(), texts);
  expect(here).toBeGreaterThan(texts.length * RUN);
  ran += here;
  offered += texts.length;
});

it('a text that became markup in a page of ours would be found', async () => {
  const windows = await Windows.on(theBrowser(), folder());
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

/** The registries of a house, planted once for those who look at them. */
let registries: { texts: readonly string[]; home: string } | undefined;
function withRegistries(texts: readonly string[]): string {
  if (registries?.texts !== texts) registries = { texts, home: planted('registry', texts) };
  return copyOf(registries.home);
}

/** The rows of the list, and those of them that are laid out: however long it is, no more than a person sees. */
const rowsDrawn = (page: Page) =>
  page.locator('[data-row]').evaluateAll((rows) => ({
    rows: rows.length,
    drawn: rows.filter((row) => row.firstElementChild?.checkVisibility({ contentVisibilityAuto: true })).length,
  }));

rule('nothing runs in the reviews of models and prompts', ({ texts }) =>
  Reader.at(withRegistries(texts), texts, BOB, async (reader) => {
    await press(reader.windows.main, 'tab', 'All');
    await reader.sees('reasons of requests in the inbox', () => reader.more());
    const { rows, drawn } = await rowsDrawn(reader.windows.main);
    expect(rows, 'requests in the inbox').toBeGreaterThan(200);
    expect(drawn, `of ${rows} rows`).toBeLessThan(rows / 4);
    await reader.sees('prompts under review', () => reader.reviews('texts', Infinity, /Changes/));
    await reader.sees('cards under review', () => reader.reviews('cards', Infinity, /Changes/));
    for (const kind of ['variables', 'reasons', 'decisions', 'models']) await reader.reviews(kind, 2, /History/);
  }),
);

rule('nothing runs in registries and the trail', ({ texts }) =>
  Reader.at(withRegistries(texts), texts, BOB, async (reader) => {
    const { bridge } = reader.windows;
    for (const [kind, folders] of [
      ['models', ['cards', 'versions', 'models']],
      ['prompts', ['texts', 'variables', 'reasons', 'decisions']],
    ] as const) {
      await reader.visit(`#/${kind}`);
      await reader.more();
      for (const folder of folders) {
        const filter = { search: `${folder}/`, state: null, tier: null, author: null, order: null };
        const page = await bridge.asked<{ rows: { name: string }[] }>(kind, { after: null, filter });
        for (const { name } of page.rows.slice(0, folder === 'cards' || folder === 'texts' ? 5 : 2)) {
          await reader.visit(`#/${kind}/${encodeURIComponent(name)}`);
          await reader.press('Time line');
          // The next page would stand open at it too.
          await reader.press('Versions');
        }
      }
    }
    await reader.trail(8);
  }),
);

rule('nothing runs in discussions, histories and ends', ({ texts }) =>
  Reader.in('requests', texts, BOB, async (reader) => {
    const { main } = reader.windows;
    await press(main, 'tab', 'All');
    await reader.more();
    await reader.sees('discussions under review', () => reader.reviews('talks', Infinity, /Discussion/));
    for (const kind of ['withdrawals', 'again', 'limited']) await reader.reviews(kind, 4);
    await reader.reviews('ended', 10);
    for (const action of ['prompt.revoke', 'approval.vote', 'approval.request']) await reader.trail(3, action);
  }),
);

rule('nothing runs of the names of those who ask, speak and sign', ({ texts }) =>
  Reader.in('requesters', texts, BOB, async (reader) => {
    const { main } = reader.windows;
    await press(main, 'tab', 'All');
    await reader.sees('requesters in the inbox and its filter', () => reader.more());
    const requester = named(main, 'combobox', 'Requester');
    const options = await requester.locator('option').count();
    await requester.selectOption({ index: options - 1 });
    await reader.look();
    await requester.selectOption({ index: 0 });
    await reader.reviews('tokens', 4);
    // Both what they asked for and what they decided on.
    await reader.reviews('people', 8);
    await reader.visit('#/prompts');
    await reader.sees('authors in a registry and its filter', () => reader.more());
    await reader.trail(4);
    await press(main, 'button', 'Sign out');
    await shows(main, 'heading', 'Who is signing in?');
    await reader.look();
  }),
);

rule('nothing runs among people, roles, policies and tokens', ({ texts }) =>
  Reader.in('people', texts, ADA, async (reader) => {
    const { main, bridge } = reader.windows;
    await reader.look();
    await reader.sees('people and roles', () => reader.visit('#/admin', /^People/));
    for (const tab of ['policies', 'keys']) await reader.visit(`#/admin/${tab}`, NO_TAB);
    await reader.sees('tokens', () => reader.visit('#/admin/tokens', NO_TAB));
    const { people } = await bridge.asked<{ people: { person: { id: string; name: string } }[] }>('people');
    for (const { person } of people.slice(0, 6)) await reader.visit(`#/admin/${encodeURIComponent(person.id)}`);
    // Those of the house itself have the groups.
    for (const name of ['Bob Noyce', 'Eve Moore', 'Vic Iewer']) {
      const found = people.find(({ person }) => person.name === name);
      if (found) await reader.visit(`#/admin/${encodeURIComponent(found.person.id)}`);
    }
    for (const action of ['policy.change', 'role.grant', 'role.revoke']) await reader.trail(4, action);
    await reader.visit('#/me');
    await press(main, 'button', 'Sign out');
    await shows(main, 'heading', 'Who is signing in?');
    await reader.look();
  }),
);

rule('nothing runs among tenants', ({ texts }) =>
  Reader.in('tenants', texts, ADA, async (reader) => {
    const { main, bridge } = reader.windows;
    await reader.sees('titles of tenants', () => reader.visit('#/admin/tenants', NO_TAB));
    await reader.visit('#/admin');
    await reader.trail(4);
    const { tenants } = await bridge.asked<{ tenants: { id: string; title: string }[] }>('tenants');
    for (const { id } of tenants.slice(0, 4)) {
      await main.getByLabel('Tenant', { exact: true }).first().selectOption(id);
      await reader.look();
      await reader.trail(2);
    }
    await main.keyboard.press('Control+k');
    await fill(main, 'Search', 'desk');
    await reader.look();
    for (const text of pieces(texts, 20).flatMap(([first]) => first ?? [])) {
      await fill(main, 'Search', text.replaceAll('\n', ' '));
      await reader.look();
    }
  }),
);

inEachHouse();

it('none of a text that is not hostile', async () => {
  console.log(`browser: ${ran} of ${offered} texts run as HTML without a policy`);
  expect(await ranAsHtml(theBrowser(), ['Nothing <b>runs</b> here.'])).toBe(0);
});
