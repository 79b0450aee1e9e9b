import { describe, expect, it, vi } from 'vitest';
import { inbox, openSession, ownSettings } from '../../../tests/fixture/views';
import { entriesFor } from './palette';
import { href, parsePlace } from './route.svelte';
import { Keys, SHORTCUTS, type Shortcut } from './shortcuts';

function press(...keys: string[]): (Shortcut | null)[] {
  const reader = new Keys();
  return keys.map((key, at) => reader.read({ key, ctrlKey: false, metaKey: false, altKey: false, target: null }, at * 100));
}

describe('keys', () => {
  it.each([
    ['i', 'inbox'],
    ['m', 'models'],
    ['p', 'prompts'],
    ['a', 'audit'],
    ['d', 'admin'],
  ])('g %s goes to %s', (key, screen) => expect(press('g', key).at(-1)).toEqual({ do: 'go', screen }));

  it('j and k move, ? helps', () => {
    expect(press('j', 'k', '?')).toEqual([{ do: 'move', step: 1 }, { do: 'move', step: -1 }, { do: 'help' }]);
  });

  it('a sequence that takes too long is none', () => {
    const reader = new Keys();
    const key = (name: string) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, target: null });
    reader.read(key('g'), 0);
    expect(reader.read(key('i'), 5000)).toBeNull();
  });

  it('no single key does more than move, find or show', () => {
    const everyKey = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));
    const acts = new Set(everyKey.flatMap((key) => press(key)).map((shortcut) => shortcut?.do));
    expect([...acts].filter((act) => act !== undefined).sort()).toEqual(['find', 'help', 'move']);
  });

  it.each([
    [{ ctrlKey: true }, { do: 'lock' }],
    [{ metaKey: true }, { do: 'lock' }],
    [{ ctrlKey: true, altKey: true }, null],
    [{}, null],
  ])('L with %j is %j, in a field too', (held, meant) => {
    const field = document.createElement('textarea');
    const event = { key: 'l', ctrlKey: false, metaKey: false, altKey: false, target: field, ...held };
    expect(new Keys().read(event, 0)).toEqual(meant);
  });

  it('are text in a field', () => {
    const field = document.createElement('textarea');
    const event = { key: 'j', ctrlKey: false, metaKey: false, altKey: false, target: field };
    expect(new Keys().read(event, 0)).toBeNull();
  });

  it('stand on the sheet', () => {
    expect(SHORTCUTS.map((shortcut) => shortcut.keys.join(' '))).toEqual(
      expect.arrayContaining(['g i', 'g m', 'g p', 'g a', 'j k', 'Enter', 'Ctrl L', '?']),
    );
  });
});

describe('places', () => {
  it.each([
    ['models', 'credit-pd'],
    ['prompts', 'kyc/summary @ 100 %'],
    ['inbox', ''],
    ['admin', 'person/0193a1de-2f00-7000-8000-5b7e1c0d9a44'],
    ['me', ''],
  ] as const)('the address of %s %s leads back to it', (screen, subject) => {
    expect(parsePlace(href(screen, subject))).toEqual({ screen, subject });
  });

  it.each(['', '#', '#/nowhere/x', '#/%E0'])('the unknown address %j is the inbox', (hash) => {
    expect(parsePlace(hash)).toEqual({ screen: 'inbox', subject: '' });
  });
});

describe('the palette', () => {
  const mine = { views: ownSettings.views, notifications: 'off' as const, show: vi.fn(), notify: vi.fn(), help: vi.fn() };
  const entries = (text: string, found: Parameters<typeof entriesFor>[3] = null) =>
    entriesFor(text, openSession, ['inbox', 'audit'], found, mine);
  const ids = (text: string) => entries(text).map((entry) => entry.id);

  it('offers screens, views, other tenants and commands, narrowed by the text', () => {
    const own = ['view-view-1', 'view-view-2'];
    const commands = ['help', 'notify', 'lock', 'sign-out', 'close'];
    expect(ids('')).toEqual(['screen-inbox', 'screen-audit', ...own, 'tenant-retail-uk', ...commands]);
    expect(ids('lo')).toEqual(['lock', 'close']);
    expect(ids('rejected')).toEqual(['view-view-2']);
  });

  it('offers no notification where the desktop cannot be told', () => {
    const offered = entriesFor('', openSession, ['inbox'], null, { ...mine, notifications: null });
    expect(offered.map((entry) => entry.id)).not.toContain('notify');
  });

  it('leads to requests, and never decides on one', () => {
    const none = { rows: [], total: 0, all: 0, next: null, authors: [] };
    const found = entries('credit', { requests: inbox, models: none, prompts: none });
    expect(found[0]).toMatchObject({ text: 'aml-triage @4', kind: 'Open request' });
    found[0]?.act(null as never);
    expect(location.hash).toBe('#/inbox/0193-aml-triage');
    expect(entries('').filter((entry) => entry.kind !== 'View' && /approve|reject|sign(?! out)/iu.test(entry.text))).toEqual([]);
  });

  it('puts a view in front and turns notifications on', () => {
    entries('High tier')[0]?.act(null as never);
    expect(mine.show).toHaveBeenCalledWith(ownSettings.views[0]);
    entries('notifications')[0]?.act(null as never);
    expect(mine.notify).toHaveBeenCalledWith('on');
  });
});
