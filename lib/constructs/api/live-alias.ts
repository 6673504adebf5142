import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { ArnFormat, CfnCondition, CfnParameter, type CfnResource, Fn, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../chaos/acknowledge-wildcards';
import { acknowledge, acknowledgeInlinePolicy } from '../security';
import { failedShareAlarm } from './failed-share-alarm';

/** Properties of {@link LiveAlias}. */
export interface LiveAliasProps {
  /** Function whose versions the alias points to. */
  readonly function: LambdaFunction;

  /** Physical name of the CodeDeploy application and beginning of the alarm's name. */
  readonly name: string;

  /**
   * Execution environments that are kept initialized for the version the alias points to.
   *
   * @default - none: the first requests of a new environment wait for its start
   */
  readonly provisionedConcurrency?: number;
}

/** Name of the alias, and of the deployment group that moves it. */
export const LIVE = 'live';

/** Parameter of the stack that says how aliases reach their new version. */
const SHIFT_PARAMETER = 'TrafficShift';

const SHIFTS = ['canary', 'all-at-once'] as const;

/**
 * The alias `live`, which callers invoke, and how it comes to a new version: CodeDeploy sends a tenth of the requests to it, and the rest
 * after five minutes, unless an alarm rings; then everything goes back to the old version and CloudFormation rolls the update back.
 *
 * ```ts
 * declare const scope: Construct;
 * declare const handler: LambdaFunction;
 * declare const serverErrors: Alarm;
 *
 * const live = new LiveAlias(scope, 'Live', { function: handler, name: 'dispatch-api' });
 * live.rollBackOn(serverErrors);
 * const integration = new HttpLambdaIntegration('Integration', live.alias);
 * ```
 *
 * The first deployment creates the alias at its first version, without a shift. The stack gets a parameter `TrafficShift`: with
 * `all-at-once`, the alias moves in one step and without CodeDeploy. That is the way back from a version that passed its five minutes and
 * failed later, whose alarm still rings and would stop any shift, and the way forward while CodeDeploy is down. Requests need neither
 * CodeDeploy nor its alarms.
 *
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-steps-lambda.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html
 */
export class LiveAlias extends Construct {
  /** What callers invoke. */
  readonly alias: Alias;

  readonly #group: LambdaDeploymentGroup;

  constructor(scope: Construct, id: string, props: LiveAliasProps) {
    super(scope, id);
    const { function: handler, name, provisionedConcurrency } = props;
    this.alias = new Alias(this, 'Alias', {
      aliasName: LIVE,
      version: handler.currentVersion,
      provisionedConcurrentExecutions: provisionedConcurrency,
    });
    const role = this.#role(handler);
    this.#group = new LambdaDeploymentGroup(this, 'Deployment', {
      application: new LambdaApplication(this, 'Application', { applicationName: name }),
      deploymentGroupName: LIVE,
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alias: this.alias,
      role: role.withoutPolicyUpdates(),
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
    });
    this.#group.node.addDependency(role);
    this.#shiftOnDemand();
    this.rollBackOn(
      failedShareAlarm(this, 'Errors', {
        alarmName: `${name}-live-errors`,
        alarmDescription: 'The function behind the alias fails. While a version is deployed, this turns it back.',
        failures: this.alias.metricErrors(),
        requests: this.alias.metricInvocations(),
      }),
    );
  }

  /** Turns a new version back when an alarm rings while it has a tenth of the requests. At most ten alarms. */
  rollBackOn(alarm: Alarm): void {
    this.#group.addAlarm(alarm);
    acknowledge(
      alarm,
      'NIST.800.53.R5::NIST.800.53.R5-CloudWatchAlarmAction',
      'CodeDeploy and CloudFormation read its state; people are told by the composite alarm.',
    );
  }

  /** What AWSCodeDeployRoleForLambdaLimited grants on everything, on this function alone, and without hooks or revisions in S3. */
  #role({ functionArn }: LambdaFunction): Role {
    const role = new Role(this, 'DeploymentRole', { assumedBy: new ServicePrincipal('codedeploy.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
        resources: [functionArn, `${functionArn}:${LIVE}`],
      }),
    );
    const alarms = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    role.addToPolicy(new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: [alarms] }));
    acknowledgeWildcard(
      role,
      alarms,
      'The action lists alarms, and lists cannot be granted by name; it reads states only.',
    );
    acknowledgeInlinePolicy(role);
    return role;
  }

  /** Makes the shift depend on the stack's parameter: CloudFormation moves an alias without an update policy in one step. */
  #shiftOnDemand(): void {
    const resource = this.alias.node.defaultChild as CfnResource;
    resource.cfnOptions.updatePolicy = undefined;
    resource.addOverride('UpdatePolicy', {
      'Fn::If': [
        shiftsByCanary(Stack.of(this)).logicalId,
        {
          CodeDeployLambdaAliasUpdate: {
            ApplicationName: this.#group.application.applicationName,
            DeploymentGroupName: this.#group.deploymentGroupName,
          },
        },
        { Ref: 'AWS::NoValue' },
      ],
    });
  }
}

/** The condition that every alias of a stack shares, with its parameter. */
function shiftsByCanary(stack: Stack): CfnCondition {
  const id = 'ShiftsByCanary';
  const shared = stack.node.tryFindChild(id);
  if (shared) return shared as CfnCondition;
  const parameter = new CfnParameter(stack, SHIFT_PARAMETER, {
    description:
      'How aliases reach a new version: by a canary that alarms can turn back, or at once and without CodeDeploy',
    allowedValues: [...SHIFTS],
    default: SHIFTS[0],
  });
  return new CfnCondition(stack, id, { expression: Fn.conditionEquals(parameter.valueAsString, SHIFTS[0]) });
}
