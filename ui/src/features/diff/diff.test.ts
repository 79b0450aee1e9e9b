import { render, screen } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { diff, line } from '../../../tests/fixture/views';
import DiffPane from './DiffPane.svelte';
import { drawnText, sideBySide, textOf, unified } from './layout';
import Runs from './Runs.svelte';

describe('the layout of a diff', () => {
  it('folds what did not change, with the lines it covers', () => {
    const folds = sideBySide(diff).filter((piece) => piece.kind === 'fold');
    expect(folds.map((fold) => fold.text)).toEqual([
      '18 unchanged lines, 6 to 23',
      '31 unchanged lines, 29 to 59',
      '3 unchanged lines, 67 to 69',
    ]);
  });

  it('in one column shows what went before what came', () => {
    const lines = unified(diff).filter((piece) => piece.kind === 'line' && piece.hunk === 1 && piece.change === 1);
    expect(lines.map((piece) => (piece.kind === 'line' ? piece.sign : ''))).toEqual([
      'removed',
      'removed',
      'added',
      'added',
      'added',
    ]);
  });

  it('loses no line in either layout', () => {
    const right = diff.hunks.flatMap((hunk) => hunk.rows.flatMap((row) => (row.right ? [row.right.number] : [])));
    for (const pieces of [sideBySide(diff), unified(diff)]) {
      const drawn = pieces.flatMap((piece) => (piece.kind === 'line' && piece.right ? [piece.right.number] : []));
      expect(drawn).toEqual(right);
    }
  });

  it('shows whitespace by signs, but not inside a chip', () => {
    expect(drawnText({ kind: 'plain', text: 'a b\tc' }, true)).toBe('a·b→\tc');
    expect(drawnText({ kind: 'hidden', text: 'U+200B ZERO WIDTH SPACE' }, true)).toBe('U+200B ZERO WIDTH SPACE');
  });
});

describe('the lines of a diff', () => {
  it('draw a hidden character as a chip of text', () => {
    const { container } = render(Runs, { line: line(62, 'risk^U+200B ZERO WIDTH SPACE^rating'), side: 'right', whitespace: false });
    const chip = container.querySelector('.chip');
    expect(chip?.textContent).toBe('U+200B ZERO WIDTH SPACE');
    expect(chip?.childNodes).toHaveLength(1);
    expect(chip?.firstChild?.nodeType).toBe(Node.TEXT_NODE);
  });

  it.each([
    ['<img src=x onerror=alert(1)>'],
    ['<script>alert(1)</script>'],
    ['&lt;b&gt; stays as typed'],
    ['[link](javascript:alert(1))'],
  ])('never read %s as markup', (payload) => {
    const { container } = render(Runs, { line: { number: 1, runs: [{ kind: 'plain', text: payload }, { kind: 'word', text: payload }] }, side: 'right', whitespace: false });
    expect(container.querySelector('img, script, a, b')).toBeNull();
    expect(container.textContent).toBe(payload + payload);
  });

  it('mark removed words on the left and added words on the right', () => {
    const marked = line(1, 'from ~five~ years');
    expect(render(Runs, { line: marked, side: 'left', whitespace: false }).container.querySelector('del')?.textContent).toBe('five');
    expect(render(Runs, { line: marked, side: 'right', whitespace: false }).container.querySelector('ins')?.textContent).toBe('five');
    expect(textOf(marked)).toBe('from five years');
  });

  it('are a table, stepped through change by change', async () => {
    const { container } = render(DiffPane, { diff });
    expect(screen.getByRole('table', { name: 'Changes' })).toBeTruthy();
    expect(screen.getByRole('status', { name: 'Change' }).textContent).toBe('1 of 3');
    screen.getByRole('button', { name: 'Next change' }).click();
    await Promise.resolve();
    expect(screen.getByRole('status', { name: 'Change' }).textContent).toBe('2 of 3');
    expect(container.querySelectorAll('tr.current')).toHaveLength(3);
  });
});
