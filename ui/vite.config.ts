// Two pages: the console and the signing window. No asset is inlined: the packaged CSP allows 'self' only.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  base: './',
  // Under vitest Svelte's browser build must be taken, not its server build.
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { index: 'index.html', signing: 'signing.html' } },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    restoreMocks: true,
    // Asking jsdom by role takes seconds where other work shares the processor; a test that hangs still ends.
    testTimeout: 30_000,
  },
});
