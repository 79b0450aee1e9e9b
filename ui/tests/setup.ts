// What jsdom lacks and the pages use; every test starts with an empty page.

import { cleanup, configure } from '@testing-library/svelte';
import { afterEach } from 'vitest';

window.matchMedia ??= ((query: string) => ({
  matches: false,
  media: query,
  addEventListener() {},
  removeEventListener() {},
})) as unknown as typeof window.matchMedia;

window.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

afterEach(cleanup);

// On a busy computer an answer takes its time; a test that waits in vain still ends.
configure({ asyncUtilTimeout: 4000 });
