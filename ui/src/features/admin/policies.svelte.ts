// Policies by type and tier: their words, and a change of one. The core alone judges whether the people
// enrolled can meet it.

import { capitalised, plural } from '../../lib/design';
import type { ActDraft, PolicyDraft, PolicyView } from '../../lib/ipc/client';
import type { ActForm } from './asking.svelte';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const APPROVALS_LIMIT = 16;
/** The largest number of seconds that crosses to the core. */
const SECONDS_LIMIT = 2 ** 32 - 1;

/** `Model, high tier`. */
export function policyName(policy: Pick<PolicyView, 'resource_type' | 'tier'>): string {
  return `${capitalised(policy.resource_type)}, ${policy.tier} tier`;
}

/** `after 14 days`, `never`. */
export function expiryWords(seconds: number | null): string {
  return seconds === null ? 'never' : `after ${spanWords(seconds)}`;
}

/** `every signature`, `every 5 min`. */
export function reauthWords(seconds: number): string {
  if (seconds === 0) return 'every signature';
  return seconds % MINUTE === 0 ? `every ${seconds / MINUTE} min` : `every ${seconds} s`;
}

function spanWords(seconds: number): string {
  if (seconds % DAY === 0) return plural(seconds / DAY, 'day');
  if (seconds % HOUR === 0) return plural(seconds / HOUR, 'hour');
  return seconds % MINUTE === 0 ? `${seconds / MINUTE} min` : `${seconds} s`;
}

/** What stands as long as four eyes are off, policy by policy. */
export function fourEyesWarnings(policies: readonly PolicyView[], tenantId: string): string[] {
  return policies
    .filter((policy) => !policy.four_eyes)
    .map(
      (policy) =>
        `Four eyes are off in ${tenantId} for ${policy.resource_type}s of the ${policy.tier} tier: who made or requested one may approve it.`,
    );
}

type Field = 'approvals' | 'expiry' | 'reauth' | 'change';

export class PolicyChange implements ActForm<Field> {
  readonly keeps = ['approvals', 'expiry', 'reauth', 'fourEyes', 'artefactCheck', 'groups'];
  approvals = $state('');
  /** Days; empty: never. */
  expiry = $state('');
  /** Minutes; 0: every signature asks. */
  reauth = $state('');
  fourEyes = $state(true);
  artefactCheck = $state(false);
  groups = $state<string[]>([]);
  readonly policy: PolicyView;

  constructor(policy: PolicyView) {
    this.policy = policy;
    this.approvals = String(policy.approvals);
    this.expiry = policy.expires_after_seconds === null ? '' : String(policy.expires_after_seconds / DAY);
    this.reauth = String(policy.reauth_seconds / MINUTE);
    this.fourEyes = policy.four_eyes;
    this.artefactCheck = policy.artefact_check;
    this.groups = [...policy.groups];
  }

  /** What the two spans mean, while they are typed. */
  get words(): string {
    const { expiry, reauth } = this.check();
    const { expires_after_seconds, reauth_seconds } = this.#draft();
    return [
      expiry ? '' : expires_after_seconds === null ? 'Requests never expire.' : `Requests expire ${expiryWords(expires_after_seconds)}.`,
      reauth ? '' : `Passphrase ${reauth_seconds === 0 ? 'at ' : ''}${reauthWords(reauth_seconds)}.`,
    ].join(' ').trim();
  }

  /** Adds or takes away a group that must be represented. */
  require(title: string, required: boolean): void {
    const others = this.groups.filter((group) => group !== title);
    this.groups = required ? [...others, title] : others;
  }

  get act(): ActDraft | null {
    return Object.values(this.check()).some((error) => error !== '') ? null : { kind: 'change_policy', ...this.#draft() };
  }

  check(): Record<Field, string> {
    const approvals = Number(this.approvals.trim());
    const few = Number.isInteger(approvals) && approvals >= 1 && approvals <= APPROVALS_LIMIT;
    const errors = {
      approvals: few ? '' : `A whole number from 1 to ${APPROVALS_LIMIT}.`,
      expiry: spanError(this.expiry, DAY, { least: 1, empty: true }),
      reauth: spanError(this.reauth, MINUTE, { least: 0, empty: false }),
    };
    const wrong = Object.values(errors).some((error) => error !== '');
    return { ...errors, change: wrong || this.#differs() ? '' : 'This is the policy in force: change something first.' };
  }

  #draft(): PolicyDraft {
    const { resource_type, tier } = this.policy;
    return {
      resource_type,
      tier,
      approvals: Number(this.approvals.trim()),
      groups: this.groups,
      expires_after_seconds: this.expiry.trim() ? seconds(this.expiry, DAY) : null,
      reauth_seconds: seconds(this.reauth, MINUTE),
      four_eyes: this.fourEyes,
      artefact_check: this.artefactCheck,
    };
  }

  #differs(): boolean {
    const draft = this.#draft();
    const { policy } = this;
    return (
      draft.approvals !== policy.approvals ||
      draft.expires_after_seconds !== policy.expires_after_seconds ||
      draft.reauth_seconds !== policy.reauth_seconds ||
      draft.four_eyes !== policy.four_eyes ||
      draft.artefact_check !== policy.artefact_check ||
      [...draft.groups].sort().join('\n') !== [...policy.groups].sort().join('\n')
    );
  }
}

function seconds(text: string, unit: number): number {
  return Math.round(Number(text.trim()) * unit);
}

function spanError(text: string, unit: number, may: { least: number; empty: boolean }): string {
  if (!text.trim()) return may.empty ? '' : 'Give a number; 0 asks at every signature.';
  const span = seconds(text, unit);
  if (!Number.isFinite(span) || span < may.least) return may.least > 0 ? 'A number above 0, or nothing.' : 'A number, 0 or above.';
  return span > SECONDS_LIMIT ? `At most ${Math.floor(SECONDS_LIMIT / unit)}.` : '';
}
