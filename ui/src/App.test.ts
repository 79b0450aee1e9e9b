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
