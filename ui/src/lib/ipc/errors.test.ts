import { describe as group, expect, it } from 'vitest';
import bindings from './bindings.ts?raw';
import { CallError, type ErrorCode } from './client';
import { describe, ERROR_TEXTS } from './errors';

const codes = Object.keys(ERROR_TEXTS) as ErrorCode[];

group('the table of errors', () => {
  it('is total over the codes of the contract', () => {
    const declared = /export type ErrorCode = ([^;]+);/u.exec(bindings)?.[1] ?? '';
    const inContract = [...declared.matchAll(/^"(\w+)"/gmu)].map((match) => match[1]);
    expect(inContract.length).toBeGreaterThan(20);
    expect([...codes].sort()).toEqual([...inContract].sort());
  });

  it.each(codes)('%s has a title, a sentence and a next step', (code) => {
    const { title, sentence, next } = ERROR_TEXTS[code];
    expect(title).toMatch(/^[A-Z].*[^.]$/u);
    expect(sentence).toMatch(/^[A-Z].*\.$/u);
    expect(next).toMatch(/^[A-Z].*\.$/u);
  });

  it('tells errors apart by their titles', () => {
    expect(new Set(codes.map((code) => ERROR_TEXTS[code].title)).size).toBe(codes.length);
  });

  it("shows the core's message and hint where they are more exact", () => {
    const thrown = new CallError({ code: 'disk_full', message: 'The disk of /data is full.', hint: '', incident: 'i-1' });
    expect(describe(thrown)).toEqual({
      title: 'The disk is full',
      sentence: 'The disk of /data is full.',
      next: ERROR_TEXTS.disk_full.next,
      incident: 'i-1',
    });
  });

  it('has words for what is no error of the core', () => {
    expect(describe(new TypeError('x is undefined')).title).toBe(ERROR_TEXTS.unexpected.title);
  });
});
