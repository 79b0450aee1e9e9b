// Tokens for pipelines: what is asked of the core, and what a person sees. No token ever comes to this page.
import '../../../tests/fixture/ipc';
import { configure, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import * as fixture from '../../../tests/fixture/tokens';
import App from '../../App.svelte';
import { CallError, core, type TenantsView } from '../../lib/ipc/client';
import { route } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';
import { Asking } from './asking.svelte';
import { NewToken, Tokens } from './tokens.svelte';

configure({ defaultHidden: true, asyncUtilTimeout: 3000 });

const calls = (administers: boolean) => ({
  tenants: vi.fn(async (): Promise<TenantsView> => ({ tenants: [], administers })),
  tokens: vi.fn(async () => fixture.tokens),
  revokeToken: vi.fn(async (id: string, _reason: string) => fixture.revoked(id)),
});
const ID = fixture.tokens.tokens[3]!.id;

describe('the tokens', () => {
  it.each([
    [true, 1],
    [false, 0],
  ])('are asked for by whoever administers the workspace (%s) alone: all else would be a denial on record', async (administers, times) => {
    const api = calls(administers);
    const tokens = new Tokens(api);
    await tokens.load();
    expect([api.tokens.mock.calls.length, tokens.view !== null]).toEqual([times, administers]);
  });

  it('are revoked at once, with a reason, and the list is what the core answers', async () => {
    const api = calls(true);
    const tokens = new Tokens(api);
    await tokens.load();
    const asking = tokens.revoking(ID);
    await asking.sign();
    expect([Object.keys(asking.errors), api.revokeToken.mock.calls.length]).toEqual([['reason'], 0]);
    asking.reason = 'Leaked.';
    await Promise.all([asking.sign(), asking.sign()]);
    expect(api.revokeToken).toHaveBeenCalledExactlyOnceWith(ID, 'Leaked.');
    expect([asking.done, asking.waiting]).toEqual([true, false]);
    expect(tokens.view?.tokens[3]?.state).toBe('revoked');
  });

  it('stay as they are when revoking is refused', async () => {
    const api = { ...calls(true), revokeToken: vi.fn().mockRejectedValue(new CallError({ code: 'invalid_state', message: '', hint: '', incident: '' })) };
    const tokens = new Tokens(api);
    await tokens.load();
    const asking = tokens.revoking(ID);
    asking.reason = 'Leaked.';
    await asking.sign();
    expect([asking.done, asking.failure?.title, tokens.view?.tokens[3]?.state]).toEqual([false, 'Already settled', 'good']);
  });
});

describe('a new token', () => {
  it.each<[object, string[]]>([
    [{}, []],
    [{ title: ' ' }, ['title']],
    [{ title: 'x'.repeat(129) }, ['title']],
    [{ role: '' }, ['role']],
    ...['', '0', '-1', '1.5', '367', '1e2', '12345'].map((days): [object, string[]] => [{ days }, ['days']]),
    [{ days: ' 366 ' }, []],
  ])('with %j is wrong in %j', async (given, wrong) => {
    const createToken = vi.fn().mockResolvedValue(null);
    const form = new NewToken(366, { createToken });
    Object.assign(form, { title: ' nightly build ', role: 'ANALYST', ...given });
    const asking = new Asking(form);
    await asking.sign();
    expect(Object.keys(asking.errors)).toEqual(wrong);
    expect([createToken.mock.calls.length, asking.waiting]).toEqual(wrong.length === 0 ? [1, true] : [0, false]);
  });

  it('goes to the core as filled in; its reason is asked for in the signing window', async () => {
    const createToken = vi.fn().mockResolvedValue(null);
    const form = new NewToken(30, { createToken });
    expect(form.days).toBe('30');
    Object.assign(form, { title: ' nightly build ', role: 'ANALYST' });
    await new Asking(form).sign();
    expect(createToken).toHaveBeenCalledExactlyOnceWith({ title: 'nightly build', role: 'ANALYST', life_days: 30 });
  });
});

describe('the tab', () => {
  async function start(scene: string) {
    history.replaceState(null, '', `/?scene=${scene}#/admin`);
    route.go('admin', 'tokens');
    session.asked.forget();
    vi.resetModules();
    await import('../../../tests/fixture/ipc');
    return render(App);
  }
  const button = (name: string) => screen.findByRole('button', { name });
  const type = (field: HTMLElement, value: string) => fireEvent.input(field, { target: { value } });

  it('lists whose they are and whether they open anything', async () => {
    await start('admin');
    const table = await screen.findByRole('table', { name: 'Tokens' });
    const words = within(table).getAllByRole('row').slice(1).map((row) => row.textContent?.replace(/\s+/gu, ' ').trim());
    expect(words[0]).toMatch(/^evaluation 2025 Analyst Oskar Lindqvist 4 Feb 2026 5 Feb 2027 .* Owner disabled Revoke token…$/u);
    expect(words[1]).toMatch(/Expired$/u);
    expect(words[2]).toMatch(/Revoked1 Sept? 2026$/u);
    expect(words[4]).toMatch(/never Good Revoke token…$/u);
  });

  it('says what making one means, and goes on in the signing window', async () => {
    await start('admin');
    await fireEvent.click(await button('Create token…'));
    const form = await screen.findByRole('form', { name: 'Create token' });
    expect(form.textContent).toContain('shown once');
    expect(form.textContent).toContain('can never decide');
    expect(form.textContent).toContain('You own it');
    expect(within(form).queryByRole('combobox', { name: 'Owner' })).toBeNull();
    expect(within(form).queryByRole('textbox', { name: 'Reason' })).toBeNull();
    const created = vi.spyOn(core, 'createToken');
    await fireEvent.click(within(form).getByRole('button', { name: 'Continue to sign…' }));
    expect(within(form).getByText('Choose a role.')).toBeTruthy();
    await type(within(form).getByRole('textbox', { name: 'Name' }), 'nightly build');
    await fireEvent.change(within(form).getByRole('combobox', { name: 'Role' }), { target: { value: 'ANALYST' } });
    await fireEvent.click(within(form).getByRole('button', { name: 'Continue to sign…' }));
    expect(await screen.findByText('Go on in the signing window.')).toBeTruthy();
    expect(created).toHaveBeenCalledExactlyOnceWith({ title: 'nightly build', role: 'ANALYST', life_days: 90 });
    expect(document.querySelector('input[type=password]')).toBeNull();
    (window as unknown as { __tell: (event: string) => void }).__tell('records-changed');
    await waitFor(() => expect(screen.queryByRole('form', { name: 'Create token' })).toBeNull());
  });

  it('revokes one with a reason, and says that nothing brings it back', async () => {
    await start('admin');
    await fireEvent.click((await screen.findAllByRole('button', { name: 'Revoke token…' }))[1]!);
    const form = await screen.findByRole('form', { name: 'Revoke token nightly build' });
    expect(form.textContent).toContain('nothing brings it back');
    await type(within(form).getByRole('textbox', { name: 'Reason' }), 'Leaked.');
    await fireEvent.click(within(form).getByRole('button', { name: 'Revoke token' }));
    await waitFor(() => expect(screen.queryByRole('form', { name: 'Revoke token nightly build' })).toBeNull());
    expect(await screen.findByText('24 Nov 2026')).toBeTruthy();
    expect(screen.getAllByRole('button', { name: 'Revoke token…' })).toHaveLength(2);
  });

  it('offers to make one only where the core says so', async () => {
    vi.spyOn(core, 'tokens').mockResolvedValue({ ...fixture.tokens, may_create: false });
    await start('admin');
    await screen.findByRole('table', { name: 'Tokens' });
    expect(screen.queryByRole('button', { name: 'Create token…' })).toBeNull();
    expect(screen.getByText(/are made by those of its admins/u)).toBeTruthy();
    expect(screen.getAllByRole('button', { name: 'Revoke token…' })).toHaveLength(3);
  });

  it('tells admins of one tenant whose they are, and asks for nothing', async () => {
    const asked = vi.spyOn(core, 'tokens');
    await start('admin-looks');
    expect(await screen.findByText(/whoever administers the workspace/u)).toBeTruthy();
    expect([asked.mock.calls.length, screen.queryByRole('table', { name: 'Tokens' })]).toEqual([0, null]);
    expect(screen.queryByRole('button', { name: 'Create token…' })).toBeNull();
  });
});
