// A person without a mouse: keys alone, and only what they lead to.

import type { Locator, Page } from 'playwright-core';
import { named } from './act';

type Role = Parameters<Page['getByRole']>[0];
/** More presses than this lead nowhere. */
const MOST = 400;

export class Keys {
  presses = 0;

  constructor(readonly page: Page) {}

  async press(key: string): Promise<void> {
    this.presses++;
    await this.page.keyboard.press(key);
  }

  async type(text: string): Promise<void> {
    this.presses += text.length;
    await this.page.keyboard.type(text);
  }

  /** Goes on by one key until the focus is where it shall be. */
  async until(goal: Locator, key = 'Tab'): Promise<void> {
    await goal.first().waitFor({ state: 'attached' });
    for (let tries = 0; tries < MOST; tries++) {
      if (await goal.evaluateAll((found) => found.includes(document.activeElement as HTMLElement))) return;
      await this.press(key);
    }
    throw new Error(`${key} does not lead to ${goal.toString()}`);
  }

  to = (role: Role, name: string): Promise<void> => this.until(named(this.page, role, name));

  /** Comes to a control that can be used by now, and presses it. */
  async use(role: Role, name: string): Promise<void> {
    await this.until(named(this.page, role, name).and(this.page.locator(':not([aria-disabled="true"])')));
    await this.press('Enter');
  }

  /** Comes to a field, and types into it in place of what it holds. */
  async fill(label: string, text: string): Promise<void> {
    await this.until(this.page.getByLabel(label, { exact: true }));
    await this.press('ControlOrMeta+a');
    await this.type(text);
  }

  /** Comes to a choice, and goes down it. */
  async choose(label: string, option: string | number): Promise<void> {
    const choice = named(this.page, 'combobox', label);
    await this.until(choice);
    const chosen = () => choice.evaluate((select: HTMLSelectElement) => ({ text: select.selectedOptions[0]?.text, at: select.selectedIndex }));
    await this.press('Home');
    for (let tries = 0; tries < 60; tries++) {
      const { text, at } = await chosen();
      if (text === option || at === option) return;
      await this.press('ArrowDown');
    }
    throw new Error(`${label} has no ${option}`);
  }

  /** Comes to the tabs of this name, and along them to one. */
  async tab(tabs: string, name: string): Promise<void> {
    const list = this.page.getByRole('tablist', { name: tabs, exact: true });
    await this.until(list.getByRole('tab'));
    await this.until(list.getByRole('tab', { name, exact: true }), 'ArrowRight');
  }

  /** Comes to the rows, and down them to one, and opens it. */
  async openRow(name: string): Promise<void> {
    await this.page.getByRole('row', { name }).first().waitFor();
    await this.until(this.page.locator('[data-row]'));
    await this.press('Home');
    await this.until(this.page.getByRole('row', { name }), 'ArrowDown');
    await this.press('Enter');
  }

  /** To a screen, by the two keys that lead there from wherever one is. */
  async go(letter: string): Promise<void> {
    await this.press('g');
    await this.press(letter);
  }
}
