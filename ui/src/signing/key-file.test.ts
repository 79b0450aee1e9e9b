// The two sheets of a key file: opening one, and choosing the passphrase of a new one.
import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { newKeyFile, openKeyFile } from '../../tests/fixture/views';
import { CallError } from '../lib/ipc/client';
import { SigningPage } from './controller.svelte';
import NewKeyFile from './NewKeyFile.svelte';
import OpenKeyFile from './OpenKeyFile.svelte';
import SignIn from './SignIn.svelte';

function pageWith(given: Partial<Record<string, unknown>> = {}) {
  const calls = {
    answerKeyFile: vi.fn().mockResolvedValue({ purpose: 'idle' }),
    answerNewKeyFile: vi.fn().mockResolvedValue({ purpose: 'idle' }),
    passphraseStrength: vi.fn().mockResolvedValue('weak'),
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

describe('opening a key file', () => {
  it('says of which workspace, where it lies and that it is the weaker place', () => {
    render(OpenKeyFile, { page: pageWith().page, view: openKeyFile });
    expect(screen.getByRole('heading', { name: 'Northmere Bank' })).toBeTruthy();
    expect(screen.getByText(openKeyFile.path)).toBeTruthy();
    expect(screen.getByText(/Weaker than a keychain/u)).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText('Passphrase'));
    expect(screen.getByText(/ENCRYPTION_KEY/u)).toBeTruthy();
  });

  it('gives the passphrase to the core and keeps it nowhere', async () => {
    const { page, calls } = pageWith();
    render(OpenKeyFile, { page, view: openKeyFile });
    const field = await type('Passphrase', 'harbour-lantern');
    await fireEvent.submit(screen.getByRole('button', { name: 'Open' }).closest('form')!);
    expect(calls.answerKeyFile).toHaveBeenCalledWith('harbour-lantern');
    expect(field.value).toBe('');
    expect(JSON.stringify({ ...page, view: page.view, busy: page.busy })).not.toContain('harbour');
  });

  it.each([
    ['wrong_passphrase' as const, 'This passphrase does not open the key file.', 'Wrong passphrase'],
    ['throttled' as const, 'After wrong passphrases the next attempt waits until 14:05:09 UTC.', 'Too many attempts'],
  ])('stays where it is after %s, in the words of the core', async (code, message, title) => {
    const refused = new CallError({ code, message, hint: '', incident: '' });
    const { page } = pageWith({ answerKeyFile: vi.fn().mockRejectedValue(refused) });
    render(OpenKeyFile, { page, view: openKeyFile });
    const field = await type('Passphrase', 'not this one');
    await fireEvent.submit(field.closest('form')!);
    await vi.waitFor(() => expect(screen.getByRole('alert').textContent).toContain(message));
    expect(screen.getByRole('alert').textContent).toContain(title);
    expect(document.activeElement).toBe(field);
    expect(field.value).toBe('');
  });

  it('is given up by Cancel', async () => {
    const { page, calls } = pageWith();
    render(OpenKeyFile, { page, view: openKeyFile });
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(calls.cancelSigning).toHaveBeenCalled();
    expect(calls.answerKeyFile).not.toHaveBeenCalled();
  });

  it('of a demo names the passphrase that opens it', () => {
    render(OpenKeyFile, { page: pageWith().page, view: { ...openKeyFile, demo: true } });
    expect(screen.getByText(/the passphrase of its people/u)).toBeTruthy();
    expect(screen.queryByText(/ENCRYPTION_KEY/u)).toBeNull();
  });
});

describe('the passphrase of a new key file', () => {
  it('is typed twice, with its strength in a word', async () => {
    const { page, calls } = pageWith();
    render(NewKeyFile, { page, view: newKeyFile });
    await type('Passphrase', 'harbour-lantern');
    await vi.waitFor(() => expect(screen.getByRole('status', { name: 'Strength' }).textContent).toContain('Weak'));
    const repeat = await type('Repeat passphrase', 'harbour-lantern');
    await fireEvent.submit(repeat.closest('form')!);
    expect(calls.answerNewKeyFile).toHaveBeenCalledWith('harbour-lantern', 'harbour-lantern');
    expect(screen.getByLabelText<HTMLInputElement>('Passphrase').value + repeat.value).toBe('');
  });

  it('is missing until both fields are filled', async () => {
    const { page, calls } = pageWith();
    render(NewKeyFile, { page, view: newKeyFile });
    const first = await type('Passphrase', 'harbour-lantern');
    await fireEvent.submit(first.closest('form')!);
    expect(document.activeElement).toBe(screen.getByLabelText('Repeat passphrase'));
    expect(calls.answerNewKeyFile).not.toHaveBeenCalled();
  });
});

describe('signing in to a demo in a key file', () => {
  const view = { purpose: 'sign_in' as const, name: 'Amara Okafor', unlock: false, demo_passphrase: 'harbour-lantern' };

  it.each([
    [true, 1],
    [false, 0],
  ])('opens_key_file %s says so %i times', (opens_key_file, times) => {
    render(SignIn, { page: pageWith().page, view: { ...view, opens_key_file } });
    expect(screen.queryAllByText(/opens the demo’s key file/u)).toHaveLength(times);
  });
});
