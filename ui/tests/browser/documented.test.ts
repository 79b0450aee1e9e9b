// docs/screens.md shows what the walks lead past: every screen once in light, some again in dark, and nothing else.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pictureOf, WALKED } from './screens';

const DOCS = join(import.meta.dirname, '../../../docs');
const DARK = '-dark';

const screens = Object.values(WALKED).flat().map(pictureOf);
const page = readFileSync(join(DOCS, 'screens.md'), 'utf8');
const shown = [...page.matchAll(/!\[[^\]]+\]\(screens\/([^)]+)\.png\)/g)].map((found) => found[1] ?? '');
const light = shown.filter((name) => !name.endsWith(DARK));
const dark = shown.filter((name) => name.endsWith(DARK));

it('no two screens have one picture', () => {
  expect(screens.length).toBeGreaterThan(120);
  expect(screens.filter((name, at) => screens.indexOf(name) !== at)).toEqual([]);
  expect(screens.filter((name) => name.endsWith(DARK))).toEqual([]);
});

it('every screen of the walks stands in docs/screens.md once, and nothing else does', () => {
  expect([...light].sort()).toEqual([...screens].sort());
});

it('what stands there in dark is a screen of the walks', () => {
  expect(dark.length).toBeGreaterThan(5);
  expect(dark.filter((name) => !screens.includes(name.slice(0, -DARK.length)))).toEqual([]);
});

it('no picture lies beside them that nobody shows', () => {
  const kept = readdirSync(join(DOCS, 'screens')).map((file) => file.replace(/\.png$/, ''));
  expect(kept.filter((name) => !shown.includes(name))).toEqual([]);
});
