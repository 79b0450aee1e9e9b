// The sheet on which a person reveals a protected text or card.
import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { reveal } from '../../tests/fixture/registry';
import { CallError } from '../lib/ipc/client';
import { SigningPage } from './controller.svelte';
import Reveal from './Reveal.svelte';

function pageWith(given: Partial<Record<string, unknown>> = {}) {
  const calls = {
    answerReveal: vi.fn().mockResolvedValue({ purpose: 'idle' }),
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

describe('revealing', () => {
  it('says which version, that it goes on record, and how long it lasts', () => {
    render(Reveal, { page: pageWith().page, view: reveal });
    const plain = (text: string | null | undefined) => text?.replace(/\u00a0/gu, ' ');
    expect(plain(screen.getByRole('heading').textContent)).toBe(reveal.sentence);
    expect(screen.getByText('prompt/kyc-summary@12')).toBeTruthy();
    expect(screen.getByText(/data\.decrypt, with your name, your reason and this digest; never the text/u)).toBeTruthy();
    expect(screen.getByText(/Until you lock, sign out or change the tenant/u)).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Reason' }));
  });

  it('wants a reason and the passphrase', async () => {
    const { page, calls } = pageWith();
    render(Reveal, { page, view: reveal });
    const form = screen.getByRole('button', { name: 'Reveal' }).closest('form')!;
    await fireEvent.submit(form);
    expect(screen.getByText(/A reason goes on record/u)).toBeTruthy();
    expect(calls.answerReveal).not.toHaveBeenCalled();
    const field = await fill('Asked by the auditor.', 'harbour-lantern');
    await fireEvent.submit(form);
    expect(calls.answerReveal).toHaveBeenCalledExactlyOnceWith('Asked by the auditor.', 'harbour-lantern');
    expect(field.value).toBe('');
    await vi.waitFor(() => expect(page.view?.purpose).toBe('idle'));
  });

  it('asks for no passphrase where the policy lets the last one stand', async () => {
    const { page, calls } = pageWith();
    render(Reveal, { page, view: { ...reveal, asks_passphrase: false } });
    expect(screen.queryByLabelText('Passphrase')).toBeNull();
    await fireEvent.input(screen.getByRole('textbox', { name: 'Reason' }), { target: { value: 'Asked by the auditor.' } });
    await fireEvent.submit(screen.getByRole('button', { name: 'Reveal' }).closest('form')!);
    expect(calls.answerReveal).toHaveBeenCalledExactlyOnceWith('Asked by the auditor.', '');
  });

  it('keeps the reason when the passphrase was wrong, and the passphrase nowhere', async () => {
    const wrong = new CallError({ code: 'wrong_passphrase', message: '', hint: '', incident: '' });
    const { page } = pageWith({ answerReveal: vi.fn().mockRejectedValue(wrong) });
    render(Reveal, { page, view: reveal });
    const field = await fill('Asked by the auditor.', 'harbour-lantern');
    await fireEvent.submit(field.closest('form')!);
    await vi.waitFor(() => expect(screen.getByRole('alert').textContent).toContain('Wrong passphrase'));
    expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Reason' }).value).toBe('Asked by the auditor.');
    expect(JSON.stringify({ ...page, view: page.view, failure: page.failure })).not.toContain('harbour');
  });

  it('is given up by Cancel', async () => {
    const { page, calls } = pageWith();
    render(Reveal, { page, view: reveal });
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect([calls.cancelSigning.mock.calls.length, calls.answerReveal.mock.calls.length]).toEqual([1, 0]);
  });
});
