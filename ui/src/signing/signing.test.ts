import { fireEvent, render, screen, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { alarmEnded, endAlarm } from '../../tests/fixture/alarms';
import { change, confirm } from '../../tests/fixture/authority';
import { changeReceipt, decision, receipt, savedFile } from '../../tests/fixture/views';
import { CallError } from '../lib/ipc/client';
import { SigningPage } from './controller.svelte';
import AlarmEnded from './AlarmEnded.svelte';
import Change from './Change.svelte';
import Confirm from './Confirm.svelte';
import Decide from './Decide.svelte';
import EndAlarm from './EndAlarm.svelte';
import Enrol from './Enrol.svelte';
import Receipt from './Receipt.svelte';

function pageWith(given: Partial<Record<string, unknown>> = {}) {
  const answerDecision = vi.fn().mockResolvedValue({ purpose: 'receipt', ...receipt });
  const calls = {
    answerDecision,
    cancelSigning: vi.fn().mockResolvedValue(null),
    keepReason: vi.fn().mockResolvedValue(null),
    ...given,
  };
  return { calls, page: new SigningPage(calls as never) };
}
const FREE = { end: '', environments: '' };
const wrong = new CallError({ code: 'wrong_passphrase', message: '', hint: '', incident: '' });

async function fill(reason: string, passphrase: string) {
  await fireEvent.input(screen.getByRole('textbox', { name: 'Reason' }), { target: { value: reason } });
  const field = screen.getByLabelText<HTMLInputElement>('Passphrase');
  await fireEvent.input(field, { target: { value: passphrase } });
  return field;
}

describe('signing a decision', () => {
  it('shows what the core says, and asks for a reason first', async () => {
    const { page, calls } = pageWith();
    render(Decide, { page, view: decision });
    expect(screen.getByRole('heading').textContent?.replace(/\u00a0/gu, ' ')).toBe(decision.sentence);
    expect(screen.getByText('9f2c41d0 a7b3e615 4c08d97f 21aa6be3')).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Reason' }));
    await fill('  ', 'a passphrase');
    await fireEvent.submit(screen.getByRole('button', { name: 'Sign approval' }).closest('form')!);
    expect(calls.answerDecision).not.toHaveBeenCalled();
    expect(screen.getByText(/A reason is part of what you sign/u)).toBeTruthy();
  });

  it('says under each empty field what is missing, sends nothing and goes to the first', async () => {
    const { page, calls } = pageWith();
    render(Decide, { page, view: decision });
    const form = screen.getByRole('button', { name: 'Sign approval' }).closest('form')!;
    expect(form.noValidate).toBe(true);
    await fireEvent.submit(form);
    expect(screen.getByText(/A reason is part of what you sign/u)).toBeTruthy();
    expect(screen.getByText(/Type the passphrase/u)).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Reason' }));
    await fill('Reproduced Gini.', '');
    expect(screen.queryByText(/A reason is part of what you sign/u)).toBeNull();
    await fireEvent.submit(form);
    expect(document.activeElement).toBe(screen.getByLabelText('Passphrase'));
    expect(calls.answerDecision).not.toHaveBeenCalled();
  });

  it('clears the passphrase at once and keeps the reason when it was wrong', async () => {
    const { page } = pageWith({ answerDecision: vi.fn().mockRejectedValue(wrong) });
    render(Decide, { page, view: decision });
    const field = await fill('Reproduced Gini.', 'not this one');
    await fireEvent.submit(field.closest('form')!);
    await vi.waitFor(() => expect(screen.getByRole('alert').textContent).toContain('Wrong passphrase'));
    expect(field.value).toBe('');
    expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Reason' }).value).toBe('Reproduced Gini.');
    expect(document.activeElement).toBe(field);
  });

  it('sends the same idempotency key again after a refusal', async () => {
    const answerDecision = vi.fn().mockRejectedValueOnce(wrong).mockResolvedValueOnce({ purpose: 'receipt', ...receipt });
    const { page } = pageWith({ answerDecision });
    await page.decide('r', FREE, 'a');
    await page.decide('r', FREE, 'b');
    const [first, second] = answerDecision.mock.calls.map(([, , , key]) => key);
    expect(first).toBe(second);
    expect(page.view?.purpose).toBe('receipt');
  });

  it('tells the core reason and conditions as they are typed, after a pause, and never the passphrase', async () => {
    vi.useFakeTimers();
    try {
      const { page, calls } = pageWith();
      render(Decide, { page, view: decision });
      await fill('Reproduced', 'a passphrase');
      await fireEvent.input(screen.getByRole('textbox', { name: 'Reason' }), { target: { value: 'Reproduced Gini.' } });
      expect(calls.keepReason).not.toHaveBeenCalled();
      vi.advanceTimersByTime(1000);
      expect(calls.keepReason.mock.calls).toEqual([['Reproduced Gini.', FREE]]);
      await fireEvent.input(screen.getByRole('textbox', { name: 'Ends' }), { target: { value: '2027-03-31 17:00' } });
      await fireEvent.input(screen.getByRole('textbox', { name: 'Environments' }), { target: { value: 'uat' } });
      vi.advanceTimersByTime(1000);
      expect(calls.keepReason).toHaveBeenLastCalledWith('Reproduced Gini.', { end: '2027-03-31 17:00', environments: 'uat' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('begins with the reason and the conditions that were typed before the console locked', () => {
    const { page } = pageWith();
    const typed_conditions = { end: '2027-03-31 17:00', environments: 'staging, uat' };
    render(Decide, { page, view: { ...decision, typed_reason: 'Reproduced Gini.', typed_conditions } });
    const valueOf = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name }).value;
    expect([valueOf('Ends'), valueOf('Environments')]).toEqual(['2027-03-31 17:00', 'staging, uat']);
    expect(screen.queryByText(/were not/u)).toBeNull();
    expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Reason' }).value).toBe('Reproduced Gini.');
    expect(screen.getByLabelText<HTMLInputElement>('Passphrase').value).toBe('');
  });

  it('holds no passphrase anywhere in the page state', async () => {
    const { page } = pageWith({ answerDecision: vi.fn().mockRejectedValue(wrong) });
    await page.decide('r', FREE, 'harbour-lantern');
    expect(JSON.stringify({ ...page, view: page.view, failure: page.failure, busy: page.busy })).not.toContain('harbour');
  });

  it('does not answer twice while it works', async () => {
    const answerDecision = vi.fn().mockReturnValue(new Promise(() => {}));
    const { page } = pageWith({ answerDecision });
    void page.decide('r', FREE, 'a');
    expect(await page.decide('r', FREE, 'a')).toBe(false);
    expect(answerDecision).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['APPROVED', 'Sign approval'],
    ['REJECTED', 'Sign rejection'],
  ])('%s is signed by %s', (which, name) => {
    render(Decide, { page: pageWith().page, view: { ...decision, decision: which } });
    expect(screen.getByRole('button', { name })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Cancel' })).toBeTruthy();
  });

  it('shows a demo passphrase only in a demo', () => {
    render(Decide, { page: pageWith().page, view: { ...decision, demo_passphrase: null } });
    expect(screen.queryByText(/Demo passphrase/u)).toBeNull();
  });
});

describe('the receipt', () => {
  it('names signers, records and the key', () => {
    render(Receipt, { page: pageWith().page, view: receipt });
    const shown = within(screen.getByRole('main'));
    expect(shown.getByText('Amara Okafor')).toBeTruthy();
    expect(shown.getByText('#12,493')).toBeTruthy();
    expect(shown.getByText(/then #12,494/u)).toBeTruthy();
    expect(shown.getByText('Opened Overview, Changes; 1 min 14 s')).toBeTruthy();
    expect(shown.getByText(receipt.signature.reason)).toBeTruthy();
    expect(shown.getByText('12,495')).toBeTruthy();
  });

  it('is printed as a signature page, of a change as well, and no more once it is closed', async () => {
    const print = vi.spyOn(window, 'print').mockImplementation(() => {});
    for (const view of [receipt, changeReceipt]) {
      const { unmount } = render(Receipt, { page: pageWith().page, view });
      await fireEvent.click(screen.getByRole('button', { name: 'Print…' }));
      expect(document.querySelector('body > .paper')?.textContent).toContain(view.signature.title);
      unmount();
      expect(document.querySelector('.paper')).toBeNull();
    }
    expect(print).toHaveBeenCalledTimes(2);
    print.mockRestore();
  });

  it('of a change says what changes, and speaks of no review', () => {
    render(Receipt, { page: pageWith().page, view: changeReceipt });
    const shown = within(screen.getByRole('main'));
    expect(shown.getByText('Kenji Morimoto becomes Approver in retail-eu.')).toBeTruthy();
    expect(shown.queryByText('Review')).toBeNull();
    expect(screen.queryByRole('button', { name: 'Save evidence' })).toBeNull();
  });

  it.each([
    ['settled the request', receipt, 1],
    ['left it waiting for another', { ...receipt, final_seq: null }, 0],
  ])('has a seal or none when the signature %s', (_, view, seals) => {
    const { container } = render(Receipt, { page: pageWith().page, view });
    expect(container.querySelectorAll('main svg[viewBox="0 0 120 120"]')).toHaveLength(seals);
  });

  it('saves the evidence of what it settled, and of nothing else', async () => {
    const { page, calls } = pageWith({ saveReceipt: vi.fn().mockResolvedValue(savedFile) });
    const { unmount } = render(Receipt, { page, view: receipt });
    await fireEvent.click(screen.getByRole('button', { name: 'Save evidence' }));
    expect(calls).toHaveProperty('saveReceipt.mock.calls.length', 1);
    expect((await screen.findByRole('status', { name: 'Saved file' })).textContent).toContain(savedFile.name);
    unmount();
    render(Receipt, { page: pageWith().page, view: { ...receipt, evidence_of: null } });
    expect(screen.queryByRole('button', { name: 'Save evidence' })).toBeNull();
  });
});

describe('ending an alarm', () => {
  const given = () => vi.fn().mockResolvedValue({ purpose: 'alarm_ended', ...alarmEnded });

  it('shows what is given up, what is taken and what goes on record', () => {
    render(EndAlarm, { page: pageWith().page, view: endAlarm });
    expect(screen.getByRole('heading').textContent).toBe(endAlarm.sentence);
    expect(screen.getByText('12,495 records, to #12,494')).toBeTruthy();
    expect(screen.getByText('12,311 records, to #12,310')).toBeTruthy();
    expect(screen.getByText(/backup\.restore in the workspace’s own log/u)).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Reason' }));
  });

  it.each([
    ['re_anchor' as const, 'Set anchor'],
    ['accept_restore' as const, 'Accept restore'],
  ])('%s is done by %s, with a reason and the passphrase', async (remedy, name) => {
    const answerAlarm = given();
    const { page } = pageWith({ answerAlarm });
    render(EndAlarm, { page, view: { ...endAlarm, remedy } });
    const form = screen.getByRole('button', { name }).closest('form')!;
    expect(screen.getByRole('button', { name: 'Cancel' })).toBeTruthy();
    await fireEvent.submit(form);
    expect(screen.getByText(/A reason goes on record/u)).toBeTruthy();
    expect(answerAlarm).not.toHaveBeenCalled();
    const field = await fill('The disk was lost.', 'a passphrase');
    await fireEvent.submit(form);
    expect(answerAlarm).toHaveBeenCalledWith('The disk was lost.', 'a passphrase');
    expect(field.value).toBe('');
    await vi.waitFor(() => expect(page.view?.purpose).toBe('alarm_ended'));
  });

  it('keeps the reason when the passphrase was wrong', async () => {
    const { page } = pageWith({ answerAlarm: vi.fn().mockRejectedValue(wrong) });
    render(EndAlarm, { page, view: endAlarm });
    const field = await fill('The disk was lost.', 'not this one');
    await fireEvent.submit(field.closest('form')!);
    await vi.waitFor(() => expect(screen.getByRole('alert').textContent).toContain('Wrong passphrase'));
    expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Reason' }).value).toBe('The disk was lost.');
  });

  it('names the records afterwards', () => {
    render(AlarmEnded, { page: pageWith().page, view: alarmEnded });
    expect(screen.getByText('#12,311')).toBeTruthy();
    expect(screen.getByText('#412')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Close' })).toBeTruthy();
  });
});

describe('an act of authority', () => {
  it('shows what it is now, what it becomes and what follows', () => {
    render(Change, { page: pageWith().page, view: change });
    const words = (name: string) => screen.getByLabelText(name).textContent?.replace(/\s+/gu, ' ').trim();
    expect(words('Now and then')).toMatch(/^Role Analyst becomes Approver ?Group nothing becomes Model risk$/u);
    expect(words('What follows')).toContain('four eyes hold');
    expect(screen.getByText(change.control)).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText('Passphrase'));
  });

  it.each([
    ['nothing follows', { follows: [] }, 'What follows'],
    ['no entry changes', { changes: [] }, 'Now and then'],
  ])('leaves out the list where %s', (_, given, label) => {
    render(Change, { page: pageWith().page, view: { ...change, ...given } });
    expect(screen.queryByLabelText(label)).toBeNull();
  });
});

describe('what an admin confirms', () => {
  it('is done by its own verb, with the passphrase', async () => {
    const answerConfirm = vi.fn().mockResolvedValue({ purpose: 'idle' });
    const { page } = pageWith({ answerConfirm });
    render(Confirm, { page, view: confirm });
    expect(screen.getByRole('heading', { name: confirm.sentence })).toBeTruthy();
    expect(screen.getByText(confirm.reason)).toBeTruthy();
    const field = screen.getByLabelText<HTMLInputElement>('Passphrase');
    const form = screen.getByRole('button', { name: 'Close account' }).closest('form')!;
    await fireEvent.submit(form);
    expect(answerConfirm).not.toHaveBeenCalled();
    await fireEvent.input(field, { target: { value: 'a passphrase' } });
    await fireEvent.submit(form);
    expect(answerConfirm).toHaveBeenCalledExactlyOnceWith('a passphrase');
    expect(field.value).toBe('');
  });

  it('stays where it is after a wrong passphrase', async () => {
    const { page } = pageWith({ answerConfirm: vi.fn().mockRejectedValue(wrong) });
    render(Confirm, { page, view: confirm });
    const field = screen.getByLabelText<HTMLInputElement>('Passphrase');
    await fireEvent.input(field, { target: { value: 'not this one' } });
    await fireEvent.submit(field.closest('form')!);
    await vi.waitFor(() => expect(screen.getByRole('alert').textContent).toContain('Wrong passphrase'));
    expect(document.activeElement).toBe(field);
  });
});

describe('enrolling', () => {
  const view = { purpose: 'enrol' as const, name: 'Hana Dvořáková', tenant_id: 'retail-eu', admin: 'Lucía Ferrándiz', demo_passphrase: null };

  it.each([
    ['ANALYST', 'Hana Dvořáková joins retail-eu as Analyst.', 0],
    [null, 'Hana Dvořáková gets a fresh key in retail-eu.', 1],
  ])('with role %s: %s', (role, sentence, old) => {
    render(Enrol, { page: pageWith().page, view: { ...view, role } });
    expect(screen.getByRole('heading', { name: sentence })).toBeTruthy();
    expect(screen.queryAllByText(/The old key ends at that moment/u)).toHaveLength(old);
  });
});
