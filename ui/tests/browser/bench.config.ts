// What the page takes to paint, in a real browser against the real core, optimised as a release is. Figures, and no
// test: `cargo xtask bench` runs them.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: '../../node_modules/.vite-bench',
  test: {
    environment: 'node',
    include: ['*.bench.ts'],
    globalSetup: './given.ts',
    testTimeout: 600_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
