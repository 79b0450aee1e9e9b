import '../../../tests/fixture/ipc';
import { describe, expect, it, vi } from 'vitest';
import { firstPage, openSession } from '../../../tests/fixture/views';
import { CallError } from '../../lib/ipc/client';
import { FirstRun } from './controller.svelte';

function calls(given: Partial<Record<string, unknown>> = {}) {
  return {
    firstPage: vi.fn().mockResolvedValue(firstPage),
    openDemo: vi.fn().mockResolvedValue(openSession),
    openFolder: vi.fn().mockResolvedValue(null),
    restoreBackup: vi.fn().mockResolvedValue(null),
    openLast: vi.fn().mockResolvedValue(openSession),
    createWorkspace: vi.fn().mockResolvedValue(null),
    cancelWork: vi.fn().mockResolvedValue(null),
    ...given,
  };
}
const noKeychain = {
  ...firstPage,
  health: [{ name: 'Keychain', state: 'failed' as const, detail: '', next: '' }],
};

describe('the first page', () => {
  it('opens the demo with keys in the keychain', async () => {
    const [api, opened] = [calls(), vi.fn()];
    await new FirstRun(opened, api).exploreDemo();
    expect(api.openDemo).toHaveBeenCalledWith('keychain', expect.anything());
    expect(opened).toHaveBeenCalledWith(openSession);
  });

  it('where no keychain answers, a key file is an explicit choice', async () => {
    const api = calls({ firstPage: vi.fn().mockResolvedValue(noKeychain) });
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
