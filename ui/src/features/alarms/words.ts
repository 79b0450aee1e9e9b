// Alarms in words, as far as the page says them itself; what is wrong and what to do, the core says.

import type { AlarmRemedy, AlarmView } from '../../lib/ipc/client';

/** The act that ends an alarm: the button that asks for it, and what somebody else can do. Null where none does. */
export const ACTS: Record<AlarmRemedy, { button: string; can: string } | null> = {
  put_right: null,
  accept_restore: { button: 'Accept restore…', can: 'can accept the restore.' },
  re_anchor: { button: 'Set anchor anew…', can: 'can set the anchor anew.' },
};

/** `retail-eu`, or the workspace's own log. */
export function logName(tenantId: string): string {
  return tenantId === '_workspace' ? 'the workspace’s own log' : tenantId;
}

/** The alarms that concern whoever works in this tenant: the workspace's own log's, then the tenant's. */
export function alarmsHere(alarms: readonly AlarmView[], tenantId: string): AlarmView[] {
  return alarms.filter((alarm) => [tenantId, '_workspace'].includes(alarm.tenant_id));
}

/** Who else can do the act: "Lucía Ferrándiz or Yusuf Demirel"; empty where nobody can, or the reader does it. */
export function whoCan(alarm: AlarmView): string {
  if (alarm.may_end || alarm.admins.length === 0) return '';
  const [last, ...others] = [...alarm.admins].reverse();
  return others.length > 0 ? `${others.reverse().join(', ')} or ${last}` : `${last}`;
}
