// The pages as a person meets them, on the fixture's core: the names that tests of the real window use.
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { people, workspace } from '../tests/fixture/views';
import App from './App.svelte';
import { route } from './features/frame/route.svelte';
import { session } from './features/frame/session.svelte';
import SignIn from './features/sign-in/Screen.svelte';

async function start(scene: string) {
  history.replaceState(null, '', `/?scene=${scene}#/inbox`);
  route.go('inbox');
  session.asked.forget();
  vi.resetModules();
  await import('../tests/fixture/ipc');
  return render(App);
}

beforeEach(() => document.body.replaceChildren());

describe('the frame and the inbox', () => {
  it('has the names of the console', async () => {
    await start('inbox');
    const nav = await screen.findByRole('navigation', { name: 'Main' });
    expect(within(nav).getByRole('link', { name: 'Inbox' })).toBeTruthy();
    expect(within(nav).getByRole('button', { name: 'Lock' })).toBeTruthy();
    expect(screen.getByRole('status', { name: 'Log' }).textContent?.trim()).toMatch(/^Verified to #12,482/u);
    for (const name of ['Needs me', 'Waiting on others', 'Decided', 'All']) {
      expect(await screen.findByRole('tab', { name })).toBeTruthy();
    }
    const grid = await screen.findByRole('grid', { name: 'Inbox' });
    expect(within(grid).getAllByRole('row')).toHaveLength(8);
  });

  it('opens a review by keyboard, and the focus never starts on a decision', async () => {
    await start('inbox');
    await screen.findByRole('grid', { name: 'Inbox' });
    await fireEvent.keyDown(document.body, { key: 'j' });
    await fireEvent.keyDown(document.body, { key: 'j' });
    const row = screen.getByRole('row', { name: 'credit-pd @7' });
    expect(document.activeElement).toBe(row);
    await fireEvent.keyDown(row, { key: 'Enter' });
    const main = await screen.findByRole('main');
    for (const name of ['Approve…', 'Reject…']) {
      expect(document.activeElement).not.toBe(await within(main).findByRole('button', { name }));
    }
    for (const name of ['Overview', 'Changes', 'History']) expect(within(main).getByRole('tab', { name })).toBeTruthy();
    expect(screen.getAllByRole('main')).toHaveLength(1);
  });

  it('waits with Approve… until hidden characters are acknowledged', async () => {
    await start('inbox');
    route.go('inbox', '0193-kyc-summary');
    const approve = await screen.findByRole('button', { name: 'Approve…' });
    expect(approve.getAttribute('aria-disabled')).toBe('true');
    await fireEvent.click(screen.getByRole('checkbox', { name: 'I have seen it' }));
    await waitFor(() => expect(screen.getByRole('button', { name: 'Approve…' }).getAttribute('aria-disabled')).toBeNull());
  });

  it('says what to do when nothing waits and when the core refuses', async () => {
    const first = await start('empty');
    expect(await screen.findByRole('heading', { name: 'Nothing waits for your signature' })).toBeTruthy();
    first.unmount();
    await start('error');
    expect((await screen.findByRole('alert')).textContent).toContain('The database is in use');
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });
});

describe('a lock keeps the place', () => {
  const lockAndUnlock = async (from: Element) => {
    await fireEvent.keyDown(from, { key: 'l', ctrlKey: true });
    expect(await screen.findByRole('heading', { name: 'Locked' })).toBeTruthy();
    expect(screen.queryByRole('main', { name: 'Review' })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Unlock' }));
  };

  it('of what is typed, also while it is typed', async () => {
    await start('admin');
    route.go('models', '+register');
    const name = await screen.findByRole('textbox', { name: 'Name' });
    await fireEvent.input(name, { target: { value: 'credit-lgd' } });
    await fireEvent.input(screen.getByRole('textbox', { name: 'Reason' }), { target: { value: 'Recalibrated' } });
    await lockAndUnlock(name);
    expect(await screen.findByRole('textbox', { name: 'Name' })).toHaveProperty('value', 'credit-lgd');
    expect(screen.getByRole('textbox', { name: 'Reason' })).toHaveProperty('value', 'Recalibrated');
  });

  it('of a person who is being added, whose signing window is closed', async () => {
    await start('admin');
    route.go('admin');
    await fireEvent.click(await screen.findByRole('button', { name: 'Add person' }));
    const name = await screen.findByRole('textbox', { name: 'Name' });
    await fireEvent.input(name, { target: { value: 'Kay Newby' } });
    await fireEvent.input(screen.getByRole('textbox', { name: 'Reason' }), { target: { value: 'Joins' } });
    await lockAndUnlock(name);
    expect(await screen.findByRole('textbox', { name: 'Name' })).toHaveProperty('value', 'Kay Newby');
    expect(screen.queryByText('Go on in the signing window.')).toBeNull();
  });

  it('of the tab, the filters, the request and its part', async () => {
    await start('inbox');
    await fireEvent.click(await screen.findByRole('tab', { name: 'All' }));
    route.go('inbox', '0193-credit-pd');
    await fireEvent.click(await screen.findByRole('tab', { name: 'History' }));
    await lockAndUnlock(document.body);
    expect((await screen.findByRole('tab', { name: 'History' })).getAttribute('aria-selected')).toBe('true');
    expect(screen.getByRole('tab', { name: 'All' }).getAttribute('aria-selected')).toBe('true');
    route.go('inbox', '0193-kyc-summary');
    await waitFor(() => expect(screen.getByRole('tab', { name: 'Overview' }).getAttribute('aria-selected')).toBe('true'));
  });

  it('of what was searched for', async () => {
    await start('inbox');
    route.go('models');
    const search = await screen.findByRole('searchbox');
    await fireEvent.input(search, { target: { value: 'credit' } });
    await lockAndUnlock(document.body);
    expect(await screen.findByRole('searchbox')).toHaveProperty('value', 'credit');
  });

  it('of the filters of the trail', async () => {
    await start('inbox');
    route.go('audit');
    const find = await screen.findByRole('searchbox');
    await fireEvent.input(find, { target: { value: 'model/credit-pd@3' } });
    await fireEvent.keyDown(find, { key: 'Enter' });
    await screen.findByRole('button', { name: 'Remove the filter Resource' });
    await lockAndUnlock(document.body);
    expect(await screen.findByRole('button', { name: 'Remove the filter Resource' })).toBeTruthy();
  });
});

describe('before anybody is signed in', () => {
  it('offers the ways to start, each named by its title and described by its sentence', async () => {
    await start('first');
    expect(await screen.findByRole('button', { name: 'Explore the demo', description: /Two tenants/u })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Create workspace', description: /first admin/u })).toBeTruthy();
    expect(await screen.findByRole('button', { name: 'Open workspace' })).toBeTruthy();
  });

  it('lists people; one Sign in; nobody who is not enrolled can be chosen', async () => {
    render(SignIn, { workspace, people });
    const list = screen.getByRole('list', { name: 'People' });
    expect(within(list).getAllByRole('button')).toHaveLength(people.length);
    expect(within(list).getByRole('button', { name: 'Leilani Kahale', description: 'Not enrolled' })).toHaveProperty('disabled', true);
    const signIn = screen.getByRole('button', { name: 'Sign in' });
    expect(signIn.getAttribute('aria-disabled')).toBe('true');
    await fireEvent.click(within(list).getByRole('button', { name: 'Ingrid Solheim' }));
    expect(signIn.getAttribute('aria-disabled')).toBeNull();
    expect(screen.queryByLabelText(/passphrase/iu)).toBeNull();
  });

  it('locked, names only the one who may unlock', async () => {
    await start('locked');
    expect(await screen.findByRole('button', { name: 'Unlock' })).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Locked' })).toBeTruthy();
  });
});
