// What an admin has typed before a restart is there again when the dialog is opened, until it is given up.
import { cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';
import { answering } from '../../../tests/fixture/states';
import * as views from '../../../tests/fixture/views';
import App from '../../App.svelte';
import { route } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';
import { dropDraft } from '../registry/drafts';

configure({ defaultHidden: true, asyncUtilTimeout: 3000 });

const admin = { ...views.openSession, person: views.person('Lucía Ferrándiz'), tenant: { ...views.openSession.tenant, role: 'ADMIN' } };

describe('a restart keeps', () => {
  const CHAIR = `${admin.tenant.id} ${admin.person.id}`;
  /** What the core keeps, by place. */
  const kept = new Map<string, string>();
  const commands = {
    session: () => admin,
    keep_draft: ({ place, text }: Record<string, unknown>) => {
      kept.set(JSON.stringify(place), String(text));
      return null;
    },
    draft: ({ place }: Record<string, unknown>) => {
      const text = kept.get(JSON.stringify(place)) ?? null;
      return { text, kept_at: text === null ? null : '2026-11-24T13:58:00.000000Z', withheld: [] };
    },
    drop_draft: ({ place }: Record<string, unknown>) => {
      kept.delete(JSON.stringify(place));
      return null;
    },
  };

  /** A page that was just loaded: nothing is left in its memory. */
  function restarted(tab: string) {
    cleanup();
    dropDraft(`admin ${tab.startsWith('person') ? `person ${tab.slice(7)}` : tab || 'people'} ${CHAIR}`);
    session.asked.forget();
    answering({ ...commands });
    route.go('admin', tab);
    render(App);
  }

  it.each<[string, string, string | RegExp | undefined, string, Record<string, string>]>([
    ['', 'Add person', undefined, 'Add person', { Name: 'Nora Lind', Reason: 'Joins on Monday.' }],
    ['policies', 'Change policy…', 'Model, high tier', 'Change policy of models, high tier', { Approvals: '3', Reason: 'As was agreed.' }],
    ['keys', 'Retire…', /^e1770b/u, 'Retire key of Lucía Ferrándiz', { Reason: 'Replaced.' }],
    ['tokens', 'Create token…', undefined, 'Create token', { Name: 'nightly build', Days: '30' }],
    ['tenants', 'Create tenant…', undefined, 'Create tenant', { Id: 'markets-uk', Title: 'Markets UK', Reason: 'A desk of its own.' }],
    ['tenants', 'Archive tenant…', 'markets', 'Archive tenant markets', { Reason: 'Closed.' }],
  ])('on %j what was typed under %s', async (tab, name, description, title, fields) => {
    const field = async (label: string) => within(await screen.findByRole('form', { name: title })).getByRole<HTMLInputElement>('textbox', { name: label });
    const open = async () => fireEvent.click(await screen.findByRole('button', { name, description }));
    const values = async () => Promise.all(Object.keys(fields).map(async (label) => (await field(label)).value));
    kept.clear();
    restarted(tab);
    await open();
    for (const [label, value] of Object.entries(fields)) await fireEvent.input(await field(label), { target: { value } });
    await waitFor(() => expect([...kept.values()].join()).toContain(Object.values(fields).at(-1)));
    restarted(tab);
    await open();
    await waitFor(async () => expect(await values()).toEqual(Object.values(fields)));
    // Given up, it is there no more.
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(kept.size).toBe(0));
    restarted(tab);
    await open();
    await waitFor(async () => expect(await values()).not.toContain(Object.values(fields)[0]));
  });
});
