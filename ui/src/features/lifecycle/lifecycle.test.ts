// Requests and approvals beside a decision: what is asked of the core, and what a person sees.
import '../../../tests/fixture/ipc';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { drafts } from '../../../tests/calls';
import * as fixture from '../../../tests/fixture/lifecycle';
import * as registry from '../../../tests/fixture/registry';
import { review as model } from '../../../tests/fixture/views';
import { core, type ReReviewView } from '../../lib/ipc/client';
import { route } from '../frame/route.svelte';
import Inbox from '../inbox/Screen.svelte';
import Foot from '../review/Foot.svelte';
import Since from '../review/Since.svelte';
import { askingAgain, withdrawing } from './asking';
import { Again } from './again.svelte';
import ReReviews from './ReReviews.svelte';
import VersionActs from './VersionActs.svelte';

const tell = (event: string) => (window as unknown as { __tell: (event: string) => void }).__tell(event);

afterEach(() => vi.restoreAllMocks());

describe('taking back and asking again', () => {
  it('wants a reason, and is done at once', async () => {
    const calls = { ...drafts(), withdraw: vi.fn().mockResolvedValue(null) };
    const asking = withdrawing('0193-credit-pd', calls);
    await asking.sign();
    expect([Object.keys(asking.errors), calls.withdraw.mock.calls.length]).toEqual([['reason'], 0]);
    asking.reason = 'Wrong file';
    await asking.sign();
    expect(calls.withdraw).toHaveBeenCalledExactlyOnceWith('0193-credit-pd', 'Wrong file');
    expect(asking.done).toBe(true);
  });

  it('asks once however often it is sent, and goes to the new request', async () => {
    const calls = { ...drafts(), requestAgain: vi.fn() };
    calls.requestAgain.mockRejectedValueOnce(new Error('gone'));
    calls.requestAgain.mockResolvedValueOnce({ request_id: 'new', subject: '', seq: 1 });
    const asked = vi.fn();
    const asking = askingAgain('model/credit-pd@6', asked, calls);
    asking.reason = 'Its base changed';
    await asking.sign();
    expect([asking.done, asking.failure === null]).toEqual([false, false]);
    await asking.sign();
    const keys = calls.requestAgain.mock.calls.map(([, , key]) => key);
    expect(keys[0]).toBe(keys[1]);
    expect(asked).toHaveBeenCalledExactlyOnceWith('new');
  });
});

const foot = (review = fixture.inForce, given = {}) => {
  const onrevoke = vi.fn();
  render(Foot, { review, blocking: 0, hiddenPending: false, signing: null, ondecide: vi.fn(), oncheck: vi.fn(), onrevoke, ...given });
  return onrevoke;
};
const button = (name: string) => screen.queryByRole('button', { name });

describe('the foot of a review', () => {
  it('offers what the core says that the person can do, and nothing else', () => {
    foot();
    expect(['Revoke…', 'Ask again…', 'Withdraw…', 'Approve…'].map((name) => button(name) !== null)).toEqual([true, true, false, false]);
    expect(document.activeElement).toBe(document.body);
  });

  it('asks for the signing window, and waits for hidden characters to be acknowledged', async () => {
    const onrevoke = foot();
    await fireEvent.click(button('Revoke…')!);
    expect(onrevoke).toHaveBeenCalledOnce();
  });

  it('says why it waits where hidden characters are not acknowledged', () => {
    foot({ ...fixture.inForce, hidden_characters: 2 }, { hiddenPending: true });
    const why = screen.getByText('Acknowledge the hidden characters to revoke');
    expect(button('Revoke…')?.getAttribute('aria-disabled')).toBe('true');
    expect(button('Revoke…')?.getAttribute('aria-describedby')).toBe(why.id);
  });

  it('takes back what the person asked for, in a dialog with a reason', async () => {
    const withdraw = vi.spyOn(core, 'withdraw').mockResolvedValue(null);
    foot(fixture.asked);
    await fireEvent.click(button('Withdraw…')!);
    const dialog = screen.getByRole('dialog', { name: 'Withdraw' });
    await fireEvent.input(within(dialog).getByRole('textbox', { name: 'Reason' }), { target: { value: 'Wrong file' } });
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Withdraw request' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(withdraw).toHaveBeenCalledWith('0193-credit-pd', 'Wrong file');
  });
});

describe('a review after another one', () => {
  it('says what came of it, why, and compares with what was reviewed', async () => {
    const oncompare = vi.fn();
    render(Since, { since: fixture.since, oncompare });
    const region = screen.getByRole('region', { name: 'Since the last review' });
    for (const { value } of fixture.since.facts) expect(within(region).getByText(value)).toBeTruthy();
    await fireEvent.click(within(region).getByRole('button', { name: 'Compare with @6' }));
    expect(oncompare).toHaveBeenCalledWith('6');
    expect(within(region).getByRole('link', { name: 'Open that review' }).getAttribute('href')).toContain('0193-credit-pd-6');
  });
});

describe('a version', () => {
  const [, six, , , three] = registry.model.versions;

  it('says what it relied on, and goes back in the signing window', async () => {
    const rollBack = vi.spyOn(core, 'rollBack').mockResolvedValue(null);
    render(VersionActs, { noun: 'model', name: 'credit-pd', version: six! });
    expect(screen.getByText(/came into force since/u)).toBeTruthy();
    await fireEvent.click(button('Go back to this version…')!);
    expect(rollBack).toHaveBeenCalledWith('model/credit-pd@6');
    expect((await screen.findByRole('status')).textContent).toBe('Go on in the signing window');
    // Signed, or given up.
    tell('signing-finished');
    await waitFor(() => expect(screen.queryByRole('status')).toBeNull());
  });

  it('is asked for again, and the new request opens', async () => {
    const requestAgain = vi.spyOn(core, 'requestAgain').mockResolvedValue({ request_id: 'new', subject: '', seq: 1 });
    const go = vi.spyOn(route, 'go').mockImplementation(() => {});
    render(VersionActs, { noun: 'model', name: 'credit-pd', version: three! });
    expect(button('Go back to this version…')).toBeNull();
    await fireEvent.click(button('Ask again…')!);
    const dialog = screen.getByRole('dialog', { name: 'Ask again' });
    await fireEvent.input(within(dialog).getByRole('textbox', { name: 'Reason' }), { target: { value: 'Repaired' } });
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Ask for approval' }));
    await waitFor(() => expect(go).toHaveBeenCalledWith('inbox', 'new'));
    expect(requestAgain).toHaveBeenCalledWith('model/credit-pd@3', 'Repaired', expect.anything());
  });

  it('says its conditions, and shows nothing where there is nothing to say', () => {
    const lapsed = registry.prompt.versions[3]!;
    render(VersionActs, { noun: 'prompt', name: 'kyc-summary', version: lapsed });
    expect(screen.getByText('2026-08-31 17:00 UTC').parentElement?.textContent?.replace(/\s+/gu, ' ').trim()).toBe('Was approved until 2026-08-31 17:00 UTC, in staging only.');
    const { container } = render(VersionActs, { noun: 'model', name: 'credit-pd', version: registry.model.versions[0]! });
    expect(container.textContent?.trim()).toBe('');
  });
});

describe('what is to be reviewed again', () => {
  async function shown(answer: ReReviewView[]) {
    const again = new Again({ reReviews: async () => answer });
    await again.load();
    return render(ReReviews, { again });
  }

  it('lists the person’s own first, with what changed, who holds it, and what can be done', async () => {
    await shown(fixture.reReviews);
    const list = await screen.findByRole('region', { name: 'To be reviewed again' });
    const [mine, other] = within(list).getAllByRole('listitem');
    expect(mine?.textContent).toContain('kyc-summary @11');
    expect(mine?.textContent).toContain('Held by Priya Raghunathan');
    expect(within(mine!).getByRole('button', { name: 'Ask again for kyc-summary @11…' })).toBeTruthy();
    expect(within(other!).queryByRole('button')).toBeNull();
    expect(within(other!).getByRole('link', { name: 'Open review' })).toBeTruthy();
    expect(list.textContent).toContain('1 of them yours');
  });

  it('is told whoever holds it, over a review that lies open too, and leads to it', async () => {
    const asked = vi.spyOn(core, 'reReviews').mockResolvedValue(fixture.reReviews.filter((row) => !row.mine));
    render(Inbox, { subject: '0193-credit-pd' });
    await waitFor(() => expect(asked).toHaveBeenCalled());
    const words = '1 approval of yours to be reviewed again';
    expect(screen.queryByRole('link', { name: words })).toBeNull();
    asked.mockResolvedValue(fixture.reReviews);
    tell('records-changed');
    const link = await screen.findByRole('link', { name: words });
    expect(link.getAttribute('href')).toBe('#/inbox');
    await waitFor(() => expect(screen.getByRole('status', { name: 'Reviews again' }).textContent).toBe(words));
  });

  it('is gone to from the list, also where no review lies open', async () => {
    vi.spyOn(core, 'reReviews').mockResolvedValue(fixture.reReviews);
    render(Inbox, { subject: '' });
    await fireEvent.click(await screen.findByRole('link', { name: '1 approval of yours to be reviewed again' }));
    await waitFor(() => expect(document.activeElement?.textContent).toBe('To be reviewed again'));
  });

  it('shows nothing where there is none', async () => {
    const { container } = await shown([]);
    expect(container.querySelector('section')).toBeNull();
  });
});

it('a review that can do nothing more shows no acts', () => {
  foot({ ...model, lifecycle: 'withdrawn', foot: { ...model.foot, may_decide: false, why_not: 'Its requester withdrew it.' } } as typeof model);
  expect(screen.queryAllByRole('button')).toHaveLength(0);
});
