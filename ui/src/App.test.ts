// The pages as a person meets them, on the fixture's core: the names that tests of the real window use.
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openSession, people, workspace } from '../tests/fixture/views';
import App from './App.svelte';
import { route } from './features/frame/route.svelte';
import { session } from './features/frame/session.svelte';
import { dropDraft } from './features/registry/drafts';
import SignIn from './features/sign-in/Screen.svelte';

async function start(scene: string) {
  history.replaceState(null, '', `/?scene=${scene}#/inbox`);
  route.go('inbox');
  session.asked.forget();
  vi.resetModules();
  await import('../tests/fixture/ipc');
  return render(App);
}

beforeEach(() => {
  document.body.replaceChildren();
  // The place outlives a page, and would outlive a test.
  dropDraft(`inbox ${openSession.tenant.id} ${openSession.person.id}`);
});

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

describe('the inbox of a working day', () => {
  const tell = (event: string) => (window as unknown as { __tell: (event: string) => void }).__tell(event);
  const rows = () => within(screen.getByRole('grid', { name: 'Inbox' })).getAllByRole('row');

  it('counts in the tabs, and names who signed and who still can', async () => {
    await start('inbox');
    await screen.findByRole('grid', { name: 'Inbox' });
    expect(screen.getByRole('tab', { name: 'Needs me', description: '8' })).toBeTruthy();
    expect(screen.getByRole('tab', { name: 'Waiting on others', description: '3' })).toBeTruthy();
    const row = screen.getByRole('row', { name: 'aml-triage @4' });
    expect(row.textContent).toMatch(/1 of 2/u);
    expect(row.textContent).toMatch(/Signed by Ingrid Solheim/u);
    expect(row.textContent?.replace(/\s+/gu, ' ')).toMatch(/Can still sign: You, Hana Dvořáková, Tomasz Wieczorek/u);
    await fireEvent.click(screen.getByRole('tab', { name: 'Waiting on others' }));
    const others = await screen.findByRole('row', { name: 'collections-next @3' });
    expect(others.textContent).toMatch(/3 more/u);
    expect(screen.getByRole('row', { name: /^Give Kenji/u }).textContent).toMatch(/nobody can sign yet/u);
  });

  it('moves by itself when others act, and the focus stays with its row', async () => {
    await start('inbox');
    await screen.findByRole('grid', { name: 'Inbox' });
    const { inbox } = await import('../tests/fixture/views');
    const row = screen.getByRole('row', { name: 'kyc-summary @12' });
    row.focus();
    const [, second, ...rest] = inbox.rows;
    const before = { rows: inbox.rows, needs_me: inbox.needs_me };
    // Somebody signed the first one; the one in focus became urgent.
    Object.assign(inbox, { rows: [{ ...rest[1], urgency: 'today' }, second, rest[0], ...rest.slice(2)], needs_me: 7 });
    tell('records-changed');
    await waitFor(() => expect(rows()).toHaveLength(7));
    expect(screen.queryByRole('row', { name: 'aml-triage @4' })).toBeNull();
    await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('kyc-summary @12'));
    expect(screen.getByRole('status', { name: 'Inbox changes' }).textContent).toBe('7 requests wait for your signature');
    Object.assign(inbox, before);
  });

  it('searches by /, narrows, and says how to get back', async () => {
    await start('inbox');
    await screen.findByRole('grid', { name: 'Inbox' });
    await fireEvent.keyDown(document.body, { key: '/' });
    const box = screen.getByRole('searchbox', { name: 'Search requests' });
    expect(document.activeElement).toBe(box);
    await fireEvent.input(box, { target: { value: 'no such thing' } });
    await fireEvent.click(await screen.findByRole('button', { name: 'Clear filters' }));
    await waitFor(() => expect(rows()).toHaveLength(8));
    expect(box).toHaveProperty('value', '');
    expect(screen.queryByRole('combobox', { name: 'State' })).toBeNull();
    await fireEvent.click(screen.getByRole('tab', { name: 'All' }));
    await fireEvent.change(await screen.findByRole('combobox', { name: 'State' }), { target: { value: 'rejected' } });
    await waitFor(() => expect(rows()).toHaveLength(1));
    expect(rows()[0]?.textContent).toMatch(/Decided by Ingrid Solheim, Hana Dvořáková/u);
  });

  it('keeps a view under a name, puts it in front by choice and by palette, and forgets it', async () => {
    await start('inbox');
    await screen.findByRole('grid', { name: 'Inbox' });
    await fireEvent.change(screen.getByRole('combobox', { name: 'Kind' }), { target: { value: 'prompt' } });
    await waitFor(() => expect(rows()).toHaveLength(3));
    await fireEvent.click(screen.getByRole('button', { name: 'Saved views' }));
    const dialog = await screen.findByRole('dialog', { name: 'Saved views' });
    const save = within(dialog).getByRole('button', { name: 'Save this view', description: 'Needs me · Prompt' });
    await fireEvent.click(save);
    expect(within(dialog).getByRole('textbox', { name: 'Name' }).getAttribute('aria-invalid')).toBe('true');
    await fireEvent.input(within(dialog).getByRole('textbox', { name: 'Name' }), { target: { value: 'What was rejected' } });
    await fireEvent.click(save);
    expect((await within(dialog).findByRole('alert')).textContent).toContain('unlike those of your other views');
    expect(within(dialog).getByRole('textbox', { name: 'Name' })).toHaveProperty('value', 'What was rejected');
    await fireEvent.input(within(dialog).getByRole('textbox', { name: 'Name' }), { target: { value: 'Prompts' } });
    await fireEvent.click(save);
    await within(dialog).findByRole('button', { name: 'Rename Prompts' });
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Show What was rejected' }));
    await waitFor(() => expect(screen.getByRole('tab', { name: 'All' }).getAttribute('aria-selected')).toBe('true'));
    expect(screen.getByRole('combobox', { name: 'View' })).toHaveProperty('value', 'view-2');
    await fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
    const find = await screen.findByRole('combobox', { name: 'Search' });
    await fireEvent.input(find, { target: { value: 'Prompts' } });
    await fireEvent.click(await screen.findByRole('option', { name: /^Prompts\s*View$/u }));
    await waitFor(() => expect(screen.getByRole('tab', { name: 'Needs me' }).getAttribute('aria-selected')).toBe('true'));
    await waitFor(() => expect(rows()).toHaveLength(3));
    await fireEvent.click(screen.getByRole('button', { name: 'Saved views' }));
    await fireEvent.click(await screen.findByRole('button', { name: 'Delete Prompts' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Delete Prompts' })).toBeNull());
  });

  it('tells the desktop only if the person wants it', async () => {
    await start('inbox');
    route.go('me');
    const wish = await screen.findByRole('checkbox', { name: /^Tell the desktop/u });
    expect(wish).toHaveProperty('checked', false);
    await fireEvent.click(wish);
    await waitFor(() => expect(wish).toHaveProperty('checked', true));
    await fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
    expect(await screen.findByRole('option', { name: /^Turn notifications off/u })).toBeTruthy();
  });
});

describe('a link that was given to the program', () => {
  it('leads to its review and asks for nothing', async () => {
    await start('inbox&link=0193-credit-pd');
    expect(await screen.findByRole('heading', { name: /credit-pd/u })).toBeTruthy();
    expect(location.hash).toBe('#/inbox/0193-credit-pd');
    expect(screen.queryByText('Go on in the signing window')).toBeNull();
  });

  it('waits while the console is locked, and leads once it is open', async () => {
    await start('inbox&link=0193-credit-pd&locked');
    expect((await screen.findByRole('status', { name: 'Link' })).textContent).toContain('once you are back');
    expect(screen.queryByRole('main', { name: 'Review' })).toBeNull();
    await fireEvent.click(screen.getByRole('button', { name: 'Unlock' }));
    expect(await screen.findByRole('main', { name: 'Review' })).toBeTruthy();
    await waitFor(() => expect(location.hash).toBe('#/inbox/0193-credit-pd'));
  });

  it('that is none of ours is refused in a notice, and the place is kept', async () => {
    await start('inbox&link=nonsense');
    expect((await screen.findByText('The link leads nowhere')).closest('[role=status]')?.textContent).toContain('names no review');
    expect(location.hash).toBe('#/inbox');
    await fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    await waitFor(() => expect(screen.queryByText('The link leads nowhere')).toBeNull());
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
