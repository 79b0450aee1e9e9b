// The domain's states as shape, tone and word (look/README.md, "Status"). Total over every state.

import type { StatusWords } from '../design';
import type { EffectView, HealthState, LifecycleView, StatusView } from '../ipc/client';

/** Where a request stands: its decision, or how it left the queue without one. */
export function requestStatus(status: StatusView, lifecycle: LifecycleView): StatusWords {
  if (status === 'APPROVED') return { shape: 'tick', tone: 'ok', word: 'Approved' };
  if (status === 'REJECTED') return { shape: 'cross', tone: 'stop', word: 'Rejected' };
  const LEFT: Record<LifecycleView, StatusWords> = {
    open: { shape: 'ring', tone: 'rest', word: 'Pending' },
    decided: { shape: 'ring', tone: 'rest', word: 'Pending' },
    withdrawn: { shape: 'bar', tone: 'rest', word: 'Withdrawn' },
    expired: { shape: 'bar', tone: 'rest', word: 'Expired' },
    superseded: { shape: 'bar', tone: 'rest', word: 'Superseded' },
  };
  return LEFT[lifecycle];
}

/** Whether a subject may be used now. */
export function effectStatus(effect: EffectView): StatusWords {
  const WORDS: Record<EffectView, StatusWords> = {
    none: { shape: 'bar', tone: 'rest', word: 'Not in force' },
    in_force: { shape: 'tick', tone: 'ok', word: 'In force' },
    lapsed: { shape: 'bar', tone: 'rest', word: 'Lapsed' },
    revoked: { shape: 'slash', tone: 'stop', word: 'Revoked' },
    void: { shape: 'alarm', tone: 'stop', word: 'Void' },
  };
  return WORDS[effect];
}

/** One status for a version: its effect once it was approved, else where its request stands. */
export function versionStatus(status: StatusView, lifecycle: LifecycleView, effect: EffectView): StatusWords {
  return status === 'APPROVED' && effect !== 'none' ? effectStatus(effect) : requestStatus(status, lifecycle);
}

/** How a part of this computer stands. */
export function healthStatus(state: HealthState): StatusWords {
  const WORDS: Record<HealthState, StatusWords> = {
    ready: { shape: 'tick', tone: 'ok', word: 'Ready' },
    limited: { shape: 'triangle', tone: 'wait', word: 'Limited' },
    failed: { shape: 'cross', tone: 'stop', word: 'Does not work' },
    unused: { shape: 'bar', tone: 'rest', word: 'Not used' },
  };
  return WORDS[state];
}
