// What an admin fills in, and what the core is asked and told of it. No act is made by the page.
import { describe, expect, it, vi } from 'vitest';
import * as fixture from '../../../tests/fixture/admin';
import * as authority from '../../../tests/fixture/authority';
import { CallError, type ActDraft, type ConsequencesView, type ErrorCode } from '../../lib/ipc/client';
import { Asking, Proposal } from './asking.svelte';
import { Compromise, Ending, utcOf } from './keys.svelte';
import { groupTitles, groupValue, NEW_GROUP, NewPerson, NO_GROUP, NO_ROLE, RoleChange } from './people.svelte';
import { expiryWords, fourEyesWarnings, PolicyChange, reauthWords } from './policies.svelte';
import { NewTenant } from './tenants.svelte';

const refusal = (code: ErrorCode) => new CallError({ code, message: 'Refused.', hint: 'Mend it.', incident: '' });
const calls = (given: object = {}) => ({
  propose: vi.fn().mockResolvedValue(null),
  consequences: vi.fn(async (act: ActDraft) => authority.consequences(act)),
  ...given,
});
/** A pause that ends at once, and one that never does. */
const atOnce = (then: () => void) => (then(), () => {});
const never = () => () => {};
const role = (name: string, tenant = 0) => {
  const row = fixture.rowOf(name);
  return new RoleChange(row, row.cells[tenant] ?? row.cells[0]!, fixture.matrix);
};

describe('what an admin asks for', () => {
  it('is filled in before the signing window is asked for', async () => {
    const core = { addPerson: vi.fn().mockResolvedValue(null) };
    const form = new NewPerson(core);
    const asking = new Asking(form);
    await asking.sign();
    expect([Object.keys(asking.errors).sort(), asking.waiting]).toEqual([['name', 'reason', 'role'], false]);
    Object.assign(form, { name: ' Nadia Haddad ', role: 'ANALYST' });
    asking.reason = 'Joins.';
    await asking.sign();
    expect(core.addPerson).toHaveBeenCalledExactlyOnceWith({ name: 'Nadia Haddad', role: 'ANALYST', reason: 'Joins.' });
    expect([asking.errors, asking.waiting]).toEqual([{}, true]);
  });

  it.each<[ErrorCode, boolean]>([
    ['already_exists', true],
    ['not_allowed', false],
  ])('refused with %s keeps what was typed; under its field: %s', async (code, underName) => {
    const form = new NewPerson({ addPerson: vi.fn().mockRejectedValue(refusal(code)) });
    const asking = new Asking(form);
    Object.assign(form, { name: 'Kenji', role: 'VIEWER' });
    asking.reason = 'Joins.';
    await asking.sign();
    expect([asking.errors.name !== undefined, asking.failure !== null, asking.waiting]).toEqual([underName, !underName, false]);
    expect([form.name, form.role, asking.reason]).toEqual(['Kenji', 'VIEWER', 'Joins.']);
  });

  it.each([
    ['retail-de', 'Retail DE', []],
    ['Retail DE', 'Retail DE', ['id']],
    ['-de', 'Retail DE', ['id']],
    ['a'.repeat(64), ' ', ['id', 'title']],
  ])('a tenant %j, %j is wrong in %j', async (id, title, wrong) => {
    const createTenant = vi.fn().mockResolvedValue(null);
    const form = new NewTenant({ createTenant });
    const asking = new Asking(form);
    Object.assign(form, { id, title });
    asking.reason = 'Opens in spring.';
    await asking.sign();
    expect(Object.keys(asking.errors).sort()).toEqual(wrong);
    expect(createTenant).toHaveBeenCalledTimes(wrong.length === 0 ? 1 : 0);
  });
});

describe('an act of authority', () => {
  it('is proposed as it was filled in', async () => {
    const core = calls();
    const form = role('Kenji Morimoto');
    const proposal = new Proposal(form, core, never);
    proposal.reason = 'Leaves the desk.';
    await proposal.sign();
    expect([proposal.errors.role, core.propose.mock.calls.length]).toEqual(['This is the role they have.', 0]);
    form.role = 'VIEWER';
    await proposal.sign();
    const act = { kind: 'grant_role', person_id: 'person/kenji-morimoto', role: 'VIEWER', group: null };
    expect(core.propose).toHaveBeenCalledExactlyOnceWith(act, 'Leaves the desk.');
    expect(proposal.waiting).toBe(true);
  });

  it('is asked about once the keys rest, and its refusal is told', async () => {
    const waiting: (() => void)[] = [];
    const core = calls();
    const form = new PolicyChange(authority.policies.policies[1]!);
    const proposal = new Proposal(form, core, (then) => {
      waiting.push(then);
      return () => void waiting.splice(waiting.indexOf(then), 1);
    });
    form.approvals = '8';
    const stop = proposal.consider();
    stop();
    form.approvals = '9';
    proposal.consider();
    expect([waiting.length, core.consequences.mock.calls.length, proposal.told]).toEqual([1, 0, false]);
    waiting[0]?.();
    await vi.waitFor(() => expect(proposal.told).toBe(true));
    expect(core.consequences).toHaveBeenCalledTimes(1);
    expect(proposal.refused).toContain('9 approvals');
  });

  it('does not take the answer about what stood there before', async () => {
    let answer = (_: ConsequencesView) => {};
    const core = calls({ consequences: vi.fn(() => new Promise<ConsequencesView>((resolve) => (answer = resolve))) });
    const form = role('Kenji Morimoto');
    const proposal = new Proposal(form, core, atOnce);
    form.role = 'VIEWER';
    proposal.consider();
    form.role = 'ANALYST';
    proposal.consider();
    answer({ sentence: '', changes: [], follows: [], refused: 'Late.' });
    await Promise.resolve();
    expect([proposal.meaning.value, proposal.told, proposal.refused]).toEqual([null, false, '']);
  });

  it('of which everything is known but the reason is asked about at once', async () => {
    const core = calls();
    const proposal = new Proposal(new Ending({ kind: 'revoke_device', device_id: 'd' }), core, atOnce);
    proposal.consider();
    await vi.waitFor(() => expect(proposal.told).toBe(true));
    await proposal.sign();
    expect([Object.keys(proposal.errors), core.propose.mock.calls.length]).toEqual([['reason'], 0]);
  });
});

describe('a role', () => {
  it.each<[string, string, string, string, ActDraft | null]>([
    ['Amara Okafor', 'APPROVER', NO_GROUP, '', null],
    ['Amara Okafor', 'APPROVER', groupValue('Model risk'), '', { kind: 'grant_role', person_id: 'person/amara-okafor', role: 'APPROVER', group: 'Model risk' }],
    ['Amara Okafor', 'ADMIN', NEW_GROUP, ' Conduct ', { kind: 'grant_role', person_id: 'person/amara-okafor', role: 'ADMIN', group: 'Conduct' }],
    ['Amara Okafor', 'ADMIN', NEW_GROUP, ' ', null],
    ['Amara Okafor', 'VIEWER', groupValue('Model risk'), '', { kind: 'grant_role', person_id: 'person/amara-okafor', role: 'VIEWER', group: null }],
    ['Amara Okafor', NO_ROLE, NO_GROUP, '', { kind: 'revoke_role', person_id: 'person/amara-okafor' }],
    ['Ingrid Solheim', 'APPROVER', NO_GROUP, '', { kind: 'grant_role', person_id: 'person/ingrid-solheim', role: 'APPROVER', group: null }],
    ['Oskar Lindqvist', '', NO_GROUP, '', null],
  ])('%s: %s, %s %s', (name, chosen, choice, title, act) => {
    const form = role(name);
    Object.assign(form, { role: chosen, choice, title });
    expect(form.act).toEqual(act);
  });

  it('begins as it is held', () => {
    const { role: held, choice, mayRepresent } = role('Ingrid Solheim');
    expect([held, choice, mayRepresent]).toEqual(['APPROVER', groupValue('Model risk'), true]);
  });

  it('offers the groups that somebody represents, and the own one', () => {
    expect(groupTitles(authority.policies.groups, 'Conduct')).toEqual(['Conduct', 'Fair lending', 'Model risk']);
    expect(groupTitles(authority.policies.groups, 'Model risk')).toEqual(['Fair lending', 'Model risk']);
  });
});

describe('a policy', () => {
  it.each([
    [null, 'never'],
    [14 * 86_400, 'after 14 days'],
    [86_400, 'after 1 day'],
    [36 * 3_600, 'after 36 hours'],
    [90, 'after 90 s'],
  ])('that expires after %s seconds expires %s', (seconds, words) => expect(expiryWords(seconds)).toBe(words));

  it.each([
    [0, 'every signature'],
    [300, 'every 5 min'],
    [45, 'every 45 s'],
  ])('that asks again after %i seconds asks %s', (seconds, words) => expect(reauthWords(seconds)).toBe(words));

  it.each<[object, string[]]>([
    [{}, ['change']],
    [{ approvals: '3' }, []],
    [{ approvals: '17' }, ['approvals']],
    [{ approvals: '1.5' }, ['approvals']],
    [{ expiry: '' }, []],
    [{ expiry: '0' }, ['expiry']],
    [{ expiry: 'soon' }, ['expiry']],
    [{ expiry: '0.5', reauth: '' }, ['reauth']],
    [{ expiry: '99999' }, ['expiry']],
    [{ reauth: '-1' }, ['reauth']],
    [{ fourEyes: false }, []],
    [{ groups: ['Fair lending', 'Model risk'] }, ['change']],
    [{ groups: ['Model risk'] }, []],
  ])('filled in as %j is wrong in %j', (given, wrong) => {
    const form = new PolicyChange(authority.policies.policies[0]!);
    Object.assign(form, given);
    const errors = Object.entries(form.check()).filter(([, error]) => error !== '');
    expect([errors.map(([field]) => field), form.act === null]).toEqual([wrong, wrong.length > 0]);
  });

  it('is sent in the units of the core', () => {
    const form = new PolicyChange(authority.policies.policies[1]!);
    Object.assign(form, { expiry: ' 0.5 ', reauth: '5', fourEyes: false, artefactCheck: true });
    form.require('Model risk', true);
    expect(form.act).toEqual({
      kind: 'change_policy',
      resource_type: 'model',
      tier: 'medium',
      approvals: 1,
      groups: ['Model risk'],
      expires_after_seconds: 43_200,
      reauth_seconds: 300,
      four_eyes: false,
      artefact_check: true,
    });
    expect(form.words).toBe('Requests expire after 12 hours. Passphrase every 5 min.');
  });

  it('without four eyes is warned of, by tenant, type and tier', () => {
    expect(fourEyesWarnings(authority.policies.policies, 'retail-eu')).toEqual([]);
    expect(fourEyesWarnings(authority.warned.policies, 'retail-eu')).toEqual([expect.stringMatching(/retail-eu for prompts of the low tier/u)]);
  });
});

describe('a key in other hands', () => {
  const key = authority.keys.keys[0]!;

  it.each([
    ['2026-11-22T18:35', 'T18:35:00.000000Z'],
    ['2026-11-22 18:35:02', 'T18:35:02.000000Z'],
  ])('since %s on this clock is a time in UTC', (local, utc) => {
    const offset = new Date(local.replace(' ', 'T')).getTimezoneOffset() * 60_000;
    const expected = new Date(Date.parse(`2026-11-22${utc}`) + offset).toISOString().replace('Z', '000Z');
    expect(utcOf(local)).toBe(expected);
  });

  it.each(['', 'yesterday', '2026-11-22', '2026-13-40T10:00'])('since %j is no time', (text) => expect(utcOf(text)).toBeNull());

  it('cannot be revoked before the core has said which record it means', async () => {
    const compromise = vi.fn().mockResolvedValue(authority.compromise);
    const core = calls();
    const form = new Compromise(key, { compromise }, atOnce);
    const proposal = new Proposal(form, core, never);
    proposal.reason = 'The laptop was stolen.';
    await proposal.sign();
    form.at = '2026-11-22T18:35';
    await proposal.sign();
    expect(core.propose).not.toHaveBeenCalled();
    form.look();
    await vi.waitFor(() => expect(form.told).toBe(true));
    expect(compromise).toHaveBeenCalledExactlyOnceWith(key.keyid, utcOf('2026-11-22T18:35'));
    await proposal.sign();
    expect(core.propose).toHaveBeenCalledExactlyOnceWith({ kind: 'compromise_key', keyid: key.keyid, since: 12_461 }, proposal.reason);
  });

  it('another time is looked up anew; the record of the former does not stand for it', async () => {
    const form = new Compromise(key, { compromise: vi.fn().mockResolvedValue(authority.compromise) }, atOnce);
    form.at = '2026-11-22T18:35';
    form.look();
    await vi.waitFor(() => expect(form.act).not.toBeNull());
    form.at = '2026-11-21T10:00';
    form.look();
    expect(form.act).toBeNull();
  });
});
