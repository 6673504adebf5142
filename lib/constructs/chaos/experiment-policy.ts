import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IResolveContext, Stack } from 'aws-cdk-lib/core';
import type { PermissionSpec } from './catalogue/permission-spec';
import type { FaultAction } from './fault-action';
import { targetArns } from './matching-resources';

/** What the permissions of an experiment are filled in with. */
export interface PolicyContext {
  /** Stack of the experiment. */
  readonly stack: Stack;
  /** ARN of the folder that the Lambda extension reads; empty when no action needs it. */
  readonly configuration: string;
}

/**
 * What the role of an experiment may do: what its actions need, on their targets where an action has a resource level.
 *
 * It is derived anew whenever it is asked for, because tags, which decide on the targets, are complete only at synthesis.
 */
export class ExperimentPolicy extends PolicyDocument {
  constructor(
    private readonly actions: readonly FaultAction[],
    private readonly context: PolicyContext,
    private readonly extra: readonly PolicyStatement[],
  ) {
    super();
  }

  override get isEmpty(): boolean {
    return false;
  }

  override resolve(context: IResolveContext): unknown {
    const derived = this.actions.flatMap((action) => statementsOf(action, this.context));
    return new PolicyDocument({ statements: [...this.extra.map((one) => one.copy()), ...derived] }).resolve(context);
  }
}

function statementsOf(action: FaultAction, context: PolicyContext): readonly PolicyStatement[] {
  return action.permissions.map((permission) => new PolicyStatement(filledIn(permission, action, context)));
}

function filledIn(
  { actions, resources, conditions = {} }: PermissionSpec,
  action: FaultAction,
  context: PolicyContext,
) {
  const targets = Object.values(action.targets).flatMap((target) => targetArns(target, context.stack));
  const fill = (pattern: string): string => fillIn(pattern, action, context);
  return {
    actions: [...actions],
    resources: resources
      .flatMap((pattern) =>
        pattern.includes('{target}') ? targets.map((arn) => pattern.replace('{target}', () => arn)) : [pattern],
      )
      .map(fill),
    conditions: Object.fromEntries(
      Object.entries(conditions).map(([operator, keys]) => [
        operator,
        Object.fromEntries(
          Object.entries(keys).map(([key, value]) => [
            key,
            value === '{targets}' ? targets.map(fill) : typeof value === 'string' ? fill(value) : value,
          ]),
        ),
      ]),
    ),
  };
}

function fillIn(pattern: string, { parameters }: FaultAction, { stack, configuration }: PolicyContext): string {
  const { partition, region, account } = stack;
  const places: Readonly<Record<string, string>> = { partition, region, account, configuration };
  return pattern.replace(
    /\{(parameter:)?(\w+)\}/g,
    (_, parameter, name) => (parameter ? parameters[name] : places[name]) ?? '*',
  );
}

/**
 * What the role needs to have its log delivered. None of these actions has a resource that is known beforehand.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
 */
export function logDelivery(): PolicyStatement {
  return new PolicyStatement({
    actions: [
      'logs:CreateLogDelivery',
      'logs:PutResourcePolicy',
      'logs:DescribeResourcePolicies',
      'logs:DescribeLogGroups',
    ],
    resources: ['*'],
  });
}
