// The way to a change that waits: it is reviewed in the inbox of its own tenant.

import { route } from '../frame/route.svelte';
import { session } from '../frame/session.svelte';

export async function reviewChange(requestId: string, tenantId?: string): Promise<void> {
  if (tenantId && tenantId !== session.open?.tenant.id) await session.chooseTenant(tenantId);
  route.go('inbox', requestId);
}
