// The page in a real browser against the real core. Apart from the unit tests: it needs Chromium and the built
// bridge, which `cargo xtask test` sees to.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: '../../node_modules/.vite-browser',
  test: {
    environment: 'node',
    include: ['*.test.ts'],
    globalSetup: './given.ts',
    // A test walks through many screens; one that hangs still ends. At full size others are at work for hours.
    testTimeout: process.env.COUNTERSIGN_TEST_SIZE === 'full' ? 3_600_000 : 600_000,
    hookTimeout: 120_000,
    // Each worker has a browser and a core of its own.
    maxWorkers: 2,
  },
});
