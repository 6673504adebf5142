import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  type IMetric,
  MathExpression,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../security';
import { AlarmTopic } from './alarm-topic';
import { GLOBAL_TARGET, httpApi, lambda, pendingReplication, probes, table, unreadableItems } from './watched-metrics';

/** Properties of {@link RegionWatch}. */
export interface RegionWatchProps {
  /** Name of the application: prefix of every alarm's name, and namespace of its own metrics. */
  readonly application: string;

  /** Region that is watched, written out. */
  readonly region: string;

  /** Region that the judge of this one looks after. */
  readonly ward: string;

  /** Identifier of the Region's HTTP API. */
  readonly apiId: string;

  /** Name of the function behind the API. */
  readonly functionName: string;

  /** Executions reserved for the function. */
  readonly reservedConcurrency: number;

  /** Name of the table. */
  readonly tableName: string;

  /** Operations that the application calls on the table. */
  readonly tableOperations: readonly string[];

  /**
   * Other Regions with a replica that is written later, whose lag is watched.
   *
   * @default - none: a strong table has no lag and publishes none
   */
  readonly laggingReplicas?: readonly string[];

  /** Replication rules of the Region's bucket. */
  readonly replicationRules: readonly ReplicationRuleIdentity[];

  /** What the application promises. */
  readonly objectives: {
    /** Share of operations that succeed, between 0 and 1. */
    readonly availability: number;
    /** Duration in milliseconds that 99 % of requests stay under. */
    readonly p99DurationMilliseconds: number;
  };

  /** Oldest age in seconds of a replicated write before people are told. */
  readonly maximumLagSeconds: number;

  /**
   * Address that is told of trouble.
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

/** A replication rule as CloudWatch names it. */
export interface ReplicationRuleIdentity {
  /** Bucket that sends. */
  readonly sourceBucket: string;
  /** Bucket that receives. */
  readonly destinationBucket: string;
  /** Identifier of the rule. */
  readonly ruleId: string;
}

/** What is watched and when it rings. */
interface Watch {
  /** Last part of the alarm's name. */
  readonly name: string;
  /** What an alarm means and where to look. */
  readonly description: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Periods of five minutes in a row. @default 1 */
  readonly periods?: number;
  /** @default GREATER_THAN_THRESHOLD */
  readonly comparison?: ComparisonOperator;
  /** What silence means. @default NOT_BREACHING: no traffic is no trouble */
  readonly missing?: TreatMissingData;
  /** Whether clients feel it, so that it belongs to the composite. */
  readonly clientsFeelIt: boolean;
}

/**
 * Share of the error budget's rate at which people are called: errors at 5 times the objective's rate use up a month's budget in
 * six days.
 *
 * @see https://sre.google/workbook/alerting-on-slos/
 */
const BURN_RATE = 5;

/** Failed share that is trouble whatever was promised: five times a low objective's budget would be more than all requests. */
const MOST_FAILED = 0.5;

/** Share of failed probes that counts as trouble; with ten probes in a period, two of them. */
const FAILED_PROBES = 0.15;

/** Share of the reserved executions above which throttling is near. */
const CONCURRENCY_LIMIT = 0.8;

/** Objects waiting longer than a quarter of an hour in such a number are a replication that stands still. */
const PENDING_OBJECTS = 100;

/**
 * Tells people, experiments and deployments that a Region is in trouble.
 *
 * One alarm for each thing that goes wrong; those that clients feel are gathered in one composite, which rings once on a topic and is
 * the stop condition of experiments and of deployments. Nothing that moves traffic depends on them: Route 53 reads metrics, not alarms,
 * and refuses these for their metric math and percentiles. Every name is the same in each Region.
 *
 * ```ts
 * declare const stack: Stack; // us-east-2
 * declare const api: RegionalApi;
 *
 * const { trouble } = new RegionWatch(stack, 'Watch', {
 *   application: 'dispatch',
 *   region: 'us-east-2',
 *   ward: 'us-west-2',
 *   apiId: api.apiId,
 *   functionName: 'dispatch-api',
 *   reservedConcurrency: 120,
 *   tableName: 'dispatch-data',
 *   tableOperations: ['GetItem', 'Query', 'UpdateItem'],
 *   replicationRules: [],
 *   objectives: { availability: 0.995, p99DurationMilliseconds: 250 },
 *   maximumLagSeconds: 60,
 * });
 * ```
 */
export class RegionWatch extends Construct {
  /** Rings while clients feel trouble in this Region. */
  readonly trouble: CompositeAlarm;

  /** Plain alarm on the share of requests that this Region's API fails. */
  readonly apiErrors: Alarm;

  /** Where people subscribe. */
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, props: RegionWatchProps) {
    super(scope, id);
    const { application } = props;
    const watches = [...clientWatches(props), ...capacityWatches(props), ...dataWatches(props), ...judgeWatches(props)];
    const alarms = new Map(watches.map((watch) => [watch, this.#alarm(application, watch)]));
    this.apiErrors = this.node.findChild('api-errors') as Alarm;
    this.topic = new AlarmTopic(this, 'Topic', {
      topicName: `${application}-alarms`,
      email: props.email,
      encryptionKey: props.encryptionKey,
    });
    const felt = watches.filter(({ clientsFeelIt }) => clientsFeelIt).map((watch) => alarms.get(watch) as Alarm);
    this.trouble = new CompositeAlarm(this, 'Trouble', {
      compositeAlarmName: `${application}-trouble`,
      alarmDescription: `Clients of ${application} feel trouble in ${props.region}. Runbook: docs/runbooks/README.md`,
      alarmRule: AlarmRule.anyOf(...felt.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
    });
    this.trouble.addAlarmAction(new SnsAction(this.topic));
    this.trouble.addOkAction(new SnsAction(this.topic));
    for (const [{ clientsFeelIt }, alarm] of alarms) {
      if (!clientsFeelIt) alarm.addAlarmAction(new SnsAction(this.topic));
      this.#acknowledgeActions(alarm, clientsFeelIt);
    }
  }

  #alarm(application: string, watch: Watch): Alarm {
    return new Alarm(this, watch.name, {
      alarmName: `${application}-${watch.name}`,
      alarmDescription: watch.description,
      metric: watch.metric,
      threshold: watch.threshold,
      comparisonOperator: watch.comparison ?? ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: watch.periods ?? 1,
      treatMissingData: watch.missing ?? TreatMissingData.NOT_BREACHING,
    });
  }

  #acknowledgeActions(alarm: Alarm, clientsFeelIt: boolean): void {
    if (!clientsFeelIt) return;
    acknowledge(
      alarm,
      'NIST.800.53.R5::NIST.800.53.R5-CloudWatchAlarmAction',
      'It rings through the composite alarm, so that one trouble makes one message.',
    );
  }
}

/** What clients see: from inside for all requests, from outside for the probes. */
function clientWatches(props: RegionWatchProps): Watch[] {
  const { application, region, apiId, objectives } = props;
  const errorRate = Math.min(BURN_RATE * (1 - objectives.availability), MOST_FAILED);
  return [
    {
      name: 'api-errors',
      description: `The API fails more than ${percent(errorRate)} of requests: ${BURN_RATE} times what the objective allows, at most half.`,
      metric: share(httpApi(apiId, '5xx', 'Sum'), httpApi(apiId, 'Count', 'Sum'), 'failed share'),
      threshold: errorRate,
      clientsFeelIt: true,
    },
    {
      name: 'api-latency',
      description: `One request in a hundred takes longer than ${objectives.p99DurationMilliseconds} ms, for a quarter of an hour.`,
      metric: httpApi(apiId, 'Latency', 'p99'),
      threshold: objectives.p99DurationMilliseconds,
      periods: 3,
      clientsFeelIt: true,
    },
    ...[region, GLOBAL_TARGET].flatMap((target): Watch[] => {
      const [name, called] =
        target === GLOBAL_TARGET ? ['global-name', 'the global name'] : ['own-name', `${region}'s own name`];
      return [
        {
          name: `${name}-failures`,
          description: `Probes of ${called} fail.`,
          metric: probes.failures(application, target, 'Average'),
          threshold: FAILED_PROBES,
          clientsFeelIt: true,
        },
        {
          name: `${name}-latency`,
          description: `One probe of ${called} in ten takes longer than Route 53's checkers wait.`,
          metric: probes.latency(application, target, 'p90'),
          threshold: 2_000,
          clientsFeelIt: true,
        },
      ];
    }),
  ];
}

/** What is about to run out. */
function capacityWatches({ functionName, reservedConcurrency }: RegionWatchProps): Watch[] {
  return [
    {
      name: 'throttles',
      description: 'Lambda refuses invocations of the API: its reserved executions are used up.',
      metric: lambda(functionName, 'Throttles', 'Sum'),
      threshold: 0,
      clientsFeelIt: true,
    },
    {
      name: 'concurrency',
      description: `More than ${percent(CONCURRENCY_LIMIT)} of the ${reservedConcurrency} reserved executions are in use.`,
      metric: lambda(functionName, 'ConcurrentExecutions', 'Maximum'),
      threshold: CONCURRENCY_LIMIT * reservedConcurrency,
      clientsFeelIt: false,
    },
  ];
}

/** The table and what has not been replicated. */
function dataWatches(props: RegionWatchProps): Watch[] {
  const { application, tableName, tableOperations, laggingReplicas = [], replicationRules, maximumLagSeconds } = props;
  return [
    {
      name: 'unreadable-items',
      description:
        'Stored items cannot be read: a bad write has spoilt them, in every Region. Runbook: docs/runbooks/bad-deploy.md',
      metric: unreadableItems(application),
      threshold: 0,
      // Not for the composite: one spoilt item that is read again and again would stop the deployment that mends it.
      clientsFeelIt: false,
    },
    {
      name: 'table-errors',
      description: 'DynamoDB fails requests of the API.',
      metric: sum(tableOperations.map((operation) => table.systemErrors(tableName, operation))),
      threshold: 0,
      periods: 2,
      clientsFeelIt: false,
    },
    {
      name: 'table-throttles',
      description: 'DynamoDB throttles requests of the API.',
      metric: sum([table.throttleEvents(tableName, 'Read'), table.throttleEvents(tableName, 'Write')]),
      threshold: 0,
      periods: 2,
      clientsFeelIt: false,
    },
    ...laggingReplicas.map(
      (receiver): Watch => ({
        name: `replication-to-${receiver}`,
        description: `Writes reach the replica in ${receiver} later than ${maximumLagSeconds} s. An alarm of this namespace keeps its state without data.`,
        metric: table.replicationLatency(tableName, receiver),
        threshold: 1_000 * maximumLagSeconds,
        missing: TreatMissingData.IGNORE,
        clientsFeelIt: false,
      }),
    ),
    ...replicationRules.map(
      ({ sourceBucket, destinationBucket, ruleId }): Watch => ({
        name: `pending-${ruleId}`,
        description: `Objects wait to be replicated to ${destinationBucket}.`,
        metric: pendingReplication(sourceBucket, destinationBucket, ruleId),
        threshold: PENDING_OBJECTS,
        periods: 3,
        missing: TreatMissingData.IGNORE,
        clientsFeelIt: false,
      }),
    ),
  ];
}

/** The watcher is watched, and what it does is told. */
function judgeWatches({ application, ward }: RegionWatchProps): Watch[] {
  return [
    {
      name: 'judge-silent',
      description: `The judge of ${ward} publishes nothing: ${ward} can be evacuated by its endpoint check alone.`,
      metric: probes.evacuated(application, ward, 'first', 'SampleCount'),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      missing: TreatMissingData.BREACHING,
      clientsFeelIt: false,
    },
  ];
}

function share(part: IMetric, whole: IMetric, label: string): MathExpression {
  return new MathExpression({
    expression: 'part / whole',
    usingMetrics: { part, whole },
    label,
    period: Duration.minutes(5),
  });
}

function sum(metrics: readonly IMetric[]): MathExpression {
  const named = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return new MathExpression({
    expression: `SUM([${Object.keys(named)
      .map((name) => `FILL(${name}, 0)`)
      .join(', ')}])`,
    usingMetrics: named,
    label: 'sum',
    period: Duration.minutes(5),
  });
}

function percent(value: number): string {
  return `${Number((value * 100).toFixed(2))} %`;
}
