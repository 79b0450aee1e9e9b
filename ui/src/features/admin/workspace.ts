// What belongs to the workspace, on pages that the admins of any tenant see. Asking the core for it would put
// a denial on record against everybody else: whether somebody may ask is found out first.

import type { Core } from '../../lib/ipc/client';

/** An answer for whoever administers the workspace; null for everybody else. */
export type OfWorkspace<T> = { view: T | null };

export async function ofWorkspace<T>(calls: Pick<Core, 'tenants'>, question: () => Promise<T>): Promise<OfWorkspace<T>> {
  const { administers } = await calls.tenants();
  return { view: administers ? await question() : null };
}
