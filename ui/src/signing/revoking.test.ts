import { fireEvent, render, screen, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { revocation, revoked, rollback } from '../../tests/fixture/lifecycle';
import { decision, savedFile } from '../../tests/fixture/views';
import { SigningPage } from './controller.svelte';
import Decide from './Decide.svelte';
import Revoke from './Revoke.svelte';
import Revoked from './Revoked.svelte';

function pageWith(given: Partial<Record<string, unknown>> = {}) {
  const calls = {
    answerDecision: vi.fn().mockResolvedValue({ purpose: 'idle' }),
    answerRevocation: vi.fn().mockResolvedValue({ purpose: 'revoked', ...revoked }),
    saveReceipt: vi.fn().mockResolvedValue(savedFile),
    cancelSigning: vi.fn().mockResolvedValue(null),
    ...given,
  };
  return { calls, page: new SigningPage(calls as never) };
}
const type = (name: string, value: string) => fireEvent.input(screen.getByLabelText(name), { target: { value } });
const submit = (button: string) => fireEvent.submit(screen.getByRole('button', { name: button }).closest('form')!);

describe('an approval under conditions', () => {
  it('sends what was typed as it was typed, and says which conditions hold already', async () => {
    const { page, calls } = pageWith();
    render(Decide, { page, view: { ...decision, conditions_before: 'in staging and uat only' } });
    expect(screen.getByText(/Approved before in staging and uat only/u)).toBeTruthy();
    await type('Reason', 'Limits hold.');
    await type('Ends', '2027-03-31 17:00');
    await type('Environments', 'staging');
    await type('Passphrase', 'a passphrase');
    await submit('Sign approval');
    const conditions = { end: '2027-03-31 17:00', environments: 'staging' };
    expect(calls.answerDecision).toHaveBeenCalledWith('Limits hold.', conditions, 'a passphrase', expect.anything());
  });

  it('is not offered where there can be none', () => {
    render(Decide, { page: pageWith().page, view: { ...decision, decision: 'REJECTED', may_limit: false } });
    expect(screen.queryByRole('group', { name: /Conditions/u })).toBeNull();
    expect(screen.queryByLabelText('Ends')).toBeNull();
  });
});

describe('a revocation', () => {
  it('shows what ends and what is in force afterwards, and is signed with reason and passphrase', async () => {
    const { page, calls } = pageWith();
    render(Revoke, { page, view: revocation });
    expect(screen.getByRole('heading').textContent?.replace(/\u00a0/gu, ' ')).toBe(revocation.sentence);
    const signed = screen.getByLabelText('What is signed');
    for (const text of ['approved 2026-11-24 14:07 UTC by Amara Okafor', '@6 is in force', '“I revoke the approval of this model.”']) {
      expect(within(signed).getByText(text)).toBeTruthy();
    }
    await submit('Sign revocation');
    expect(calls.answerRevocation).not.toHaveBeenCalled();
    await type('Reason', 'Drifts.');
    await type('Passphrase', 'a passphrase');
    await submit('Sign revocation');
    expect(calls.answerRevocation).toHaveBeenCalledWith('Drifts.', 0, 'a passphrase', expect.anything());
  });

  it('of several versions lists each, and gives back how many hidden characters were seen', async () => {
    const { page, calls } = pageWith();
    render(Revoke, { page, view: rollback });
    expect(screen.getAllByRole('listitem').filter((item) => /^prompt\/kyc-summary@1[12]/u.test(item.textContent?.trim() ?? ''))).toHaveLength(2);
    const hidden = screen.getByRole('list', { name: 'Hidden characters in prompt/kyc-summary@12' });
    expect(hidden.textContent?.replace(/\s+/gu, ' ').trim()).toBe('U+200B zero width space, line 14');
    expect(screen.queryByRole('list', { name: 'Hidden characters in prompt/kyc-summary@11' })).toBeNull();
    await type('Reason', 'Drifts.');
    await type('Passphrase', 'a passphrase');
    await submit('Sign revocation');
    expect(calls.answerRevocation).toHaveBeenLastCalledWith('Drifts.', 0, 'a passphrase', expect.anything());
    await fireEvent.click(screen.getByRole('checkbox', { name: 'I have seen the 1 hidden character' }));
    await type('Passphrase', 'a passphrase');
    await submit('Sign revocation');
    expect(calls.answerRevocation).toHaveBeenLastCalledWith('Drifts.', 1, 'a passphrase', expect.anything());
  });

  it('gives a receipt with every record, and the evidence', async () => {
    const { page, calls } = pageWith();
    render(Revoked, { page, view: revoked });
    const receipt = screen.getByLabelText('Receipt');
    for (const text of ['#12,495', '#12,496', '@9 is in force']) expect(within(receipt).getByText(text)).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Close' }));
    await fireEvent.click(screen.getByRole('button', { name: 'Save evidence' }));
    expect(calls.saveReceipt).toHaveBeenCalledOnce();
  });
});
