import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { AlarmIdentifier } from 'aws-cdk-lib/aws-route53';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type JudgeSettings, names, type TrafficShare } from '../../config';
import { BlueprintError } from '../blueprint-error';
import { alarmIdentifierOf } from '../dns';
import { acknowledge } from '../security';
import { JudgeFunction } from './judge-function';

/** Properties of {@link EvacuationSwitch}. */
export interface EvacuationSwitchProps {
  /** Name of the application: the namespace of the metrics and the beginning of every physical name. */
  readonly application: string;

  /** Region to judge and to take out, written out: another one than the stack's. */
  readonly ward: string;

  /** Every active Region, the stack's own and the ward included. The judge may call the probe routes of all of them. */
  readonly regions: readonly string[];

  /** Host name that every Region shares; each Region answers on `<region>.<recordName>`, too. */
  readonly recordName: string;

  /** Table in which judges agree that only one of them evacuates. */
  readonly tableName: string;

  /** Consistency of the table between Regions. */
  readonly consistency: 'strong' | 'eventual';

  /** When the judge evacuates the ward and lets it return. */
  readonly settings: JudgeSettings;

  /** TypeScript file that exports the judge's `handler`. */
  readonly entry: string;

  /**
   * Whether the judge only probes and says what it sees, because something else takes the ward out. Then there are no alarms, and the
   * hand is fixed at `in-service`.
   *
   * @default false
   */
  readonly probesOnly?: boolean;

  /**
   * Key of the account that encrypts the judge's log.
   *
   * @default - a key that AWS owns
   */
  readonly encryptionKey?: IKey;
}

/** Partition key of the item in the table that one judge at a time may hold. */
const LEASE = 'EVACUATION';

/** Positions of the hand on the switch. */
const HAND_PATTERN = '^(automatic|evacuated|in-service)$';

/**
 * The switch that takes one Region, the ward, out of DNS, held by a peer Region in which all of this lies: a judge that probes the ward
 * as clients do and publishes a gauge of 0 or 1 each minute for each share of the clients, an alarm on each gauge, a parameter for the
 * judge's memory and one for a person's hand. Health checks of the ward follow the alarms (`HealthCheckedDns`, `evacuation`).
 *
 * ```ts
 * declare const holderStack: Stack; // us-west-2
 * declare const settings: JudgeSettings;
 *
 * const { alarms } = new EvacuationSwitch(holderStack, 'Evacuation', {
 *   application: 'dispatch',
 *   ward: 'us-east-2',
 *   regions: ['us-east-2', 'us-west-2'],
 *   recordName: 'api.example.com',
 *   tableName: 'dispatch-data',
 *   consistency: 'strong',
 *   settings,
 *   entry: '/path/to/judge.ts',
 * });
 * const evacuation: Evacuation | undefined = alarms && { by: 'switch', alarms }; // for HealthCheckedDns of us-east-2
 * ```
 *
 * Everything errs towards leaving the ward in service: a lost holder, a sick judge and a late metric all give no data, which neither
 * the alarms nor Route 53 count as evacuated.
 *
 * The parameters belong to whoever writes them. CloudFormation sets them once and leaves them alone as long as their resources in the
 * template stay the same, so drift of their values is their purpose; a change of these resources would reset them.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html#dns-failover-determining-health-of-endpoints-cloudwatch
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
 */
export class EvacuationSwitch extends Construct {
  /** Name and Region of each share's alarm, as the ward's health checks name it; nothing when the judge only probes. */
  readonly alarms: Readonly<Record<TrafficShare, AlarmIdentifier>> | undefined;

  /** Function that judges the ward. */
  readonly judge: LambdaFunction;

  readonly #props: EvacuationSwitchProps;

  /** @throws BlueprintError when the switch would lie in its ward, or the ward is no active Region. */
  constructor(scope: Construct, id: string, props: EvacuationSwitchProps) {
    super(scope, id);
    this.#props = props;
    this.#refuseUnusableWard();
    const { application, ward, entry, encryptionKey, probesOnly = false } = props;
    this.judge = new JudgeFunction(this, 'Judge', {
      name: names.judge(application),
      entry,
      environment: this.#environment(),
      logGroupName: names.judgeLogGroup(application),
      encryptionKey,
    }).function;

    const hand = new StringParameter(this, 'Hand', {
      parameterName: names.handParameter(application, ward),
      description: `Hand on the switch of ${ward}: automatic (the judge decides), evacuated or in-service`,
      stringValue: probesOnly ? 'in-service' : 'automatic',
      allowedPattern: probesOnly ? '^in-service$' : HAND_PATTERN,
    });
    const judgement = new StringParameter(this, 'Judgement', {
      parameterName: names.judgementParameter(application, ward),
      description: `What the judge has seen of ${ward}; written by the judge alone`,
      stringValue: '{}',
    });
    this.#grantParameters(hand, judgement);
    this.#grantProbes();
    this.#grantLease();
    this.alarms = probesOnly ? undefined : { first: this.#alarm('first'), rest: this.#alarm('rest') };
  }

  #refuseUnusableWard(): void {
    const { ward, regions } = this.#props;
    if (!regions.includes(ward)) {
      throw new BlueprintError('WardUnknown', `ward must be one of ${regions.join(', ')}, got ${ward}`);
    }
    if (ward === Stack.of(this).region) {
      throw new BlueprintError(
        'SwitchInControlledRegion',
        `the switch of ${ward} must lie in another Region: a lost Region cannot report that it is lost`,
      );
    }
  }

  #environment(): Record<string, string> {
    const { application, ward, recordName, consistency, tableName, settings } = this.#props;
    return {
      APPLICATION: application,
      WARD: ward,
      RECORD_NAME: recordName,
      TABLE_NAME: tableName,
      CONSISTENCY: consistency,
      JUDGE_SETTINGS: JSON.stringify(settings),
      POWERTOOLS_SERVICE_NAME: names.judge(application),
      POWERTOOLS_METRICS_NAMESPACE: application,
      POWERTOOLS_LOG_LEVEL: 'INFO',
      AWS_STS_REGIONAL_ENDPOINTS: 'regional',
    };
  }

  /** Both are read in one call; only the judgement is written. Nobody but a person moves the hand. */
  #grantParameters(hand: StringParameter, judgement: StringParameter): void {
    this.judge.addToRolePolicy(
      new PolicyStatement({
        actions: ['ssm:GetParameters'],
        resources: [hand.parameterArn, judgement.parameterArn],
      }),
    );
    this.judge.addToRolePolicy(
      new PolicyStatement({ actions: ['ssm:PutParameter'], resources: [judgement.parameterArn] }),
    );
  }

  /**
   * The probe routes of every active Region, for the shared name may lead to any of them.
   *
   * API Gateway makes up the identifier of an API when it is created, which is after this stack, and in another Region no template may
   * refer to it. So the identifier stays open, and account, Region, stage, method and path are written out.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
   */
  #grantProbes(): void {
    const { account } = Stack.of(this);
    const resources = this.#props.regions.flatMap((region) =>
      ['GET', 'PUT'].map((method) => `arn:aws:execute-api:${region}:${account}:*/$default/${method}/probes/*`),
    );
    this.judge.addToRolePolicy(new PolicyStatement({ actions: ['execute-api:Invoke'], resources }));
    for (const resource of resources) {
      acknowledge(
        this.judge.role ?? this.judge,
        `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`,
        'API Gateway makes up the identifiers of APIs, and a probe its own; account, Region, stage, method and route are written out.',
      );
    }
  }

  /**
   * One item of the table, and of it nothing but the lease.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
   */
  #grantLease(): void {
    const tableArn = Stack.of(this).formatArn({
      service: 'dynamodb',
      resource: 'table',
      resourceName: this.#props.tableName,
    });
    this.judge.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:UpdateItem'],
        resources: [tableArn],
        conditions: {
          'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [LEASE] },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      }),
    );
  }

  #alarm(share: TrafficShare): AlarmIdentifier {
    const { application, ward } = this.#props;
    const alarm = new Alarm(this, share === 'first' ? 'FirstAlarm' : 'RestAlarm', {
      alarmName: names.evacuationAlarm(application, ward, share),
      alarmDescription: `${ward} is out of DNS for the ${share === 'first' ? 'first tenth' : 'rest'} of its clients; its health check follows this metric`,
      metric: new Metric({
        namespace: application,
        metricName: 'Evacuated',
        dimensionsMap: { Ward: ward, Share: share },
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    acknowledge(
      alarm,
      'NIST.800.53.R5::NIST.800.53.R5-CloudWatchAlarmAction',
      'Route 53 reads its metric and acts; people are told by the composite alarm.',
    );
    return alarmIdentifierOf(alarm);
  }
}
