// The workspace secret: what a rotation asks of the core, and what a person sees of it.
import '../../../tests/fixture/ipc';
import { configure, fireEvent, render, screen, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import * as fixture from '../../../tests/fixture/secret';
import App from '../../App.svelte';
import { CallError, core, type KeyStatusView, type ProgressView, type TenantsView } from '../../lib/ipc/client';
import { route } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';
import { Secret } from './secret.svelte';

configure({ defaultHidden: true, asyncUtilTimeout: 3000 });

const tell = (event: string) => (window as unknown as { __tell: (event: string) => void }).__tell(event);
const refusal = new CallError(fixture.refusal);

/** A core with one rotation that tells and ends when the test says so. */
function bench(given: { administers?: boolean; status?: KeyStatusView } = {}) {
  let status = given.status ?? fixture.keyStatus;
  let end = (_: KeyStatusView | CallError) => {};
  let told = (_: ProgressView) => {};
  const api = {
    tenants: vi.fn(async (): Promise<TenantsView> => ({ tenants: [], administers: given.administers ?? true })),
    keyStatus: vi.fn(async () => status),
    rotateSecret: vi.fn().mockResolvedValue(null),
    continueRotation: vi.fn((channel: { onmessage: (now: ProgressView) => void }) => {
      told = (now) => channel.onmessage(now);
      return new Promise<KeyStatusView>((resolve, reject) => {
        end = (left) => (left instanceof CallError ? reject(left) : resolve((status = left)));
      });
    }),
    cancelWork: vi.fn().mockResolvedValue(null),
  };
  return {
    api,
    secret: new Secret(api as never),
    stands: (now: KeyStatusView) => (status = now),
    tell: (now: ProgressView) => told(now),
    end: (left: KeyStatusView | CallError) => end(left),
  };
}

describe('the workspace secret', () => {
  it.each([
    [true, 1],
    [false, 0],
  ])('is asked about by whoever administers the workspace (%s) alone: all else would be a denial on record', async (administers, times) => {
    const { api, secret } = bench({ administers });
    await secret.load();
    expect([api.keyStatus.mock.calls.length, secret.view !== null, secret.answered]).toEqual([times, administers, true]);
  });

  it('shows why the core refuses to rotate it', async () => {
    const { api, secret } = bench();
    await secret.load();
    api.rotateSecret.mockRejectedValueOnce(refusal);
    await secret.rotate();
    expect([secret.failure?.sentence, secret.waiting]).toEqual([fixture.refusal.message, false]);
  });
});

describe('a rotation', () => {
  it('goes on by itself once the signing window has begun it', async () => {
    const { api, secret, stands, tell: work, end } = bench();
    const stop = secret.follow();
    await secret.load();
    await secret.rotate();
    expect([secret.waiting, api.continueRotation.mock.calls.length]).toEqual([true, 0]);
    stands(fixture.rotating);
    // The core tells of both at once: the later question overtakes the earlier.
    tell('signing-finished');
    tell('records-changed');
    await vi.waitFor(() => expect(secret.progress?.text).toBe('512 of 1,204 values'));
    expect([secret.waiting, api.continueRotation.mock.calls.length]).toEqual([false, 1]);
    work({ per_mille: 640, text: '770 of 1,204 values' });
    expect(secret.soFar).toEqual({ per_mille: 640, text: '770 of 1,204 values' });
    end(fixture.rotated);
    await vi.waitFor(() => expect([secret.left, secret.progress]).toEqual(['finished', null]));
    expect(secret.view).toEqual(fixture.rotated);
    stop();
  });

  it('does not begin when the signing window is turned down', async () => {
    const { api, secret } = bench();
    const stop = secret.follow();
    await secret.load();
    await secret.rotate();
    tell('records-changed');
    await secret.load();
    expect(secret.waiting).toBe(true);
    tell('signing-finished');
    await vi.waitFor(() => expect(secret.waiting).toBe(false));
    expect(api.continueRotation).not.toHaveBeenCalled();
    stop();
  });

  it('that a person paused waits for them, whatever else is signed', async () => {
    const { api, secret, end } = bench({ status: fixture.rotating });
    const stop = secret.follow();
    await secret.load();
    expect(api.continueRotation).not.toHaveBeenCalled();
    void secret.carryOn();
    void secret.carryOn();
    expect(api.continueRotation).toHaveBeenCalledTimes(1);
    secret.pause();
    expect([secret.pausing, api.cancelWork.mock.calls.length]).toEqual([true, 1]);
    end(fixture.rotating);
    await vi.waitFor(() => expect([secret.left, secret.progress, secret.pausing]).toEqual(['paused', null, false]));
    tell('signing-finished');
    await secret.load();
    expect(api.continueRotation).toHaveBeenCalledTimes(1);
    expect(secret.soFar).toEqual({ per_mille: 425, text: '512 of 1,204 values' });
    stop();
  });

  it('that cannot go on says why, and can be continued', async () => {
    const { api, secret, end } = bench({ status: fixture.rotating });
    await secret.load();
    const first = secret.carryOn();
    end(refusal);
    await first;
    expect([secret.failure?.sentence, secret.progress, secret.left]).toEqual([fixture.refusal.message, null, null]);
    void secret.carryOn();
    expect([secret.failure, api.continueRotation.mock.calls.length]).toEqual([null, 2]);
  });
});

describe('the section', () => {
  async function start(scene: string) {
    history.replaceState(null, '', `/?scene=${scene}#/admin`);
    route.go('admin', 'keys');
    session.asked.forget();
    vi.resetModules();
    await import('../../../tests/fixture/ipc');
    return render(App);
  }
  const section = () => screen.findByRole('region', { name: 'Workspace secret' });
  const wordsOf = (part: HTMLElement) => part.textContent?.replace(/\s+/gu, ' ') ?? '';

  it('says what a rotation does, and shows ages and what lies under each', async () => {
    await start('admin-rotated');
    const words = wordsOf(await section());
    for (const part of ['anew under a new secret', 'removes the old one last', 'loses nothing', 'new line SECRET']) expect(words).toContain(part);
    const rows = within(screen.getByRole('table', { name: 'Secrets' })).getAllByRole('row').slice(1).map(wordsOf);
    expect(rows[0]).toMatch(/91c04de07f2a6b35.*Seals and reads.*1,204/u);
    expect(rows[1]).toMatch(/2ebb74e4ab6867b8.*Removed.*0 24 Nov 2026/u);
    expect(screen.queryByRole('group', { name: 'Rotation under way' })).toBeNull();
  });

  it('opens the signing window, and goes on when it has begun there', async () => {
    await start('admin');
    const rotated = vi.spyOn(core, 'rotateSecret');
    await fireEvent.click(within(await section()).getByRole('button', { name: 'Rotate secret…' }));
    expect(await screen.findByText('Go on in the signing window.')).toBeTruthy();
    expect(rotated).toHaveBeenCalledTimes(1);
    vi.spyOn(core, 'keyStatus').mockResolvedValue(fixture.rotating);
    tell('signing-finished');
    expect(await screen.findByText('770 of 1,204 values')).toBeTruthy();
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('64');
    expect(screen.queryByRole('button', { name: 'Rotate secret…' })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Pause' }));
    expect(await screen.findByText(/^Paused\./u)).toBeTruthy();
  });

  it('shows a rotation under way, who began it and why, and pauses and continues it', async () => {
    await start('admin-rotating');
    const work = await screen.findByRole('group', { name: 'Rotation under way' });
    expect(wordsOf(work)).toContain('512 of 1,204 values');
    expect(wordsOf(work)).toContain('As every quarter. Record #418');
    await fireEvent.click(within(work).getByRole('button', { name: 'Continue' }));
    await fireEvent.click(await within(work).findByRole('button', { name: 'Pause' }));
    expect(await within(work).findByRole('button', { name: 'Continue' })).toBeTruthy();
    expect(await screen.findByText(/^Paused\./u)).toBeTruthy();
  });

  it('goes on while another tab is in front', async () => {
    await start('admin-rotating');
    await fireEvent.click(await screen.findByRole('button', { name: 'Continue' }));
    await screen.findByRole('button', { name: 'Pause' });
    route.go('admin', 'tenants');
    await screen.findByRole('table', { name: 'Tenants' });
    route.go('admin', 'keys');
    const pause = await screen.findByRole('button', { name: 'Pause' });
    expect(screen.queryByRole('button', { name: 'Continue' })).toBeNull();
    await fireEvent.click(pause);
    await screen.findByRole('button', { name: 'Continue' });
  });

  it('says why it is refused', async () => {
    await start('admin-refused');
    await fireEvent.click(within(await section()).getByRole('button', { name: 'Rotate secret…' }));
    expect((await screen.findByRole('alert')).textContent).toContain('ENCRYPTION_KEY');
  });

  it('offers nothing where the secret is ENCRYPTION_KEY, and tells of values under unknown keys', async () => {
    await start('admin-variable');
    const words = wordsOf(await section());
    expect(words).toContain('The secret in use is ENCRYPTION_KEY');
    expect(words).toContain('2 values under keys that are on record nowhere.');
    expect(screen.queryByRole('button', { name: 'Rotate secret…' })).toBeNull();
  });

  it('is for whoever administers the workspace', async () => {
    const asked = vi.spyOn(core, 'keyStatus');
    await start('admin-looks');
    expect(wordsOf(await section())).toContain('looked after by whoever administers the workspace');
    expect([asked.mock.calls.length, screen.queryByRole('table', { name: 'Secrets' })]).toEqual([0, null]);
  });
});
