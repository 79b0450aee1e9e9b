import { fireEvent, render, screen } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import { Button, Digest, Field, moveRow, NowThen, Progress, Scroll, Seal, SignatureLines, Strokes, Tabs, wholeWhenCut } from '.';

const text = (words: string) => createRawSnippet(() => ({ render: () => `<span>${words}</span>` }));

describe('primitives', () => {
  it.each([
    [0, 1, '0 of 1', 0],
    [1, 2, '1 of 2', 1],
    [2, 2, '2 of 2', 2],
  ])('%i of %i signatures: a stroke for each, and the words', (votes, needed, words, signed) => {
    const { container } = render(Strokes, { votes, needed });
    expect(container.textContent?.trim()).toBe(words);
    expect(container.querySelectorAll('svg')).toHaveLength(needed);
    expect(container.querySelectorAll('svg.signed')).toHaveLength(signed);
  });

  it('a count is the description of a tab, never part of its name', () => {
    render(Tabs, { label: 'Inbox', tabs: [{ id: 'a', label: 'Needs me', count: 8 }], selected: 'a', onselect() {} });
    const tab = screen.getByRole('tab', { name: 'Needs me', description: '8' });
    expect(tab.getAttribute('aria-selected')).toBe('true');
  });

  it('arrows move through tabs and around their ends', async () => {
    const onselect = vi.fn();
    const tabs = ['a', 'b', 'c'].map((id) => ({ id, label: id }));
    render(Tabs, { label: 'T', tabs, selected: 'c', onselect });
    await fireEvent.keyDown(screen.getByRole('tab', { name: 'c' }), { key: 'ArrowRight' });
    expect(onselect).toHaveBeenLastCalledWith('a');
    expect(document.activeElement).toBe(screen.getByRole('tab', { name: 'a' }));
  });

  it('a button that is off can be focused and does nothing', async () => {
    const onclick = vi.fn();
    render(Button, { off: true, onclick, children: text('Approve…') });
    const button = screen.getByRole('button', { name: 'Approve…' });
    await fireEvent.click(button);
    expect(onclick).not.toHaveBeenCalled();
    expect(button).toHaveProperty('disabled', false);
    expect(button.getAttribute('aria-disabled')).toBe('true');
  });

  it('a line that turns signed while it is watched fills once; a line signed before does not', async () => {
    const open = { key: '1', state: 'mine' as const, name: 'Open to you', under: '' };
    const signed = { key: '0', state: 'signed' as const, name: 'Ingrid Solheim', under: '' };
    const { container, rerender } = render(SignatureLines, { label: 'Signatures', lines: [signed, open] });
    expect(container.querySelectorAll('.fresh')).toHaveLength(0);
    await rerender({ lines: [signed, { ...open, state: 'signed', name: 'Amara Okafor' }] });
    expect([...container.querySelectorAll('.fresh')].map((line) => line.textContent?.trim())).toEqual(['Amara Okafor']);
  });

  it('a seal has a tick for each hex digit and differs with the digest', () => {
    const path = (digest: string) => render(Seal, { digest }).container.querySelector('path')?.getAttribute('d') ?? '';
    expect(path('0'.repeat(64)).match(/M/gu)).toHaveLength(64);
    expect(path('0'.repeat(64))).not.toBe(path(`${'0'.repeat(63)}1`));
  });

  it('a shortened digest keeps its full form in the title', () => {
    render(Digest, { digest: 'a'.repeat(64), kind: 'sha256' });
    expect(screen.getByTitle('a'.repeat(64)).textContent).toBe(`sha256 ${'a'.repeat(12)}…${'a'.repeat(12)}`);
  });

  it('what changes is said entry by entry, also where nothing was or will be', () => {
    const entries = [
      { entry: 'Role', now: 'Analyst', then: '<b>Approver</b>' },
      { entry: 'Group', now: '', then: 'Model risk' },
      { entry: 'Key', now: 'good', then: '' },
    ];
    const { container } = render(NowThen, { label: 'Now and then', entries });
    const words = [...container.querySelectorAll('dd')].map((dd) => dd.textContent?.replace(/\s+/gu, ' ').trim());
    expect(words).toEqual(['Analyst becomes <b>Approver</b>', 'nothing becomes Model risk', 'good becomes nothing']);
  });

  it.each([
    ['larger, with nothing to focus', '<p>long</p>', 200, true],
    ['larger, with something to focus', '<p><a href="#/x">x</a></p>', 200, false],
    ['not larger', '<p>short</p>', 80, false],
  ])('a place that scrolls and is %s', async (_, html, width, stops) => {
    vi.spyOn(HTMLElement.prototype, 'scrollWidth', 'get').mockReturnValue(width);
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(80);
    const observers: (() => void)[] = [];
    vi.stubGlobal('ResizeObserver', class {
      constructor(then: () => void) {
        observers.push(then);
      }
      observe() {}
      disconnect() {}
    });
    render(Scroll, { label: 'Keys', children: createRawSnippet(() => ({ render: () => html })) });
    observers.forEach((tell) => tell());
    await Promise.resolve();
    expect(screen.queryByRole('group', { name: 'Keys' })?.tabIndex === 0).toBe(stops);
    vi.unstubAllGlobals();
  });

  it('an error of a field stands under it and is its description', () => {
    render(Field, { label: 'Reason', value: 'x', error: 'Write one sentence.' });
    expect(screen.getByRole('textbox', { name: 'Reason', description: 'Write one sentence.' })).toBeTruthy();
  });

  it.each([
    ['is cut at the side', { scrollWidth: 120, clientWidth: 80, scrollHeight: 16, clientHeight: 16 }, 'Yusuf Demirel'],
    ['is cut below', { scrollWidth: 80, clientWidth: 80, scrollHeight: 48, clientHeight: 32 }, 'Yusuf Demirel'],
    ['can be read', { scrollWidth: 80, clientWidth: 80, scrollHeight: 16, clientHeight: 16 }, ''],
  ])('a text that %s under the pointer', async (_, measures, title) => {
    const element = document.createElement('span');
    element.title = 'as it was cut before';
    for (const [name, value] of Object.entries(measures)) Object.defineProperty(element, name, { value });
    const detach = wholeWhenCut('Yusuf Demirel')(element);
    await fireEvent.pointerEnter(element);
    expect(element.title).toBe(title);
    detach?.();
  });

  it('progress says the text of the core once, and a share only where there is no text', () => {
    const words = (given: object) => render(Progress, { label: 'L', perMille: 0, ...given }).container.textContent?.trim();
    expect(words({ text: '0 of 300 acts' })).toBe('0 of 300 acts');
    expect(words({})).toBe('0 %');
  });

  it('progress tells its share', () => {
    render(Progress, { label: 'Making the demo', perMille: 415 });
    expect(screen.getByRole('progressbar', { name: 'Making the demo' }).getAttribute('aria-valuenow')).toBe('41');
  });
});

describe('rows', () => {
  function list(chosen = -1): HTMLElement {
    const container = document.createElement('div');
    for (const at of [0, 1, 2]) {
      const row = document.createElement('div');
      row.tabIndex = -1;
      row.dataset.row = '';
      row.id = `row-${at}`;
      row.setAttribute('aria-selected', String(at === chosen));
      container.append(row);
    }
    document.body.replaceChildren(container);
    return container;
  }

  it.each([
    ['the first, when nothing is chosen', -1, [1], 'row-0'],
    ['the last, upwards', -1, [-1], 'row-2'],
    ['beside the chosen one', 1, [1], 'row-2'],
    ['from the focused one', 0, [1, 1], 'row-2'],
    ['not beyond the end', 1, [1, 1, 1], 'row-2'],
  ])('moves to %s', (_, chosen, steps, expected) => {
    const container = list(chosen);
    for (const step of steps) moveRow(container, step);
    expect(document.activeElement?.id).toBe(expected);
  });

  it('does nothing where there is no list', () => expect(moveRow(null, 1)).toBe(false));
});
