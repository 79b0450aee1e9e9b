// Every screen on which people work all day, in light and dark, at 100 and 200 % and at the least size.

import { it } from 'vitest';
import { ADMIN, ANALYST, APPROVER, fill, press, row, says, shows, sign } from './act';
import { Walkthrough } from './files';

const walk = new Walkthrough('screens', { looks: 160, stops: 640 });

it('the inbox and a review have no fault', () =>
  walk.as(APPROVER, async (windows) => {
    const { main } = windows;
    for (const tab of ['Waiting on others', 'Decided', 'All', 'Needs me']) {
      await press(main, 'tab', tab);
      await main.getByRole('row').first().waitFor();
      await walk.main(`inbox, ${tab}`, windows);
    }
    await row(main, 'credit-pd').click();
    await shows(main, 'button', 'Approve…');
    // The click scrolled its row to the edge of the list.
    await main.locator('.rows').evaluate((list) => list.scrollTo(0, 0));
    await walk.main('review, Overview', windows);
    await press(main, 'button', 'Chart');
    await walk.main('review, metrics as a chart', windows);
    await press(main, 'tab', 'Changes');
    await says(main, 'changes against');
    await walk.main('review, Changes', windows);
    await press(main, 'tab', 'Artefact');
    await shows(main, 'button', 'Choose folder…');
    await walk.main('review, Artefact', windows);
    await press(main, 'tab', 'History');
    await main.getByRole('list', { name: 'History' }).or(main.getByText('No history yet')).first().waitFor();
    await walk.main('review, History', windows);
    await press(main, 'link', 'Inbox');
    await row(main, 'kyc-summary').click();
    await press(main, 'tab', 'Changes');
    await says(main, 'hidden character');
    await walk.main('review with hidden characters', windows);
  }));

it('the sheets of a decision have no fault', () =>
  walk.as(APPROVER, async (windows) => {
    const { main } = windows;
    await row(main, 'credit-pd').click();
    await press(main, 'button', 'Reject…');
    await walk.sheet('reject', await windows.signing());
    await windows.closeSigning();
    await press(main, 'button', 'Approve…');
    const signing = await windows.signing();
    await walk.sheet('approve', signing);
    await sign(signing, 'Sign approval', { Reason: 'Checked.', Passphrase: 'not the passphrase' });
    await signing.getByRole('alert').first().waitFor();
    await walk.sheet('approve, refused', signing);
    await sign(signing, 'Sign approval', { Passphrase: walk.passphrase });
    await shows(signing, 'button', 'Close');
    await walk.sheet('receipt', signing);
    await press(signing, 'button', 'Close');
    await windows.signed();
    await says(main, 'This was approved');
    await walk.main('review, decided', windows);
  }));

it('the registries have no fault', () =>
  walk.as(ADMIN, async (windows) => {
    const { main } = windows;
    await press(main, 'link', 'Models');
    await row(main, 'credit-pd').waitFor();
    await walk.main('models', windows);
    await row(main, 'credit-pd').click();
    await shows(main, 'heading', 'credit-pd');
    await walk.main('a model', windows);
    await press(main, 'button', 'Time line');
    await shows(main, 'table', 'In force');
    await walk.main('a model, time line', windows);
    await press(main, 'link', 'Models');
    await press(main, 'button', 'Register model');
    await shows(main, 'textbox', 'Card');
    await walk.main('register model', windows);
    await press(main, 'button', 'Register model');
    await main.locator('[aria-invalid]').first().waitFor();
    await walk.main('register model, refused', windows);
    await press(main, 'link', 'Prompts');
    await row(main, 'kyc-summary').waitFor();
    await walk.main('prompts', windows);
    await row(main, 'kyc-summary').click();
    await shows(main, 'heading', 'kyc-summary');
    for (const tab of ['Text', 'Compare', 'Render']) {
      await press(main, 'tab', tab);
      await walk.main(`a prompt, ${tab}`, windows);
    }
  }));

it('the editor has no fault', () =>
  walk.as(ANALYST, async (windows) => {
    const { main } = windows;
    await press(main, 'link', 'Prompts');
    await row(main, 'translation-review').click();
    await press(main, 'button', 'New version');
    await main.getByRole('textbox', { name: 'Text', exact: true }).press('Control+End');
    await main.keyboard.type('\nName the newest source first: {{newest_source}}.\n');
    await fill(main, 'Reason', 'The newest source comes first.');
    await walk.main('new version', windows);
    await press(main, 'tab', 'Changes');
    await says(main, 'newest_source');
    await walk.main('new version, Changes', windows);
  }));

it('the audit trail has no fault', () =>
  walk.as(ADMIN, async (windows) => {
    const { main } = windows;
    await press(main, 'link', 'Audit');
    await main.getByRole('row').nth(3).waitFor();
    await walk.main('audit', windows);
    await main.getByRole('row').nth(3).click();
    await shows(main, 'button', 'Close the record');
    await walk.main('audit, a record', windows);
    await press(main, 'button', 'Close the record');
    await press(main, 'button', 'Verify log');
    await main.getByRole('status', { name: 'Verification' }).getByRole('button', { name: 'Dismiss' }).waitFor();
    await walk.main('audit, verified', windows);
    await press(main, 'button', 'Export');
    await main.getByRole('dialog', { name: 'Export' }).waitFor();
    await walk.main('audit, Export', windows);
  }));

it('what lies over the frame, and one’s own page, have no fault', () =>
  walk.as(APPROVER, async (windows) => {
    const { main } = windows;
    await main.keyboard.press('Control+k');
    await fill(main, 'Search', 'credit');
    await says(main, 'credit-pd');
    await walk.main('search and commands', windows);
    await main.keyboard.press('Escape');
    await main.keyboard.press('?');
    await main.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
    await walk.main('shortcuts', windows);
    await main.keyboard.press('Escape');
    await press(main, 'link', 'Your page');
    await says(main, 'Decisions');
    await walk.main('your page', windows);
    await press(main, 'button', 'Lock');
    await shows(main, 'button', 'Unlock');
    await walk.main('locked', windows);
    await press(main, 'button', 'Unlock');
    await walk.sheet('unlock', await windows.signing());
    await walk.main('locked, asked', windows);
  }));
