// Coming back by the kit: its lines, the admin who comes back, and what is left to do.
import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import * as fixture from '../../tests/fixture/recovery';
import { CallError } from '../lib/ipc/client';
import { SigningPage } from './controller.svelte';
import KitLines from './KitLines.svelte';
import Recover from './Recover.svelte';
import Recovered from './Recovered.svelte';

function pageWith(given: Partial<Record<string, unknown>> = {}) {
  const calls = {
    answerKit: vi.fn().mockResolvedValue({ purpose: 'recover', ...fixture.recover }),
    loadKit: vi.fn().mockResolvedValue({ purpose: 'recover', ...fixture.recover }),
    leaveTrial: vi.fn().mockResolvedValue({ purpose: 'idle' }),
    answerRecovery: vi.fn().mockResolvedValue({ purpose: 'recovered', ...fixture.recovered }),
    passphraseStrength: vi.fn().mockResolvedValue('good'),
    cancelSigning: vi.fn().mockResolvedValue(null),
    ...given,
  };
  return { calls, page: new SigningPage(calls as never) };
}

async function type(label: string, text: string) {
  const field = screen.getByLabelText<HTMLInputElement>(label);
  await fireEvent.input(field, { target: { value: text } });
  return field;
}

describe('the lines of a kit', () => {
  it('go to the core as they were typed', async () => {
    const { page, calls } = pageWith();
    render(KitLines, { page, view: fixture.kitLines });
    expect(document.activeElement).toBe(screen.getByLabelText('SECRET'));
    await type('SECRET', 'AAAQE AYEAU');
    const field = await type('RECOVERY', 'BYHA4 DQOBY');
    await fireEvent.submit(field.closest('form')!);
    expect(calls.answerKit).toHaveBeenCalledWith('AAAQE AYEAU', 'BYHA4 DQOBY');
  });

  it('that do not fit stay, with the words of the core', async () => {
    const message = 'The line RECOVERY: a kit line has 55 letters and digits, this one 10.';
    const refused = new CallError({ code: 'invalid_input', message, hint: 'Compare it with the kit.', incident: '' });
    const { page } = pageWith({ answerKit: vi.fn().mockRejectedValue(refused) });
    render(KitLines, { page, view: fixture.kitLines });
    await type('SECRET', 'AAAQE');
    const field = await type('RECOVERY', 'BYHA4 DQOBY');
    await fireEvent.submit(field.closest('form')!);
    await vi.waitFor(() => expect(screen.getByRole('alert').textContent).toContain(message));
    expect(field.value).toBe('BYHA4 DQOBY');
  });

  it.each([
    ['needed' as const, false, 'SECRET'],
    ['optional' as const, true, ''],
    ['left_out' as const, true, ''],
  ])('with SECRET %s are sent without it: %s', async (secret, sent, missing) => {
    const { page, calls } = pageWith();
    render(KitLines, { page, view: { ...fixture.kitLines, secret } });
    expect(screen.queryAllByLabelText('SECRET')).toHaveLength(secret === 'left_out' ? 0 : 1);
    const field = await type('RECOVERY', 'BYHA4');
    await fireEvent.submit(field.closest('form')!);
    expect(calls.answerKit).toHaveBeenCalledTimes(sent ? 1 : 0);
    if (missing) expect(screen.getByText(/Type the line SECRET/u)).toBeTruthy();
  });

  it('are read from a file by the core', async () => {
    const { page, calls } = pageWith();
    render(KitLines, { page, view: fixture.kitLines });
    await fireEvent.click(screen.getByRole('button', { name: 'Choose file…' }));
    expect(calls.loadKit).toHaveBeenCalled();
  });

  it('in trial say so, and Back gives up the trial alone', async () => {
    const { page, calls } = pageWith();
    render(KitLines, { page, view: { ...fixture.kitLines, trial: true } });
    expect(screen.getByText(/a recovery in trial/u)).toBeTruthy();
    await fireEvent.click(screen.getByRole('button', { name: 'Back' }));
    expect(calls.leaveTrial).toHaveBeenCalled();
    expect(calls.cancelSigning).not.toHaveBeenCalled();
  });
});

describe('the admin who comes back', () => {
  it('is chosen, with a reason and a new passphrase twice', async () => {
    const { page, calls } = pageWith();
    render(Recover, { page, view: fixture.recover });
    expect(screen.getByText(/the workspace’s own log and retail-eu/u)).toBeTruthy();
    await fireEvent.change(screen.getByLabelText('Admin'), { target: { value: 'person/yusuf' } });
    await type('Reason', 'The old computer is gone');
    const first = await type('Passphrase', 'harbour-lantern');
    const repeat = await type('Repeat passphrase', 'harbour-lantern');
    await fireEvent.submit(repeat.closest('form')!);
    const sent = ['person/yusuf', 'The old computer is gone', 'harbour-lantern', 'harbour-lantern'];
    expect(calls.answerRecovery).toHaveBeenCalledWith(...sent);
    expect(first.value + repeat.value).toBe('');
  });

  it('without a reason is sent nowhere', async () => {
    const { page, calls } = pageWith();
    render(Recover, { page, view: fixture.recover });
    await type('Passphrase', 'harbour-lantern');
    const repeat = await type('Repeat passphrase', 'harbour-lantern');
    await fireEvent.submit(repeat.closest('form')!);
    expect(calls.answerRecovery).not.toHaveBeenCalled();
    expect(screen.getByText(/A reason goes on record/u)).toBeTruthy();
  });

  it('is told what went on record and what is left to do', () => {
    render(Recovered, { page: pageWith().page, view: fixture.recovered });
    expect(screen.getByText('#412')).toBeTruthy();
    for (const sentence of fixture.recovered.left) expect(screen.getByText(sentence)).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Close' }));
  });
});
