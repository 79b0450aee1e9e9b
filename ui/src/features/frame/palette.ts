// What the palette offers for a text. Pure: the caller brings what the core found.

import type { InboxView, Notifications, RegistryPage, SavedInboxView } from '../../lib/ipc/client';
import { capitalised } from '../../lib/design';
import { tenantWord, versionWord } from '../../lib/words/subject';
import { route, type ScreenName } from './route.svelte';
import type { OpenSession, Session } from './session.svelte';

export type Entry = { id: string; text: string; kind: string; act: (session: Session) => void };
export type Found = { requests: InboxView; models: RegistryPage; prompts: RegistryPage } | null;
/** What is the person's own, and what the palette cannot do itself. */
export type Mine = {
  views: readonly SavedInboxView[];
  /** Null where the desktop cannot be told. */
  notifications: Notifications | null;
  show: (view: SavedInboxView) => void;
  notify: (wish: Notifications) => void;
  help: () => void;
};

const MOST_OF_A_KIND = 8;

export function entriesFor(
  text: string,
  open: OpenSession,
  screens: readonly ScreenName[],
  found: Found,
  mine: Mine,
): Entry[] {
  const wanted = text.trim().toLowerCase();
  const fixed: Entry[] = [
    ...screens.map((screen) => ({
      id: `screen-${screen}`,
      text: capitalised(screen),
      kind: 'Screen',
      act: () => route.go(screen),
    })),
    ...mine.views.map((view) => ({ id: `view-${view.id}`, text: view.name, kind: 'View', act: () => mine.show(view) })),
    ...open.tenants
      .filter((tenant) => tenant.id !== open.tenant.id)
      .map((tenant) => ({
        id: `tenant-${tenant.id}`,
        text: `Go to ${tenantWord(tenant.id)}`,
        kind: 'Tenant',
        act: (session: Session) => void session.chooseTenant(tenant.id),
      })),
    { id: 'help', text: 'Shortcuts', kind: 'Command', act: () => mine.help() },
    ...notifying(mine),
    { id: 'lock', text: 'Lock', kind: 'Command', act: (session) => void session.lock() },
    { id: 'sign-out', text: 'Sign out', kind: 'Command', act: (session) => void session.signOut() },
    { id: 'close', text: 'Close workspace', kind: 'Command', act: (session) => void session.closeWorkspace() },
  ];
  return [
    ...requests(found?.requests),
    ...named('models', 'Model', found?.models, screens),
    ...named('prompts', 'Prompt', found?.prompts, screens),
    ...fixed.filter((entry) => entry.text.toLowerCase().includes(wanted)),
  ];
}

function requests(page: InboxView | undefined): Entry[] {
  return (page?.rows ?? []).slice(0, MOST_OF_A_KIND).map((row) => ({
    id: `request-${row.id}`,
    text: `${row.name} ${versionWord(row.version)}`.trim(),
    kind: row.lifecycle === 'open' ? 'Open request' : 'Request',
    act: () => route.go('inbox', row.id),
  }));
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

function notifying({ notifications, notify }: Mine): Entry[] {
  if (notifications === null) return [];
  const wish = notifications === 'on' ? 'off' : 'on';
  return [{ id: 'notify', text: `Turn notifications ${wish}`, kind: 'Command', act: () => notify(wish) }];
}
