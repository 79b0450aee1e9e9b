// The way in: a new workspace and its kit, restoring, recovering, and a log that raises an alarm.

import { inject, it } from 'vitest';
import { join } from 'node:path';
import { ADMIN, choose, fill, openLast, press, shows, sign, signIn } from './act';
import { copyOf, folder, keepInKeychain } from './bridge';
import { Walkthrough } from './files';

const walk = new Walkthrough('start', { looks: 109, stops: 160 });
const OWN = 'correct horse battery staple';

it('a new workspace has no fault on its way', () =>
  walk.on(null, async (windows) => {
    const { main } = windows;
    await shows(main, 'button', 'Explore the demo');
    await walk.main('first page', windows);
    await press(main, 'button', 'Restore from a backup or copy…');
    await walk.main('restore', windows);
    await press(main, 'button', 'Back');
    await press(main, 'button', 'Create workspace');
    await fill(main, 'Name', 'Bank');
    await fill(main, 'First tenant', 'credit');
    await fill(main, 'Your name', 'Ada Lovelace');
    await walk.main('create workspace', windows);
    await press(main, 'button', 'Choose passphrase…');
    const signing = await windows.signing();
    await walk.main('create workspace, asked', windows);
    await walk.sheet('create', signing);
    await sign(signing, 'Create', { Passphrase: OWN, 'Repeat passphrase': OWN });
    await shows(signing, 'button', 'I have kept it');
    await walk.sheet('recovery kit', signing);
    await windows.bridge.chooses(join(folder(), 'kit.txt'));
    await press(signing, 'button', 'Save kit');
    await signing.getByText('Saved to a file of your choice').waitFor();
    await walk.sheet('recovery kit, saved', signing);
    await press(signing, 'button', 'Try kit…');
    await shows(signing, 'button', 'Continue');
    await walk.sheet('kit lines', signing);
    await press(signing, 'button', 'Back');
    await press(signing, 'button', 'I have kept it');
    await windows.signed();
    await shows(main, 'link', 'Inbox');
    await walk.main('inbox, empty', windows);
    for (const screen of ['Models', 'Prompts']) {
      await press(main, 'link', screen);
      await main.getByText(/ yet$/).first().waitFor();
      await walk.main(`${screen}, empty`, windows);
    }
  }));

it('a key file has no fault on its way', () =>
  walk.on(null, async (windows) => {
    const { main } = windows;
    await press(main, 'button', 'Create workspace');
    await fill(main, 'Name', 'Bank');
    await fill(main, 'First tenant', 'credit');
    await fill(main, 'Your name', 'Ada Lovelace');
    await choose(main, 'Keys', 'In a file of the workspace folder (weaker)');
    await press(main, 'button', 'Choose passphrase…');
    const signing = await windows.signing();
    await sign(signing, 'Create', { Passphrase: OWN, 'Repeat passphrase': OWN });
    await shows(signing, 'button', 'Continue');
    await walk.sheet('new key file', signing);
    const file = 'another passphrase for the file';
    await sign(signing, 'Continue', { Passphrase: file, 'Repeat passphrase': file });
    await press(signing, 'button', 'I have kept it');
    await windows.signed();
    await shows(main, 'link', 'Inbox');
    await press(main, 'button', 'Sign out');
    await shows(main, 'button', 'Close workspace');
    await press(main, 'button', 'Close workspace');
    await press(main, 'button', 'Open workspace');
    await walk.sheet('open key file', await windows.signing());
    await walk.main('first page, asked', windows);
  }));

it('the list of people and signing in have no fault', () =>
  walk.on(copyOf(inject('home')), async (windows) => {
    const { main } = windows;
    await openLast(windows);
    await walk.main('people', windows);
    await press(main, 'button', ADMIN);
    await press(main, 'button', 'Sign in');
    const signing = await windows.signing();
    await walk.sheet('sign in', signing);
    await walk.main('people, asked', windows);
    await sign(signing, 'Sign in', { Passphrase: 'not the passphrase' });
    await signing.getByRole('alert').first().waitFor();
    await walk.sheet('sign in, refused', signing);
  }));

it('a copy without its keys has no fault', async () => {
  const home = copyOf(inject('home'));
  keepInKeychain(home, () => false);
  await walk.on(home, async (windows) => {
    const { main } = windows;
    await press(main, 'button', 'Open workspace');
    await shows(main, 'button', 'Recover with the kit…');
    await walk.main('a copy without its keys', windows);
    await press(main, 'button', 'Recover with the kit…');
    const signing = await windows.signing();
    await shows(signing, 'button', 'Continue');
    await walk.sheet('recover, kit lines', signing);
  });
});

it('an alarm has no fault', async () => {
  const home = copyOf(inject('home'));
  keepInKeychain(home, (account) => !account.startsWith('anchor/'));
  await walk.on(home, async (windows) => {
    const { main } = windows;
    await openLast(windows);
    await signIn(windows, ADMIN, walk.passphrase);
    await main.getByRole('region', { name: /^Alarm of/ }).first().waitFor();
    await walk.main('inbox under an alarm', windows);
    await press(main, 'link', 'Audit');
    await main.getByRole('heading', { name: /^Audit/ }).waitFor();
    await walk.main('audit under an alarm', windows);
    await main.getByRole('button', { name: /…$/ }).filter({ hasText: /anchor/i }).first().click();
    const signing = await windows.signing();
    await walk.sheet('end alarm', signing);
    await fill(signing, 'Reason', 'The keychain was emptied by a test.');
    await fill(signing, 'Passphrase', walk.passphrase);
    await signing.locator('button[type=submit]').click();
    await shows(signing, 'button', 'Close');
    await walk.sheet('alarm ended', signing);
  });
});
