// What is read on record, what was typed before, and where a link leads: sheets and notices that stand on the way to
// the screens of every day.

import { inject, it } from 'vitest';
import type { Page } from 'playwright-core';
import { ADMIN, ANALYST, choose, openLast, press, row, says, shows, sign, signIn } from './act';
import { copyOf } from './bridge';
import { Walkthrough } from './files';
import type { Windows } from './windows';

const walk = new Walkthrough('protecting', { looks: 54, stops: 165 });

/** Reads a protected version on record; the sheet may be looked at before it is signed. */
async function reveal(windows: Windows, button: string, look: (signing: Page) => Promise<void> = async () => {}): Promise<void> {
  await press(windows.main, 'button', button);
  const signing = await windows.signing();
  await shows(signing, 'button', 'Reveal');
  await look(signing);
  await sign(signing, 'Reveal', { Reason: 'Validation of the year.', Passphrase: walk.passphrase });
  await windows.signed();
}

/** Keeps a draft in the tenant in front, as its page does while somebody types. */
async function keep({ bridge }: Windows, name: string, basedOn: number | null, fields: object): Promise<void> {
  const { tenant } = await bridge.asked<{ tenant: { id: string } }>('session');
  const place = { kind: 'prompt', name };
  await bridge.asked('keep_draft', { tenantId: tenant.id, place, basedOn, text: JSON.stringify(fields) });
}

it('a protected card, and two beside each other, have no fault', () =>
  walk.as(ADMIN, async (windows) => {
    const { main } = windows;
    await press(main, 'link', 'Models');
    await row(main, 'credit-pd').click();
    await shows(main, 'heading', 'credit-pd');
    await press(main, 'tab', 'Compare');
    await shows(main, 'button', 'Reveal version 7…');
    await walk.main('a model, Compare protected', windows);
    await reveal(windows, 'Reveal version 7…', (signing) => walk.sheet('reveal', signing));
    await reveal(windows, 'Reveal…');
    await says(main, 'changes against');
    await walk.main('a model, Compare', windows);
    await press(main, 'tab', 'Facts');
    await shows(main, 'table', 'Metrics');
    await walk.main('a model, its card', windows);
  }));

it('a new prompt has no fault', () =>
  walk.as(ANALYST, async (windows) => {
    const { main } = windows;
    await press(main, 'link', 'Prompts');
    await press(main, 'button', 'New prompt');
    await shows(main, 'textbox', 'Text');
    await walk.main('new prompt', windows);
    await press(main, 'button', 'Save and request approval');
    await main.locator('[aria-invalid]').first().waitFor();
    await walk.main('new prompt, refused', windows);
  }));

it('what was typed before has no fault', () =>
  walk.as(ANALYST, async (windows) => {
    const { main } = windows;
    const typed = { tier: 'high', reason: 'Asks for the forbearance plan first.', basedOn: 1 };
    await keep(windows, 'hardship-intake', 1, { ...typed, name: 'hardship-intake', text: 'Ask for the plan.\n' });
    const earlier = { name: 'arrears-reminder', text: 'Remind the customer of {{amount}}.\nOffer a call.\n', reason: 'A first draft.' };
    await keep(windows, '', null, { name: 'arrears-letter', text: 'Write about {{amount}}.\n', tier: 'medium', reason: '', basedOn: 0, earlier });
    await press(main, 'link', 'Prompts');
    await press(main, 'button', 'New prompt');
    await says(main, 'You typed here before.');
    await walk.main('new prompt, typed before', windows);
    await press(main, 'link', 'Prompts');
    await row(main, 'hardship-intake').click();
    await shows(main, 'heading', 'hardship-intake');
    await reveal(windows, 'Reveal…');
    await press(main, 'button', 'New version');
    await says(main, 'What you typed here before is kept');
    await walk.main('new version, kept and withheld', windows);
  }));

it('a signature in the trail has no fault', () =>
  walk.as(ADMIN, async (windows) => {
    const { main } = windows;
    await press(main, 'link', 'Audit');
    await main.getByRole('row').nth(3).waitFor();
    await choose(main, 'Action', 'approval.vote');
    await shows(main, 'button', 'Clear filters');
    await windows.settled();
    await main.getByRole('row').nth(2).click();
    await press(main, 'button', 'Signature…');
    await shows(main, 'button', 'Save evidence');
    await walk.main('audit, a signature', windows);
  }));

it('a link that waits, and one that leads nowhere, have no fault', () =>
  walk.on(copyOf(inject('home')), async (windows) => {
    const { main } = windows;
    await openLast(windows);
    await windows.link({ state: 'kept' });
    await shows(main, 'status', 'Link');
    await walk.main('people, a link waits', windows);
    await windows.link({ state: 'none' });
    await signIn(windows, ANALYST, walk.passphrase);
    await windows.link({ state: 'refused', sentence: 'The link is not one of Countersign’s: it names no review.' });
    await says(main, 'The link leads nowhere');
    await walk.main('a link refused', windows);
  }));
