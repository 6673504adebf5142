import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IResolveContext, Stack } from 'aws-cdk-lib/core';
import type { FaultAction } from './fault-action';
import type { FaultTarget } from './fault-target';
import { targetArns } from './matching-resources';
import { TargetIndex } from './target-index';

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
 * Tags decide on the targets and are complete only when constructs are validated. Until {@link narrow} is called then, the policy speaks of
 * every resource of a target's type.
 */
export class ExperimentPolicy extends PolicyDocument {
  #arns: ReadonlyMap<FaultTarget, readonly string[]> = new Map();

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

  /** @throws BlueprintError when a target matches nothing. */
  narrow(): void {
    const targets = this.actions.flatMap(({ targets }) => Object.values(targets));
    this.#arns = new Map(targets.map((target) => [target, targetArns(target, this.context.stack)]));
  }

  override resolve(context: IResolveContext): unknown {
    if (context.preparing) this.#widen();
    const derived = this.actions.flatMap((action) => this.#statementsOf(action));
    return new PolicyDocument({ statements: [...this.extra.map((one) => one.copy()), ...derived] }).resolve(context);
  }

  /** A new synthesis begins: tags may be others by now. */
  #widen(): void {
    TargetIndex.forget(this.context.stack.node.root);
    this.#arns = new Map();
  }

  #statementsOf(action: FaultAction): readonly PolicyStatement[] {
    const targets = Object.values(action.targets).flatMap((target) => this.#arns.get(target) ?? [target.spec.arn]);
    const fill = (pattern: string): string => fillIn(pattern, action, this.context);
    return action.permissions.map(
      ({ actions, resources, conditions = {} }) =>
        new PolicyStatement({
          actions: [...actions],
          resources: resources.flatMap((pattern) => eachTarget(pattern, targets)).map(fill),
          conditions: mapValues(conditions, (keys) =>
            mapValues(keys, (value) => {
              if (value === '{targets}') return targets.map(fill);
              return typeof value === 'string' ? fill(value) : value;
            }),
          ),
        }),
    );
  }
}

function eachTarget(pattern: string, targets: readonly string[]): readonly string[] {
  return pattern.includes('{target}') ? targets.map((arn) => pattern.replace('{target}', () => arn)) : [pattern];
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
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
