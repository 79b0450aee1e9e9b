// Metrics in words: for who hears them, and for what is drawn.

import type { StatusWords } from '../../lib/design';
import type { MetricView } from '../../lib/ipc/client';

/** `@7 0.658, min 0.620, passes; @6 0.641, better`. */
export function metricWords(metric: MetricView, version: string, base: string | null): string {
  const passes = metric.passes === null ? '' : metric.passes ? 'passes' : 'fails';
  const now = [`@${version} ${metric.value}`, metric.threshold, passes].filter(Boolean).join(', ');
  if (base === null || metric.base === null) return now;
  return `${now}; @${base} ${metric.base}${metric.direction ? `, ${metric.direction}` : ''}`;
}

/** Whether a metric keeps its threshold, as a status; none without one. */
export function result(metric: MetricView): (StatusWords & { quiet?: boolean }) | null {
  if (metric.passes === null) return null;
  return metric.passes
    ? { shape: 'tick', tone: 'ok', word: 'Passes', quiet: true }
    : { shape: 'cross', tone: 'stop', word: 'Fails' };
}
