import { type Alarm, CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmIdentifier, CfnHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Token } from 'aws-cdk-lib/core';
import { BlueprintError } from '../blueprint-error';

/**
 * Regions that have Route 53 health checkers.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
 */
export const CHECKER_REGIONS: readonly string[] = [
  'us-east-1',
  'us-west-1',
  'us-west-2',
  'eu-west-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ap-northeast-1',
  'sa-east-1',
];

/**
 * Most children of a calculated health check.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html
 */
export const MAX_CHILDREN = 256;

/** Seconds between probes that Route 53 offers; aws-cdk-lib 2.276.0 lets others through. */
const INTERVALS: readonly number[] = [10, 30];

/** Statistics of an alarm that Route 53 can compute itself. */
const STATISTICS: readonly string[] = ['Average', 'Minimum', 'Maximum', 'Sum', 'SampleCount'];

/**
 * Refuses what Route 53 refuses or ignores in the configuration of a child check.
 *
 * @param config Configuration as the child declares it.
 * @param gatedName Name of the record that the check decides on.
 * @param region Region that the check decides on.
 * @throws BlueprintError
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 */
export function refuseUnusableCheck(
  config: CfnHealthCheck.HealthCheckConfigProperty,
  gatedName: string,
  region: string,
): void {
  const { type, requestInterval, failureThreshold, regions, fullyQualifiedDomainName, alarmIdentifier } = config;
  if (type === 'CALCULATED') {
    throw new BlueprintError('HealthCheckNested', 'a calculated health check cannot have a calculated child');
  }
  if (isNumber(requestInterval) && !INTERVALS.includes(requestInterval)) {
    throw new BlueprintError('HealthCheckInterval', `requestInterval must be 10 or 30 seconds, got ${requestInterval}`);
  }
  if (
    isNumber(failureThreshold) &&
    !(Number.isInteger(failureThreshold) && failureThreshold >= 1 && failureThreshold <= 10)
  ) {
    throw new BlueprintError(
      'HealthCheckThreshold',
      `failureThreshold must be a whole number from 1 to 10, got ${failureThreshold}`,
    );
  }
  if (regions !== undefined && !Token.isUnresolved(regions)) refuseCheckerRegions(regions);
  if (fullyQualifiedDomainName !== undefined && sameName(fullyQualifiedDomainName, gatedName)) {
    throw new BlueprintError(
      'HealthCheckProbesGatedRecord',
      `fullyQualifiedDomainName must be a Region's own name, got ${fullyQualifiedDomainName}, the record the check decides on`,
    );
  }
  if (alarmIdentifier && 'region' in alarmIdentifier) refuseOwnRegion(alarmIdentifier.region, region);
}

/**
 * Names an alarm to Route 53, or refuses one that Route 53 cannot follow: it reads the alarm's metric, not its state, and knows plain
 * statistics of standard resolution only. Call it where the alarm is made, and name the alarm where it decides:
 *
 * ```ts
 * declare const peerStack: Stack; // us-west-2
 * declare const metric: Metric;
 *
 * const alarmName = 'evacuated-us-east-2';
 * const alarm = new Alarm(peerStack, 'Evacuated', { alarmName, metric, threshold: 1, evaluationPeriods: 1 });
 * const identifier = alarmIdentifierOf(alarm); // { name: 'evacuated-us-east-2', region: 'us-west-2' }
 * ```
 *
 * @param alarm Alarm in a stack whose Region is written out.
 * @returns Name and Region of the alarm, both written out.
 * @throws BlueprintError
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html#health-checks-creating-values-cloudwatch
 */
export function alarmIdentifierOf(alarm: Alarm): AlarmIdentifier {
  const resource = alarm.node.defaultChild;
  if (!(resource instanceof CfnAlarm)) throw new BlueprintError('AlarmUnknown', 'alarm must be an Alarm of this app');
  if (
    Token.isUnresolved(alarm.stack.region) ||
    resource.alarmName === undefined ||
    Token.isUnresolved(resource.alarmName)
  ) {
    throw new BlueprintError(
      'AlarmNameUnknown',
      `alarm must have a written alarmName and its stack a written Region, because no stack may refer to another Region: ${alarm.node.path}`,
    );
  }
  if (resource.metrics !== undefined) {
    throw new BlueprintError(
      'AlarmMetricMath',
      `alarm must watch one metric without metric math: ${resource.alarmName}`,
    );
  }
  if (resource.extendedStatistic !== undefined || !STATISTICS.includes(resource.statistic ?? '')) {
    throw new BlueprintError(
      'AlarmStatistic',
      `alarm must use one of ${STATISTICS.join(', ')}, got ${resource.extendedStatistic ?? resource.statistic}: ${resource.alarmName}`,
    );
  }
  if (resource.datapointsToAlarm !== undefined && resource.datapointsToAlarm !== resource.evaluationPeriods) {
    throw new BlueprintError(
      'AlarmMOutOfN',
      `alarm must not be M out of N, got ${resource.datapointsToAlarm} of ${resource.evaluationPeriods}: ${resource.alarmName}`,
    );
  }
  if (resource.period === undefined || resource.period < 60) {
    throw new BlueprintError(
      'AlarmHighResolution',
      `alarm must have a period of at least 60 s, the standard resolution, got ${resource.period}: ${resource.alarmName}`,
    );
  }
  return { name: resource.alarmName, region: alarm.stack.region };
}

function refuseCheckerRegions(regions: readonly string[]): void {
  const unknown = regions.filter((region) => !CHECKER_REGIONS.includes(region));
  if (new Set(regions).size >= 3 && unknown.length === 0) return;
  throw new BlueprintError(
    'HealthCheckerRegions',
    `checker Regions must be at least 3 of ${CHECKER_REGIONS.join(', ')}, got ${regions.join(', ') || 'none'}`,
  );
}

/**
 * Refuses an alarm that lies in the Region it decides on.
 *
 * @throws BlueprintError
 */
export function refuseOwnRegion(alarmRegion: string, region: string): void {
  if (alarmRegion !== region) return;
  throw new BlueprintError(
    'AlarmInControlledRegion',
    `alarm must lie in another Region than ${region}, which it decides on: a lost Region cannot report that it is lost`,
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Token.isUnresolved(value);
}

function sameName(one: string, other: string): boolean {
  return one.replace(/\.$/, '').toLowerCase() === other.replace(/\.$/, '').toLowerCase();
}
