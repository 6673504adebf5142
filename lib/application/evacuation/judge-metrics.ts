import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Shares } from './judgement';
import type { ProbedMinute } from './probe-minute';
import type { Tally } from './tally';

/** Metrics of the judge, in the namespace of its environment; alarms name their dimensions, so there are no others. */
export function createJudgeMetrics(): Metrics {
  const metrics = new Metrics();
  metrics.clearDefaultDimensions();
  return metrics;
}

/**
 * Publishes the switch: for each share of the clients 1 where it is taken away from the ward and 0 where it is not, every
 * minute, as nothing published means nothing taken away.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html#dns-failover-determining-health-of-endpoints-cloudwatch
 */
export function publishShares(metrics: Metrics, ward: string, shares: Shares): void {
  for (const share of ['first', 'rest'] as const) {
    metrics.addDimension('Ward', ward);
    metrics.addDimension('Share', share);
    metrics.addMetric('Evacuated', MetricUnit.Count, shares[share]);
    metrics.publishStoredMetrics();
  }
}

/** Names that were probed, as metrics name them. */
export interface ProbedNames {
  /** Region of the judge. */
  readonly region: string;
  readonly ward: string;
}

/**
 * Publishes what the probes found, for people and their alarms: one line for each name that was probed. `ProbeFailures` has a 0 or a 1 for
 * each request, so that its average is the failed share, its sum the failures and its number of samples the requests, for the price of one
 * metric.
 */
export function publishProbes(metrics: Metrics, { region, ward }: ProbedNames, minute: ProbedMinute): void {
  publishTally(metrics, region, minute.judge.tally);
  publishTally(metrics, 'global', minute.shared.tally);
  const lags = minute.lagsSeconds.filter((lag) => lag !== undefined);
  publishTally(metrics, ward, minute.ward.tally, lags.length === 0 ? undefined : Math.max(...lags));
}

function publishTally(metrics: Metrics, target: string, tally: Tally, lagSeconds?: number): void {
  metrics.addDimension('Target', target);
  for (let request = 0; request < tally.requests; request++) {
    metrics.addMetric('ProbeFailures', MetricUnit.Count, request < tally.failures ? 1 : 0);
  }
  for (const latencyMs of tally.latenciesMs) metrics.addMetric('ProbeLatency', MetricUnit.Milliseconds, latencyMs);
  if (lagSeconds !== undefined) metrics.addMetric('ReplicationLag', MetricUnit.Seconds, lagSeconds);
  metrics.publishStoredMetrics();
}
