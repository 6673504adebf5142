import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** What an alarm on a new version's failures watches. */
export interface FailedShareAlarmProps {
  /** Physical name. */
  readonly alarmName: string;
  /** What its ringing means. */
  readonly alarmDescription: string;
  /** Requests that failed. */
  readonly failures: Metric;
  /** All requests. */
  readonly requests: Metric;
}

/**
 * Failed share of all requests, old and new version together, beyond which a new version is turned back. The new one has a tenth of them,
 * so this is a tenth of its own: a version that fails always shows as 0.1, and an old one that keeps an availability of 99.5 % stays
 * at half of this.
 */
const FAILED_SHARE = 0.01;

/**
 * Minutes that are looked at and how many of them must fail: one alone may be a lost request among the hundred or so that the health
 * checkers send. With the minute or two until metrics arrive, the alarm rings within the five minutes of the canary.
 */
const MINUTES = { watched: 3, failing: 2 };

/**
 * An alarm that turns a new version back: minute by minute, on the share of failures, silent without requests.
 *
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/monitoring-create-alarms.html
 */
export function failedShareAlarm(scope: Construct, id: string, props: FailedShareAlarmProps): Alarm {
  const { alarmName, alarmDescription, failures, requests } = props;
  const period = Duration.minutes(1);
  const sum = (metric: Metric): IMetric => metric.with({ statistic: 'Sum', period });
  return new Alarm(scope, id, {
    alarmName,
    alarmDescription,
    metric: new MathExpression({
      expression: 'failures / requests',
      usingMetrics: { failures: sum(failures), requests: sum(requests) },
      label: 'failed share',
      period,
    }),
    threshold: FAILED_SHARE,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: MINUTES.watched,
    datapointsToAlarm: MINUTES.failing,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}
