import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../security';

/** Properties of {@link ObjectiveAlarm}. */
export interface ObjectiveAlarmProps {
  /** Name of the application: prefix of the alarm's name, and namespace of the metrics. */
  readonly application: string;

  /** Recovery time objective in seconds, after which clients must be served again whatever happened. */
  readonly rtoSeconds: number;
}

const PERIOD = Duration.minutes(1);

/**
 * Rings when clients have not recovered in time: some probe of the name that every Region shares failed, from this Region, in every minute
 * of the recovery time objective. It is what stops an experiment: the hypothesis of each is that clients recover within the objective.
 *
 * ```ts
 * declare const scope: Construct;
 *
 * const { alarm } = new ObjectiveAlarm(scope, 'Objective', { application: 'dispatch', rtoSeconds: 900 });
 * ```
 *
 * Alarms on a Region's own errors would stop an experiment that impairs the Region before there is anything to see. No data means that
 * nobody looks, so it rings: an experiment that nobody watches neither starts nor goes on.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/stop-conditions.html
 */
export class ObjectiveAlarm extends Construct {
  /** The alarm, on a metric: FIS documents no composite alarms. */
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, { application, rtoSeconds }: ObjectiveAlarmProps) {
    super(scope, id);
    const minutes = Math.ceil(rtoSeconds / PERIOD.toSeconds());
    this.alarm = new Alarm(this, 'Alarm', {
      alarmName: `${application}-objective-missed`,
      alarmDescription: `The shared name, asked from here, has failed in every minute for ${minutes} minutes: longer than the recovery time objective`,
      metric: new Metric({
        namespace: application,
        metricName: 'ProbeFailures',
        dimensionsMap: { Target: 'global' },
        statistic: 'Sum',
        period: PERIOD,
      }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: minutes,
      treatMissingData: TreatMissingData.BREACHING,
    });
    acknowledge(
      this.alarm,
      'NIST.800.53.R5::NIST.800.53.R5-CloudWatchAlarmAction',
      'Experiments read its state and stop; people are told by the composite alarm of the Region.',
    );
  }
}
