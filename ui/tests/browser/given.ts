// What all files of tests begin with: a home with the demo in it, made once and copied for each.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { CHROMIUM } from './windows';
import { base, folder, PROGRAM, run } from './bridge';

declare module 'vitest' {
  interface ProvidedContext {
    home: string;
  }
}

export default function given(project: TestProject): () => void {
  if (!existsSync(CHROMIUM)) {
    throw new Error(`No Chromium at ${CHROMIUM}: install Debian's package chromium, or name one with COUNTERSIGN_CHROMIUM.`);
  }
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not built: cargo build -p tests --bin bridge`);
  const end = base();
  const home = join(folder(), 'home');
  run('make', home);
  project.provide('home', home);
  return end;
}
