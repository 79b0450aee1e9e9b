// Empty, loading, long, failing: every screen has each of them, says what is so, and what to do next. One table;
// a cell that a screen cannot have says why.
import { cleanup, fireEvent, render, waitFor, within } from '@testing-library/svelte';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { page as trail, record } from '../../tests/fixture/audit';
import { keys, me, person, policies, tenants } from '../../tests/fixture/authority';
import { people } from '../../tests/fixture/admin';
import { diff } from '../../tests/fixture/diffs';
import { discussion, silent } from '../../tests/fixture/discussion';
import { reReviews } from '../../tests/fixture/lifecycle';
import * as registry from '../../tests/fixture/registry';
import { signature } from '../../tests/fixture/signature';
import { answering, failing, LONG_NAME, LONG_REASON, never, REFUSAL } from '../../tests/fixture/states';
import { tokens } from '../../tests/fixture/tokens';
import * as views from '../../tests/fixture/views';
import App from '../App.svelte';
import Signing from '../signing/Signing.svelte';
import { route, type PlaceName } from './frame/route.svelte';
import { session } from './frame/session.svelte';
import { dropDraft } from './registry/drafts';

const STATES = ['empty', 'loading', 'long', 'failing'] as const;
type State = (typeof STATES)[number];
/** What a screen is given, and what stands there then; or why there is no such state. */
type Given = { answer: unknown; says: string | RegExp; next: string | RegExp } | string;
type Row = {
  screen: string;
  /** Where it is, and what is pressed to come there. */
  at: [PlaceName, string];
  press?: readonly (readonly [role: 'tab' | 'button', name: string | RegExp])[];
  /** What it asks the core for. */
  command: string;
  empty: Given;
  long: Given;
  /** Why it does not say that it reads, or fails in its own words. */
  loading?: string;
  failing?: string;
  session?: unknown;
  signing?: true;
};

const many = <T,>(one: (at: number) => T, times = 100): T[] => Array.from({ length: times }, (_, at) => one(at));
const admin = { ...views.openSession, person: views.person('Lucía Ferrándiz'), tenant: { ...views.openSession.tenant, role: 'ADMIN' } };
const [inboxRow] = views.inbox.rows;
const [versionOf] = registry.prompt.versions;
const longRow = (at: number) => ({ ...inboxRow!, id: `r-${at}`, name: `${LONG_NAME.slice(4)}${at}`, reason: LONG_REASON });
const [listed] = registry.models;
const longList = { rows: many((at) => ({ ...listed!, name: `${LONG_NAME.slice(4)}${at}` })), total: 10_000, next: 'after' };
const noList = { rows: [], total: 0, next: null };
const REVIEW: [PlaceName, string] = ['inbox', '0193-credit-pd'];
const longPage = { ...registry.prompt, versions: many((at) => ({ ...versionOf!, version: String(500 - at), reason: LONG_REASON }), 500) };
const noVersions = { ...registry.prompt, versions: [] };

const ROWS: readonly Row[] = [
  {
    screen: 'the inbox', at: ['inbox', ''], command: 'inbox',
    empty: { answer: { ...views.inbox, rows: [], needs_me: 0 }, says: 'Nothing waits for your signature', next: /^See \d+ waiting on others$/u },
    long: { answer: { ...views.inbox, rows: many(longRow), next: 'r-99' }, says: /x+99/u, next: 'Show more' },
  },
  {
    screen: 'approvals to be reviewed again', at: ['inbox', ''], command: 're_reviews',
    empty: 'stands beside the inbox, which says what is so', loading: 'stands beside the inbox',
    long: { answer: many((at) => ({ ...reReviews[1]!, subject: `prompt/p@${at}`, name: LONG_NAME })), says: /^100 approvals in force rest/u, next: /^Ask again for x+ @11…$/u },
  },
  {
    screen: 'a review', at: REVIEW, command: 'open_review',
    empty: { answer: { ...views.review, facts: [], metrics: [], reason: 'Because.' }, says: 'Because.', next: 'Approve…' },
    long: { answer: { ...views.review, name: LONG_NAME, reason: LONG_REASON }, says: LONG_REASON, next: 'Approve…' },
  },
  {
    screen: 'changes of a review', at: REVIEW, press: [['tab', 'Changes']], command: 'review_changes',
    empty: { answer: { ...diff, all_changes: 0, changes: [], added: 0, removed: 0, facts: [] }, says: /^(No changes|Nothing)/u, next: 'Approve…' },
    long: 'drawn in view only: diff.test.ts, and the bench holds it to 10,000 lines',
  },
  {
    screen: 'history of a review', at: REVIEW, press: [['tab', 'History']], command: 'review_history',
    empty: { answer: [], says: 'No history yet', next: 'Approve…' },
    long: { answer: many((at) => ({ ...views.history[0]!, seq: 9000 - at, reason: LONG_REASON }), 500), says: '#8,501', next: 'Signature #12,461…' },
  },
  {
    screen: 'discussion of a review', at: REVIEW, press: [['tab', 'Discussion']], command: 'discussion',
    empty: { answer: { ...silent, may_speak: true }, says: 'Nothing said yet', next: 'Add comment' },
    long: { answer: { ...discussion, entries: many((at) => ({ ...discussion.entries[0]!, id: `e-${at}`, text: 'z'.repeat(10_000) }), 200) }, says: /^z{10000}$/u, next: 'Add comment' },
  },
  {
    screen: 'models', at: ['models', ''], command: 'models', session: admin,
    empty: { answer: noList, says: 'No model yet', next: 'Register model' },
    long: { answer: longList, says: /^x+99$/u, next: 'Show more' },
  },
  {
    screen: 'models of somebody who registers none', at: ['models', ''], command: 'models',
    empty: { answer: noList, says: 'No model yet', next: /[Aa]dmins? register/u },
    long: { answer: longList, says: /^x+99$/u, next: 'Show more' },
  },
  {
    screen: 'a model', at: ['models', 'credit-pd'], command: 'model',
    empty: { answer: { ...registry.model, versions: [] }, says: 'No version', next: 'Models' },
    long: { answer: { ...registry.model, versions: many((at) => ({ ...registry.model.versions[0]!, version: String(500 - at) }), 500) }, says: /500 versions/u, next: 'Models' },
  },
  {
    screen: 'prompts', at: ['prompts', ''], command: 'prompts', session: admin,
    empty: { answer: noList, says: 'No prompt yet', next: 'New prompt' },
    long: { answer: longList, says: /^x+99$/u, next: 'Show more' },
  },
  {
    screen: 'a prompt', at: ['prompts', 'kyc-summary'], command: 'prompt',
    empty: { answer: noVersions, says: 'No version', next: 'Prompts' },
    long: { answer: longPage, says: /500 versions/u, next: 'Prompts' },
  },
  {
    screen: 'the text of a prompt', at: ['prompts', 'kyc-summary'], command: 'prompt_text',
    empty: 'a prompt has a text', long: 'drawn as it scrolls: prompts.test.ts',
  },
  {
    screen: 'versions of a prompt side by side', at: ['prompts', 'kyc-summary'], press: [['tab', 'Compare']], command: 'prompt_diff',
    empty: { answer: { ...diff, all_changes: 0, changes: [], added: 0, removed: 0, facts: [] }, says: 'Nothing changed', next: 'Unified' },
    long: 'drawn in view only: diff.test.ts, and the bench holds it to 10,000 lines',
  },
  {
    screen: 'a prompt with sample inputs', at: ['prompts', 'kyc-summary'], press: [['tab', 'Render']], command: 'render_prompt',
    empty: { answer: { ...registry.rendered({ samples: [] } as never), variables: [] }, says: /^No variables: it says the same/u, next: 'Unified' },
    long: { answer: { ...registry.rendered({ samples: [] } as never), variables: many((at) => ({ name: `${LONG_NAME}${at}`, shown: `${LONG_NAME}${at}`, left: true, right: true }), 300) }, says: /^300 variables without a sample/u, next: 'Unified' },
  },
  {
    screen: 'cards of a model side by side', at: ['models', 'credit-pd'], press: [['tab', 'Compare']], command: 'model_diff',
    empty: { answer: { ...diff, all_changes: 0, changes: [], added: 0, removed: 0, facts: [] }, says: 'Nothing changed', next: 'Unified' },
    long: 'drawn in view only: diff.test.ts, and the bench holds it to 10,000 lines',
  },
  {
    screen: 'the card of a model', at: ['models', 'credit-pd'], command: 'model_card',
    empty: { answer: { ...registry.modelCard, facts: [], metrics: [], lineage: [], sections: [] }, says: 'Card', next: 'Compare' },
    long: { answer: { ...registry.modelCard, facts: many((at) => ({ label: `${LONG_NAME}${at}`, value: `${LONG_REASON} ${at}` }), 200) }, says: `${LONG_REASON} 199`, next: 'Compare' },
  },
  {
    screen: 'the time line', at: ['models', 'credit-pd'], press: [['button', 'Time line']], command: 'timeline',
    empty: { answer: { spells: [], entries: [], more: false }, says: 'Nothing was done', next: 'Models' },
    long: { answer: { ...registry.timeline, entries: many((at) => ({ ...registry.timeline.entries[0]!, seq: 9000 - at, reason: LONG_REASON }), 200), more: true }, says: /^The newest 200 are shown/u, next: '@7' },
  },
  {
    screen: 'changes of a draft', at: ['prompts', '+new/kyc-summary'], press: [['tab', /^Changes/u]], command: 'prompt_draft_diff', session: admin,
    empty: { answer: { ...diff, all_changes: 0, changes: [], added: 0, removed: 0, facts: [] }, says: 'Nothing changed', next: 'Unified' },
    long: 'drawn in view only: diff.test.ts, and the bench holds it to 10,000 lines',
  },
  {
    screen: 'the editor', at: ['prompts', '+new/kyc-summary'], command: 'prompt', session: admin,
    empty: 'a prompt without versions is told as not found',
    long: { answer: longPage, says: /^New version of kyc-summary/u, next: 'Discard' },
  },
  {
    screen: 'the audit trail', at: ['audit', ''], command: 'audit',
    empty: { answer: { ...trail({}, null), rows: [], next: null, size: 0 }, says: 'No record yet', next: 'Verify log' },
    long: { answer: trail({}, null), says: '12,490 records in retail-eu', next: 'Verify log' },
  },
  {
    screen: 'a record', at: ['audit', '12489'], command: 'record',
    empty: 'a record is never empty',
    long: { answer: { ...record(12_489), leaf: JSON.stringify({ reason: LONG_REASON, metadata: many((at) => at, 5_000) }) }, says: 'Unchanged', next: 'Save proof' },
  },
  {
    screen: 'what was signed', at: REVIEW, press: [['tab', 'History'], ['button', 'Signature #12,461…']], command: 'signed_record',
    empty: { answer: { seq: 1, signatures: [] }, says: 'Nothing is signed here', next: 'Back' },
    long: { answer: { seq: 1, signatures: [{ ...signature, reason: LONG_REASON }] }, says: LONG_REASON, next: 'Print…' },
  },
  {
    screen: 'people and roles', at: ['admin', ''], command: 'people', session: admin,
    empty: 'whoever looks is in it',
    long: { answer: { ...people, people: many((at) => ({ ...people.people[0]!, person: { ...people.people[0]!.person, id: `p-${at}`, name: `${LONG_NAME.slice(4)}${at}` } }), 200) }, says: /x+199/u, next: 'Add person' },
  },
  {
    screen: 'policies', at: ['admin', 'policies'], command: 'policies', session: admin,
    empty: { answer: { policies: [], groups: [], administers: true }, says: 'No policy', next: /Verify the log/u },
    long: { answer: { ...policies, policies: policies.policies.map((one) => ({ ...one, groups: many((at) => `${LONG_NAME}${at}`, 20) })) }, says: /^x+0, x+1/u, next: 'Change policy…' },
  },
  {
    screen: 'keys', at: ['admin', 'keys'], command: 'keys', session: admin,
    empty: { answer: { keys: [], devices: [], administers: true }, says: /^No key is enrolled here/u, next: 'Rotate secret…' },
    long: { answer: { ...keys, keys: many((at) => ({ ...keys.keys[0]!, keyid: String(at).padStart(64, '0') }), 300) }, says: 'Keys of people', next: /Retire/u },
  },
  {
    screen: 'the workspace secret', at: ['admin', 'keys'], command: 'key_status', session: admin,
    empty: 'a workspace has a secret', long: 'at most a handful of secrets: secret.test.ts',
  },
  {
    screen: 'tokens', at: ['admin', 'tokens'], command: 'tokens', session: admin,
    empty: { answer: { ...tokens, tokens: [] }, says: 'No token yet', next: 'Create token…' },
    long: { answer: { ...tokens, tokens: many((at) => ({ ...tokens.tokens[0]!, id: `t-${at}`, title: `${LONG_NAME.slice(4)}${at}` }), 300) }, says: /^x+299$/u, next: 'Create token…' },
  },
  {
    screen: 'tenants', at: ['admin', 'tenants'], command: 'tenants', session: admin,
    empty: { answer: { tenants: [], administers: true }, says: 'No tenant that you may see', next: 'Create tenant…' },
    long: { answer: { ...tenants, tenants: many((at) => ({ ...tenants.tenants[0]!, id: `tenant-${at}`, title: LONG_NAME }), 200) }, says: 'tenant-199', next: 'Create tenant…' },
  },
  {
    screen: 'a person', at: ['admin', 'person/01930000-0000-7000-8000-000000000a0a'], command: 'person', session: admin,
    empty: { answer: { ...person, seen_at: null, failures: 0, roles: [], keys: [], devices: [], decisions: [] }, says: /^No decision|^Nothing|^No /u, next: /./u },
    long: { answer: { ...person, decisions: many((at) => ({ ...person.decisions[0]!, record: { ...person.decisions[0]!.record, seq: 9000 - at } }), 300) }, says: /^Decisions/u, next: /./u },
  },
  {
    screen: 'one’s own page', at: ['me', ''], command: 'person',
    empty: { answer: { ...me, seen_at: null, failures: 0, roles: [], keys: [], devices: [], decisions: [] }, says: /^No /u, next: /./u },
    long: { answer: { ...me, decisions: many((at) => ({ ...person.decisions[0]!, record: { ...person.decisions[0]!.record, seq: 9000 - at } }), 300) }, says: /^Decisions/u, next: /./u },
  },
  {
    screen: 'the first page', at: ['inbox', ''], command: 'first_page', session: { state: 'closed' }, loading: 'its rows stand there at once',
    empty: { answer: { ...views.firstPage, last: null, health: [] }, says: 'Create workspace', next: 'Explore the demo' },
    long: { answer: { ...views.firstPage, last: { ...views.workspace, title: LONG_NAME, path: LONG_NAME } }, says: LONG_NAME, next: 'Open workspace' },
  },
  {
    screen: 'the console', at: ['inbox', ''], command: 'session',
    empty: { answer: { state: 'signed_out', workspace: views.workspace, people: [], keys_here: true }, says: /^Nobody/u, next: /./u },
    long: { answer: { state: 'signed_out', workspace: views.workspace, people: many((at) => ({ ...views.people[0]!, id: `p-${at}`, name: `${LONG_NAME.slice(4)}${at}` }), 200), keys_here: true }, says: /x+199/u, next: /x+199/u },
  },
  {
    screen: 'the signing window', at: ['inbox', ''], command: 'signing', signing: true,
    empty: { answer: { purpose: 'idle' }, says: 'Nothing is to be signed', next: /can be closed/u },
    long: { answer: { purpose: 'decide', ...views.decision, sentence: `Approve model ${LONG_NAME}, version 7.` }, says: /^Approve model x+/u, next: 'Sign approval' },
  },
];

beforeEach(() => {
  session.asked.forget();
  answering({});
  // What was begun outlives a page, and would outlive a cell.
  const chair = `${admin.tenant.id} ${admin.person.id}`;
  for (const kept of ['', ' kept']) dropDraft(`prompt ${chair} kyc-summary${kept}`);
});
afterEach(() => document.body.replaceChildren());

/** Who sits there. */
const seat = (row: Row): Parameters<typeof answering>[0] => (row.session ? { session: () => row.session } : {});

/** Comes to the screen of a row, whose command is answered so. */
async function come(row: Row, answer: (given: Record<string, unknown>) => unknown): Promise<void> {
  answering({ ...seat(row), [row.command]: answer });
  route.go(...row.at);
  if (row.signing) render(Signing);
  else render(App);
  for (const [role, name] of row.press ?? []) await fireEvent.click(await within(document.body).findByRole(role, { name }));
}

const seen = (element: Element) => element.closest('.paper, nav, [aria-hidden="true"]') === null;
const all = (selector: string) => [...document.body.querySelectorAll(selector)].filter(seen);
const fits = (text: string, wanted: string | RegExp) => (typeof wanted === 'string' ? text === wanted : wanted.test(text));
const words = (element: Element) => (element.textContent ?? '').replaceAll(/[\s\u00a0]+/gu, ' ').trim();

/** Something that can be pressed or followed, or a sentence that says it, by these words. */
function hasNext(wanted: string | RegExp): boolean {
  const titled = (element: Element) => document.getElementById(element.getAttribute('aria-labelledby') ?? '');
  const named = (element: Element) => element.getAttribute('aria-label') ?? words(titled(element) ?? element);
  const open = all('button, a[href]').filter((one) => !one.hasAttribute('disabled') && one.getAttribute('aria-disabled') !== 'true');
  return open.some((one) => fits(named(one), wanted)) || all('p').some((one) => wanted instanceof RegExp && wanted.source !== '.' && wanted.test(words(one)));
}

const says = (wanted: string | RegExp) => all('h1, h2, h3, p, td, span, li, dd, div, button').some((one) => fits(words(one), wanted));

/** What a state lacks: nothing where it is as it should be. */
function lacks(state: State, given: Given | null): string[] {
  const faults: string[] = [];
  if (state === 'loading') {
    const told = all('[role="status"] [role="progressbar"], [role="progressbar"]').map((one) => one.getAttribute('aria-label') ?? '');
    if (!told.some((name) => name.trim().length > 4)) faults.push('nothing says what is being read');
  } else if (state === 'failing') {
    const alert = all('[role="alert"]')[0];
    if (!alert) return ['nothing says that it failed'];
    if (!words(alert).includes(REFUSAL.message)) faults.push('it does not say what happened');
    if (!words(alert).includes(REFUSAL.hint)) faults.push('it does not say what to do next');
    if (![...alert.querySelectorAll('button')].some((one) => words(one) === 'Try again')) faults.push('it cannot be tried again');
  } else if (given && typeof given !== 'string') {
    if (!says(given.says)) faults.push(`nothing says ${String(given.says).slice(0, 60)}`);
    if (!hasNext(given.next)) faults.push(`no next step ${given.next}`);
    const elements = document.body.querySelectorAll('*').length;
    if (elements > 60_000) faults.push(`${elements} elements`);
  }
  return faults;
}

async function shows(state: State, given: Given | null): Promise<void> {
  await waitFor(() => expect(lacks(state, given)).toEqual([]), { timeout: 8000 });
}

/** Cells that are gone through: fewer mean that rows went missing. */
const FLOOR = 103;
const cells = ROWS.flatMap((row) =>
  STATES.map((state) => {
    const given = state === 'empty' || state === 'long' ? row[state] : (row[state] ?? null);
    return { row, state, given };
  }),
);
const gone = cells.filter(({ given }) => typeof given !== 'string');

describe.each(gone)('$row.screen, $state', ({ row, state, given }) => {
  it('says what is so and what to do next', async () => {
    if (state === 'loading') await come(row, never);
    else if (state === 'failing') await come(row, failing);
    else await come(row, () => (given as Exclude<Given, string>).answer);
    await shows(state, given);
    if (state !== 'failing') return;
    // And the next step leads out of it.
    answering(seat(row));
    const alert = all('[role="alert"]')[0] as HTMLElement;
    await fireEvent.click(within(alert).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(all('[role="alert"]')).toEqual([]), { timeout: 8000 });
  });
});

describe('the table', () => {
  it('goes through every screen and state but those with a reason', () => {
    expect(gone.length).toBeGreaterThanOrEqual(FLOOR);
    expect(cells.length - gone.length).toBeLessThanOrEqual(17);
    expect(new Set(ROWS.map(({ screen }) => screen)).size).toBe(ROWS.length);
  });

  it.each<[State, string, number]>([
    ['loading', '<div role="status"></div>', 1],
    ['loading', '<p>Please wait</p>', 1],
    ['failing', '<p>It failed</p>', 1],
    ['failing', '<p role="alert">It failed</p>', 3],
    ['failing', `<div role="alert">${REFUSAL.message}</div>`, 2],
    ['empty', '<main></main>', 2],
    ['empty', '<main><h2>Nothing here</h2></main>', 1],
    ['empty', '<main><h2>Nothing here</h2><button disabled>Add</button></main>', 1],
    ['empty', '<main><h2>Nothing here</h2><button aria-disabled="true">Add</button></main>', 1],
    ['empty', '<main><h2>Nothing here</h2><button>Add</button></main>', 0],
    ['long', '<nav><h2>Nothing here</h2><button>Add</button></nav>', 2],
  ])('finds what a state lacks: %s of %s', (state, markup, faults) => {
    cleanup();
    const made = new DOMParser().parseFromString(markup, 'text/html');
    document.body.replaceChildren(...made.body.childNodes);
    expect(lacks(state, { answer: null, says: 'Nothing here', next: 'Add' })).toHaveLength(faults);
  });
});
