import { describe, expect, it, vi } from 'vitest';
import * as fixture from '../../../tests/fixture/registry';
import type { RegistryPage } from '../../lib/ipc/client';
import { nameError, reasonError } from './fields';
import { RegistryList } from './list.svelte';
import { parseSubject, Subject, subjectAddress } from './subject.svelte';

describe('the table of a registry', () => {
  const read = () => vi.fn(async (after: string | null, search: string) => fixture.page(fixture.models, after, search));

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
    expect(calls).toHaveBeenCalledExactlyOnceWith(null, 'kyc-pd');
  });

  it('drops the answer to an earlier search', async () => {
    let answerFirst = (_: RegistryPage) => {};
    const calls = vi.fn();
    calls.mockReturnValueOnce(new Promise<RegistryPage>((resolve) => (answerFirst = resolve)));
    calls.mockResolvedValueOnce(fixture.page(fixture.models, null, 'kyc-pd'));
    const list = new RegistryList(calls, (then) => (then(), () => {}));
    const first = list.load();
    list.find('kyc-pd');
    answerFirst(fixture.page(fixture.models, null, ''));
    await first;
    await vi.waitFor(() => expect(list.page.asking).toBe(false));
    expect(list.rows.map((row) => row.name)).toEqual(['kyc-pd']);
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
