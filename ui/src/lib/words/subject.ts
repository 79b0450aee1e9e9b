// Names of the domain in words: kinds, tiers, roles, versions. Unknown words are shown as they stand.

import { capitalised } from '../design';

/** `model` → `Model`. */
export function kindWord(kind: string): string {
  return capitalised(kind);
}

/** `high` → `High tier`; a change has none. */
export function tierWords(tier: string | null): string {
  return tier ? `${capitalised(tier)} tier` : '';
}

/** `7` → `@7`; a change has no version. */
export function versionWord(version: string | number): string {
  return version === '' ? '' : `@${version}`;
}

/** `ADMIN` → `Admin`. */
export function roleWord(role: string): string {
  return capitalised(role);
}

/** `retail-eu` as it is; the workspace's own log, which is put in front like a tenant, by its name. */
export function tenantWord(tenantId: string): string {
  return tenantId === '_workspace' ? 'Workspace' : tenantId;
}
