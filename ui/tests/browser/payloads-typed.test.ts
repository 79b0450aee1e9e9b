// Hostile texts that one person types, chooses or keeps: drafts that come back, views, sample inputs, names of files,
// reasons in the signing window, searches and addresses. Nothing runs, nothing becomes markup.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fill, press, shows, sign } from './act';
import { copyOf, folder } from './bridge';
import { Life } from './hostile';
import { ADA, all, ANN, BOB, inEachHouse, inHouses, noted, pieces, planted, Reader, rule, theBrowser, type House } from './planted';

/** What stands in the house besides. */
const PLAIN = Array.from({ length: 14 }, (_, number) => `Plain text number ${number}`);
/** What a field of one line makes of a text. */
const line = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ');
/** Every so many-th name is given to a file that is saved: each costs a proof. */
const EACH_SAVED = 4;
/** Longest reason, in characters. */
const REASON = 2000;

inHouses('typed', 29);

let plain: string | undefined;

/** Somebody in a house of plain texts, with the texts of another one at hand. */
function typing({ texts }: House, name: string, type: (reader: Reader) => Promise<void>): Promise<void> {
  plain ??= planted('registry', PLAIN);
  return Reader.at(copyOf(plain), texts, name, type);
}

/** Loads the page anew, as after a restart, and opens this place. */
async function anew({ windows }: Reader, address: string): Promise<void> {
  await windows.main.evaluate((to) => (location.hash = to), address);
  await windows.main.reload();
  await windows.settled();
}

/** Keeps a draft in the tenant in front, as its page would. */
async function keep({ windows: { bridge } }: Reader, place: object, fields: object): Promise<void> {
  const { tenant } = await bridge.asked<{ tenant: { id: string } }>('session');
  await bridge.asked('keep_draft', { tenantId: tenant.id, place, basedOn: null, text: JSON.stringify(fields) });
}

rule('nothing runs of drafts that come back', (house) =>
  typing(house, ANN, async (reader) => {
    const { main } = reader.windows;
    await reader.sees('draft of a prompt', async () => {
      for (const some of pieces(house.texts, 100)) {
        const [name = '', reason = ''] = some;
        await keep(reader, { kind: 'prompt', name: '' }, { name: line(name), text: some.join('\n'), tier: 'medium', reason, basedOn: 0 });
        await anew(reader, '#/prompts/%2Bnew');
        await shows(main, 'button', 'Save and request approval');
        await reader.visit('#/prompts/%2Bnew');
      }
    });
    const { id = '' } = (await reader.requests()).find(({ name }) => name.startsWith('texts/')) ?? {};
    await reader.sees('draft of a remark', async () => {
      for (const some of pieces(house.texts, 100)) {
        const remark = { kind: 'finding', text: some.join('\n'), severity: 'low', blocking: false, owner: '', due: '' };
        await keep(reader, { kind: 'remark', request_id: id }, remark);
        await anew(reader, `#/inbox/${id}`);
        await press(main, 'tab', 'Discussion');
        await shows(main, 'form', 'Say something');
        await reader.look();
      }
    });
    noted('drafts', 2 * house.texts.length, 0);
  }),
);

rule('nothing runs of the draft of a model, nor of what refuses it', (house) =>
  typing(house, ADA, async (reader) => {
    const { main, bridge } = reader.windows;
    const folderOfFiles = folder();
    await reader.sees('draft of a model', async () => {
      for (const some of pieces(house.texts, 100)) {
        const [name = '', version = '', reason = ''] = some;
        const fields = { name: line(name), version: line(version), card: some.join('\n'), tier: 'low', reason };
        await keep(reader, { kind: 'model' }, fields);
        await anew(reader, '#/models/%2Bregister');
        await shows(main, 'textbox', 'Card');
        const [file] = some.filter((text) => isName(text) && written(folderOfFiles, text));
        if (file !== undefined) {
          await bridge.chooses(join(folderOfFiles, file));
          await press(main, 'button', 'Choose file…');
          await shows(main, 'status', 'Chosen artefact');
        }
        // Names that are none are told so.
        await press(main, 'button', 'Register model');
        await main.locator('[aria-invalid]').first().waitFor();
        await reader.look();
      }
    });
    noted('drafts of models', house.texts.length, 0);
  }),
);

rule('nothing runs of the names of views', (house) =>
  typing(house, BOB, async (reader) => {
    const { main, bridge } = reader.windows;
    let kept = 0;
    await reader.sees('names of views, and what they search for', async () => {
      for (const some of pieces(house.texts, 50)) {
        for (const name of some) {
          const filter = { kind: null, tier: null, requester: null, state: null, search: line(name).slice(0, 200) };
          const view = { id: null, name, tab: 'all', filter };
          const answer = await bridge.ask('main', 'save_view', JSON.stringify({ view }));
          if ('ok' in answer) kept++;
        }
        await anew(reader, '#/inbox');
        await press(main, 'button', 'Saved views');
        await reader.look();
        await main.keyboard.press('Escape');
        await main.keyboard.press('Control+k');
        await reader.look();
        await main.keyboard.press('Escape');
        const { views } = await bridge.asked<{ views: { id: string }[] }>('own_settings');
        for (const { id } of views) await bridge.asked('delete_view', { viewId: id });
      }
    });
    expect(kept).toBeGreaterThan(house.texts.length / 2);
    noted('name of a view', kept, house.texts.length - kept);
  }),
);

rule('nothing runs of sample inputs', (house) =>
  typing(house, ANN, async (reader) => {
    const { main, bridge } = reader.windows;
    const draft = { name: 'sampled', based_on: 0, text: 'Say {{a}} to {{b}}.\n', tier: 'low', reason: 'a template' };
    await bridge.asked('save_prompt', { draft, idempotencyKey: 'sampled-for-texts' });
    await reader.visit('#/prompts/sampled');
    await press(main, 'tab', 'Render');
    await reader.sees('sample input', async () => {
      for (const [at, some] of pieces(house.texts, 12).entries()) {
        await fill(main, 'Sample for b', `round ${at}`);
        await fill(main, 'Sample for a', some.join('\n'));
        // It is rendered a moment after the last key.
        const rendered = (end: string) => document.querySelector('main')?.innerText.replaceAll(/\s+/g, '').includes(end);
        await main.waitForFunction(rendered, `toround${at}.`);
        await reader.look();
      }
    });
    noted('sample input', house.texts.length, 0);
  }),
);

rule('nothing runs of the names of files', (house) => {
  const [artefacts, saved] = [folder(), folder()];
  const names = house.texts.map(asName).filter((name) => isName(name) && written(artefacts, name));
  const exact = names.filter((name) => house.texts.includes(name)).length;
  expect(names.length).toBeGreaterThan(house.texts.length / 2);
  noted('name of an artefact', exact, house.texts.length - exact);
  return typing({ ...house, texts: names }, BOB, async (reader) => {
    const { main, bridge } = reader.windows;
    const { id = '' } = (await reader.requests()).find(({ name }) => name.startsWith('models/')) ?? {};
    await reader.visit(`#/inbox/${id}`);
    await press(main, 'tab', 'Artefact');
    await reader.sees('name of an artefact', async () => {
      for (const name of names) {
        await bridge.chooses(join(artefacts, name));
        await press(main, 'button', 'Choose file…');
        await reader.look();
      }
    });
    await reader.visit('#/audit');
    await main.locator('[data-row]').first().click();
    const given = names.filter((_, at) => at % EACH_SAVED === 0);
    const save = async () => {
      for (const name of given) {
        await bridge.chooses(join(saved, name));
        await press(main, 'button', 'Save proof');
        await reader.look();
      }
    };
    await reader.sees('name of a saved file', save, given);
  });
});

rule('nothing runs in the signing window, on receipts and on paper', (house) =>
  typing(house, BOB, async (reader) => {
    const { main, bridge } = reader.windows;
    const waiting = (await reader.requests()).filter(({ name }) => name.startsWith('models/'));
    const files = folder();
    const reasons = joined(house.texts, REASON);
    const told: string[] = [];
    await reader.sees(
      'reason in the signing window and on the receipt',
      async () => {
        for (const [at, { id }] of waiting.entries()) {
          const reason = reasons[at];
          if (reason === undefined) break;
          await reader.visit(`#/inbox/${id}`, /Overview/);
          if (at === 0) await limits(reader, house.texts);
          await press(main, 'button', 'Reject…');
          const signing = await reader.windows.signing();
          await fill(signing, 'Reason', reason);
          await reader.look(signing);
          await sign(signing, 'Sign rejection', { Passphrase: reader.passphrase });
          await shows(signing, 'button', 'Close');
          await signing.emulateMedia({ media: 'print' });
          await reader.look(signing);
          await signing.emulateMedia({ media: 'screen' });
          const [name = ''] = house.texts.filter((text) => isName(text)).slice(at);
          await bridge.chooses(join(files, `${name} ${at}`));
          await press(signing, 'button', 'Save evidence');
          await reader.look(signing);
          await press(signing, 'button', 'Close');
          await reader.windows.signed();
          await reader.visit(`#/inbox/${id}`, at === 0 ? /./ : /History/);
          told.push(id);
        }
      },
      house.texts.slice(0, 100),
    );
    await reader.sees('signature page', () => signatures(reader, told.length), house.texts.slice(0, 100));
    for (const [at, request_id] of told.entries()) {
      const page = join(files, `report-${at}.html`);
      await bridge.chooses(page);
      await bridge.asked('save_proof', { draft: { what: 'report', request_id } });
      await alone(reader, readFileSync(page, 'utf8'));
    }
    noted('evidence report', told.length, 0);
  }),
);

/** Each costs a founding: a few in every house. */
rule('nothing runs of the names of a workspace and of its first admin', async (house) => {
  // Nothing hidden, which is drawn, and no more than a field takes: both are seen to the letter.
  const short = house.texts.filter((text) => /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(text) && text.length <= 100);
  const some = short.filter((_, at) => at % Math.ceil(short.length / 4) === 0);
  for (const [title = '', admin = ''] of pieces(some, 2)) {
    await Reader.outside(folder(), [title, admin], async (reader) => {
      const { main, bridge } = reader.windows;
      await press(main, 'button', 'Create workspace');
      await fill(main, 'Name', title);
      await fill(main, 'First tenant', title);
      await fill(main, 'Your name', admin);
      await press(main, 'button', 'Choose passphrase…');
      await main.getByRole('alert').or(main.locator('[aria-invalid]')).first().waitFor();
      await reader.look();
      await fill(main, 'First tenant', 'credit');
      await press(main, 'button', 'Choose passphrase…');
      const signing = await reader.windows.signing();
      await reader.look(signing);
      await sign(signing, 'Create', { Passphrase: reader.passphrase, 'Repeat passphrase': reader.passphrase });
      await shows(signing, 'button', 'I have kept it');
      await signing.emulateMedia({ media: 'print' });
      await reader.look(signing);
      await signing.emulateMedia({ media: 'screen' });
      await bridge.chooses(join(folder(), 'kit.txt'));
      await press(signing, 'button', 'Save kit');
      await signing.getByText('Saved to a file of your choice').waitFor();
      await press(signing, 'button', 'I have kept it');
      await reader.windows.signed();
      await shows(main, 'link', 'Inbox');
      await reader.look();
      await reader.visit('#/admin');
      await press(main, 'button', 'Sign out');
      await shows(main, 'button', 'Close workspace');
      await reader.look();
      await press(main, 'button', 'Close workspace');
      await shows(main, 'button', 'Open workspace');
      await reader.look();
    });
  }
  noted('name of a workspace', some.length, 0);
});

inEachHouse();

it('nothing runs of what is typed into searches and addresses', async () => {
  const step = Math.max(1, Math.floor(all.payloads.length / 60));
  const some = all.payloads.filter((_, at) => at % step === 0);
  await typing({ number: 1, texts: some }, ADA, async (reader) => {
    const { main } = reader.windows;
    for (const text of some) await reader.look(await at(reader, `#/models/${encodeURIComponent(text)}`));
    const places = [
      ['#/models', 'Search models'],
      ['#/prompts', 'Search prompts'],
      ['#/audit', 'Resource or correlation id'],
      ['#/inbox', 'Search requests'],
    ] as const;
    for (const [address, label] of places) {
      await at(reader, address);
      for (const text of some) {
        await fill(main, label, line(text));
        if (label.startsWith('Resource')) await main.keyboard.press('Enter');
        await reader.look();
      }
      await fill(main, label, '');
    }
    const { id = '' } = (await reader.requests()).find(({ name }) => name.startsWith('texts/')) ?? {};
    await at(reader, `#/inbox/${id}`);
    await press(main, 'tab', 'Changes');
    await press(main, 'button', 'Search in the diff…');
    for (const text of some) {
      await fill(main, 'Search in the diff', line(text));
      await main.keyboard.press('Enter');
      await reader.look();
    }
    console.log(`browser: ${some.length} texts typed into ${places.length + 1} searches and the address`);
  });
});

async function at({ windows }: Reader, address: string): Promise<typeof windows.main> {
  await windows.main.evaluate((to) => (location.hash = to), address);
  return windows.main;
}

/** Limits of an approval that are none are refused before anything is signed. */
async function limits(reader: Reader, texts: readonly string[]): Promise<void> {
  await press(reader.windows.main, 'button', 'Approve…');
  const signing = await reader.windows.signing();
  await fill(signing, 'Reason', 'seen');
  for (const text of texts.filter((_, at) => at % 20 === 0)) {
    await sign(signing, 'Sign approval', { Ends: '', Environments: line(text), Passphrase: reader.passphrase });
    await signing.getByRole('alert').first().waitFor();
    await reader.look(signing);
  }
  await reader.windows.closeSigning();
}

/** Looks at the pages of the newest signatures, on the screen and on paper. */
async function signatures(reader: Reader, count: number): Promise<void> {
  const { main } = reader.windows;
  await reader.visit('#/audit');
  await main.getByRole('combobox', { name: 'Action' }).selectOption('approval.vote');
  await reader.look();
  for (let at = 0; at < count; at++) {
    await main.locator('[data-row]').nth(at).click();
    await press(main, 'button', 'Signature…');
    await main.getByRole('dialog').getByRole('button', { name: 'Print…' }).waitFor();
    await reader.look();
    await main.emulateMedia({ media: 'print' });
    await reader.look();
    await main.emulateMedia({ media: 'screen' });
    await main.keyboard.press('Escape');
  }
}

/** The page of a report by itself, without the policy that it brings: markup in it would run. */
async function alone(reader: Reader, html: string): Promise<void> {
  const bare = html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
  expect(bare).not.toBe(html);
  const context = await theBrowser().newContext();
  try {
    const life = await Life.on(context, await context.newPage(), 'about:');
    const [page] = context.pages();
    await page?.setContent(bare);
    if (page) await reader.look(page, life);
    expect(life.signs).toEqual([]);
  } finally {
    await context.close();
  }
}

/** Texts in as few reasons as hold them. */
function joined(texts: readonly string[], most: number): string[] {
  const reasons: string[] = [];
  for (const text of texts) {
    const longer = [...(reasons.at(-1) ?? ''), '\n', ...text];
    if (reasons.length > 0 && longer.length <= most) reasons[reasons.length - 1] += `\n${text}`;
    else if ([...text].length <= most) reasons.push(text);
  }
  return reasons;
}

/** As near to the text as the name of a file can be: a slash leads into another folder. */
const asName = (text: string): string => text.replaceAll('/', '\u2215');

/** Whether a text can be the name of a file, and of no other folder's. */
function isName(text: string): boolean {
  return !/[/\0]/.test(text) && !['.', '..'].includes(text) && Buffer.byteLength(text) <= 255;
}

function written(where: string, name: string): boolean {
  try {
    writeFileSync(join(where, name), 'weights');
    return true;
  } catch {
    return false;
  }
}
