import '../../../tests/fixture/ipc';
import { fireEvent, render, screen, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { keychain, missing, waiting } from '../../../tests/fixture/keychain';
import { firstPage, openSession } from '../../../tests/fixture/views';
import { CallError } from '../../lib/ipc/client';
import CreateForm from './CreateForm.svelte';
import { FirstRun } from './controller.svelte';

function calls(given: Partial<Record<string, unknown>> = {}) {
  return {
    firstPage: vi.fn().mockResolvedValue(firstPage),
    checkKeychain: vi.fn().mockResolvedValue(keychain),
    openDemo: vi.fn().mockResolvedValue(openSession),
    openFolder: vi.fn().mockResolvedValue(null),
    restoreBackup: vi.fn().mockResolvedValue(null),
    openLast: vi.fn().mockResolvedValue(openSession),
    createWorkspace: vi.fn().mockResolvedValue(null),
    cancelWork: vi.fn().mockResolvedValue(null),
    ...given,
  };
}

describe('the first page', () => {
  it('opens the demo with keys in the keychain', async () => {
    const [api, opened] = [calls(), vi.fn()];
    await new FirstRun(opened, api).exploreDemo();
    expect(api.openDemo).toHaveBeenCalledWith('keychain', expect.anything());
    expect(opened).toHaveBeenCalledWith(openSession);
  });

  it('where no keychain answers, a key file is an explicit choice', async () => {
    const api = calls({ checkKeychain: vi.fn().mockResolvedValue(missing) });
    const page = new FirstRun(vi.fn(), api);
    await page.exploreDemo();
    expect(page.askingForKeyFile).toBe(true);
    expect(api.openDemo).not.toHaveBeenCalled();
    await page.openDemo('key_file');
    expect(api.openDemo).toHaveBeenCalledWith('key_file', expect.anything());
  });

  it('keeps what was filled in when the core refuses', async () => {
    const refused = new CallError({ code: 'already_exists', message: 'There is a Northmere here.', hint: '', incident: '' });
    const page = new FirstRun(vi.fn(), calls({ createWorkspace: vi.fn().mockRejectedValue(refused) }));
    page.begin('create');
    page.draft.title = 'Northmere Bank';
    await page.create();
    expect(page.failure?.sentence).toBe('There is a Northmere here.');
    expect(page.draft.title).toBe('Northmere Bank');
    expect(page.waiting).toBe(false);
  });

  it('waits for the signing window where the key file is still closed, until that is given up', async () => {
    const [api, opened] = [calls({ openLast: vi.fn().mockResolvedValue({ state: 'closed' }) }), vi.fn()];
    const page = new FirstRun(opened, api);
    const stop = page.follow();
    await page.openLast();
    expect(page.waiting).toBe(true);
    expect(page.work).toBeNull();
    (window as unknown as { __tell: (event: string) => void }).__tell('signing-finished');
    expect(page.waiting).toBe(false);
    stop();
    await page.openLast();
    expect(api.openLast).toHaveBeenCalledTimes(2);
  });

  it('shows a failure of long work and is ready again', async () => {
    const full = new CallError({ code: 'disk_full', message: '', hint: '', incident: '' });
    const page = new FirstRun(vi.fn(), calls({ openLast: vi.fn().mockRejectedValue(full) }));
    await page.openLast();
    expect(page.failure?.title).toBe('The disk is full');
    expect(page.work).toBeNull();
  });
});

describe('the keychain check of a new workspace', () => {
  async function form(found: unknown, keys: 'keychain' | 'key_file' = 'keychain') {
    const api = calls({ checkKeychain: vi.fn().mockResolvedValue(found) });
    const page = new FirstRun(vi.fn(), api);
    page.begin('create');
    page.draft.keys = keys;
    render(CreateForm, { page });
    const check = within(screen.getByRole('region', { name: 'Keychain check' }));
    await vi.waitFor(() => expect(check.getByText(keychain.here.title)).toBeTruthy());
    return { api, check };
  }
  const word = (check: ReturnType<typeof within>) => check.getByRole('status', { name: 'Keychain' }).textContent?.trim();

  it('says what the core found, explains this one first and the others behind a disclosure', async () => {
    const { check } = await form(keychain);
    expect(word(check)).toBe('Available');
    const more = check.getByText('Other computers, and without a keychain').closest('details')!;
    expect(more.open).toBe(false);
    expect(check.getByText(keychain.here.title).closest('details')).toBeNull();
    for (const place of [...keychain.elsewhere, keychain.key_file]) {
      expect(check.getByText(place.title).closest('details')).toBe(more);
    }
  });

  it.each([
    [waiting, 'Locked, waits for you'],
    [missing, 'Missing'],
    [{ ...missing, found: 'refused' as const }, 'Refused'],
  ])('names each other answer with what to do next (%#)', async (found, expected) => {
    const { api, check } = await form(found);
    expect(word(check)).toBe(expected);
    expect(check.getByText(`${found.detail} ${found.next}`)).toBeTruthy();
    await fireEvent.click(check.getByRole('button', { name: 'Check again' }));
    expect(api.checkKeychain).toHaveBeenCalledTimes(2);
  });

  it('explains the key file first where somebody chooses it', async () => {
    const { check } = await form(missing, 'key_file');
    expect(check.getByText(keychain.key_file.title).closest('details')).toBeNull();
    expect(check.getByText(/roll back with the disk/u)).toBeTruthy();
    expect(check.queryByRole('status', { name: 'Keychain' })).toBeNull();
    expect(check.getByText(keychain.here.title).closest('details')).not.toBeNull();
  });
});
