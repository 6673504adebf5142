import { type Assembly, addressOf } from '../../assembly';
import { type Alarm, type AlarmFeature, findAlarm, type MetricAlarm, readAlarm } from '../monitoring';
import { INSUFFICIENT_DATA_STATUSES, type MetricHealthCheck } from './health-check';
import type { PropertyReader } from './property-reader';

/**
 * What a health check refuses in an alarm; what it takes and this model leaves out is not listed.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html#health-checks-creating-values-cloudwatch
 */
const REFUSED: ReadonlySet<AlarmFeature> = new Set<AlarmFeature>([
  'a rule over other alarms',
  'metric math or a query',
  'an anomaly band',
  'an extended statistic',
  'a period that is no multiple of 60 s',
]);

/** Most dimensions of a metric that Route 53 reads. @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_CloudWatchAlarmConfiguration.html */
const MOST_DIMENSIONS = 10;

/** Treatment of missing data that says the same as each status for insufficient data. */
const SAME_TREATMENT = { Healthy: 'notBreaching', Unhealthy: 'breaching', LastKnownStatus: 'ignore' } as const;

/**
 * Reads a health check of type `CLOUDWATCH_METRIC` with its alarm.
 *
 * Whether the alarm's treatment of missing data or the check's status for insufficient data decides when data is missing is
 * not documented: the former says when CloudWatch lacks data to determine the alarm's state, the latter what Route 53 makes of a lack of it,
 * and Route 53 reads the data and not the state. An alarm that treats missing data as missing, or as what the check's status says, leaves no doubt; any
 * other pair is not modelled.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 *
 * @returns undefined when it has a problem, which is noted.
 * @throws NotModelled for an alarm that is not in the assembly, or that this model cannot evaluate.
 */
export function readMetricCheck(assembly: Assembly, config: PropertyReader): MetricHealthCheck | undefined {
  const alarm = readNamedAlarm(assembly, config);
  const insufficientDataStatus = readStatus(config);
  if (!alarm || !insufficientDataStatus) return undefined;
  if (alarm.missingData !== 'missing' && alarm.missingData !== SAME_TREATMENT[insufficientDataStatus]) {
    throw config.notModelled(
      `${insufficientDataStatus} while data is insufficient, and alarm ${alarm.id} treats missing data as ${alarm.missingData}: which of the two counts is not documented`,
    );
  }
  return {
    kind: 'metric',
    id: addressOf(config.resource),
    alarm,
    insufficientDataStatus,
    inverted: config.flag('Inverted'),
  };
}

function readNamedAlarm(assembly: Assembly, config: PropertyReader): MetricAlarm | undefined {
  const identifier = config.section('AlarmIdentifier');
  if (!identifier?.has('Name') || !identifier.has('Region')) {
    config.problem('AlarmIdentifier', 'the name and the Region of an alarm', 'give both');
    return undefined;
  }
  const name = identifier.value('Name');
  const region = identifier.text('Region');
  const resource = findAlarm(assembly, name, region, config.resource);
  if (!resource) throw identifier.notModelled(`alarm ${String(name)} of ${region} is not in the assembly`);
  const { account } = config.resource.stack;
  if (resource.stack.account !== account) {
    identifier.problem('Name', `an alarm of the health check's own account, ${account}`, 'move one of the two');
  }
  return usable(identifier, readAlarm(assembly, resource));
}

function usable(identifier: PropertyReader, alarm: Alarm): MetricAlarm | undefined {
  const refuse = (found: string, allowed: string): undefined => {
    identifier.problem(
      'Name',
      `${allowed}; alarm ${alarm.id} has ${found}`,
      'give the health check an alarm of its own',
    );
    return undefined;
  };
  if (alarm.kind === 'other') {
    if (REFUSED.has(alarm.feature)) return refuse(alarm.feature, 'an alarm on one metric by a plain statistic');
    throw identifier.notModelled(`alarm ${alarm.id} with ${alarm.feature}`);
  }
  const { datapointsToAlarm, evaluationPeriods, metric } = alarm;
  if (datapointsToAlarm !== evaluationPeriods) {
    return refuse(`${datapointsToAlarm} of ${evaluationPeriods}`, 'an alarm that takes all of its evaluation periods');
  }
  if (Object.keys(metric.dimensions).length > MOST_DIMENSIONS) {
    return refuse('more', `an alarm on a metric of at most ${MOST_DIMENSIONS} dimensions`);
  }
  return alarm;
}

function readStatus(config: PropertyReader): MetricHealthCheck['insufficientDataStatus'] | undefined {
  const text = config.text('InsufficientDataHealthStatus') || 'LastKnownStatus';
  const status = INSUFFICIENT_DATA_STATUSES.find((candidate) => candidate === text);
  if (!status) {
    config.problem('InsufficientDataHealthStatus', INSUFFICIENT_DATA_STATUSES.join(', '), 'choose one of the three');
  }
  return status;
}
