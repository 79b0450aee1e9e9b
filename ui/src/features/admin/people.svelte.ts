// People, their roles by tenant, the matrix, and what an admin asks for. Every act is signed in the
// signing window; this page only fills in what it will say there. What was typed stays until then.

import { CallError, core, type Core, type MatrixRow, type PeopleView, type PersonRow, type TenantColumn } from '../../lib/ipc/client';
import type { FailureText } from '../../lib/design';
import { Asked } from '../../lib/ipc/asked.svelte';
import { describe } from '../../lib/ipc/errors';
import { onlyErrors, reasonError, type FieldErrors } from '../registry/fields';

type Calls = Pick<Core, 'people' | 'matrix' | 'addPerson' | 'grantRole'>;
export type Field = 'name' | 'role' | 'reason';
/** Somebody new, or another role for somebody who is there. */
export type Act = { kind: 'add' } | { kind: 'grant'; row: PersonRow; role: string | null };
/** A change that waits for a second admin. */
export type Waiting = { requestId: string; person: string; role: string; proposed: string; tenantId: string };

export const ROLES = ['ADMIN', 'ANALYST', 'APPROVER', 'VIEWER'];
const TITLE_LIMIT = 128;

export class People {
  readonly view = new Asked<PeopleView>();
  readonly matrix = new Asked<MatrixRow[]>();
  #calls: Calls;

  constructor(calls: Calls = core) {
    this.#calls = calls;
  }

  async load(): Promise<void> {
    await Promise.all([this.view.ask(() => this.#calls.people()), this.matrix.ask(() => this.#calls.matrix())]);
  }

  /** Changes that wait, in the order of the grid. */
  get waiting(): Waiting[] {
    const view = this.view.value;
    if (!view) return [];
    return view.people.flatMap((row) =>
      row.cells.flatMap((cell, at) =>
        cell.request_id && cell.proposed
          ? [
              {
                requestId: cell.request_id,
                person: row.person.name,
                role: cell.role ?? '',
                proposed: cell.proposed,
                tenantId: view.tenants[at]?.id ?? '',
              },
            ]
          : [],
      ),
    );
  }
}

/** A draft of one act. */
export class ActDraft {
  name = $state('');
  role = $state('');
  reason = $state('');
  errors = $state<FieldErrors<Field>>({});
  failure = $state<FailureText | null>(null);
  /** True once the signing window was asked for. */
  waiting = $state(false);
  readonly act: Act;
  #calls: Pick<Calls, 'addPerson' | 'grantRole'>;

  constructor(act: Act, calls: Pick<Calls, 'addPerson' | 'grantRole'> = core) {
    this.act = act;
    this.#calls = calls;
  }

  /** Asks the core to open the signing window. Nothing is changed here. */
  async sign(): Promise<void> {
    this.failure = null;
    this.waiting = false;
    this.errors = this.#check();
    if (Object.keys(this.errors).length > 0) return;
    const { role, reason } = this;
    try {
      if (this.act.kind === 'add') await this.#calls.addPerson({ name: this.name.trim(), role, reason });
      else await this.#calls.grantRole({ person_id: this.act.row.person.id, role, reason });
      this.waiting = true;
    } catch (thrown) {
      this.#refused(thrown);
    }
  }

  #check(): FieldErrors<Field> {
    const name = this.name.trim();
    const long = [...name].length > TITLE_LIMIT;
    const same = this.act.kind === 'grant' && this.role === this.act.role;
    return onlyErrors({
      name: this.act.kind === 'grant' ? '' : !name ? 'Give the name as it will stand on signatures.' : long ? `At most ${TITLE_LIMIT} characters.` : '',
      role: !this.role ? 'Choose a role.' : same ? 'This is the role they have.' : '',
      reason: reasonError(this.reason),
    });
  }

  #refused(thrown: unknown): void {
    if (thrown instanceof CallError && thrown.view.code === 'already_exists' && this.act.kind === 'add') {
      const { sentence, next } = describe(thrown);
      this.errors = { name: `${sentence} ${next}`.trim() };
    } else {
      this.failure = describe(thrown);
    }
  }
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
