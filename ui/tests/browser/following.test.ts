// What follows from a change that two admins signed: approvals that are to be reviewed again, a draft that nobody may
// send any more; and going back past several versions at once.

import { expect, it } from 'vitest';
import { ADMIN, ANALYST, choose, fill, press, row, says, shows, sign, signIn } from './act';
import { Walkthrough } from './files';
import type { Windows } from './windows';

const walk = new Walkthrough('following', { looks: 29, stops: 170 });
/** The other admin of the first tenant. */
const SECOND = 'Yusuf Demirel';

async function tab({ main }: Windows, name: string): Promise<void> {
  await press(main, 'link', 'Admin');
  await press(main, 'tab', name);
  await shows(main, 'table', name);
}

/** Signs the change whose dialog stands open. */
async function change(windows: Windows, reason: string): Promise<void> {
  await fill(windows.main, 'Reason', reason);
  await press(windows.main, 'button', 'Continue to sign…');
  const signing = await windows.signing();
  await sign(signing, 'Sign change', { Passphrase: walk.passphrase });
  await press(signing, 'button', 'Close');
  await windows.signed();
}

async function inTurn(windows: Windows, name: string): Promise<void> {
  await press(windows.main, 'button', 'Sign out');
  await signIn(windows, name, walk.passphrase);
}

/** The second admin signs the change whose review stands open. */
async function second(windows: Windows): Promise<void> {
  await press(windows.main, 'button', 'Approve…');
  const signing = await windows.signing();
  await sign(signing, 'Sign approval', { Reason: 'Agreed in the committee.', Passphrase: walk.passphrase });
  await press(signing, 'button', 'Close');
  await windows.signed();
  await says(windows.main, 'This was approved');
}

it('a policy that two admins changed, and what is to be reviewed again, have no fault', () =>
  walk.as(ADMIN, async (windows) => {
    const { main } = windows;
    await tab(windows, 'Policies');
    await press(main, 'button', 'Change policy…');
    await fill(main, 'Expires after', '14');
    await change(windows, 'Requests shall not lie for ever.');
    await shows(main, 'button', 'Review change');
    await walk.main('policies, a change waits', windows);
    await inTurn(windows, SECOND);
    await tab(windows, 'Policies');
    await press(main, 'button', 'Review change');
    await shows(main, 'button', 'Approve…');
    await walk.main('review of a policy', windows);
    await second(windows);
    await inTurn(windows, ADMIN);
    const listed = main.getByRole('region', { name: 'To be reviewed again' });
    await listed.waitFor();
    expect(await listed.getByRole('listitem').count(), 'more than fit').toBeGreaterThan(20);
    await walk.main('inbox, to be reviewed again', windows);
    await listed.getByRole('link').first().click();
    await says(main, 'To be reviewed again.');
    await walk.main('a model, to be reviewed again', windows);
  }));

it('a draft of somebody who may not send it any more has no fault', () =>
  walk.as(ANALYST, async (windows) => {
    const { main } = windows;
    await press(main, 'link', 'Prompts');
    await press(main, 'button', 'New prompt');
    await fill(main, 'Name', 'arrears-letter');
    await main.getByRole('textbox', { name: 'Text', exact: true }).fill('Write to the customer about {{amount}}.\nOffer a call.\n');
    await fill(main, 'Reason', 'The letter names the amount.');
    await inTurn(windows, ADMIN);
    await tab(windows, 'People and roles');
    await main.getByRole('button', { name: new RegExp(`^${ANALYST} in .*Change role…$`) }).first().click();
    await choose(main, 'Role', 'Viewer');
    await change(windows, 'Reads only from now on.');
    await inTurn(windows, SECOND);
    await row(main, ANALYST).click();
    await second(windows);
    await inTurn(windows, ANALYST);
    await press(main, 'link', 'Prompts');
    await shows(main, 'region', 'Your draft of a new prompt');
    await walk.main('prompts, a draft kept', windows);
  }));

it('going back past several versions has no fault', () =>
  walk.as(ADMIN, async (windows) => {
    const { main } = windows;
    await press(main, 'link', 'Models');
    await row(main, 'credit-pd').click();
    await main.getByRole('row', { name: '@1' }).click();
    await press(main, 'button', 'Go back to this version…');
    const signing = await windows.signing();
    await shows(signing, 'button', 'Sign revocation');
    expect(await signing.getByText('model/credit-pd@').count(), 'several ends').toBeGreaterThan(2);
    await walk.sheet('roll back', signing);
  }));
