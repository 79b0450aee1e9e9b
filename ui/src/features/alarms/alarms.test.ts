import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { anchorGone, behind, broken, forked } from '../../../tests/fixture/alarms';
import App from '../../App.svelte';
import { core } from '../../lib/ipc/client';
import { route } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';
import Section from './Section.svelte';
import { alarmsHere, whoCan } from './words';

async function start(scene: string, to: 'inbox' | 'audit' = 'inbox') {
  history.replaceState(null, '', `/?scene=${scene}#/${to}`);
  route.go(to);
  session.asked.forget();
  vi.resetModules();
  await import('../../../tests/fixture/ipc');
  return render(App);
}
const banner = () => screen.findByRole('region', { name: 'Alarm of retail-eu' });

beforeEach(() => document.body.replaceChildren());

describe('an alarm on every screen', () => {
  it.each([
    ['alarm-behind', 'Log is behind this computer', 'Accept restore…'],
    ['alarm-gone', 'Log has lost its anchor', 'Set anchor anew…'],
  ])('in %s the badge says what is wrong, and an admin is offered the act', async (scene, words, act) => {
    await start(scene);
    expect((await screen.findByRole('status', { name: 'Log' })).textContent?.trim()).toBe(words);
    const region = await banner();
    expect(within(region).getByRole('alert').textContent).toContain('Nothing can be signed or changed');
    expect(within(region).getAllByRole('button').map((button) => button.textContent?.trim())).toEqual([act]);
  });

  it('asks the core for the signing window and types nothing here', async () => {
    await start('alarm-gone');
    const asked = vi.spyOn(core, 'endAlarm');
    await fireEvent.click(within(await banner()).getByRole('button', { name: 'Set anchor anew…' }));
    expect(asked).toHaveBeenCalledWith('retail-eu');
    expect(screen.queryByLabelText(/passphrase/iu)).toBeNull();
  });

  it('says in an inbox without anything to sign why that is', async () => {
    await start('alarm-gone-approver');
    expect(await screen.findByRole('heading', { name: 'Nothing can be signed now' })).toBeTruthy();
  });

  it('tells others who can do it', async () => {
    await start('alarm-gone-approver');
    const region = await banner();
    expect(region.textContent).toContain('Lucía Ferrándiz or Yusuf Demirel can set the anchor anew.');
    expect(within(region).queryByRole('button')).toBeNull();
  });

  it('offers an admin nothing for a fork', async () => {
    await start('alarm-forked', 'audit');
    const section = await screen.findByRole('region', { name: `${forked.title} retail-eu` });
    expect(within(section).queryByRole('button')).toBeNull();
    expect(section.textContent).not.toContain(' can ');
  });

  it('leads to the audit page, which says the rest and has the only button', async () => {
    await start('alarm-behind');
    expect(within(await banner()).getByRole('link', { name: 'What to do' }).getAttribute('href')).toBe('#/audit');
    route.go('audit');
    const section = await screen.findByRole('region', { name: `${behind.title} retail-eu` });
    expect(screen.getAllByRole('button', { name: 'Accept restore…' })).toHaveLength(1);
    expect(within(section).getByText(/Put the newest copy/u)).toBeTruthy();
  });

  it('is over when the core says so', async () => {
    await start('alarm-gone');
    await banner();
    history.replaceState(null, '', '/?scene=admin#/inbox');
    vi.resetModules();
    await import('../../../tests/fixture/ipc');
    await session.load();
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Alarm of retail-eu' })).toBeNull());
    expect(screen.getByRole('status', { name: 'Log' }).textContent?.trim()).toMatch(/^Verified to #/u);
  });
});

describe('what is wrong, in full', () => {
  const cells = (row: HTMLElement) => [...row.children].map((cell) => cell.textContent?.trim()).join(' ').trim();
  const rows = () => screen.getAllByRole('row').slice(1).map(cells);

  it('says sizes, roots and which records are missing', () => {
    render(Section, { alarm: behind });
    expect(rows()[0]).toBe('This computer’s anchor 12,495 664b2f5d…8c3970d9');
    expect(rows()[1]).toBe(`The database now 12,311 a745dab2…${behind.log.root.slice(-8)}`);
    expect(rows()[2]).toBe('Missing 184 #12,311 to #12,494');
  });

  it('says of one missing record its number alone', () => {
    render(Section, { alarm: { ...behind, missing: 1 } });
    expect(rows()[2]).toBe('Missing 1 #12,311');
  });

  it('says that there is no anchor', () => {
    render(Section, { alarm: anchorGone });
    expect(rows()[0]).toBe('This computer’s anchor none');
    expect(rows()).toHaveLength(2);
  });

  it('says which record does not hold, as text', () => {
    render(Section, { alarm: { ...broken, detail: '<b>Record</b> 9120' } });
    expect(rows()[2]).toBe('First record concerned #9,120');
    expect(screen.getByText(/<b>Record<\/b> 9120/u)).toBeTruthy();
  });
});

describe('who is concerned', () => {
  it('sees the workspace’s own log and the tenant in front', () => {
    const all = ['_workspace', 'retail-eu', 'retail-uk'].map((tenant_id) => ({ ...behind, tenant_id }));
    expect(alarmsHere(all, 'retail-eu').map((alarm) => alarm.tenant_id)).toEqual(['_workspace', 'retail-eu']);
  });

  it.each([
    [['A'], 'A'],
    [['A', 'B'], 'A or B'],
    [['A', 'B', 'C'], 'A, B or C'],
    [[], ''],
  ])('%j: %j', (admins, words) => expect(whoCan({ ...behind, admins })).toBe(words));
});
