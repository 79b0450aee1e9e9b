// What the palette offers for a text. Pure: the caller brings what the core found.

import type { RegistryPage } from '../../lib/ipc/client';
import { capitalised } from '../../lib/design';
import { route, type ScreenName } from './route.svelte';
import type { OpenSession, Session } from './session.svelte';

export type Entry = { id: string; text: string; kind: string; act: (session: Session) => void };
type Found = { models: RegistryPage; prompts: RegistryPage } | null;

const MOST_OF_A_KIND = 8;

export function entriesFor(text: string, open: OpenSession, screens: readonly ScreenName[], found: Found): Entry[] {
  const wanted = text.trim().toLowerCase();
  const fixed: Entry[] = [
    ...screens.map((screen) => ({
      id: `screen-${screen}`,
      text: capitalised(screen),
      kind: 'Screen',
      act: () => route.go(screen),
    })),
    ...open.tenants
      .filter((tenant) => tenant.id !== open.tenant.id)
      .map((tenant) => ({
        id: `tenant-${tenant.id}`,
        text: `Go to ${tenant.id}`,
        kind: 'Tenant',
        act: (session: Session) => void session.chooseTenant(tenant.id),
      })),
    { id: 'lock', text: 'Lock', kind: 'Command', act: (session) => void session.lock() },
    { id: 'sign-out', text: 'Sign out', kind: 'Command', act: (session) => void session.signOut() },
    { id: 'close', text: 'Close workspace', kind: 'Command', act: (session) => void session.closeWorkspace() },
  ];
  return [
    ...named('models', 'Model', found?.models, screens),
    ...named('prompts', 'Prompt', found?.prompts, screens),
    ...fixed.filter((entry) => entry.text.toLowerCase().includes(wanted)),
  ];
}

function named(screen: ScreenName, kind: string, page: RegistryPage | undefined, screens: readonly ScreenName[]): Entry[] {
  if (!page || !screens.includes(screen)) return [];
  return page.rows.slice(0, MOST_OF_A_KIND).map((row) => ({
    id: `${screen}-${row.name}`,
    text: row.name,
    kind,
    act: () => route.go(screen, row.name),
  }));
}
