import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { BlueprintError } from '../blueprint-error';
import { AlarmTopic } from './alarm-topic';

/**
 * The only Region in which CloudWatch has the metrics of Route 53's health checks.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
 */
export const HEALTH_CHECK_METRICS_REGION = 'us-east-1';

/** Properties of {@link EdgeWatch}. */
export interface EdgeWatchProps {
  /** Name of the application: prefix of every alarm's name. */
  readonly application: string;

  /** Health checks to watch. */
  readonly healthChecks: readonly WatchedHealthCheck[];

  /**
   * Address that is told when a check changes.
   *
   * @default - nobody: subscribe to the topic later
   */
  readonly email?: string;

  /**
   * Key of the topic.
   *
   * @default - the topic is not encrypted with a key of KMS
   */
  readonly encryptionKey?: IKey;
}

/** A health check by what it says and what Route 53 calls it. */
export interface WatchedHealthCheck {
  /** Region it decides on. */
  readonly region: string;
  /** What it is in that Region, for example `endpoint` or `gate-rest`. */
  readonly role: string;
  /** Identifier that Route 53 gave it. */
  readonly healthCheckId: string;
}

/**
 * Tells people what Route 53 thinks of each Region: one alarm for each health check, because a Region that left DNS serves nobody and so
 * raises no alarm of its own. Evacuation and return depend on nothing here, and a lost us-east-1 silences it without harm.
 *
 * ```ts
 * declare const edgeStack: Stack; // us-east-1
 *
 * new EdgeWatch(edgeStack, 'Watch', {
 *   application: 'dispatch',
 *   healthChecks: [
 *     {
 *       region: 'us-east-2',
 *       role: 'endpoint',
 *       healthCheckId: Fn.getStackOutput('dispatch-us-east-2', 'HealthCheckEndpoint', 'us-east-2').toString(),
 *     },
 *   ],
 * });
 * ```
 *
 * @throws BlueprintError in any Region but us-east-1, where the metrics do not exist.
 */
export class EdgeWatch extends Construct {
  constructor(scope: Construct, id: string, props: EdgeWatchProps) {
    super(scope, id);
    const { application, healthChecks, email, encryptionKey } = props;
    const { region } = Stack.of(this);
    if (region !== HEALTH_CHECK_METRICS_REGION) {
      throw new BlueprintError(
        'HealthCheckMetricsRegion',
        `the metrics of health checks exist in ${HEALTH_CHECK_METRICS_REGION} only, the stack is in ${region}`,
      );
    }
    const topic = new AlarmTopic(this, 'Topic', { topicName: `${application}-edge-alarms`, email, encryptionKey });
    for (const check of healthChecks) {
      const alarm = new Alarm(this, `${check.region} ${check.role}`, {
        alarmName: `${application}-${check.region}-${check.role}-unhealthy`,
        alarmDescription: `Route 53 holds the ${check.role} check of ${check.region} unhealthy. Runbook: docs/runbooks/README.md`,
        metric: new Metric({
          namespace: 'AWS/Route53',
          metricName: 'HealthCheckStatus',
          dimensionsMap: { HealthCheckId: check.healthCheckId },
          statistic: 'Minimum',
          period: Duration.minutes(1),
        }),
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.MISSING,
      });
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
    }
  }
}
