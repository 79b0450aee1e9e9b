// The checks themselves: what they must find is planted into a page that has no fault, one at a time, and is found.

import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { APPROVER, seated } from './act';
import { copyOf, demoPassphrase } from './bridge';
import { Looks, MODES } from './look';
import { startBrowser, Windows } from './windows';

type Plant = {
  name: string;
  /** How what is found begins. */
  found: RegExp;
  /** The element's name, its words, its attributes and its style. */
  element: string;
  words?: string;
  attributes?: Record<string, string>;
  style?: Record<string, string>;
};

const PLANTS: Plant[] = [
  { name: 'a picture without words', found: /axe image-alt/, element: 'img', attributes: { src: 'data:,' } },
  { name: 'a button without a name', found: /axe button-name/, element: 'button' },
  { name: 'a button without a name, by keyboard', found: /keys: a button has no name/, element: 'button', style: { width: '20px', height: '20px' } },
  { name: 'words hardly to be seen', found: /axe color-contrast/, element: 'p', words: 'Pale.', style: { color: '#ccc', background: '#fff' } },
  {
    name: 'words hardly to be seen in the dark',
    found: /1280 dark: axe color-contrast/,
    element: 'p',
    words: 'Deep.',
    style: { color: '#222' },
  },
  {
    name: 'words that are no part of the name',
    found: /axe label-content-name-mismatch/,
    element: 'button',
    words: 'Approve at once',
    attributes: { 'aria-label': 'Read' },
  },
  { name: 'a role that there is not', found: /axe aria-roles/, element: 'p', words: 'Odd.', attributes: { role: 'nothing' } },
  {
    name: 'a page wider than its window',
    found: /layout: (the page is|only a program)/,
    element: 'button',
    words: 'Far',
    style: { position: 'absolute', left: '3000px', top: '0' },
  },
  { name: 'a control that is cut off', found: /layout: (cut off|covered)/, element: 'button', words: 'Cut', style: { position: 'fixed', left: '-30px', top: '0', width: '60px' } },
  { name: 'words beyond the side', found: /reading: beyond/, element: 'p', words: 'Gone', style: { position: 'fixed', left: '-300px', top: '0' } },
  { name: 'words below the window', found: /reading: above or below/, element: 'p', words: 'Gone', style: { position: 'fixed', top: '3000px', left: '0' } },
  {
    name: 'words that are cut',
    found: /reading: words are cut/,
    element: 'p',
    words: 'More than there is room for',
    style: { position: 'fixed', top: '0', left: '0', width: '40px', overflow: 'hidden', whiteSpace: 'nowrap' },
  },
  {
    name: 'a place that scrolls sideways',
    found: /reading: scrolls sideways/,
    element: 'p',
    words: 'More than there is room for',
    style: { position: 'fixed', top: '0', left: '0', width: '40px', overflow: 'auto', whiteSpace: 'nowrap' },
  },
  { name: 'a button that no Tab leads to', found: /keys: no Tab leads to button "Lost"/, element: 'button', words: 'Lost', attributes: { tabindex: '-1' } },
  { name: 'a thing to press that is no button', found: /keys: no Tab leads to span "Press"/, element: 'span', words: 'Press', attributes: { role: 'button' } },
  { name: 'a focus that is not seen', found: /keys: the focus is not seen/, element: 'button', words: 'Dark', style: { outline: 'none' } },
  { name: 'a focus out of sight', found: /keys: the focus is out of sight/, element: 'button', words: 'Off', style: { position: 'fixed', left: '-400px', top: '0' } },
];

let browser: Browser;
let windows: Windows;

beforeAll(async () => {
  const home = copyOf(inject('home'));
  browser = await startBrowser();
  windows = await Windows.on(browser, home);
  await seated(windows, APPROVER, demoPassphrase(home));
  await windows.main.getByRole('row').first().waitFor();
});
afterAll(async () => {
  await windows?.end();
  await browser?.close();
});

async function found(modes = MODES.main.slice(0, 1)): Promise<string[]> {
  const looks = new Looks();
  await looks.at('planted', windows.main, modes);
  return looks.told();
}

it('a page into which nothing was planted has no fault', async () => {
  expect(PLANTS.length).toBeGreaterThanOrEqual(15);
  expect(await found(MODES.main)).toEqual([]);
});

it.each(PLANTS)('$name is found', async (plant) => {
  await windows.main.evaluate(({ element, words, attributes, style }) => {
    const made = document.createElement(element);
    made.id = 'planted';
    made.textContent = words ?? '';
    for (const [name, value] of Object.entries(attributes ?? {})) made.setAttribute(name, value);
    Object.assign(made.style, style);
    document.querySelector('main')?.append(made);
  }, plant);
  const told = await found(MODES.main.slice(0, plant.found.source.includes('dark') ? 2 : 1));
  await windows.main.evaluate(() => document.getElementById('planted')?.remove());
  expect(told.filter((line) => plant.found.test(line))).not.toEqual([]);
});

it('a page that keeps Tab to itself is found', async () => {
  await windows.main.evaluate(() => {
    const keep = (event: KeyboardEvent) => event.key === 'Tab' && event.preventDefault();
    addEventListener('keydown', keep, { capture: true });
    (window as unknown as { free: () => void }).free = () => removeEventListener('keydown', keep, { capture: true });
  });
  const told = await found();
  await windows.main.evaluate(() => (window as unknown as { free: () => void }).free());
  expect(told.filter((line) => line.includes('keys: no Tab leads to')).length).toBeGreaterThan(10);
});

it('a look leaves everything scrolled as it was', async () => {
  const { main } = windows;
  await main.getByRole('row').last().scrollIntoViewIfNeeded();
  const places = () => main.evaluate(() => [...document.querySelectorAll('*')].map((at) => at.scrollTop).filter((top) => top !== 0));
  const before = await places();
  expect(before, 'something is scrolled').not.toEqual([]);
  await found();
  expect(await places()).toEqual(before);
});
