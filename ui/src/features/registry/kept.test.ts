// What was typed before a restart, as a person finds it again: on the fixture's core, with drafts of its own.
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { discussion } from '../../../tests/fixture/discussion';
import { answering, failing } from '../../../tests/fixture/states';
import * as views from '../../../tests/fixture/views';
import App from '../../App.svelte';
import { route, type PlaceName } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';
import { dropDraft } from './drafts';

const admin = { ...views.openSession, person: views.person('Lucía Ferrándiz'), tenant: { ...views.openSession.tenant, role: 'ADMIN' } };
const CHAIR = `${admin.tenant.id} ${admin.person.id}`;
const AT = '2026-11-24T13:58:00.000000Z';
const PROMPT = { name: 'kyc-summary', text: 'Typed before.', tier: 'low', reason: 'Shorter.', basedOn: 12 };
type View = { text: string | null; kept_at: string | null; withheld: string[] };
const none: View = { text: null, kept_at: null, withheld: [] };
const of = (fields: object): View => ({ ...none, text: JSON.stringify(fields), kept_at: AT });

/** A core that has this draft in every place of a kind, on the page at this place. */
function come(at: [PlaceName, string], drafts: Record<string, View | (() => View)>, instead: Parameters<typeof answering>[0] = {}) {
  const calls = {
    keep_draft: vi.fn<(given: Record<string, unknown>) => unknown>(() => null),
    drop_draft: vi.fn<(given: Record<string, unknown>) => unknown>(() => null),
  };
  const draft = ({ place }: Record<string, unknown>) => {
    const found = drafts[(place as { kind: string }).kind] ?? none;
    return typeof found === 'function' ? found() : found;
  };
  answering({ session: () => admin, draft, ...calls, ...instead });
  route.go(...at);
  render(App);
  return calls;
}

const tell = (event: string) => (window as unknown as { __tell: (event: string) => void }).__tell(event);
const box = (name: string) => screen.findByRole<HTMLTextAreaElement>('textbox', { name });
const type = async (name: string, value: string) => fireEvent.input(await box(name), { target: { value } });
const press = async (name: string) => fireEvent.click(await screen.findByRole('button', { name }));

beforeEach(() => {
  session.asked.forget();
  for (const key of ['prompt', 'model'].flatMap((kind) => [`${kind} ${CHAIR}`, `${kind} ${CHAIR} kyc-summary`])) {
    dropDraft(key);
    dropDraft(`${key} kept`);
  }
  for (const { id } of discussion.entries) dropDraft(`saying ${JSON.stringify({ kind: 'answer', finding: id })} ${CHAIR}`);
  dropDraft(`saying ${JSON.stringify({ kind: 'remark', request_id: '0193-credit-pd' })} ${CHAIR}`);
});

describe('after a restart', () => {
  it('a new version goes on where it was, and what is typed on is kept for the version it began from', async () => {
    const calls = come(['prompts', '+new/kyc-summary'], { prompt: of(PROMPT) });
    await waitFor(async () => expect((await box('Text')).value).toBe('Typed before.'));
    expect((await box('Reason')).value).toBe('Shorter.');
    expect(calls.keep_draft).not.toHaveBeenCalled();
    await type('Text', 'Typed on.');
    await waitFor(() => expect(calls.keep_draft).toHaveBeenCalledTimes(1));
    expect(calls.keep_draft.mock.calls[0]?.[0]).toEqual({
      tenantId: admin.tenant.id,
      place: { kind: 'prompt', name: 'kyc-summary' },
      basedOn: 12,
      text: JSON.stringify({ ...PROMPT, text: 'Typed on.' }),
    });
    await press('Save and request approval');
    await waitFor(() => expect(calls.drop_draft).toHaveBeenCalledTimes(1));
  });

  it('text that may come from a protected version waits until that is revealed, and nothing takes its place', async () => {
    let revealed = false;
    const calls = come(['prompts', '+new/kyc-summary'], {
      prompt: () => (revealed ? of(PROMPT) : { ...none, kept_at: AT, withheld: ['11'] }),
    });
    expect(await screen.findByText('What you typed here before is kept, and not shown yet.')).toBeTruthy();
    expect(screen.queryByRole('textbox', { name: 'Text' })).toBeNull();
    expect(document.body.textContent).not.toContain('Typed before.');
    revealed = true;
    tell('records-changed');
    await waitFor(async () => expect((await box('Text')).value).toBe('Typed before.'));
    expect([calls.keep_draft.mock.calls.length, calls.drop_draft.mock.calls.length]).toEqual([0, 0]);
  });

  it('whoever will not reveal it discards it, and begins anew', async () => {
    const calls = come(['prompts', '+new/kyc-summary'], { prompt: { ...none, kept_at: AT, withheld: ['11'] } });
    await press('Discard what was typed');
    expect(calls.drop_draft).toHaveBeenCalledTimes(1);
    expect((await box('Text')).value).not.toBe('');
  });

  it('a model goes on but for its artefact, and discarding drops it', async () => {
    const calls = come(['models', '+register'], { model: of({ name: 'credit-pd', version: '8', card: '{}', tier: 'high', reason: 'New.' }) });
    await waitFor(async () => expect((await box('Name')).value).toBe('credit-pd'));
    expect([(await box('Version')).value, (await box('Reason')).value]).toEqual(['8', 'New.']);
    await press('Discard draft');
    expect(calls.drop_draft).toHaveBeenCalledWith({ tenantId: admin.tenant.id, place: { kind: 'model' } });
  });

  it('a comment stands in its form, with what it was to be, until it is said', async () => {
    const finding = { kind: 'finding', text: 'No base rate.', severity: 'high', blocking: false, owner: '', due: '' };
    const calls = come(['inbox', '0193-credit-pd'], { remark: of(finding) });
    await fireEvent.click(await screen.findByRole('tab', { name: 'Discussion' }));
    await waitFor(async () => expect((await box('Finding')).value).toBe('No base rate.'));
    await press('Open finding');
    await waitFor(() => expect(calls.drop_draft).toHaveBeenCalledWith({ tenantId: admin.tenant.id, place: { kind: 'remark', request_id: '0193-credit-pd' } }));
    await waitFor(async () => expect((await box('Comment')).value).toBe(''));
  });

  it('an answer that was begun stands open at its finding, also where that was closed since', async () => {
    come(['inbox', '0193-credit-pd'], { answer: of({ text: 'Shown on 2023.' }) });
    await fireEvent.click(await screen.findByRole('tab', { name: 'Discussion' }));
    const findings = discussion.entries.filter((entry) => entry.finding);
    const fields = () => screen.getAllByRole<HTMLTextAreaElement>('textbox', { name: 'Answer' });
    await waitFor(() => expect(fields().map((field) => field.value)).toEqual(findings.map(() => 'Shown on 2023.')));
    const closed = findings.filter((entry) => entry.finding?.closing);
    expect(screen.getAllByRole('group', { name: 'Your answer' })).toHaveLength(closed.length);
    expect([closed.length, findings.length]).toEqual([1, 3]);
  });
});

describe('without a restart', () => {
  it('a comment that cannot be kept stands where it was typed when one comes back from another screen', async () => {
    come(['inbox', '0193-credit-pd'], {}, { keep_draft: failing });
    await fireEvent.click(await screen.findByRole('tab', { name: 'Discussion' }));
    await type('Comment', 'Read it.');
    expect(await screen.findByText('What you type is not kept over a restart.')).toBeTruthy();
    route.go('models');
    await screen.findByRole('heading', { name: /^Models/u });
    route.go('inbox', '0193-credit-pd');
    await fireEvent.click(await screen.findByRole('tab', { name: 'Discussion' }));
    expect((await box('Comment')).value).toBe('Read it.');
  });
});

describe('before another tenant comes in front', () => {
  it('what was typed a moment ago is kept in the tenant that it was typed in, and the core is asked for the other after it', async () => {
    const uk = { ...admin, tenant: { ...admin.tenant, id: 'retail-uk' } };
    const order: string[] = [];
    let asked = false;
    const look = () => {
      asked = true;
      return none;
    };
    const calls = come(['models', '+register'], { model: look }, {
      keep_draft: ({ tenantId, text }) => void order.push(`kept in ${String(tenantId)}: ${String(text)}`),
      choose_tenant: () => {
        order.push('chosen');
        return uk;
      },
    });
    await waitFor(() => expect(asked).toBe(true));
    await type('Name', 'credit-pd');
    await tick();
    await session.chooseTenant('retail-uk');
    expect(order.at(-1)).toBe('chosen');
    expect(order).toContainEqual(expect.stringMatching(/^kept in retail-eu: .*credit-pd/u));
    expect(calls.drop_draft).not.toHaveBeenCalled();
  });
});

describe('a draft of somebody who may not send it any more', () => {
  const viewer = { ...admin, tenant: { ...admin.tenant, role: 'VIEWER' } };
  const DRAFT = { ...PROMPT, earlier: { text: 'Typed long before.' } };

  it.each<[PlaceName, string, string, object]>([
    ['prompts', '', 'a new prompt', { kind: 'prompt', name: '' }],
    ['prompts', 'kyc-summary', 'a new version of kyc-summary', { kind: 'prompt', name: 'kyc-summary' }],
    ['prompts', '+new/kyc-summary', 'a new version of kyc-summary', { kind: 'prompt', name: 'kyc-summary' }],
    ['models', '', 'a new model', { kind: 'model' }],
    ['models', '+register', 'a new model', { kind: 'model' }],
  ])('stands at %s %s, to be copied or discarded', async (screenName, subject, what, place) => {
    const calls = come([screenName, subject], { prompt: of(DRAFT), model: of(DRAFT) }, { session: () => viewer });
    const kept = await screen.findByRole('region', { name: `Your draft of ${what}` });
    expect(within(kept).getByText('Typed before.')).toBeTruthy();
    expect(within(kept).getByText('Typed long before.')).toBeTruthy();
    expect(within(kept).getByRole('button', { name: 'Copy draft’s text' })).toBeTruthy();
    await fireEvent.click(within(kept).getByRole('button', { name: 'Discard draft' }));
    await waitFor(() => expect(screen.queryByRole('region', { name: `Your draft of ${what}` })).toBeNull());
    expect(calls.drop_draft).toHaveBeenCalledExactlyOnceWith({ tenantId: admin.tenant.id, place });
  });

  it('is discarded unseen where it may hold text of a protected version', async () => {
    come(['prompts', 'kyc-summary'], { prompt: { ...none, kept_at: AT, withheld: ['11'] } }, { session: () => viewer });
    const kept = await screen.findByRole('region', { name: 'Your draft of a new version of kyc-summary' });
    expect(kept.textContent).toContain('It is not shown: it may hold text of 1 protected version.');
    expect(within(kept).getByRole('button', { name: 'Discard draft' })).toBeTruthy();
  });
});

describe('where it cannot be kept', () => {
  it('the page says so, keeps what stands on it, and tries again', async () => {
    const calls = come(['models', '+register'], {}, { keep_draft: failing });
    await type('Name', 'credit-pd');
    expect(await screen.findByText('What you type is not kept over a restart.')).toBeTruthy();
    expect((await box('Name')).value).toBe('credit-pd');
    answering({ session: () => admin, draft: () => none, ...calls });
    await type('Name', 'credit-pd-2');
    await waitFor(() => expect(screen.queryByText('What you type is not kept over a restart.')).toBeNull());
    expect(calls.keep_draft).toHaveBeenCalledTimes(1);
  });

  it('what was typed before is not overwritten while it cannot be read', async () => {
    const calls = come(['models', '+register'], {}, { draft: failing });
    await type('Name', 'credit-pd');
    expect(await screen.findByText('What you type is not kept over a restart.')).toBeTruthy();
    answering({ session: () => admin, draft: () => of({ reason: 'Typed before.' }), ...calls });
    await press('Try again');
    expect(await screen.findByText('Typed before.')).toBeTruthy();
    expect([(await box('Name')).value, (await box('Reason')).value]).toEqual(['credit-pd', '']);
    await waitFor(() => expect(calls.keep_draft).toHaveBeenCalledTimes(1));
    expect(JSON.parse(String(calls.keep_draft.mock.calls[0]?.[0].text))).toMatchObject({ name: 'credit-pd', earlier: { reason: 'Typed before.' } });
    await press('Discard the earlier text');
    expect(screen.queryByText('Typed before.')).toBeNull();
    await waitFor(() => expect(calls.keep_draft).toHaveBeenCalledTimes(2));
    expect(JSON.parse(String(calls.keep_draft.mock.calls[1]?.[0].text))).not.toHaveProperty('earlier');
  });
});
