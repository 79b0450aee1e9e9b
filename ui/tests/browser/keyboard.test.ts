// All that people do, by keyboard alone: no step here uses a pointer, and each goes by what Tab and arrows lead to.

import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { ADMIN, ANALYST, APPROVER, says, shows } from './act';
import { copyOf, demoPassphrase } from './bridge';
import { Keys } from './keys';
import { startBrowser, Windows } from './windows';

let browser: Browser;
let passphrase: string;
let presses = 0;
let ways = 0;

beforeAll(async () => {
  browser = await startBrowser();
  passphrase = demoPassphrase(inject('home'));
});
afterAll(async () => {
  await browser.close();
  console.log(`browser: ${ways} ways by keyboard alone, ${presses} keys`);
  expect(ways).toBeGreaterThanOrEqual(10);
  expect(presses).toBeGreaterThanOrEqual(1000);
});

/** Somebody at a console, from the first page on. */
class Desk {
  readonly keys: Keys;

  constructor(readonly windows: Windows) {
    this.keys = new Keys(windows.main);
  }

  async signIn(name: string): Promise<void> {
    await this.keys.use('button', 'Open workspace');
    await this.keys.use('button', name);
    await this.keys.use('button', 'Sign in');
    await this.answer('Sign in', { Passphrase: passphrase });
    await this.windows.signed();
    await shows(this.windows.main, 'link', 'Inbox');
  }

  /** Fills in what the signing window asks for, and presses its verb. */
  async answer(verb: string, given: Record<string, string>): Promise<Keys> {
    const keys = new Keys(await this.windows.signing());
    await shows(keys.page, 'button', verb);
    await this.give(keys, verb, given);
    return keys;
  }

  async give(keys: Keys, verb: string, given: Record<string, string>): Promise<void> {
    for (const [label, text] of Object.entries(given)) await keys.fill(label, text);
    await keys.use('button', verb);
    presses += keys.presses;
  }

  /** Signs a change of authority, whose dialog stands open. */
  async change(given: Record<string, string>, verb = 'Sign change'): Promise<void> {
    await this.keys.use('button', 'Continue to sign…');
    const signing = await this.answer(verb, given);
    // An act of authority leaves a receipt.
    if (verb === 'Sign change') await signing.use('button', 'Close');
    await this.windows.signed();
  }

  async admin(tab: string): Promise<void> {
    await this.keys.go('d');
    await shows(this.windows.main, 'heading', 'Admin');
    await this.keys.tab('Admin', tab);
  }
}

async function at(name: string, work: (desk: Desk) => Promise<void>): Promise<void> {
  const windows = await Windows.on(browser, copyOf(inject('home')));
  const desk = new Desk(windows);
  try {
    await desk.signIn(name);
    await work(desk);
    ways++;
    presses += desk.keys.presses;
  } finally {
    await windows.end();
  }
  expect(windows.complaints).toEqual([]);
}

it('an approver reads a request and approves it', () =>
  at(APPROVER, async (desk) => {
    const { keys, windows } = desk;
    await keys.openRow('credit-pd');
    await shows(windows.main, 'button', 'Approve…');
    await keys.tab('Review', 'Changes');
    await says(windows.main, 'changes against');
    await keys.press('n');
    await keys.use('button', 'Next change');
    await keys.tab('Review', 'History');
    await keys.tab('Review', 'Overview');
    await keys.use('button', 'Approve…');
    const signing = await desk.answer('Sign approval', { Reason: 'Backtest reproduced.', Passphrase: passphrase });
    await shows(signing.page, 'button', 'Close');
    await signing.use('button', 'Close');
    await windows.signed();
    await says(windows.main, 'This was approved');
  }));

it('an approver acknowledges hidden characters, and rejects', () =>
  at(APPROVER, async (desk) => {
    const { keys, windows } = desk;
    await keys.openRow('kyc-summary');
    await keys.tab('Review', 'Changes');
    await says(windows.main, 'hidden character');
    await keys.until(windows.main.getByRole('checkbox', { name: /^I have seen/ }));
    await keys.press('Space');
    await keys.use('button', 'Reject…');
    const signing = await desk.answer('Sign rejection', { Reason: 'A hidden mark.', Passphrase: passphrase });
    await signing.use('button', 'Close');
    await windows.signed();
    await says(windows.main, 'This was rejected');
  }));

it('no single key decides', () =>
  at(APPROVER, async ({ keys, windows }) => {
    await keys.openRow('credit-pd');
    await shows(windows.main, 'button', 'Approve…');
    const before = (await windows.bridge.sees()).opened;
    const focused = await windows.main.evaluate(() => document.activeElement?.textContent ?? '');
    expect(focused).not.toContain('Approve');
    for (const key of [...'abcdefhlmopqrstuvwxyz0123456789', ' ', 'Enter', 'F5', 'Delete']) {
      // What reloads is the browser's own; the desktop program has no such key.
      if (key !== 'F5') await keys.press(key);
    }
    expect((await windows.bridge.sees()).opened).toBe(before);
    await keys.use('button', 'Approve…');
    await windows.signing();
  }));

it('an analyst writes a version', () =>
  at(ANALYST, async ({ keys, windows }) => {
    await keys.go('p');
    await keys.openRow('translation-review');
    await keys.use('button', 'New version');
    await keys.to('textbox', 'Text');
    await keys.press('ControlOrMeta+End');
    await keys.type('\nName the newest source first: {{newest_source}}.\n');
    await keys.fill('Reason', 'The newest source comes first.');
    await keys.use('button', 'Save and request approval');
    await says(windows.main, 'You requested this');
  }));

it('every screen is reached, by its keys, by Tab and by the palette', () =>
  at(ADMIN, async ({ keys, windows }) => {
    const { main } = windows;
    const screens = [
      ['m', 'Models'],
      ['p', 'Prompts'],
      ['a', 'Audit'],
      ['d', 'Admin'],
      ['i', 'Inbox'],
    ] as const;
    const here = (screen: string) => main.getByRole('link', { name: screen, exact: true }).and(main.locator('[aria-current=page]')).waitFor();
    for (const [letter, screen] of screens) {
      await keys.go(letter);
      await here(screen);
    }
    for (const [, screen] of screens) {
      await keys.use('link', screen);
      await here(screen);
    }
    await keys.use('link', 'Your page');
    await shows(main, 'main', 'Your page');
    for (const [, screen] of screens) {
      await keys.press('ControlOrMeta+k');
      await keys.fill('Search', screen);
      await keys.press('Enter');
      await here(screen);
    }
    await keys.press('?');
    await shows(main, 'dialog', 'Shortcuts');
    await keys.press('Escape');
    await keys.press('ControlOrMeta+l');
    await shows(main, 'button', 'Unlock');
  }));

it('the audit trail is filtered, read, verified and followed', () =>
  at(ADMIN, async ({ keys, windows }) => {
    const { main } = windows;
    await keys.go('a');
    await main.locator('[data-row]').nth(4).waitFor();
    await keys.until(main.locator('[data-row]'));
    await keys.press('ArrowDown');
    await keys.press('ArrowDown');
    await keys.press('Enter');
    await shows(main, 'complementary', 'Record');
    await keys.use('button', 'Close the record');
    await keys.fill('Resource or correlation id', 'model');
    await keys.press('Enter');
    await keys.use('button', 'Clear filters');
    await keys.use('button', 'Verify log');
    await main.getByRole('status', { name: 'Verification' }).getByRole('button', { name: 'Dismiss' }).waitFor();
    await keys.use('button', 'Dismiss');
    await keys.use('button', 'Export');
    await shows(main, 'dialog', 'Export');
    await keys.press('Escape');
    await main.getByRole('dialog').waitFor({ state: 'detached' });
    const back = await main.evaluate(() => document.activeElement?.textContent?.trim());
    expect(back, 'the focus comes back to where it was').toContain('Export');
  }));

it('an admin adds a person, and changes a role', () =>
  at(ADMIN, async (desk) => {
    const { keys, windows } = desk;
    await desk.admin('People and roles');
    await keys.use('button', 'Add person');
    await keys.fill('Name', 'Noor Haddad');
    await keys.choose('Role', 'Viewer');
    await keys.fill('Reason', 'Joins the second line.');
    const own = 'a passphrase of my own';
    await desk.change({ Passphrase: own, 'Repeat passphrase': own, 'Admin passphrase': passphrase }, 'Enrol');
    await says(windows.main, 'Noor Haddad becomes Viewer');
    await keys.until(windows.main.getByRole('button', { name: /^Kenji Morimoto in .*Change role…$/ }));
    await keys.press('Enter');
    await keys.choose('Role', 'Viewer');
    await keys.fill('Reason', 'Reads only from now on.');
    await desk.change({ Passphrase: passphrase });
    await says(windows.main, 'Kenji Morimoto');
  }));

it('an admin changes a policy', () =>
  at(ADMIN, async (desk) => {
    const { keys, windows } = desk;
    await desk.admin('Policies');
    await keys.use('button', 'Change policy…');
    await keys.fill('Expires after', '14');
    await keys.fill('Reason', 'Requests shall not lie for ever.');
    await says(windows.main, 'after 14 days');
    await desk.change({ Passphrase: passphrase });
    await shows(windows.main, 'button', 'Review change');
  }));

it('an admin ends a key, and rotates the secret', () =>
  at(ADMIN, async (desk) => {
    const { keys, windows } = desk;
    await desk.admin('Keys');
    await keys.use('button', 'Retire…');
    await keys.fill('Reason', 'The owner has a new one.');
    await desk.change({ Passphrase: passphrase });
    await shows(windows.main, 'button', 'Rotate secret…');
    await keys.use('button', 'Rotate secret…');
    const signing = await desk.answer('Show new line', { Reason: 'Every year.', Passphrase: passphrase });
    await shows(signing.page, 'button', 'I have saved it');
    await signing.use('button', 'I have saved it');
    await windows.signed();
    await keys.use('button', 'Dismiss');
  }));

it('an admin makes a token and revokes it', () =>
  at(ADMIN, async (desk) => {
    const { keys, windows } = desk;
    const { main } = windows;
    await desk.admin('Tokens');
    await keys.use('button', 'Create token…');
    await keys.fill('Name', 'Nightly build');
    await keys.choose('Role', 'Analyst');
    await keys.use('button', 'Continue to sign…');
    const signing = await desk.answer('Make token', { Reason: 'For the nightly build.', Passphrase: passphrase });
    await signing.use('button', 'I have stored it');
    await windows.signed();
    await main.getByRole('cell', { name: 'Nightly build' }).first().waitFor();
    await keys.use('button', 'Revoke token…');
    await keys.fill('Reason', 'It leaked.');
    await keys.use('button', 'Revoke token');
    await main.getByRole('dialog').waitFor({ state: 'detached' });
  }));

it('an admin makes a tenant, and goes there', () =>
  at(ADMIN, async (desk) => {
    const { keys, windows } = desk;
    await desk.admin('Tenants');
    await keys.use('button', 'Create tenant…');
    await keys.fill('Id', 'retail-fr');
    await keys.fill('Title', 'Retail France');
    await keys.fill('Reason', 'It opens in spring.');
    await desk.change({ Passphrase: passphrase }, 'Found tenant');
    await windows.main.getByRole('cell', { name: 'retail-fr' }).first().waitFor();
    await keys.choose('Tenant', 1);
    await shows(windows.main, 'link', 'Inbox');
  }));
