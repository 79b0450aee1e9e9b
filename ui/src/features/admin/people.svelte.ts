// People, their roles by tenant, the matrix, and what waits. Every act is signed in the signing window;
// this page only fills in what it will say there.

import {
  core,
  type ActDraft,
  type Core,
  type GroupView,
  type MatrixRow,
  type PeopleView,
  type PersonRow,
  type PoliciesView,
  type RoleCell,
  type TenantColumn,
} from '../../lib/ipc/client';
import { Asked } from '../../lib/ipc/asked.svelte';
import { roleWord } from '../../lib/words/subject';
import type { ActForm, Form } from './asking.svelte';

type Calls = Pick<Core, 'people' | 'matrix' | 'policies'>;
/** A change that waits for a second admin, in words. */
export type Waiting = { requestId: string; sentence: string; now: string; tenantId: string };

export const ROLES = ['ADMIN', 'ANALYST', 'APPROVER', 'VIEWER'];
export const TITLE_LIMIT = 128;

export class People {
  readonly view = new Asked<PeopleView>();
  readonly matrix = new Asked<MatrixRow[]>();
  readonly policies = new Asked<PoliciesView>();
  #calls: Calls;

  constructor(calls: Calls = core) {
    this.#calls = calls;
  }

  async load(): Promise<void> {
    await Promise.all([
      this.view.ask(() => this.#calls.people()),
      this.matrix.ask(() => this.#calls.matrix()),
      this.policies.ask(() => this.#calls.policies()),
    ]);
  }

  /** Changes that wait, in the order of the grid. */
  get waiting(): Waiting[] {
    const view = this.view.value;
    return (view?.people ?? []).flatMap((row) =>
      row.cells.flatMap((cell, at) => {
        const tenantId = view?.tenants[at]?.id ?? '';
        return cell.request_id
          ? [{ requestId: cell.request_id, sentence: becoming(row.person.name, cell, tenantId), now: cell.role ?? '', tenantId }]
          : [];
      }),
    );
  }
}

/** Whose account is closed stands last; else the order of the core. */
export function byState(people: readonly PersonRow[]): PersonRow[] {
  return [...people.filter((row) => row.active), ...people.filter((row) => !row.active)];
}

function becoming(name: string, cell: RoleCell, tenantId: string): string {
  if (!cell.proposed) return `${name} loses their role in ${tenantId}`;
  if (cell.proposed === cell.role) return `${name} stays ${roleWord(cell.proposed)} in ${tenantId}, in another group`;
  return `${name} becomes ${roleWord(cell.proposed)} in ${tenantId}`;
}

/** Somebody new. */
export class NewPerson implements Form<'name' | 'role'> {
  readonly taken = 'name';
  readonly keeps = ['name', 'role'];
  name = $state('');
  role = $state('');
  #calls: Pick<Core, 'addPerson'>;

  constructor(calls: Pick<Core, 'addPerson'> = core) {
    this.#calls = calls;
  }

  check() {
    return {
      name: titleError(this.name, 'Give the name as it will stand on signatures.'),
      role: this.role ? '' : 'Choose a role.',
    };
  }

  send(reason: string) {
    return this.#calls.addPerson({ name: this.name.trim(), role: this.role, reason });
  }
}

export const NO_ROLE = 'none';
export const NO_GROUP = '';
export const NEW_GROUP = '+';
/** A group that is there already: no title can be taken for one of the words above. */
export const groupValue = (title: string) => `=${title}`;

/** Another role, or none, or another group for somebody who is there. */
export class RoleChange implements ActForm<'role' | 'group'> {
  readonly keeps = ['role', 'choice', 'title'];
  role = $state('');
  /** `NO_GROUP`, `NEW_GROUP` or the value of a group. */
  choice = $state(NO_GROUP);
  /** Title of a new group. */
  title = $state('');
  readonly row: PersonRow;
  readonly now: RoleCell;
  #matrix: readonly MatrixRow[];

  constructor(row: PersonRow, now: RoleCell, matrix: readonly MatrixRow[]) {
    this.row = row;
    this.now = now;
    this.#matrix = matrix;
    this.role = now.role ?? '';
    this.choice = now.group ? groupValue(now.group) : NO_GROUP;
  }

  /** Groups are for those who may sign. */
  get mayRepresent(): boolean {
    return maySign(this.role, this.#matrix);
  }

  get group(): string | null {
    if (!this.mayRepresent || this.choice === NO_GROUP) return null;
    return this.choice === NEW_GROUP ? this.title.trim() : this.choice.slice(groupValue('').length);
  }

  get act(): ActDraft | null {
    const person_id = this.row.person.id;
    if (Object.values(this.check()).some((error) => error !== '')) return null;
    if (this.role === NO_ROLE) return { kind: 'revoke_role', person_id };
    return { kind: 'grant_role', person_id, role: this.role, group: this.group };
  }

  check() {
    const same = this.role === this.now.role && this.group === this.now.group;
    const titled = this.mayRepresent && this.choice === NEW_GROUP;
    return {
      role: !this.role ? 'Choose a role.' : same ? 'This is the role they have.' : '',
      group: titled ? titleError(this.title, 'Give the group a title.') : '',
    };
  }
}

/** The groups that can be chosen: those that somebody represents, and the person's own. */
export function groupTitles(groups: readonly GroupView[], own: string | null): string[] {
  const titles = groups.map((group) => group.title);
  return own && !titles.includes(own) ? [own, ...titles] : titles;
}

export function titleError(title: string, missing: string): string {
  const length = [...title.trim()].length;
  return length === 0 ? missing : length > TITLE_LIMIT ? `At most ${TITLE_LIMIT} characters.` : '';
}

/** What an admin must know about a tenant all the time. */
export function warningsOf(tenants: readonly TenantColumn[]): string[] {
  return tenants.flatMap((tenant) => [
    ...(tenant.admins === 1
      ? [`${tenant.id} has one admin: changes there apply at once, and their records say so.`]
      : tenant.admins === 0
        ? [`${tenant.id} has no admin: nobody can change roles there.`]
        : []),
    ...(meets(tenant) ? [] : [`${tenant.id} asks for ${tenant.high_needs} signatures on the high tier, and ${tenant.can_sign === 1 ? 'one person' : tenant.can_sign} can sign: such requests wait.`]),
  ]);
}

/** True when enough people can sign for the high tier. */
export function meets(tenant: TenantColumn): boolean {
  return tenant.can_sign >= tenant.high_needs;
}

/** True for roles that may sign approvals, by the matrix as it is enforced. */
export function maySign(role: string | null, matrix: readonly MatrixRow[]): boolean {
  return matrix.find((row) => row.role === role)?.may[APPROVE] ?? false;
}

/** The columns of the matrix, in the core's order. */
export const VERBS = ['create', 'approve', 'view', 'register_model'];
const APPROVE = VERBS.indexOf('approve');
