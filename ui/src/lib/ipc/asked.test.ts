import { describe, expect, it } from 'vitest';
import { Asked } from './asked.svelte';

describe('an answer that was asked for', () => {
  it('is dropped when a later question was asked', async () => {
    const asked = new Asked<string>();
    let answerFirst = (_: string) => {};
    const first = asked.ask(() => new Promise<string>((resolve) => (answerFirst = resolve)));
    const second = asked.ask(() => Promise.resolve('second'));
    expect(await second).toBe(true);
    answerFirst('first');
    expect(await first).toBe(false);
    expect(asked.value).toBe('second');
    expect(asked.asking).toBe(false);
  });

  it('stays beside a later error, and the error goes with the next answer', async () => {
    const asked = new Asked<string>();
    await asked.ask(() => Promise.resolve('kept'));
    await asked.ask(() => Promise.reject(new Error('no')));
    expect(asked.value).toBe('kept');
    expect(asked.failure?.title).toBeTruthy();
    await asked.ask(() => Promise.resolve('new'));
    expect(asked.failure).toBeNull();
  });

  it('does not come back after it was forgotten', async () => {
    const asked = new Asked<string>();
    let answer = (_: string) => {};
    const asking = asked.ask(() => new Promise<string>((resolve) => (answer = resolve)));
    asked.forget();
    answer('late');
    expect(await asking).toBe(false);
    expect(asked.value).toBeNull();
  });
});
