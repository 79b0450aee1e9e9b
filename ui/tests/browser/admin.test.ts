// Administration: every tab, every dialog, and the sheets of the signing window that they lead to.

import { it } from 'vitest';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ADMIN, choose, fill, press, says, shows, sign } from './act';
import { folder } from './bridge';
import { Walkthrough } from './files';

const walk = new Walkthrough('admin', { looks: 160, stops: 440 });

async function tab(main: Page, name: string): Promise<void> {
  await press(main, 'link', 'Admin');
  await press(main, 'tab', name);
  await main.getByRole('table', { name }).or(main.getByRole('button', { name: 'Create token…' })).first().waitFor();
}

const closed = (main: Page): Promise<void> => main.getByRole('dialog').first().waitFor({ state: 'detached' });

it('people and roles have no fault', () =>
  walk.as(ADMIN, async (windows) => {
    const { main } = windows;
    await tab(main, 'People and roles');
    await walk.main('people and roles', windows);
    await press(main, 'button', 'Add person');
    await walk.main('add person', windows);
    await press(main, 'button', 'Continue to sign…');
    await main.locator('[aria-invalid]').first().waitFor();
    await walk.main('add person, refused', windows);
    await fill(main, 'Name', 'Noor Haddad');
    await choose(main, 'Role', 'Viewer');
    await fill(main, 'Reason', 'Joins the second line.');
    await press(main, 'button', 'Continue to sign…');
    const signing = await windows.signing();
    await walk.sheet('enrol', signing);
    await walk.main('add person, asked', windows);
    const own = 'a passphrase of my own';
    await sign(signing, 'Enrol', { Passphrase: own, 'Repeat passphrase': own, 'Admin passphrase': walk.passphrase });
    await windows.signed();
    await says(main, 'Noor Haddad becomes Viewer');
    await walk.main('people and roles, a change waits', windows);
    await main.getByRole('button', { name: /Change role…$/ }).first().click();
    await choose(main, 'Role', 'Analyst');
    await walk.main('change role', windows);
    await fill(main, 'Reason', 'Writes prompts now.');
    await press(main, 'button', 'Continue to sign…');
    const change = await windows.signing();
    await shows(change, 'button', 'Sign change');
    await walk.sheet('change', change);
    await windows.closeSigning();
  }));

it('the page of a person has no fault', () =>
  walk.as(ADMIN, async (windows) => {
    const { main } = windows;
    await tab(main, 'People and roles');
    await press(main, 'link', 'Amara Okafor');
    await says(main, 'Decisions');
    await walk.main('a person', windows);
    for (const [button, screen] of [
      ['Reset passphrase…', 'reset passphrase'],
      ['Disable person…', 'disable person'],
    ] as const) {
      const offered = main.getByRole('button', { name: button });
      if ((await offered.count()) === 0) continue;
      await offered.click();
      await walk.main(screen, windows);
      await fill(main, 'Reason', 'For the look of it.');
      await press(main, 'button', button.startsWith('Reset') ? 'Continue to sign…' : 'Continue to confirm…');
      await walk.sheet(screen, await windows.signing());
      await windows.closeSigning();
      if ((await main.getByRole('dialog').count()) > 0) await press(main, 'button', 'Close');
      await closed(main);
    }
  }));

it('policies have no fault', () =>
  walk.as(ADMIN, async (windows) => {
    const { main } = windows;
    await tab(main, 'Policies');
    await walk.main('policies', windows);
    await press(main, 'button', 'Change policy…');
    await fill(main, 'Expires after', '14');
    await main.getByLabel('Four eyes').first().uncheck();
    await says(main, 'after 14 days');
    await walk.main('change policy', windows);
  }));

it('keys and the secret have no fault', () =>
  walk.as(ADMIN, async (windows) => {
    const { main } = windows;
    await tab(main, 'Keys');
    await walk.main('keys', windows);
    for (const [button, screen] of [
      ['Retire…', 'retire key'],
      ['Revoke as compromised…', 'revoke as compromised'],
      ['Revoke device…', 'revoke device'],
    ] as const) {
      await press(main, 'button', button);
      await main.getByRole('dialog').waitFor();
      await walk.main(screen, windows);
      await press(main, 'button', 'Cancel');
      await closed(main);
    }
    await press(main, 'button', 'Rotate secret…');
    const signing = await windows.signing();
    await walk.sheet('rotate secret', signing);
    await sign(signing, 'Show new line', { Reason: 'Every year.', Passphrase: walk.passphrase });
    await shows(signing, 'button', 'I have saved it');
    await walk.sheet('new secret', signing);
    await press(signing, 'button', 'I have saved it');
    await windows.signed();
    await main.getByRole('status', { name: 'Rotation', exact: true }).getByRole('button', { name: 'Dismiss' }).waitFor();
    await walk.main('keys, rotated', windows);
  }));

it('tokens have no fault', () =>
  walk.as(ADMIN, async (windows) => {
    const { main } = windows;
    await tab(main, 'Tokens');
    await walk.main('tokens', windows);
    await press(main, 'button', 'Create token…');
    await walk.main('create token', windows);
    await fill(main, 'Name', 'Nightly build');
    await choose(main, 'Role', 'Analyst');
    await press(main, 'button', 'Continue to sign…');
    const signing = await windows.signing();
    await walk.sheet('make token', signing);
    await sign(signing, 'Make token', { Reason: 'For the nightly build.', Passphrase: walk.passphrase });
    await shows(signing, 'button', 'I have stored it');
    await walk.sheet('new token', signing);
    await press(signing, 'button', 'I have stored it');
    await windows.signed();
    await main.getByRole('cell', { name: 'Nightly build' }).first().waitFor();
    await walk.main('tokens, one made', windows);
    await press(main, 'button', 'Revoke token…');
    await walk.main('revoke token', windows);
  }));

it('tenants and a backup have no fault', () =>
  walk.as(ADMIN, async (windows) => {
    const { main } = windows;
    await tab(main, 'Tenants');
    await walk.main('tenants', windows);
    await windows.bridge.chooses(join(folder(), 'a-backup'));
    await press(main, 'button', 'Back up…');
    await main.getByRole('status', { name: 'Saved backup' }).waitFor();
    await walk.main('tenants, backed up', windows);
    await press(main, 'button', 'Create tenant…');
    await walk.main('create tenant', windows);
    await fill(main, 'Id', 'retail-fr');
    await fill(main, 'Title', 'Retail France');
    await fill(main, 'Reason', 'It opens in spring.');
    await press(main, 'button', 'Continue to sign…');
    const signing = await windows.signing();
    await walk.sheet('create tenant', signing);
    await windows.closeSigning();
    await press(main, 'button', 'Close');
    await closed(main);
    await press(main, 'button', 'Archive tenant…');
    await walk.main('archive tenant', windows);
    await fill(main, 'Reason', 'It closes.');
    await press(main, 'button', 'Continue to confirm…');
    await walk.sheet('confirm', await windows.signing());
  }));
