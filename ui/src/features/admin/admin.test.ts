// The admin screens as a person meets them, on the fixture's core.
import '../../../tests/fixture/ipc';
import { configure, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import * as fixture from '../../../tests/fixture/admin';
import * as authority from '../../../tests/fixture/authority';
import { core, type PeopleView } from '../../lib/ipc/client';
import App from '../../App.svelte';
import { route } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';
import { byState, maySign, People, warningsOf } from './people.svelte';

// Nothing on these pages is hidden from the accessibility tree while it is asked for; whether it is takes
// jsdom seconds to find out.
configure({ defaultHidden: true, asyncUtilTimeout: 3000 });

describe('people and roles', () => {
  const peopleOf = async (view: PeopleView) => {
    const people = new People({ people: async () => view, matrix: async () => fixture.matrix, policies: async () => authority.policies });
    await people.load();
    return people;
  };
  const withCell = (given: object): PeopleView => {
    const row = fixture.rowOf('Amara Okafor');
    return { ...fixture.people, people: [{ ...row, cells: [{ ...row.cells[0]!, request_id: 'r', ...given }] }] };
  };

  it('know which changes wait, and in which tenant', async () => {
    expect((await peopleOf(fixture.people)).waiting).toEqual([
      { requestId: '0193-change', sentence: 'Kenji Morimoto becomes Approver in retail-uk', now: 'ANALYST', tenantId: 'retail-uk' },
    ]);
  });

  it.each([
    [{ proposed: null }, 'Amara Okafor loses their role in retail-eu'],
    [{ proposed: 'APPROVER' }, 'Amara Okafor stays Approver in retail-eu, in another group'],
  ])('%j waits in its own words', async (given, words) => {
    expect((await peopleOf(withCell(given))).waiting.map((change) => change.sentence)).toEqual([words]);
  });

  it.each([
    ['ADMIN', true],
    ['APPROVER', true],
    ['ANALYST', false],
    ['VIEWER', false],
    [null, false],
  ])('%s may sign: %s, by the matrix of the core', (role, may) => expect(maySign(role, fixture.matrix)).toBe(may));

  it('whose account is closed stands last', () => {
    expect(byState(fixture.people.people).at(-1)?.person.name).toBe('Oskar Lindqvist');
    expect(byState(fixture.people.people)).toHaveLength(fixture.people.people.length);
  });

  it('warn of single control and of signatures nobody can give', () => {
    const tenant = { id: 't', admins: 2, can_sign: 2, high_needs: 2, administers: true };
    expect(warningsOf([tenant])).toEqual([]);
    expect(warningsOf([{ ...tenant, admins: 1 }])).toEqual(['t has one admin: changes there apply at once, and their records say so.']);
    expect(warningsOf([{ ...tenant, can_sign: 1 }])[0]).toContain('one person can sign');
  });
});

async function start(scene: string, subject = '', to: 'admin' | 'me' = 'admin') {
  history.replaceState(null, '', `/?scene=${scene}#/${to}`);
  route.go(to, subject);
  session.asked.forget();
  vi.resetModules();
  await import('../../../tests/fixture/ipc');
  return render(App);
}
const button = (name: string, description?: string) => screen.findByRole('button', { name, description });
/** A row by its words: jsdom takes seconds to name every row. */
async function rowWith(table: string, words: RegExp): Promise<HTMLElement> {
  const rows = [...(await screen.findByRole('table', { name: table })).querySelectorAll('tr')];
  const found = rows.find((row) => words.test(row.textContent?.replace(/\s+/gu, ' ') ?? ''));
  if (!found) throw new Error(`No row of ${table} reads ${words}`);
  return found;
}
const type = (field: HTMLElement, value: string) => fireEvent.input(field, { target: { value } });

describe('the admin page', () => {
  it('is for admins', async () => {
    await start('inbox');
    await screen.findByRole('grid', { name: 'Inbox' });
    expect(screen.queryByRole('link', { name: 'Admin' })).toBeNull();
    expect(screen.queryByRole('main', { name: 'Admin' })).toBeNull();
  });

  it('has a tab for each part, kept in the address', async () => {
    await start('admin');
    const tabs = within(await screen.findByRole('tablist', { name: 'Admin' })).getAllByRole('tab');
    expect(tabs.map((tab) => tab.getAttribute('aria-label'))).toEqual(['People and roles', 'Policies', 'Keys', 'Tokens', 'Tenants']);
    await fireEvent.keyDown(tabs[0]!, { key: 'ArrowRight' });
    expect(route.place).toEqual({ screen: 'admin', subject: 'policies' });
    expect(await screen.findByRole('tabpanel', { name: 'Policies' })).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'Policies' }));
  });

  it('shows roles, the matrix and what waits; roles change in the tenant in front only', async () => {
    await start('admin');
    const grid = await screen.findByRole('table', { name: 'People and roles' });
    await rowWith('People and roles', /Leilani Kahale.*Not enrolled/u);
    await rowWith('People and roles', /Oskar Lindqvist.*Disabled/u);
    expect(within(screen.getByRole('table', { name: 'Matrix' })).getAllByRole('row')).toHaveLength(5);
    expect(within(screen.getByRole('contentinfo', { name: 'Waiting changes' })).getByText(/^Kenji Morimoto becomes/u)).toBeTruthy();
    const changing = [...grid.querySelectorAll('button[aria-label$="Change role…"]')].map((one) => one.getAttribute('aria-label'));
    expect(changing.every((name) => name?.includes(' in retail-eu'))).toBe(true);
    expect(changing.some((name) => name?.startsWith('Oskar Lindqvist'))).toBe(false);
    expect(changing).toContain('Ingrid Solheim in retail-eu: Approver, Model risk. Change role…');
  });

  it.each([
    ['admin', 'On in 6 of 6 policies', 0],
    ['admin-warned', 'Partly off in 5 of 6 policies', 1],
  ])('in %s says of four eyes: %s', async (scene, words, warnings) => {
    await start(scene);
    const rules = await screen.findByRole('complementary', { name: 'What each role may do' });
    await waitFor(() => expect(rules.textContent?.replace(/\s+/gu, ' ')).toContain(words));
    expect(within(rules).queryAllByText(/Four eyes are off/u)).toHaveLength(warnings);
  });

  /** Fills in a new person and goes on to the signing window. */
  async function askForPerson(): Promise<HTMLElement> {
    await start('admin');
    await fireEvent.click(await button('Add person'));
    const form = await screen.findByRole('form', { name: 'Add person' });
    await type(within(form).getByRole('textbox', { name: 'Name' }), 'Nadia Haddad');
    await fireEvent.change(within(form).getByRole('combobox', { name: 'Role' }), { target: { value: 'ANALYST' } });
    await type(within(form).getByRole('textbox', { name: 'Reason' }), 'Joins.');
    await fireEvent.click(within(form).getByRole('button', { name: 'Continue to sign…' }));
    await screen.findByText('Go on in the signing window.');
    return form;
  }

  it('asks for the signing window, and takes no passphrase', async () => {
    await askForPerson();
    expect(document.querySelector('input[type=password]')).toBeNull();
  });

  it('goes back to what was asked for when the signing window closes with nothing signed', async () => {
    const form = await askForPerson();
    (window as unknown as { __tell: (event: string) => void }).__tell('signing-finished');
    await waitFor(() => expect(screen.queryByText('Go on in the signing window.')).toBeNull());
    expect(within(form).getByRole<HTMLTextAreaElement>('textbox', { name: 'Reason' }).value).toBe('Joins.');
    expect(within(form).getByRole('button', { name: 'Continue to sign…' })).toBeTruthy();
  });

  it('tells what another role would mean before it is asked for', async () => {
    await start('admin');
    await fireEvent.click(await button('Amara Okafor in retail-eu: Approver. Change role…'));
    const form = await screen.findByRole('form', { name: 'Change role of Amara Okafor' });
    expect(within(form).getByRole('combobox', { name: 'Group' })).toBeTruthy();
    await fireEvent.change(within(form).getByRole('combobox', { name: 'Role' }), { target: { value: 'VIEWER' } });
    expect(await within(form).findByText('3 requests lose their only approver.')).toBeTruthy();
    expect(within(form).getByRole('region', { name: 'What it would mean' }).textContent).toMatch(/Approver\s*becomes\s*Viewer/u);
    expect(within(form).queryByRole('combobox', { name: 'Group' })).toBeNull();
    const proposed = vi.spyOn(core, 'propose');
    await type(within(form).getByRole('textbox', { name: 'Reason' }), 'On leave.');
    await fireEvent.click(within(form).getByRole('button', { name: 'Continue to sign…' }));
    const person_id = 'person/amara-okafor';
    await waitFor(() => expect(proposed).toHaveBeenCalledWith({ kind: 'grant_role', person_id, role: 'VIEWER', group: null }, 'On leave.'));
  });

  it('keeps the button off where the core would refuse', async () => {
    await start('admin-refused');
    await fireEvent.click(await button('Amara Okafor in retail-eu: Approver. Change role…'));
    const form = await screen.findByRole('form', { name: 'Change role of Amara Okafor' });
    await fireEvent.change(within(form).getByRole('combobox', { name: 'Role' }), { target: { value: 'none' } });
    expect(await within(form).findByText('It would be refused.')).toBeTruthy();
    const proposed = vi.spyOn(core, 'propose');
    const go = await within(form).findByRole('button', { name: 'Continue to sign…', description: /leave the high tier/u });
    expect(go.getAttribute('aria-disabled')).toBe('true');
    await fireEvent.submit(form);
    expect(proposed).not.toHaveBeenCalled();
  });

  it('closes what was asked for once it is on record', async () => {
    await start('admin', 'tenants');
    await fireEvent.click(await button('Archive tenant…', 'markets'));
    const form = await screen.findByRole('form', { name: 'Archive tenant markets' });
    expect(form.textContent).toContain('read-only for ever');
    await type(within(form).getByRole('textbox', { name: 'Reason' }), 'Closed.');
    const archived = vi.spyOn(core, 'archiveTenant');
    await fireEvent.click(within(form).getByRole('button', { name: 'Continue to confirm…' }));
    await screen.findByText('Go on in the signing window.');
    expect(archived).toHaveBeenCalledWith('markets', 'Closed.');
    (window as unknown as { __tell: (event: string) => void }).__tell('records-changed');
    await waitFor(() => expect(screen.queryByRole('form', { name: 'Archive tenant markets' })).toBeNull());
  });
});

describe('policies', () => {
  it('say by type and tier what is asked for, and which change waits', async () => {
    await start('admin', 'policies');
    const table = await screen.findByRole('table', { name: 'Policies' });
    const words = within(table).getAllByRole('row').slice(1).map((row) => row.textContent?.replace(/\s+/gu, ' ').trim());
    expect(words[0]).toBe('Model, high tier 2 Model risk, Fair lending after 14 days every signature On Met Change policy…');
    expect(words[5]).toContain('never every 5 min');
    expect(await button('Review change', 'Prompt, high tier')).toBeTruthy();
    expect(screen.queryByRole('note')).toBeNull();
  });

  it('warn of four eyes, and say why one cannot be met', async () => {
    await start('admin-warned', 'policies');
    expect((await screen.findByRole('note')).textContent).toContain('Four eyes are off in retail-eu for prompts of the low tier');
    expect(screen.getByText('Nobody who may sign represents Fair lending.')).toBeTruthy();
  });

  it('change with what it would mean', async () => {
    await start('admin', 'policies');
    await fireEvent.click(await button('Change policy…', 'Model, high tier'));
    const form = await screen.findByRole('form', { name: 'Change policy of models, high tier' });
    await fireEvent.click(within(form).getByRole('checkbox', { name: 'Four eyes' }));
    expect(within(form).getByRole('note').textContent).toContain('Without four eyes');
    expect(await within(form).findByText(/This stays a standing warning/u)).toBeTruthy();
    await type(within(form).getByRole('textbox', { name: 'Approvals' }), '9');
    expect(await within(form).findByText('It asks for 9 approvals, and 6 people can sign.', { selector: '.untrusted' })).toBeTruthy();
  });
});

describe('keys', () => {
  it('name owner and state; those who may not end one can look', async () => {
    await start('admin-looks', 'keys');
    await rowWith('Keys', /Oskar Lindqvist, as O\. Lindqvist.*Compromised.*#10,120/u);
    await rowWith('Keys', /Lucía Ferrándiz.*Good/u);
    expect(screen.getAllByText('this computer')).toHaveLength(3);
    expect(screen.queryByRole('button', { name: 'Retire…' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Revoke device…' })).toBeNull();
  });

  it('are revoked as compromised only after the record and what is void were shown', async () => {
    await start('admin', 'keys');
    const row = await rowWith('Keys', /Amara Okafor/u);
    await fireEvent.click(within(row).getByRole('button', { name: 'Revoke as compromised…' }));
    const form = await screen.findByRole('form', { name: 'Revoke key of Amara Okafor as compromised' });
    const proposed = vi.spyOn(core, 'propose');
    await type(within(form).getByRole('textbox', { name: 'Reason' }), 'Stolen.');
    await fireEvent.click(within(form).getByRole('button', { name: 'Continue to sign…' }));
    expect(proposed).not.toHaveBeenCalled();
    await type(within(form).getByLabelText('In other hands since'), '2026-11-22T18:35');
    expect(await within(form).findByText('2 approvals in force would be void')).toBeTruthy();
    expect(within(form).getByText('#12,461')).toBeTruthy();
    await fireEvent.click(within(form).getByRole('button', { name: 'Continue to sign…' }));
    const act = { kind: 'compromise_key', keyid: authority.keys.keys[0]?.keyid, since: 12_461 };
    await waitFor(() => expect(proposed).toHaveBeenCalledWith(act, 'Stolen.'));
  });

  it('are retired, and devices revoked, with what it would mean', async () => {
    await start('admin', 'keys');
    await fireEvent.click(within(await rowWith('Keys', /Lucía Ferrándiz/u)).getByRole('button', { name: 'Retire…' }));
    expect(await screen.findByText('Its owner cannot sign until they enrol a new key.')).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await fireEvent.click(screen.getAllByRole('button', { name: 'Revoke device…' })[0]!);
    expect(await screen.findByRole('form', { name: 'Revoke device of this computer' })).toBeTruthy();
  });
});

describe('tenants', () => {
  it('are made and archived by whoever administers the workspace', async () => {
    await start('admin-looks', 'tenants');
    await rowWith('Tenants', /pilot.*412.*Read-only.*1 Jul 2026/u);
    expect(screen.queryByRole('button', { name: 'Create tenant…' })).toBeNull();
    expect(screen.queryByRole('button', { name: 'Archive tenant…' })).toBeNull();
    expect(screen.getByText(/whoever administers the workspace/u)).toBeTruthy();
  });

  it('are not offered to be archived by who is no admin there, and say why', async () => {
    await start('admin', 'tenants');
    const without = await rowWith('Tenants', /payments/u);
    expect(within(without).queryByRole('button')).toBeNull();
    expect(within(without).getByText(/Its own admins archive it/u)).toBeTruthy();
    within(await rowWith('Tenants', /markets/u)).getByRole('button', { name: 'Archive tenant…' });
    expect(within(await rowWith('Tenants', /pilot/u)).queryByRole('button')).toBeNull();
  });

  it('of an id that is there already say so under the field', async () => {
    await start('admin-refused', 'tenants');
    await fireEvent.click(await button('Create tenant…'));
    const form = await screen.findByRole('form', { name: 'Create tenant' });
    await type(within(form).getByRole('textbox', { name: 'Id' }), 'retail-uk');
    await type(within(form).getByRole('textbox', { name: 'Title' }), 'Retail UK');
    await type(within(form).getByRole('textbox', { name: 'Reason' }), 'Opens.');
    await fireEvent.click(within(form).getByRole('button', { name: 'Continue to sign…' }));
    expect(await within(form).findByRole('textbox', { name: 'Id', description: /is there already/u })).toBeTruthy();
  });
});

describe('a person’s page', () => {
  it('opens from the grid, marks single and recovery, and offers what the reader may do', async () => {
    await start('admin');
    const link = await screen.findByRole('link', { name: 'Hana Dvořáková' });
    expect(link.getAttribute('href')).toContain('#/admin/person%2F');
    route.go('admin', 'person/hana');
    expect(await screen.findByRole('heading', { name: 'Hana Dvořáková', level: 1 })).toBeTruthy();
    const roles = within(screen.getByRole('table', { name: 'Roles' })).getAllByRole('row').slice(1);
    expect(roles.map((row) => row.textContent?.trim().split(/\s+/u).at(-1))).toEqual(['Single', 'Dual', 'Recovery']);
    expect(screen.getByText('2 failed sign-ins')).toBeTruthy();
    for (const name of ['Keys', 'Devices', 'Decisions']) expect(screen.getByRole('table', { name })).toBeTruthy();
    const disabled = vi.spyOn(core, 'disablePerson');
    await fireEvent.click(screen.getByRole('button', { name: 'Disable person…' }));
    const form = await screen.findByRole('form', { name: 'Disable Hana Dvořáková' });
    await type(within(form).getByRole('textbox', { name: 'Reason' }), 'Leaves.');
    await fireEvent.click(within(form).getByRole('button', { name: 'Continue to confirm…' }));
    await waitFor(() => expect(disabled).toHaveBeenCalledWith(authority.person.id, 'Leaves.'));
    expect(screen.getByRole('button', { name: 'Reset passphrase…' })).toBeTruthy();
  });

  it('is everybody’s own too, from the foot of the navigation', async () => {
    await start('inbox', '', 'me');
    const asked = vi.spyOn(core, 'person');
    expect((await screen.findByRole('link', { name: 'Your page' })).getAttribute('href')).toBe('#/me');
    expect(await screen.findByRole('main', { name: 'Your page' })).toBeTruthy();
    expect(await screen.findByRole('heading', { name: 'Amara Okafor', level: 1 })).toBeTruthy();
    expect(asked.mock.calls.every(([id]) => id === null)).toBe(true);
    expect(screen.queryByRole('button', { name: 'Disable person…' })).toBeNull();
  });
});

describe('every screen', () => {
  it.each(['policies', 'keys', 'tokens', 'tenants', 'person/hana'])('%s says what is wrong and asks again', async (subject) => {
    await start('admin-error', subject);
    expect((await screen.findByRole('alert')).textContent).toContain('The database is in use');
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });

  it.each([
    ['policies', 'No policy'],
    ['keys', 'No key is enrolled here: nobody can sign yet.'],
    ['tokens', 'No token yet'],
    ['tenants', 'No tenant that you may see'],
    ['person/hana', 'No key is enrolled yet: nothing can be signed under this name.'],
  ])('%s says when there is nothing', async (subject, words) => {
    await start('admin-empty', subject);
    expect(await screen.findByText(words)).toBeTruthy();
  });
});
