import '../../../tests/fixture/ipc';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import * as fixture from '../../../tests/fixture/audit';
import type { AuditFilter, AuditPage, VerifyView } from '../../lib/ipc/client';
import App from '../../App.svelte';
import { route } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';
import { dayWords, entriesOf, timeOfDay, windowAt } from './entries';
import { indented } from './json';
import { NO_FILTER, Trail } from './trail.svelte';
import { Verification } from './verification.svelte';

const text = (leaf: string) => indented(leaf).map((piece) => piece.text).join('');
const found: VerifyView = { tenant_id: 't', size: 9, root: '00', verified: true, first_broken: null, findings: [], at: '2026-11-24T14:05:00Z' };

describe('the rows that are drawn', () => {
  const rows = fixture.page({}, null).rows;

  it('have a head for each day and one rule above the first verified record', () => {
    const entries = entriesOf(rows, 12_482);
    const rule = entries.findIndex((entry) => entry.kind === 'rule');
    expect(entries[rule + 1]).toMatchObject({ kind: 'record', row: { seq: 12_482 } });
    expect(entries.filter((entry) => entry.kind === 'rule')).toHaveLength(1);
    expect(entries.filter((entry) => entry.kind === 'day')).toHaveLength(new Set(rows.map((row) => row.at.slice(0, 10))).size);
    expect(new Set(entries.map((entry) => entry.key)).size).toBe(entries.length);
  });

  it('have no rule where nothing is verified', () => {
    expect(entriesOf(rows, null).some((entry) => entry.kind === 'rule')).toBe(false);
  });

  it.each([
    [0, 600, 1_000_000],
    [14_000_000, 600, 1_000_000],
    [27_999_400, 1080, 1_000_000],
    [500, 600, 3],
  ])('at %i px of %i are few, and cover what is in view', (top, height, size) => {
    const { from, to } = windowAt(top, height, size);
    expect(to - from).toBeLessThanOrEqual(80);
    expect(from * 28).toBeLessThanOrEqual(top);
    expect(to === size || to * 28 >= top + height).toBe(true);
  });

  it('say day and time in words', () => {
    expect([dayWords('2026-11-24'), timeOfDay('2026-11-24T14:05:31.204000Z')]).toEqual(['Tuesday 24 November 2026', '14:05:31.204']);
  });
});

describe('what is taken away', () => {
  it('is chosen in a dialog, and told once it is saved', async () => {
    await session.load();
    route.go('audit');
    render(App);
    await fireEvent.click(await screen.findByRole('button', { name: 'Export' }));
    const dialog = within(screen.getByRole('dialog', { name: 'Export' }));
    await fireEvent.click(dialog.getByRole('button', { name: 'Save whole log' }));
    expect((await dialog.findByText('credit-pd-7.countersign.json')).closest('[role=status]')).toBeTruthy();
    expect(dialog.getByRole('button', { name: 'Save trust file' })).toBeTruthy();
  });
});

describe('a record, indented', () => {
  it.each(['{}', '[]', '{"a":[],"b":{"c":[1,{"d":"x, {y}: \\" z"}]}}', '{"big":12345678901234567890,"f":-0.10}', '"x"'])(
    'says of %s the same',
    (leaf) => expect(text(leaf).replace(/\n\s*/gu, '').replace(/": /gu, '":')).toBe(leaf),
  );
  it('writes out what cannot be seen', () => expect(text('{"a":"x\u202e\u200by"}')).toContain('x\\u202e\\u200by'));
  it('knows its keys', () => {
    expect(indented('{"a":"b:c"}').filter((piece) => piece.kind === 'key')).toEqual([{ kind: 'key', text: '"a"' }]);
  });
});

describe('the trail', () => {
  const answering = () => vi.fn(async (filter: AuditFilter, before: number | null) => fixture.page(filter, before));

  it('reads on without gap or repetition', async () => {
    const trail = new Trail({ audit: answering() });
    await trail.load();
    await trail.older();
    await trail.older();
    expect(trail.rows.map((row) => row.seq)).toEqual(Array.from({ length: 300 }, (_, at) => 12_489 - at));
  });

  it('puts new records on top and keeps what was read', async () => {
    const audit = answering();
    const trail = new Trail({ audit });
    await trail.load();
    await trail.older();
    audit.mockImplementation(async (filter, before) => fixture.page(filter, before, 12_493));
    await trail.refresh();
    expect(trail.rows.map((row) => row.seq)).toEqual(Array.from({ length: 203 }, (_, at) => 12_492 - at));
  });

  it('begins anew when more came in than a page holds', async () => {
    const audit = answering();
    const trail = new Trail({ audit });
    await trail.load();
    audit.mockImplementation(async (filter, before) => fixture.page(filter, before, 13_000));
    await trail.refresh();
    expect([trail.rows.length, trail.rows[0]?.seq]).toEqual([100, 12_999]);
  });

  it('drops the answer to an earlier filter', async () => {
    let answerFirst = (_: AuditPage) => {};
    const audit = vi.fn();
    audit.mockReturnValueOnce(new Promise<AuditPage>((resolve) => (answerFirst = resolve)));
    audit.mockResolvedValueOnce(fixture.page({ action: 'approval.vote' }, null));
    const trail = new Trail({ audit });
    const first = trail.load();
    await trail.narrow({ action: 'approval.vote' });
    answerFirst(fixture.page({}, null));
    await first;
    expect(new Set(trail.rows.map((row) => row.action))).toEqual(new Set(['approval.vote']));
  });

  it('follows a correlation id alone, oldest first', async () => {
    const trail = new Trail({ audit: answering() });
    await trail.narrow({ action: 'approval.vote' });
    await trail.follow(fixture.record(12_461).correlation_id);
    expect(trail.rows.map((row) => row.seq)).toEqual([12_456, 12_457, 12_458, 12_459, 12_460, 12_461]);
  });

  it.each<[string, Partial<AuditFilter>]>([
    ['  model/credit-pd@7 ', { resource: 'model/credit-pd@7' }],
    ['model', { resource: 'model' }],
    ['01A20D5C-ffbb-7000-8000-000000002076', { correlation_id: '01a20d5c-ffbb-7000-8000-000000002076' }],
    ['   ', {}],
  ])('typed, %j filters by what it is', async (typed, filter) => {
    const audit = answering();
    await new Trail({ audit }).find(typed);
    expect(audit).toHaveBeenLastCalledWith({ ...NO_FILTER, ...filter }, null);
  });
});

describe('verifying', () => {
  it('shows no result after it was stopped', async () => {
    let end = (_: VerifyView) => {};
    const calls = { verifyLog: vi.fn().mockReturnValue(new Promise((resolve) => (end = resolve))), cancelWork: vi.fn().mockResolvedValue(null) };
    const verification = new Verification(calls);
    const run = verification.run();
    expect(verification.progress).not.toBeNull();
    verification.cancel();
    end(found);
    await run;
    expect([verification.progress, verification.result, verification.cancelled]).toEqual([null, null, true]);
    expect(calls.cancelWork).toHaveBeenCalledTimes(1);
  });
});

describe('the audit page', () => {
  async function start(scene: string, subject = '') {
    history.replaceState(null, '', `/?scene=${scene}#/audit`);
    route.go('audit', subject);
    session.asked.forget();
    vi.resetModules();
    await import('../../../tests/fixture/ipc');
    return render(App);
  }

  it('opens a record in a drawer, follows it, and closes it', async () => {
    await start('inbox');
    const grid = await screen.findByRole('grid', { name: 'Audit' });
    await fireEvent.keyDown(within(grid).getByRole('row', { name: /^#12,485 / }), { key: 'Enter' });
    const drawer = await screen.findByRole('complementary', { name: 'Record' });
    expect((await within(drawer).findByRole('status', { name: 'Proof' })).textContent).toBe('Unchanged');
    await fireEvent.click(within(drawer).getByRole('button', { name: 'Follow' }));
    await waitFor(() => expect(screen.getByRole('status', { name: 'Shown' }).textContent).toContain('oldest first'));
    await fireEvent.keyDown(document.body, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('complementary', { name: 'Record' })).toBeNull());
  });

  it.each([
    ['inbox', /12,490 records verified/u],
    ['broken', /does not verify.*#9,120/u],
  ])('in %s Verify log answers as a status', async (scene, words) => {
    await start(scene);
    await fireEvent.click(await screen.findByRole('button', { name: 'Verify log' }));
    await waitFor(() => expect(screen.getByRole('status', { name: 'Verification' }).textContent).toMatch(words));
  });
});
