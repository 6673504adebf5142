import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Annotations, Duration, RemovalPolicy, Tags } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';
import { acknowledgeLogKey } from '../security';
import { FaultAction } from './fault-action';
import { FaultExperiment } from './fault-experiment';
import { FaultTarget } from './fault-target';

/** Properties of {@link RegionExperiments}. */
export interface RegionExperimentsProps {
  /** Name of the application, whose resources carry it in the tag that {@link allowFaults} gives them. */
  readonly application: string;

  /** Consistency of the table between Regions. */
  readonly consistency: 'strong' | 'eventual';

  /** Other Regions that the Region's bucket replicates to. */
  readonly peers: readonly string[];

  /** Alias of the function that callers invoke. */
  readonly functionQualifier: string;

  /**
   * Folder that the function's FIS extension reads: `configurationArn` of `FisExtension`.
   *
   * @default - the function has no extension, and experiments on it are not shipped
   */
  readonly extensionConfigurationArn?: string;

  /** Alarms of which each stops every experiment. */
  readonly stopAlarms: readonly IAlarm[];

  /** Physical name of the experiments' log group. */
  readonly logGroupName: string;

  /**
   * Key of the account that encrypts the log.
   *
   * @default - a key that AWS owns
   */
  readonly encryptionKey?: IKey;
}

/** Tag of resources that experiments may act on; its value is the application. */
export const FAULT_TAG = 'FaultInjection';

/** Lets the experiments of an application act on a resource: a function, a bucket, or a table with all of its replicas. */
export function allowFaults(resource: IConstruct, application: string): void {
  Tags.of(resource).add(FAULT_TAG, application);
}

/**
 * Delay of the slow dependency, in milliseconds: Route 53's checkers wait 2 s for the status, so that the Region fails its check.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
const BEYOND_THE_CHECKERS_MS = 3_000;

/** Long enough for an evacuation, for the objective to be missed, and for what comes after. */
const IMPAIRMENT = Duration.minutes(30);

/** Replication of a table may go on for 5 minutes after the action starts. @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#global-table-pause-replication */
const TABLE_PAUSE = Duration.minutes(20);

/** Objects that are queued may be replicated for up to an hour after the start. @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#bucket-pause-replication */
const BUCKET_PAUSE = Duration.minutes(60);

const DEPENDENCY_FAULT = Duration.minutes(15);

/**
 * The experiments of one Region, which break it on purpose. Each is found by its tag `Name`:
 *
 * | name | does | proves |
 * |---|---|---|
 * | `region-impairment` | the API answers 503 and the replication of table and bucket pauses | the Region is evacuated in time, and comes back |
 * | `table-replication-pause` | the table's replication to and from the Region pauses | nothing acknowledged is lost |
 * | `bucket-replication-pause` | the bucket's replication to every other Region pauses | photos arrive afterwards |
 * | `slow-dependency` | each invocation starts 3 s late | a slow Region counts as a sick one |
 * | `failing-dependency-10`, `-50` | 10 or 50 % of invocations fail before the handler | a gray failure is seen, too |
 * | `fail-after-commit` | 20 % of invocations do their work and then fail | repeated requests do nothing twice |
 *
 * Those that act on the function need its FIS extension; without it they are not shipped, and the synthesis says so.
 *
 * ```ts
 * declare const scope: Construct;
 * declare const objective: Alarm;
 *
 * new RegionExperiments(scope, 'Experiments', {
 *   application: 'dispatch',
 *   consistency: 'strong',
 *   peers: ['us-west-2'],
 *   functionQualifier: 'live',
 *   stopAlarms: [objective],
 *   logGroupName: '/aws/vendedlogs/fis/dispatch',
 * });
 * ```
 *
 * @see docs/decisions/0022-faults-by-fis-and-by-the-application-itself.md
 */
export class RegionExperiments extends Construct {
  /** The experiments by their names. */
  readonly experiments: ReadonlyMap<string, FaultExperiment>;

  readonly #props: RegionExperimentsProps;
  readonly #logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: RegionExperimentsProps) {
    super(scope, id);
    this.#props = props;
    this.#logGroup = this.#log();
    const onFunction = props.extensionConfigurationArn === undefined ? [] : this.#onFunction();
    if (onFunction.length === 0) {
      Annotations.of(this).addInfoV2(
        'Outlast:ExperimentsOnFunction',
        'The function carries no FIS extension, so experiments on it are left out; chaos.fisExtension: true ships them.',
      );
    }
    this.experiments = new Map([...this.#onReplication(), ...onFunction].map((one) => [one.name, this.#ship(one)]));
  }

  #log(): LogGroup {
    const { logGroupName, encryptionKey } = this.#props;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
      encryptionKey,
    });
    if (!encryptionKey) acknowledgeLogKey(logGroup);
    return logGroup;
  }

  #onReplication(): Recipe[] {
    return [
      {
        name: 'table-replication-pause',
        description: "The table's replication to and from this Region pauses; no acknowledged write may be lost.",
        actions: { 'pause-table': this.#pauseTable(TABLE_PAUSE) },
      },
      {
        name: 'bucket-replication-pause',
        description: "The bucket's replication to every other Region pauses; objects arrive once it goes on.",
        actions: this.#pauseBucket(BUCKET_PAUSE),
      },
    ];
  }

  #onFunction(): Recipe[] {
    return [
      {
        name: 'region-impairment',
        description:
          'The API answers 503 and the replication of table and bucket pauses; clients are served by other Regions within the objective.',
        actions: {
          'answer-503': FaultAction.of('aws:lambda:invocation-http-integration-response', {
            parameters: {
              duration: IMPAIRMENT,
              statusCode: 503,
              contentTypeHeader: 'application/problem+json',
              invocationPercentage: 100,
              preventExecution: true,
            },
            targets: this.#functions(),
          }),
          'pause-table': this.#pauseTable(IMPAIRMENT),
          ...this.#pauseBucket(IMPAIRMENT),
        },
      },
      {
        name: 'slow-dependency',
        description: 'Each invocation starts 3 s late, beyond what health checkers wait; the slow Region is left.',
        actions: {
          delay: FaultAction.of('aws:lambda:invocation-add-delay', {
            parameters: {
              duration: DEPENDENCY_FAULT,
              invocationPercentage: 100,
              startupDelayMilliseconds: BEYOND_THE_CHECKERS_MS,
            },
            targets: this.#functions(),
          }),
        },
      },
      ...[10, 50].map((percent) => ({
        name: `failing-dependency-${percent}`,
        description: `${percent} % of invocations fail before the handler runs; the Region is left although its health check may pass.`,
        actions: { fail: this.#invocationErrors(percent, true) },
      })),
      {
        name: 'fail-after-commit',
        description: '20 % of invocations do their work and then fail; clients repeat them and nothing is done twice.',
        actions: { fail: this.#invocationErrors(20, false) },
      },
    ];
  }

  #invocationErrors(invocationPercentage: number, preventExecution: boolean): FaultAction {
    return FaultAction.of('aws:lambda:invocation-error', {
      parameters: { duration: DEPENDENCY_FAULT, invocationPercentage, preventExecution },
      targets: this.#functions(),
    });
  }

  #pauseTable(duration: Duration): FaultAction {
    const { application, consistency } = this.#props;
    return FaultAction.of('aws:dynamodb:global-table-pause-replication', {
      parameters: { duration },
      targets: { Tables: FaultTarget.tagged('aws:dynamodb:global-table', { [FAULT_TAG]: application }) },
      circumstances: consistency === 'strong' ? ['strong-table'] : [],
    });
  }

  /** One action for each other Region: FIS pauses the replication to one destination Region at a time. */
  #pauseBucket(duration: Duration): Readonly<Record<string, FaultAction>> {
    const { peers, application } = this.#props;
    const targets = { Buckets: FaultTarget.tagged('aws:s3:bucket', { [FAULT_TAG]: application }) };
    const pauseTo = (region: string): FaultAction =>
      FaultAction.of('aws:s3:bucket-pause-replication', { parameters: { duration, region }, targets });
    return Object.fromEntries(peers.map((region, index) => [`pause-bucket-${index + 1}`, pauseTo(region)]));
  }

  #functions() {
    const { application, functionQualifier } = this.#props;
    const tags = { [FAULT_TAG]: application };
    return { Functions: FaultTarget.tagged('aws:lambda:function', tags, { parameters: { functionQualifier } }) };
  }

  #ship({ name, description, actions }: Recipe): FaultExperiment {
    const { application, stopAlarms, extensionConfigurationArn } = this.#props;
    const experiment = new FaultExperiment(this, name, {
      name,
      description: `${application}: ${description}`,
      actions,
      stopAlarms,
      logGroup: this.#logGroup,
      extensionConfigurationArn,
    });
    allowFaults(experiment.template, application);
    return experiment;
  }
}

interface Recipe {
  readonly name: string;
  readonly description: string;
  readonly actions: Readonly<Record<string, FaultAction>>;
}
