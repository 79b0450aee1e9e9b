// What an admin has begun outlives a lock: the dialog is open again with what was typed, for whoever sat there.
import '../../../tests/fixture/ipc';
import { configure, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import App from '../../App.svelte';
import { route } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';
import { Begun } from './begun.svelte';

configure({ defaultHidden: true, asyncUtilTimeout: 3000 });

describe('what is begun', () => {
  it('is about what stands there now, and about nothing else', () => {
    const begun = new Begun<'end' | 'make'>('keys');
    const all = [{ id: 'a', n: 1 }, { id: 'b', n: 2 }];
    const about = (act: 'end' | 'make', here = all) => begun.about(act, here, (one) => one.id)?.n;
    expect([begun.now, about('end')]).toEqual([null, undefined]);
    begun.begin('end', 'b');
    expect([begun.is('end'), about('end'), about('make'), about('end', [{ id: 'b', n: 3 }]), about('end', [])]).toEqual([true, 2, undefined, 3, undefined]);
  });

  it('keeps what was typed until it ends, or what it rests on is another', () => {
    const begun = new Begun('keys');
    let made = 0;
    const typed = (basis: unknown) => begun.typed(() => ++made, basis);
    begun.begin('make');
    expect([typed({ role: 'VIEWER' }), typed({ role: 'VIEWER' }), typed({ role: 'ADMIN' })]).toEqual([1, 1, 2]);
    begun.end();
    begun.begin('make');
    expect(typed({ role: 'ADMIN' })).toBe(3);
  });
});

async function start(tab: string) {
  history.replaceState(null, '', '/?scene=admin#/admin');
  route.go('admin', tab);
  session.asked.forget();
  vi.resetModules();
  await import('../../../tests/fixture/ipc');
  return render(App);
}

describe('a lock keeps', () => {
  it.each([
    ['', 'Add person', undefined, 'Add person'],
    ['', 'Amara Okafor in retail-eu: Approver. Change role…', undefined, 'Change role of Amara Okafor'],
    ['policies', 'Change policy…', 'Model, high tier', 'Change policy of models, high tier'],
    ['keys', 'Retire…', /^e1770b/u, 'Retire key of Lucía Ferrándiz'],
    ['keys', 'Revoke as compromised…', /^e1770b/u, 'Revoke key of Lucía Ferrándiz as compromised'],
    ['tokens', 'Revoke token…', 'evaluation 2025', 'Revoke token evaluation 2025'],
    ['tenants', 'Create tenant…', undefined, 'Create tenant'],
    ['tenants', 'Archive tenant…', 'markets', 'Archive tenant markets'],
    ['person/hana', 'Disable person…', undefined, 'Disable Hana Dvořáková'],
  ])('on %j what was typed under %s', async (tab, name, description, title) => {
    await start(tab);
    await fireEvent.click(await screen.findByRole('button', { name, description }));
    const reason = async () => within(await screen.findByRole('form', { name: title })).getByRole('textbox', { name: 'Reason' });
    await fireEvent.input(await reason(), { target: { value: 'As was agreed.' } });
    await fireEvent.keyDown(document.body, { key: 'l', ctrlKey: true });
    await screen.findByRole('heading', { name: 'Locked' });
    expect(screen.queryByRole('form', { name: title })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Unlock' }));
    expect(((await reason()) as HTMLTextAreaElement).value).toBe('As was agreed.');
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('form', { name: title })).toBeNull());
  });

  it('what a new token is filled in with, whose reason is asked for in the signing window', async () => {
    await start('tokens');
    await fireEvent.click(await screen.findByRole('button', { name: 'Create token…' }));
    const name = async () => within(await screen.findByRole('form', { name: 'Create token' })).getByRole('textbox', { name: 'Name' });
    await fireEvent.input(await name(), { target: { value: 'nightly build' } });
    await fireEvent.keyDown(document.body, { key: 'l', ctrlKey: true });
    await screen.findByRole('heading', { name: 'Locked' });
    await fireEvent.click(screen.getByRole('button', { name: 'Unlock' }));
    expect(((await name()) as HTMLInputElement).value).toBe('nightly build');
  });
});
