// What reviewers say, look up and end: the discussion, the diff's tools, views of the inbox, conditions,
// withdrawal, revocation and rollback.

import { it } from 'vitest';
import type { Page } from 'playwright-core';
import { ANALYST, APPROVER, choose, fill, press, row, says, shows, sign } from './act';
import { Walkthrough } from './files';

const walk = new Walkthrough('reviewing', { looks: 96, stops: 330 });

const closed = (main: Page): Promise<void> => main.getByRole('dialog').first().waitFor({ state: 'detached' });

it('a discussion has no fault', () =>
  walk.as(APPROVER, async (windows) => {
    const { main } = windows;
    await row(main, 'fraud-graph').click();
    await press(main, 'tab', 'Discussion');
    await says(main, '1 blocking finding open.');
    await walk.main('review, others discuss', windows);
    await row(main, 'collections-next').click();
    await says(main, 'Changes wanted by');
    await walk.main('review, changes wanted', windows);
    await row(main, 'credit-pd').click();
    await press(main, 'tab', 'Discussion');
    await shows(main, 'form', 'Say something');
    await walk.main('review, Discussion', windows);
    await fill(main, 'Comment', 'Which sample is the backtest of?');
    await press(main, 'button', 'Add comment');
    await says(main, 'Which sample is the backtest of?');
    await press(main, 'button', 'Finding');
    await fill(main, 'Finding', 'The sample ends before the rise of rates.');
    await choose(main, 'Severity', 'High');
    await main.getByRole('checkbox', { name: 'Blocking' }).check();
    await walk.main('review, a finding is written', windows);
    await press(main, 'button', 'Open finding');
    await says(main, '1 blocking finding open.');
    await walk.main('review, blocked', windows);
    await press(main, 'button', 'Answer or close…');
    await press(main, 'button', 'Answer');
    await main.locator('[aria-invalid]').first().waitFor();
    await walk.main('review, an answer refused', windows);
  }));

it('the tools of a diff have no fault', () =>
  walk.as(APPROVER, async (windows) => {
    const { main } = windows;
    await row(main, 'credit-pd').click();
    await press(main, 'tab', 'Changes');
    await shows(main, 'toolbar', 'Diff');
    for (const layout of ['Unified', 'Side by side']) {
      await press(main, 'button', layout);
      await walk.main(`review, Changes, ${layout}`, windows);
    }
    await press(main, 'button', 'Search in the diff…');
    await fill(main, 'Search in the diff', 'a');
    await main.keyboard.press('Enter');
    await main.getByRole('status', { name: 'Found' }).waitFor();
    await walk.main('review, Changes, searched', windows);
  }));

it('filters and views of the inbox have no fault', () =>
  walk.as(APPROVER, async (windows) => {
    const { main } = windows;
    await press(main, 'tab', 'All');
    await choose(main, 'Kind', 'Model');
    await walk.main('inbox, filtered', windows);
    await press(main, 'button', 'Saved views');
    await shows(main, 'textbox', 'Name');
    await walk.main('inbox, views', windows);
    await fill(main, 'Name', 'Models');
    await main.getByRole('form', { name: 'Save this view' }).getByRole('button').first().click();
    await shows(main, 'button', 'Show Models');
    await walk.main('inbox, a view saved', windows);
  }));

it('an approval under conditions, and its end, have no fault', () =>
  walk.as(APPROVER, async (windows) => {
    const { main } = windows;
    await row(main, 'credit-pd').click();
    await press(main, 'button', 'Approve…');
    const signing = await windows.signing();
    await sign(signing, 'Sign approval', { Reason: 'For staging.', Ends: 'soon', Environments: 'staging', Passphrase: walk.passphrase });
    await signing.getByRole('alert').first().waitFor();
    await walk.sheet('approve, a condition refused', signing);
    await sign(signing, 'Sign approval', { Ends: '2099-03-31 17:00', Passphrase: walk.passphrase });
    await shows(signing, 'button', 'Close');
    await walk.sheet('receipt, with conditions', signing);
    await press(signing, 'button', 'Close');
    await windows.signed();
    await says(main, 'This was approved');
    await press(main, 'button', 'Revoke…');
    const ending = await windows.signing();
    await shows(ending, 'button', 'Sign revocation');
    await walk.sheet('revoke', ending);
    await sign(ending, 'Sign revocation', { Reason: 'The source was withdrawn.', Passphrase: walk.passphrase });
    await shows(ending, 'button', 'Close');
    await walk.sheet('revoked', ending);
    await press(ending, 'button', 'Close');
    await windows.signed();
    await walk.main('review, revoked', windows);
  }));

it('taking a request back, and asking again, have no fault', () =>
  walk.as(ANALYST, async (windows) => {
    const { main } = windows;
    await press(main, 'tab', 'Waiting on others');
    await row(main, 'treasury-commentary').click();
    await press(main, 'button', 'Withdraw…');
    await walk.main('withdraw', windows);
    await press(main, 'button', 'Withdraw request');
    await main.locator('[aria-invalid]').first().waitFor();
    await fill(main, 'Reason', 'It was asked for too early.');
    await press(main, 'button', 'Withdraw request');
    await closed(main);
    await shows(main, 'button', 'Ask again…');
    await walk.main('review, withdrawn', windows);
    await press(main, 'button', 'Ask again…');
    await walk.main('ask again', windows);
  }));
