import { describe, expect, it, vi } from 'vitest';
import * as fixture from '../../../tests/fixture/registry';
import type { RegistryFilter, RegistryPage } from '../../lib/ipc/client';
import { COLUMNS, pressed, sorted } from './columns';
import { nameError, reasonError } from './fields';
import { EVERYTHING, RegistryList } from './list.svelte';
import { about, spellStatus, versionsIn } from './spells';
import { parseSubject, Subject, subjectAddress } from './subject.svelte';
import { ROW_PX, windowAt } from './window';

describe('the table of a registry', () => {
  const read = () => vi.fn(async (after: string | null, filter: RegistryFilter) => fixture.page(fixture.models, after, filter));

  it('reads at most a hundred, then the next page under it', async () => {
    const list = new RegistryList(read());
    await list.load();
    expect(list.rows).toHaveLength(100);
    await list.more();
    expect(list.rows).toHaveLength(110);
    expect(list.page.value?.next).toBeNull();
    expect(new Set(list.rows.map((row) => row.name)).size).toBe(110);
  });

  it('asking again keeps as many rows as there were', async () => {
    const list = new RegistryList(read());
    await list.load();
    await list.more();
    await list.load();
    expect(list.rows).toHaveLength(110);
  });

  it('asking again reads as far as somebody had looked, and no further', async () => {
    const calls = vi.fn(async (after: string | null, filter: RegistryFilter) => fixture.page(fixture.many(1_000), after, filter));
    const list = new RegistryList(calls);
    await list.load();
    for (let page = 1; page < 8; page++) await list.more();
    expect(list.rows).toHaveLength(800);
    list.reached = 130;
    calls.mockClear();
    await list.load();
    expect([list.rows.length, calls.mock.calls.length]).toEqual([200, 2]);
  });

  it('is asked for anew, from its beginning, whatever narrows or orders it', async () => {
    const calls = read();
    const list = new RegistryList(calls);
    await list.load();
    await list.more();
    await list.narrow({ tier: 'high' });
    expect(list.rows.every((row) => row.tier === 'high')).toBe(true);
    expect([list.narrowed, list.page.value?.total, list.page.value?.all]).toEqual([true, 37, 110]);
    await list.narrow({ order: 'most_versions' });
    expect(calls).toHaveBeenLastCalledWith(null, { ...EVERYTHING, tier: 'high', order: 'most_versions' });
    await list.clear();
    expect([list.narrowed, list.order, list.rows.length]).toEqual([false, 'most_versions', 100]);
  });

  it('an order alone leaves nothing out, nor does a search of blanks', async () => {
    const list = new RegistryList(read(), (then) => (then(), () => {}));
    await list.narrow({ order: 'oldest' });
    list.find('  ');
    await vi.waitFor(() => expect(list.page.asking).toBe(false));
    expect([list.narrowed, list.page.value?.total]).toEqual([false, 110]);
  });

  it('asks once the keys rest, for the last text only', async () => {
    const calls = read();
    const waiting: (() => void)[] = [];
    const list = new RegistryList(calls, (then) => {
      waiting.push(then);
      return () => void waiting.splice(waiting.indexOf(then), 1);
    });
    list.find('kyc');
    list.find('kyc-pd ');
    expect([waiting.length, calls.mock.calls.length]).toEqual([1, 0]);
    waiting[0]?.();
    await vi.waitFor(() => expect(list.rows.map((row) => row.name)).toEqual(['kyc-pd']));
    expect(calls).toHaveBeenCalledExactlyOnceWith(null, { ...EVERYTHING, search: 'kyc-pd' });
  });

  it('drops the answer to an earlier search', async () => {
    let answerFirst = (_: RegistryPage) => {};
    const calls = vi.fn();
    calls.mockReturnValueOnce(new Promise<RegistryPage>((resolve) => (answerFirst = resolve)));
    calls.mockResolvedValueOnce(fixture.page(fixture.models, null, { search: 'kyc-pd' }));
    const list = new RegistryList(calls, (then) => (then(), () => {}));
    const first = list.load();
    list.find('kyc-pd');
    answerFirst(fixture.page(fixture.models, null, {}));
    await first;
    await vi.waitFor(() => expect(list.page.asking).toBe(false));
    expect(list.rows.map((row) => row.name)).toEqual(['kyc-pd']);
  });
});

describe('the columns of the table', () => {
  const column = (id: string) => COLUMNS.find((one) => one.id === id)!;

  it.each([
    ['name', 'name', 'name_back'],
    ['name', 'newest', 'name'],
    ['age', 'name', 'newest'],
    ['age', 'newest', 'oldest'],
    ['tier', 'highest_tier', 'lowest_tier'],
    ['versions', 'fewest_versions', 'most_versions'],
  ] as const)('a press on %s while it stands by %s orders by %s', (id, now, then) => {
    expect(pressed(column(id), now)).toBe(then);
  });

  it('one says how it is ordered, and those that cannot be ordered by say nothing', () => {
    expect([sorted(column('age'), 'newest'), sorted(column('age'), 'oldest')]).toEqual(['ascending', 'descending']);
    expect(COLUMNS.filter((one) => sorted(one, 'name')).map((one) => one.id)).toEqual(['name']);
    expect(pressed(column('author'), 'name')).toBeUndefined();
  });

  it.each([
    [0, 320, 10_000, 0, 18],
    [5_000 * ROW_PX, 320, 10_000, 4_992, 5_018],
    [9_999 * ROW_PX, 320, 10_000, 9_991, 10_000],
    [0, 320, 3, 0, 3],
    [99_999, 320, 200, 0, 200],
    [99_999, 320, 201, 201, 201],
  ])('at %i px, %i px high, of %i rows those from %i to %i are drawn', (top, height, size, from, to) => {
    expect(windowAt(top, height, size)).toEqual({ from, to });
  });
});

describe('the words of a time line', () => {
  const { entries, spells } = fixture.timeline;

  it('say what is in force now, what is beside it, and what ended', () => {
    expect(spells.map((spell) => spellStatus(spell).word)).toEqual(['In force', 'Revoked', 'Lapsed']);
    expect(spellStatus({ end: 'running', is_current: false }).word).toBe('In force too');
    expect(spellStatus({ end: 'renewed', is_current: false }).word).toBe('Approved again');
  });

  it('are narrowed to one version', () => {
    expect(versionsIn(entries).map(({ value }) => value)).toEqual(['7', '4', '6']);
    expect(entries.filter((entry) => about(entry, '6')).map(({ seq }) => seq)).toEqual([9_412]);
    expect(entries.every((entry) => about(entry, ''))).toBe(true);
  });
});

describe('one subject', () => {
  const opened = async (address: string) => {
    const subject = new Subject(async () => fixture.model);
    await subject.open(address);
    return subject;
  };

  it.each([
    ['credit-pd', '7'],
    ['credit-pd@6', '6'],
    ['credit-pd@99', '7'],
  ])('the address %s opens version %s', async (address, version) => {
    expect((await opened(address)).version?.version).toBe(version);
  });

  it('knows the version in force', async () => expect((await opened('credit-pd')).inForce?.version).toBe('6'));

  it('asks for a name once, whatever its versions', async () => {
    const read = vi.fn(async () => fixture.model);
    const subject = new Subject(read);
    for (const version of ['7', '6', '5']) await subject.open(subjectAddress('credit-pd', version));
    expect(read).toHaveBeenCalledTimes(1);
  });

  it.each(['a/b@1', 'a@1@2'])('%s keeps everything behind the first sign as its version', (address) => {
    const { name, version } = parseSubject(address);
    expect(`${name}@${version}`).toBe(address);
    expect(name).not.toContain('@');
  });
});

describe('what a draft says before it is sent', () => {
  it.each(['credit-pd', 'kyc/summary.v2', '9'])('%j is a name', (name) => expect(nameError(name)).toBe(''));
  it.each(['', '-pd', 'a b', 'a//b', 'a/', 'é', 'a'.repeat(129)])('%j is none', (name) => expect(nameError(name)).not.toBe(''));
  it('a reason is counted in characters, trimmed', () => {
    expect(reasonError(' \n ')).not.toBe('');
    expect(reasonError(`  ${'𝔘'.repeat(2000)}  `)).toBe('');
    expect(reasonError('x'.repeat(2001))).toContain('2,000');
  });
});
