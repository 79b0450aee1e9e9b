// The two sheets of a token: making one, and the one time it is seen.
import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { createToken, newToken } from '../../tests/fixture/tokens';
import { CallError } from '../lib/ipc/client';
import { SigningPage } from './controller.svelte';
import CreateToken from './CreateToken.svelte';
import NewToken from './NewToken.svelte';

function pageWith(given: Partial<Record<string, unknown>> = {}) {
  const calls = {
    answerToken: vi.fn().mockResolvedValue({ purpose: 'new_token', ...newToken }),
    cancelSigning: vi.fn().mockResolvedValue(null),
    ...given,
  };
  return { calls, page: new SigningPage(calls as never) };
}

async function fill(reason: string, passphrase: string) {
  await fireEvent.input(screen.getByRole('textbox', { name: 'Reason' }), { target: { value: reason } });
  const field = screen.getByLabelText<HTMLInputElement>('Passphrase');
  await fireEvent.input(field, { target: { value: passphrase } });
  return field;
}

describe('making a token', () => {
  it('says whose it is, what it may do and that it never decides', () => {
    render(CreateToken, { page: pageWith().page, view: createToken });
    expect(screen.getByRole('heading').textContent).toBe(createToken.sentence);
    expect(screen.getByText('Analyst in retail-eu; it never decides')).toBeTruthy();
    expect(screen.getByText('Lucía Ferrándiz, who cannot decide on what it makes')).toBeTruthy();
    expect(screen.getByText('90 days')).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Reason' }));
  });

  it('wants a reason and the passphrase, and shows the token next', async () => {
    const { page, calls } = pageWith();
    render(CreateToken, { page, view: createToken });
    const form = screen.getByRole('button', { name: 'Make token' }).closest('form')!;
    await fireEvent.submit(form);
    expect(screen.getByText(/A reason goes on record/u)).toBeTruthy();
    expect(calls.answerToken).not.toHaveBeenCalled();
    const field = await fill('Registers nightly.', 'harbour-lantern');
    await fireEvent.submit(form);
    expect(calls.answerToken).toHaveBeenCalledWith('Registers nightly.', 'harbour-lantern');
    expect(field.value).toBe('');
    await vi.waitFor(() => expect(page.view?.purpose).toBe('new_token'));
  });

  it('keeps the reason when the passphrase was wrong, and the passphrase nowhere', async () => {
    const wrong = new CallError({ code: 'wrong_passphrase', message: '', hint: '', incident: '' });
    const { page } = pageWith({ answerToken: vi.fn().mockRejectedValue(wrong) });
    render(CreateToken, { page, view: createToken });
    const field = await fill('Registers nightly.', 'harbour-lantern');
    await fireEvent.submit(field.closest('form')!);
    await vi.waitFor(() => expect(screen.getByRole('alert').textContent).toContain('Wrong passphrase'));
    expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Reason' }).value).toBe('Registers nightly.');
    expect(JSON.stringify({ ...page, view: page.view, failure: page.failure })).not.toContain('harbour');
  });

  it('is given up by Cancel', async () => {
    const { page, calls } = pageWith();
    render(CreateToken, { page, view: createToken });
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(calls.cancelSigning).toHaveBeenCalled();
    expect(calls.answerToken).not.toHaveBeenCalled();
  });
});

describe('a new token', () => {
  it('is shown in full, with where it goes and that nothing shows it again', () => {
    render(NewToken, { page: pageWith().page, view: newToken });
    expect(screen.getByText(newToken.token)).toBeTruthy();
    expect(screen.getByText(/COUNTERSIGN_TOKEN/u)).toBeTruthy();
    expect(screen.getByText('Nothing shows it again.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Copy token' })).toBeTruthy();
  });

  it('is closed by the word that it is stored', async () => {
    const { page, calls } = pageWith();
    render(NewToken, { page, view: newToken });
    await fireEvent.click(screen.getByRole('button', { name: 'I have stored it' }));
    expect(calls.cancelSigning).toHaveBeenCalled();
  });
});
