import '../../../tests/fixture/ipc';
import { fireEvent, render, screen, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import * as fixture from '../../../tests/fixture/admin';
import { CallError, type ErrorCode, type PersonRow } from '../../lib/ipc/client';
import App from '../../App.svelte';
import { route } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';
import { ActDraft, maySign, People, warningsOf } from './people.svelte';

const refusal = (code: ErrorCode) => new CallError({ code, message: 'Refused.', hint: 'Mend it.', incident: '' });
const calls = () => ({ addPerson: vi.fn().mockResolvedValue(null), grantRole: vi.fn().mockResolvedValue(null) });
const kenji = fixture.people.people[7] as PersonRow;

describe('an act of authority', () => {
  it('is filled in before the signing window is asked for', async () => {
    const core = calls();
    const draft = new ActDraft({ kind: 'add' }, core);
    await draft.sign();
    expect([Object.keys(draft.errors).sort(), draft.waiting]).toEqual([['name', 'reason', 'role'], false]);
    Object.assign(draft, { name: ' Nadia Haddad ', role: 'ANALYST', reason: 'Joins.' });
    await draft.sign();
    expect(core.addPerson).toHaveBeenCalledExactlyOnceWith({ name: 'Nadia Haddad', role: 'ANALYST', reason: 'Joins.' });
    expect([draft.errors, draft.waiting]).toEqual([{}, true]);
  });

  it('gives another role than the one that is held', async () => {
    const core = calls();
    const draft = new ActDraft({ kind: 'grant', row: kenji, role: 'ANALYST' }, core);
    Object.assign(draft, { role: 'ANALYST', reason: 'Stays.' });
    await draft.sign();
    expect(draft.errors.role).toBe('This is the role they have.');
    draft.role = 'VIEWER';
    await draft.sign();
    expect(core.grantRole).toHaveBeenCalledExactlyOnceWith({ person_id: kenji.person.id, role: 'VIEWER', reason: 'Stays.' });
  });

  it.each<[ErrorCode, boolean]>([
    ['already_exists', true],
    ['not_allowed', false],
  ])('refused with %s keeps what was typed; under its field: %s', async (code, underName) => {
    const core = { ...calls(), addPerson: vi.fn().mockRejectedValue(refusal(code)) };
    const draft = new ActDraft({ kind: 'add' }, core);
    Object.assign(draft, { name: 'Kenji', role: 'VIEWER', reason: 'Joins.' });
    await draft.sign();
    expect([draft.errors.name !== undefined, draft.failure !== null, draft.waiting]).toEqual([underName, !underName, false]);
    expect([draft.name, draft.role, draft.reason]).toEqual(['Kenji', 'VIEWER', 'Joins.']);
  });
});

describe('people and roles', () => {
  it('know which changes wait, and in which tenant', async () => {
    const people = new People({ ...calls(), people: async () => fixture.people, matrix: async () => fixture.matrix });
    await people.load();
    expect(people.waiting).toEqual([
      { requestId: '0193-change', person: 'Kenji Morimoto', role: 'ANALYST', proposed: 'APPROVER', tenantId: 'retail-uk' },
    ]);
  });

  it.each([
    ['ADMIN', true],
    ['APPROVER', true],
    ['ANALYST', false],
    ['VIEWER', false],
    [null, false],
  ])('%s may sign: %s, by the matrix of the core', (role, may) => expect(maySign(role, fixture.matrix)).toBe(may));

  it('warn of single control and of signatures nobody can give', () => {
    const tenant = { id: 't', admins: 2, can_sign: 2, high_needs: 2, administers: true };
    expect(warningsOf([tenant])).toEqual([]);
    expect(warningsOf([{ ...tenant, admins: 1 }])).toEqual(['t has one admin: changes there apply at once, and their records say so.']);
    expect(warningsOf([{ ...tenant, can_sign: 1 }])[0]).toContain('one person can sign');
  });
});

describe('the admin page', () => {
  async function start(scene: string) {
    history.replaceState(null, '', `/?scene=${scene}#/admin`);
    route.go('admin');
    session.asked.forget();
    vi.resetModules();
    await import('../../../tests/fixture/ipc');
    return render(App);
  }

  it('is for admins', async () => {
    await start('inbox');
    await screen.findByRole('grid', { name: 'Inbox' });
    expect(screen.queryByRole('link', { name: 'Admin' })).toBeNull();
    expect(screen.queryByRole('main', { name: 'Admin' })).toBeNull();
  });

  it('shows roles, the matrix and what waits; roles change in the tenant in front only', async () => {
    await start('admin');
    const grid = await screen.findByRole('table', { name: 'People and roles' });
    expect(within(grid).getByRole('row', { name: /Leilani Kahale.*Not enrolled/u })).toBeTruthy();
    expect(within(screen.getByRole('table', { name: 'Matrix' })).getAllByRole('row')).toHaveLength(5);
    expect(screen.getByRole('button', { name: 'Review change' })).toBeTruthy();
    const changing = within(grid).getAllByRole('button', { name: /Change role…$/u });
    expect(changing.map((button) => button.getAttribute('aria-label')).every((name) => name?.includes(' in retail-eu'))).toBe(true);
  });

  it('asks for the signing window, and takes no passphrase', async () => {
    await start('admin');
    await fireEvent.click(await screen.findByRole('button', { name: 'Add person' }));
    const form = await screen.findByRole('form', { name: 'Add person' });
    await fireEvent.input(within(form).getByRole('textbox', { name: 'Name' }), { target: { value: 'Nadia Haddad' } });
    await fireEvent.change(within(form).getByRole('combobox', { name: 'Role' }), { target: { value: 'ANALYST' } });
    await fireEvent.input(within(form).getByRole('textbox', { name: 'Reason' }), { target: { value: 'Joins.' } });
    await fireEvent.click(within(form).getByRole('button', { name: 'Continue to sign…' }));
    expect(await screen.findByText('Go on in the signing window.')).toBeTruthy();
    expect(document.querySelector('input[type=password]')).toBeNull();
  });
});
