import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { newSecret, rotateSecret } from '../../tests/fixture/secret';
import { CallError } from '../lib/ipc/client';
import { SigningPage } from './controller.svelte';
import NewSecret from './NewSecret.svelte';
import RotateSecret from './RotateSecret.svelte';

const pageWith = (calls: Record<string, unknown>) => new SigningPage(calls as never);

describe('rotating the workspace secret', () => {
  it('says what is sealed anew, under which keys, and that there is no way back', () => {
    render(RotateSecret, { page: pageWith({}), view: rotateSecret });
    expect(screen.getByRole('heading').textContent).toBe('Rotate the workspace secret.');
    expect(screen.getByText('1,204 values')).toBeTruthy();
    expect(screen.getByText(rotateSecret.from)).toBeTruthy();
    expect(screen.getByText(rotateSecret.to)).toBeTruthy();
    expect(screen.getByText(/going back is another rotation/u)).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Reason' }));
  });

  it('wants a reason and the passphrase, and shows the new line next', async () => {
    const answerRotation = vi.fn().mockResolvedValue(newSecret);
    const page = pageWith({ answerRotation });
    render(RotateSecret, { page, view: rotateSecret });
    const form = screen.getByRole('button', { name: 'Show new line' }).closest('form')!;
    await fireEvent.submit(form);
    expect(screen.getByText(/A reason goes on record/u)).toBeTruthy();
    expect(answerRotation).not.toHaveBeenCalled();
    await fireEvent.input(screen.getByRole('textbox', { name: 'Reason' }), { target: { value: 'As every quarter.' } });
    const field = screen.getByLabelText<HTMLInputElement>('Passphrase');
    await fireEvent.input(field, { target: { value: 'a passphrase' } });
    await fireEvent.submit(form);
    expect(answerRotation).toHaveBeenCalledWith('As every quarter.', 'a passphrase');
    expect(field.value).toBe('');
    await vi.waitFor(() => expect(page.view?.purpose).toBe('new_secret'));
  });

  it('keeps the reason when the passphrase was wrong', async () => {
    const wrong = new CallError({ code: 'wrong_passphrase', message: '', hint: '', incident: '' });
    render(RotateSecret, { page: pageWith({ answerRotation: vi.fn().mockRejectedValue(wrong) }), view: rotateSecret });
    const reason = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Reason' });
    await fireEvent.input(reason, { target: { value: 'As every quarter.' } });
    await fireEvent.input(screen.getByLabelText('Passphrase'), { target: { value: 'not this one' } });
    await fireEvent.submit(reason.closest('form')!);
    await vi.waitFor(() => expect(screen.getByRole('alert').textContent).toContain('Wrong passphrase'));
    expect(reason.value).toBe('As every quarter.');
  });
});

describe('the new line of the kit', () => {
  it('is shown with what stays, and begins nothing before it is confirmed', async () => {
    const newSecretSaved = vi.fn().mockResolvedValue({ purpose: 'idle' });
    const page = pageWith({ newSecretSaved });
    render(NewSecret, { page, view: newSecret });
    expect(screen.getByText(newSecret.secret)).toBeTruthy();
    expect(screen.getByText(newSecret.workspace_id)).toBeTruthy();
    expect(screen.getByText(/The line Recovery stays as it is/u)).toBeTruthy();
    expect(screen.getByText(/backups\s+that were made before today/u)).toBeTruthy();
    expect(newSecretSaved).not.toHaveBeenCalled();
    await fireEvent.click(screen.getByRole('button', { name: 'I have saved it' }));
    expect(newSecretSaved).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(page.view?.purpose).toBe('idle'));
  });

  it('is saved to a file, and says so', async () => {
    const saveNewSecret = vi.fn().mockResolvedValue({ ...newSecret, saved: true });
    const page = pageWith({ saveNewSecret });
    const { rerender } = render(NewSecret, { page, view: newSecret });
    expect(screen.queryByText('Saved.')).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Save line' }));
    await vi.waitFor(() => expect(page.view).toMatchObject({ saved: true }));
    await rerender({ view: { ...newSecret, saved: true } });
    expect(screen.getByText('Saved.')).toBeTruthy();
  });

  it('can be given up', async () => {
    const cancelSigning = vi.fn().mockResolvedValue(null);
    render(NewSecret, { page: pageWith({ cancelSigning }), view: newSecret });
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(cancelSigning).toHaveBeenCalledOnce();
  });
});
