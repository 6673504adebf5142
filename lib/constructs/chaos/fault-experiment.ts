import type { Dashboard, IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnExperimentTemplate } from 'aws-cdk-lib/aws-fis';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { BlueprintError } from '../blueprint-error';
import { acknowledgeInlinePolicy } from '../security';
import { acknowledgeWildcards } from './acknowledge-wildcards';
import { ExperimentPolicy, logDelivery } from './experiment-policy';
import { reportConfiguration, reportStatements } from './experiment-report';
import { type Placed, placeActions } from './experiment-timeline';
import type { FaultAction } from './fault-action';
import type { FaultTarget } from './fault-target';
import { refuseDeadStopAlarms, refuseElsewhere } from './stop-alarms';

/** Properties of {@link FaultExperiment}. */
export interface FaultExperimentProps {
  /** Tag `Name` of the template, by which people and commands find it: 1 to 256 characters. */
  readonly name: string;

  /** What the experiment does and what it should prove, 1 to 512 characters. */
  readonly description: string;

  /** Actions by their names, 1 to 20; of them at most 10 at a time. */
  readonly actions: Readonly<Record<string, FaultAction>>;

  /**
   * Alarms of which each stops the experiment, 1 to 5. They lie in the experiment's Region, where FIS looks for them; an experiment does not
   * start while one of them rings.
   *
   * @see https://docs.aws.amazon.com/fis/latest/userguide/stop-conditions.html
   */
  readonly stopAlarms: readonly IAlarm[];

  /** Where each step is written. Its resource policy is put by FIS. */
  readonly logGroup: ILogGroup;

  /**
   * Longest time that the actions may take, one after the other, at most 12 hours.
   *
   * @default Duration.hours(1)
   */
  readonly maximumDuration?: Duration;

  /**
   * ARN of the folder from which the functions' FIS extension reads, with a slash at its end: `configurationArn` of `FisExtension`.
   *
   * @default - none: actions on Lambda functions are refused
   */
  readonly extensionConfigurationArn?: string;

  /**
   * A report after each experiment, which FIS charges for.
   *
   * @default - no report
   */
  readonly report?: ExperimentReport;
}

/** Where the report of an experiment goes, and what it shows. */
export interface ExperimentReport {
  /** Bucket of the experiment's Region. */
  readonly bucket: IBucket;

  /**
   * Prefix of the objects, at most 256 characters.
   *
   * @default - none
   */
  readonly prefix?: string;

  /**
   * Dashboard whose metrics are shown; those of other Regions are left out.
   *
   * @default - no metrics
   */
  readonly dashboard?: Dashboard;

  /**
   * Time before the experiment that is shown, at most 30 minutes.
   *
   * @default Duration.minutes(20)
   */
  readonly before?: Duration;

  /**
   * Time after the experiment that is shown, at most two hours.
   *
   * @default Duration.minutes(20)
   */
  readonly after?: Duration;
}

const MAX_NAME = 256;
const MAX_DESCRIPTION = 512;

/**
 * A template of AWS FIS whose mistakes are found at synthesis: wrong parameters do not compile; targets that match nothing, an order without
 * a beginning, an experiment that would last too long or that nothing would stop are refused with a reason.
 *
 * Its role may do what its actions need and no more, and only experiments of this account and Region can have it. A target without a
 * resource fails the experiment rather than letting it pass.
 *
 * ```ts
 * declare const scope: Construct;
 * declare const clientsSuffer: Alarm;
 * declare const logGroup: LogGroup;
 *
 * new FaultExperiment(scope, 'TablePause', {
 *   name: 'table-replication-pause',
 *   description: 'Replication of the table pauses; every Region goes on serving.',
 *   actions: {
 *     pause: FaultAction.of('aws:dynamodb:global-table-pause-replication', {
 *       parameters: { duration: Duration.minutes(15) },
 *       targets: { Tables: FaultTarget.tagged('aws:dynamodb:global-table', { FaultInjection: 'dispatch' }) },
 *     }),
 *   },
 *   stopAlarms: [clientsSuffer],
 *   logGroup,
 * });
 * ```
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/experiment-templates.html
 */
export class FaultExperiment extends Construct {
  /** The template; `ref` is its identifier. */
  readonly template: CfnExperimentTemplate;

  /** What the experiment acts as. */
  readonly role: Role;

  /** @throws BlueprintError when FIS would refuse the template, or take it and refuse its start. */
  constructor(scope: Construct, id: string, props: FaultExperimentProps) {
    super(scope, id);
    refuseLength('name', props.name, MAX_NAME);
    refuseLength('description', props.description, MAX_DESCRIPTION);
    refuseDeadStopAlarms(this, props.stopAlarms);
    refuseElsewhere(this, 'logGroup', props.logGroup.env.region);
    const placed = placeActions(props.actions, props.maximumDuration ?? Duration.hours(1));
    const policy = this.#policy(placed, props);
    this.role = this.#role(policy);
    const targets = nameTargets(placed);
    this.template = new CfnExperimentTemplate(this, 'Template', {
      description: props.description,
      roleArn: this.role.roleArn,
      targets: Object.fromEntries([...targets].map(([target, name]) => [name, renderTarget(target)])),
      actions: Object.fromEntries(placed.map(({ name, action }) => [name, renderAction(action, targets)])),
      stopConditions: props.stopAlarms.map(({ alarmArn }) => ({ source: 'aws:cloudwatch:alarm', value: alarmArn })),
      logConfiguration: {
        logSchemaVersion: 2,
        // The generated class passes this one through as it is, so it has the names of CloudFormation.
        cloudWatchLogsConfiguration: { LogGroupArn: props.logGroup.logGroupArn },
      },
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: 'fail' },
      experimentReportConfiguration: props.report && reportConfiguration(this, props.report),
      tags: { Name: props.name },
    });
    this.node.addValidation({ validate: () => this.#validate(policy) });
  }

  #policy(placed: readonly Placed[], { extensionConfigurationArn, report }: FaultExperimentProps): ExperimentPolicy {
    const needing = placed.find(({ action }) =>
      action.permissions.some(({ resources }) => resources.some((resource) => resource.includes('{configuration}'))),
    );
    if (needing && extensionConfigurationArn === undefined) {
      throw new BlueprintError(
        'FaultWithoutExtension',
        `${needing.name} needs functions that carry the FIS extension: give extensionConfigurationArn`,
      );
    }
    return new ExperimentPolicy(
      placed.map(({ action }) => action),
      { stack: Stack.of(this), configuration: extensionConfigurationArn ?? '' },
      [logDelivery(), ...(report ? reportStatements(Stack.of(this), report) : [])],
    );
  }

  /** @see https://docs.aws.amazon.com/fis/latest/userguide/getting-started-iam-service-role.html */
  #role(policy: ExperimentPolicy): Role {
    const stack = Stack.of(this);
    const experiments = stack.formatArn({ service: 'fis', resource: 'experiment', resourceName: '*' });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('fis.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': experiments },
        },
      }),
      inlinePolicies: { Experiment: policy },
    });
    acknowledgeInlinePolicy(role);
    return role;
  }

  /** Asked once aspects have put every tag. */
  #validate(policy: ExperimentPolicy): string[] {
    policy.narrow();
    acknowledgeWildcards(this.role, policy);
    return [];
  }
}

/** A name for each target: the key under which it is used first, with a number if another has it. */
function nameTargets(placed: readonly Placed[]): ReadonlyMap<FaultTarget, string> {
  const names = new Map<FaultTarget, string>();
  for (const [key, target] of placed.flatMap(({ action }) => Object.entries(action.targets))) {
    if (names.has(target)) continue;
    const others = [...names.values()].filter((name) => name.split('-')[0] === key).length;
    names.set(target, others === 0 ? key : `${key}-${others + 1}`);
  }
  return names;
}

function renderTarget({ type, choice }: FaultTarget): CfnExperimentTemplate.ExperimentTemplateTargetProperty {
  const { selection = 'ALL', tags, arns, filters, parameters } = choice;
  return {
    resourceType: type,
    selectionMode:
      selection === 'ALL'
        ? 'ALL'
        : 'count' in selection
          ? `COUNT(${selection.count})`
          : `PERCENT(${selection.percent})`,
    resourceTags: tags && { ...tags },
    resourceArns: arns && [...arns],
    filters: filters?.map(({ path, values }) => ({ path, values: [...values] })),
    parameters: parameters && { ...parameters },
  };
}

function renderAction(
  action: FaultAction,
  targets: ReadonlyMap<FaultTarget, string>,
): CfnExperimentTemplate.ExperimentTemplateActionProperty {
  const { id, description, parameters, startAfter } = action;
  return {
    actionId: id,
    description,
    parameters: { ...parameters },
    targets: Object.fromEntries(
      Object.entries(action.targets).map(([key, target]) => [key, targets.get(target) as string]),
    ),
    startAfter: startAfter.length === 0 ? undefined : [...startAfter],
  };
}

function refuseLength(property: string, value: string, most: number): void {
  if (value.length >= 1 && value.length <= most) return;
  throw new BlueprintError('ExperimentText', `${property} must have 1 to ${most} characters, got ${value.length}`);
}
