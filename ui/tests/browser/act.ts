// What a person does with a mouse: by role and name, as a test of the real window would.

import type { Locator, Page } from 'playwright-core';
import type { Windows } from './windows';

/** Admin of the workspace itself and of its first tenant. */
export const ADMIN = 'Lucía Ferrándiz';
/** Approver there. */
export const APPROVER = 'Amara Okafor';
/** Writes prompts there. */
export const ANALYST = 'Kenji Morimoto';

type Role = Parameters<Page['getByRole']>[0];

/** The first of this role and exactly this name. */
export const named = (page: Page, role: Role, name: string): Locator => page.getByRole(role, { name, exact: true }).first();

export const press = (page: Page, role: Role, name: string): Promise<void> => named(page, role, name).click();
/** A row of a list begins with the name of what it is about. */
export const row = (page: Page, name: string): Locator => page.getByRole('row', { name }).first();
export const fill = (page: Page, label: string, text: string): Promise<void> =>
  page.getByLabel(label, { exact: true }).first().fill(text);
export const choose = async (page: Page, label: string, option: string): Promise<void> => {
  await named(page, 'combobox', label).selectOption({ label: option });
};
export const shows = (page: Page, role: Role, name: string): Promise<void> => named(page, role, name).waitFor();

/** Waits until a text stands somewhere. */
export const says = (page: Page, text: string): Promise<void> => page.getByText(text).first().waitFor();

/** Opens the workspace that was open last. */
export async function openLast(windows: Windows): Promise<void> {
  await press(windows.main, 'button', 'Open workspace');
  await windows.main.getByRole('list', { name: 'People' }).waitFor();
}

/** Signs somebody in, from the list of people to the inbox. */
export async function signIn(windows: Windows, name: string, passphrase: string): Promise<void> {
  const { main } = windows;
  await press(main, 'button', name);
  await press(main, 'button', 'Sign in');
  const signing = await windows.signing();
  await fill(signing, 'Passphrase', passphrase);
  await press(signing, 'button', 'Sign in');
  await windows.signed();
  await shows(main, 'link', 'Inbox');
}

/** A workspace open on a home, with somebody signed in. */
export async function seated(windows: Windows, name: string, passphrase: string): Promise<void> {
  await openLast(windows);
  await signIn(windows, name, passphrase);
}

/** Gives what the signing window asks for, and presses its verb. */
export async function sign(signing: Page, verb: string, given: Record<string, string>): Promise<void> {
  for (const [label, text] of Object.entries(given)) await fill(signing, label, text);
  await press(signing, 'button', verb);
}
