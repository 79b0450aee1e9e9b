import { describe, expect, it } from 'vitest';
import { capitalised, count, digestLines, plural, shorten, unbroken } from './text';
import { ago, day, full, length, local, old, span, stamp, until } from './time';

const NOW = Date.parse('2026-11-24T14:05:00Z');
const DIGEST = '9f2c41d0a7b3e6154c08d97f21aa6be30d4471c95fe8023b7a1658e13be81c07';

describe('a sentence', () => {
  it.each([
    ['Approved until 2099-03-31 17:00 UTC, in uat only.', ['2099-03-31 17:00 UTC']],
    ['Due 2026-11-30; until 2027-01-01 08:00.', ['2026-11-30', '2027-01-01 08:00']],
    ['model/credit-pd@7', []],
    ['', []],
  ])('%s keeps its dates whole, and loses nothing', (sentence, dates) => {
    const parts = unbroken(sentence);
    expect(parts.map(({ text }) => text).join('')).toBe(sentence);
    expect(parts.filter(({ whole }) => whole).map(({ text }) => text)).toEqual(dates);
  });
});

describe('words of time', () => {
  it.each([
    [14_000, '14 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [23 * 3_600_000, '23 h'],
    [24 * 3_600_000, '1 d'],
    [89 * 86_400_000, '89 d'],
    [122 * 86_400_000, '4 mo'],
    [800 * 86_400_000, '2 y'],
  ])('a span of %i ms is %s', (ms, words) => expect(span(ms)).toBe(words));

  it.each([
    [0, '0 s'],
    [74, '1 min 14 s'],
    [3600, '1 h 0 min 0 s'],
  ])('%i seconds are %s', (seconds, words) => expect(length(seconds)).toBe(words));

  it.each([
    [60, '24 Nov 2026, 15:07:31 UTC+01:00'],
    [0, '24 Nov 2026, 14:07:31 UTC+00:00'],
    [-570, '24 Nov 2026, 04:37:31 UTC\u221209:30'],
    [600, '25 Nov 2026, 00:07:31 UTC+10:00'],
  ])('%i minutes ahead of UTC it is %s', (ahead, words) => expect(local('2026-11-24T14:07:31.000000Z', ahead)).toBe(words));

  it.each([
    [ago, '2026-11-24T14:02:40.000000Z', '2 min ago'],
    [ago, '2026-11-24T14:04:55.000000Z', 'just now'],
    [ago, '2026-11-24T14:09:00.000000Z', 'just now'],
    [old, '2026-11-23T16:00:00.000000Z', '22 h old'],
    [until, '2026-11-24T19:20:00.000000Z', 'in 5 h'],
    [until, '2026-11-24T14:00:00.000000Z', 'expired'],
    [stamp, '2026-11-24T11:42:08.315204Z', 'today, 11:42 UTC'],
    [stamp, '2026-11-23T16:20:00.000000Z', '23 Nov, 16:20 UTC'],
    [stamp, '2025-11-24T16:20:00.000000Z', '24 Nov 2025, 16:20 UTC'],
  ])('%o of %s is %s', (words, at, expected) => expect(words(at, NOW)).toBe(expected));

  it('are in UTC wherever the computer stands', () => {
    expect(full('2026-11-24T23:59:08.315204Z')).toBe('24 Nov 2026, 23:59:08 UTC');
    expect(day('2026-01-01T00:00:00.000000Z')).toBe('1 Jan 2026');
  });

  it('leave what is no time as it stands', () => expect(stamp('soon', NOW)).toBe('soon'));
});

describe('digests and numbers', () => {
  it('shortens in the middle and never to something longer', () => {
    expect(shorten(DIGEST)).toBe('9f2c41d0a7b3…58e13be81c07'.replace('58e13be81c07', DIGEST.slice(-12)));
    expect(shorten('abcdef', 6)).toBe('abcdef');
  });

  it('shows a digest in full in groups of eight, four a line', () => {
    expect(digestLines(DIGEST)).toEqual([
      '9f2c41d0 a7b3e615 4c08d97f 21aa6be3',
      '0d4471c9 5fe8023b 7a1658e1 3be81c07',
    ]);
    expect(digestLines(DIGEST).join('').replace(/ /gu, '')).toBe(DIGEST);
  });

  it('groups digits and counts things', () => {
    expect(count(12_482)).toBe('12,482');
    expect(plural(1, 'record')).toBe('1 record');
    expect(plural(2, 'person', 'people')).toBe('2 people');
    expect(capitalised('APPROVER')).toBe('Approver');
  });
});
