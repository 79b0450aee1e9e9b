import '../../../tests/fixture/ipc';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import { diff, diffRows, line, longDiff, promptDiff, shown } from '../../../tests/fixture/diffs';
import { CallError, type DiffLayout, type DiffRow, type DiffSpan } from '../../lib/ipc/client';
import DiffPane from './DiffPane.svelte';
import { drawnText, foldText, laidOut, lineOf, pieces, rowsOf, textOf, type Laid } from './layout';
import { DiffRows } from './rows.svelte';
import Runs from './Runs.svelte';
import { inView, topsOf } from './window';
import { chosenWord } from './words';

const LAYOUTS: DiffLayout[] = ['side_by_side', 'unified'];
const folds = (laid: Laid, unfolded: { from: number; to: number }[] = []) =>
  pieces(laid, diff.headings, unfolded).filter((piece) => piece.kind === 'fold');

describe('the layout of a diff', () => {
  it('folds what did not change, with the lines it covers and the heading over them', () => {
    const said = folds(laidOut(diff, 'side_by_side')).map((fold) => [foldText(fold), fold.section]);
    expect(said).toEqual([
      ['13 unchanged lines, 9 to 21', 'Source of funds'],
      ['26 unchanged lines, 32 to 57', 'Politically exposed persons'],
    ]);
  });

  it('unfolds a part or all, and folds again', () => {
    const laid = laidOut(diff, 'unified');
    expect(folds(laid, [{ from: 8, to: 12 }]).map(foldText)[0]).toBe('9 unchanged lines, 13 to 21');
    expect(folds(laid, [{ from: 12, to: 14 }]).map(foldText).slice(0, 2)).toEqual(['4 unchanged lines, 9 to 12', '7 unchanged lines, 15 to 21']);
    expect(folds(laid, [{ from: 0, to: 999 }])).toEqual([]);
  });

  it.each(LAYOUTS)('%s has every row in one piece, in order', (layout) => {
    for (const one of [promptDiff, longDiff(20), longDiff(3000)]) {
      const laid = laidOut(one.view, layout);
      expect(laid.rows).toBe(one.rows[layout].length);
      let reached = 0;
      for (const piece of pieces(laid, [], [])) {
        expect(piece.from).toBe(reached);
        expect(piece.to).toBeGreaterThan(piece.from);
        reached = piece.to;
        if (piece.kind === 'fold') expect(one.rows[layout].slice(piece.from, piece.to).every((row) => row.kind === 'same')).toBe(true);
      }
      expect(reached).toBe(laid.rows);
    }
  });

  it.each(LAYOUTS)('%s knows the row of every line', (layout) => {
    const laid = laidOut(diff, layout);
    promptDiff.rows[layout].forEach((row, at) => {
      for (const side of ['left', 'right'] as const) {
        const number = row[side]?.number;
        if (number === undefined) continue;
        const { from, to } = rowsOf(laid, side, number);
        expect(from <= at && at < to, `${side} ${number} in row ${at}`).toBe(true);
      }
      if (row.kind === 'same') expect(lineOf(laid, at) + 1).toBe(row.right?.number);
    });
  });

  it('a first version is one change without folds', () => {
    const first = { ...diff, left: null, changes: [0, 0, diff.right.lines] };
    expect(pieces(laidOut(first, 'unified'), [], []).map((piece) => piece.key)).toEqual(['rows 0 64', 'rows 64 66']);
  });

  it('shows whitespace by signs, but not inside a chip', () => {
    expect(drawnText({ kind: 'plain', text: 'a b\tc' }, true)).toBe('a·b→\tc');
    for (const kind of ['hidden', 'in_place']) expect(drawnText({ kind, text: 'U+200B ZERO WIDTH SPACE' }, true)).toBe('U+200B ZERO WIDTH SPACE');
  });

  it('draws what is in view and a little more, whatever the length', () => {
    const one = longDiff(3000);
    const all = pieces(laidOut(one.view, 'side_by_side'), [], []);
    const tops = topsOf(all, new Map());
    expect(all.length).toBeGreaterThan(100);
    for (const scrollTop of [0, 50_000, tops.at(-1) ?? 0]) {
      const { from, to } = inView(tops, scrollTop, 600);
      const px = (tops[to] ?? 0) - (tops[from] ?? 0);
      expect(to > from && px < 600 + 1200 + 2 * 64 * 20, `${from} to ${to}: ${px}`).toBe(true);
    }
  });
});

describe('the rows of a diff', () => {
  const rows = (calls: { diffRows: (...given: never[]) => Promise<DiffRow[][]> }) => new DiffRows('diff-1', 'unified', 70, calls as never);

  it('are asked for once, all that are wanted in one call', async () => {
    const asked = vi.fn(async (id: string, layout: DiffLayout, spans: DiffSpan[]) => diffRows(id, layout, spans));
    shown(promptDiff);
    const own = rows({ diffRows: asked as never });
    await Promise.all([own.need({ from: 0, to: 10 }, { from: 30, to: 40 }), own.need({ from: 5, to: 70 }), own.need({ from: 0, to: 99 })]);
    expect(asked.mock.calls.map(([, , spans]) => spans)).toEqual([
      [
        { from: 0, rows: 10 },
        { from: 30, rows: 10 },
      ],
      [
        { from: 10, rows: 20 },
        { from: 40, rows: 30 },
      ],
    ]);
    expect(own.between(0, 70)).toHaveLength(70);
  });

  it('are asked for in calls of two hundred', async () => {
    const asked = vi.fn(async (id: string, layout: DiffLayout, spans: DiffSpan[]) => diffRows(id, layout, spans));
    const { view } = longDiff(20);
    const own = new DiffRows(view.diff_id, 'unified', 10_020, { diffRows: asked } as never);
    await own.need({ from: 100, to: 350 }, { from: 900, to: 1000 });
    expect(asked.mock.calls.map(([, , spans]) => spans)).toEqual([
      [{ from: 100, rows: 200 }],
      [
        { from: 300, rows: 50 },
        { from: 900, rows: 100 },
      ],
    ]);
    expect(own.between(900, 1000)).toHaveLength(100);
  });

  it('come in smaller parts where they are long', async () => {
    const cut = (parts: DiffRow[][]) => parts.map((part, at) => (at === 0 ? part.slice(0, 30) : []));
    const asked = vi.fn(async (id: string, layout: DiffLayout, spans: DiffSpan[]) => cut(diffRows(id, layout, spans)));
    const own = rows({ diffRows: asked as never });
    await own.need({ from: 0, to: 50 }, { from: 60, to: 64 });
    expect(asked.mock.calls.map(([, , spans]) => spans[0]?.from)).toEqual([0, 30, 60]);
    expect([own.between(0, 50)?.length, own.between(60, 64)?.length]).toEqual([50, 4]);
  });

  it('that failed are asked for again when others come, and nothing says any more that they failed', async () => {
    let busy = true;
    const calls = async (id: string, layout: DiffLayout, spans: DiffSpan[]) => {
      if (busy) throw new CallError({ code: 'database_busy', message: '', hint: '', incident: '' });
      return diffRows(id, layout, spans);
    };
    shown(promptDiff);
    const own = rows({ diffRows: calls as never });
    await own.need({ from: 0, to: 3 });
    expect([own.failure?.title, own.between(0, 3)]).toEqual(['The database is in use', null]);
    busy = false;
    await own.need({ from: 0, to: 3 });
    expect([own.failure, own.between(0, 3)?.length]).toEqual([null, 3]);
  });

  it('that failed are asked for again; a diff that is gone is compared anew', async () => {
    const refuse = (code: 'database_busy' | 'not_found') => Promise.reject(new CallError({ code, message: '', hint: '', incident: '' }));
    const own = rows({ diffRows: vi.fn().mockReturnValueOnce(refuse('database_busy')).mockReturnValue(refuse('not_found')) });
    await own.need({ from: 0, to: 3 });
    expect([own.failure === null, own.stale]).toEqual([false, false]);
    await own.need({ from: 0, to: 3 });
    expect(own.stale).toBe(true);
  });
});

describe('the lines of a diff', () => {
  const drawn = (text: string) => render(Runs, { line: line(62, text), side: 'right', signs: false }).container;

  it('draw a hidden character as a chip of text', () => {
    const chip = drawn('risk^U+200B ZERO WIDTH SPACE^rating').querySelector('.chip');
    expect(chip?.textContent).toBe('U+200B ZERO WIDTH SPACE');
    expect(chip?.childNodes).toHaveLength(1);
    expect(chip?.firstChild?.nodeType).toBe(Node.TEXT_NODE);
  });

  it('draw one that the writing asks for quietly, with all of its name', () => {
    const chip = drawn('5°U+00A0 NO-BREAK SPACE°%').querySelector('.chip');
    expect([chip?.textContent, chip?.getAttribute('title')]).toEqual(['U+00A0 NO-BREAK SPACE', 'U+00A0 NO-BREAK SPACE']);
    expect(chip?.firstChild?.textContent).toBe('U+00A0');
  });

  it.each([
    ['<img src=x onerror=alert(1)>'],
    ['<script>alert(1)</script>'],
    ['&lt;b&gt; stays as typed'],
    ['[link](javascript:alert(1))'],
  ])('never read %s as markup', (payload) => {
    const runs = ['plain', 'word', 'variable', 'hidden', 'in_place'].map((kind) => ({ kind, text: payload }));
    const { container } = render(Runs, { line: { number: 1, runs }, side: 'right', signs: false });
    expect(container.querySelector('img, script, a, b')).toBeNull();
    expect(container.textContent).toBe(payload.repeat(5));
  });

  it('mark removed words on the left and added words on the right', () => {
    const marked = line(1, 'from ~five~ years');
    const side = (of: 'left' | 'right') => render(Runs, { line: marked, side: of, signs: false }).container;
    expect(side('left').querySelector('del')?.textContent).toBe('five');
    expect(side('right').querySelector('ins')?.textContent).toBe('five');
    expect(textOf(marked)).toBe('from five years');
  });
});

describe('a diff', () => {
  async function pane(given: Partial<Parameters<typeof render<typeof DiffPane>>[1]> = {}) {
    const { container } = render(DiffPane, { diff: shown(promptDiff), subject: 'kyc-summary', ...given } as never);
    await screen.findAllByText(/You prepare customer file/u);
    return container;
  }
  const status = () => screen.getByRole('status', { name: 'Change' }).textContent;

  it('is a table whose rows say what they are', async () => {
    const container = await pane();
    const table = screen.getByRole('table', { name: 'Changes' });
    expect(table.getAttribute('aria-rowcount')).toBe(`${promptDiff.rows.side_by_side.length + 1}`);
    expect(within(table).getAllByRole('columnheader').map((head) => head.textContent?.replace(/\s+/gu, ' ').trim())).toEqual([
      'Line before',
      '@11 Priya Raghunathan, 2 Sep 2026',
      'Line now',
      '@12 Priya Raghunathan, 24 Nov 2026',
    ]);
    const row = container.querySelector('[data-line="4"]');
    expect(row?.getAttribute('aria-rowindex')).toBe('6');
    expect(row?.textContent).toMatch(/Removed: Use only the documents listed.*Added: Use only the documents under/su);
  });

  it('is stepped through change by change, by button and by key', async () => {
    const container = await pane();
    expect(status()).toBe('1 of 4');
    await fireEvent.click(screen.getByRole('button', { name: 'Next change' }));
    expect(status()).toBe('2 of 4');
    expect(container.querySelectorAll('tr.current')).toHaveLength(2);
    await fireEvent.keyDown(window, { key: 'n' });
    await fireEvent.keyDown(window, { key: 'n' });
    expect(status()).toBe('4 of 4');
    await fireEvent.keyDown(window, { key: 'N' });
    expect(status()).toBe('3 of 4');
  });

  it('unfolds one fold, all of them, and folds them again', async () => {
    await pane();
    const named = () => screen.queryAllByRole('button', { name: /^Unfold \d+ unchanged/u });
    expect(named()).toHaveLength(2);
    await fireEvent.click(named()[0] as HTMLElement);
    expect(named()).toHaveLength(1);
    await fireEvent.click(screen.getByRole('button', { name: 'Unfold all' }));
    expect(named()).toHaveLength(0);
    await fireEvent.click(screen.getByRole('button', { name: 'Fold unchanged lines' }));
    expect(named()).toHaveLength(2);
  });

  it('is searched on both sides and in what is folded', async () => {
    const container = await pane();
    await fireEvent.keyDown(window, { key: 'f', ctrlKey: true });
    const field = screen.getByRole('searchbox', { name: 'Search in the diff' });
    await fireEvent.input(field, { target: { value: 'SOURCE OF FUNDS' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(screen.getByRole('status', { name: 'Found' }).textContent).toMatch(/^1 of \d+$/u));
    await waitFor(() => expect(container.querySelector('tr.sought')?.textContent?.toLowerCase()).toContain('source of funds'));
    await fireEvent.input(field, { target: { value: 'nowhere at all' } });
    await fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(screen.getByRole('status', { name: 'Found' }).textContent).toBe('Not found'));
    await fireEvent.keyDown(field, { key: 'Escape' });
    expect(screen.queryByRole('searchbox')).toBeNull();
  });

  it('tells what changed, and leads there', async () => {
    const container = await pane();
    const facts = screen.getByRole('region', { name: 'What changed' });
    expect(within(facts).getAllByRole('button').map((button) => button.textContent?.trim())).toEqual([
      'New variable {{analyst_name}}',
      'A sentence beginning with “Never” is new: Never state a risk[U+200B]rating.',
      '1 number is gone: 400',
      '2 numbers are new: 350, 5',
      '2 more',
    ]);
    await fireEvent.click(within(facts).getByRole('button', { name: '1 number is gone: 400' }));
    await waitFor(() => expect(container.querySelector('tr.sought')?.textContent).toContain('At most 400 words'));
    expect(status()).toBe('4 of 4');
  });

  it('in one column shows what went before what came', async () => {
    const container = await pane();
    await fireEvent.click(screen.getByRole('button', { name: 'Unified' }));
    await waitFor(() => expect(container.querySelector('table.one [data-line]')).not.toBeNull());
    const signs = [...container.querySelectorAll('[data-change="1"]')].map((row) => row.querySelector('i')?.textContent);
    expect(signs).toEqual(['−', '−', '+', '+']);
  });

  it('leaves whitespace out where that is asked, and says so', async () => {
    const onwhitespace = vi.fn();
    await pane({ diff: shown(promptDiff, 'ignored'), onwhitespace });
    expect(screen.getByText(/2 lines\s+differ in spaces, tabs or line endings alone/u)).toBeTruthy();
    const button = screen.getByRole('button', { name: 'Ignore whitespace' });
    expect(button.getAttribute('aria-pressed')).toBe('true');
    await fireEvent.click(button);
    expect(onwhitespace).toHaveBeenCalledWith('exact');
  });

  it('is compared with any version, and says which one a signature names', async () => {
    const oncompare = vi.fn();
    await pane({ diff: { ...shown(promptDiff), signed_base: '10' }, base: '11', oncompare });
    const choice = screen.getByRole('combobox', { name: 'Compare with' });
    expect(within(choice).getAllByRole('option').map((option) => option.textContent)).toContain('@9, revoked');
    await fireEvent.change(choice, { target: { value: '9' } });
    expect(oncompare).toHaveBeenCalledWith('9');
    expect(screen.getByText(/A signature names @10, the version in force/u)).toBeTruthy();
  });

  it('of a policy or a role is compared with what an earlier act had set, by its record', async () => {
    const oncompare = vi.fn();
    const made = shown(promptDiff);
    const bases = [{ version: 'record 2118', word: 'set 2026-11-20 09:12 UTC by Lucía Ferrándiz' }];
    await pane({ diff: { ...made, left: { ...made.left!, version: 'before' }, bases }, usual: 'what held then', oncompare });
    const choice = screen.getByRole('combobox', { name: 'Compare with' });
    expect(within(choice).getAllByRole('option').map((option) => option.textContent)).toEqual([
      'before, what held then',
      'record 2,118, set 2026-11-20 09:12 UTC by Lucía Ferrándiz',
    ]);
    expect(screen.getAllByRole('columnheader')[1]?.textContent).toMatch(/^before /u);
    await fireEvent.change(choice, { target: { value: 'record 2118' } });
    expect(oncompare).toHaveBeenCalledWith('record 2118');
    expect([chosenWord(bases[0]!), chosenWord({ version: '9', word: 'revoked' })]).toEqual(['record 2,118', '@9, revoked']);
  });

  it('prints every line that is not folded, with what was compared', async () => {
    let paper = '';
    window.print = vi.fn(() => {
      paper = document.querySelector('body > .paper')?.textContent ?? '';
    });
    await pane({ note: '1 hidden character, acknowledged' });
    await fireEvent.click(screen.getByRole('button', { name: 'Print…' }));
    await waitFor(() => expect(window.print).toHaveBeenCalled());
    for (const text of ['Changes of kyc-summary @12', '@11, Priya Raghunathan', diff.right.digest, '7 added', '1 hidden character', '13 unchanged lines, 9 to 21', 'At most 350 words', 'U+200B ZERO WIDTH SPACE']) {
      expect(paper).toContain(text);
    }
    expect(document.querySelector('.paper'), 'while it is printed').not.toBeNull();
    window.dispatchEvent(new Event('afterprint'));
    await waitFor(() => expect(document.querySelector('.paper')).toBeNull());
  });

  it('of ten thousand lines holds few of them in the page', async () => {
    const { container } = render(DiffPane, { diff: shown(longDiff(3000)), subject: 'long' });
    await screen.findAllByText(/it so\.|Line 1:/u).catch(() => undefined);
    await waitFor(() => expect(container.querySelectorAll('[data-line]').length).toBeGreaterThan(20));
    expect(container.querySelectorAll('tr').length).toBeLessThan(300);
  });
});
