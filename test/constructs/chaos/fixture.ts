import { Template } from 'aws-cdk-lib/assertions';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type App, Duration, Stack, Tags } from 'aws-cdk-lib/core';
import {
  BlueprintError,
  FaultAction,
  FaultExperiment,
  type FaultExperimentProps,
  FaultTarget,
} from '../../../lib/constructs';
import { testApp } from '../../helpers/synthesize';

export const ACCOUNT = '111111111111';

/** Tags of what the tests' experiments act on. */
export const TAGS = { FaultInjection: 'dispatch' };

/** A Region with a tagged function, an alarm and a log group. */
export class Laboratory {
  readonly stack: Stack;
  readonly function: LambdaFunction;
  readonly alarm: Alarm;
  readonly logGroup: LogGroup;

  constructor(
    readonly app: App = testApp(),
    region = 'us-east-2',
  ) {
    this.stack = new Stack(app, `Laboratory-${region}`, { env: { account: ACCOUNT, region } });
    this.function = functionIn(this.stack, 'dispatch-api');
    this.alarm = alarmIn(this.stack);
    this.logGroup = new LogGroup(this.stack, 'Log');
  }

  /** An experiment with defaults for what a test is not about. */
  experiment(props: Partial<FaultExperimentProps> = {}): FaultExperiment {
    return new FaultExperiment(this.stack, 'Experiment', {
      name: 'errors',
      description: 'Some invocations fail.',
      actions: { fail: errors() },
      stopAlarms: [this.alarm],
      logGroup: this.logGroup,
      extensionConfigurationArn: 'arn:aws:s3:::configuration/FisConfigs/',
      ...props,
    });
  }

  /** Properties of the one template. */
  templateProperties(): Record<string, unknown> {
    const [template] = Object.values(Template.fromStack(this.stack).findResources('AWS::FIS::ExperimentTemplate'));
    return template?.Properties;
  }

  /** Statements of the experiment's role. */
  statements(): Statement[] {
    const roles = Object.entries(Template.fromStack(this.stack).findResources('AWS::IAM::Role'));
    const [, role] = roles.find(([id]) => id.startsWith('Experiment')) ?? [];
    return role?.Properties.Policies[0].PolicyDocument.Statement;
  }
}

export interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

export function functionIn(stack: Stack, functionName: string, tags: Record<string, string> = TAGS): LambdaFunction {
  const made = new LambdaFunction(stack, functionName, {
    functionName,
    code: Code.fromInline('exports.handler = async () => {};'),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });
  for (const [key, value] of Object.entries(tags)) Tags.of(made).add(key, value);
  return made;
}

export function alarmIn(stack: Stack, id = 'Alarm'): Alarm {
  const metric = new Metric({ namespace: 'dispatch', metricName: 'ProbeFailures' });
  return new Alarm(stack, id, { metric, threshold: 1, evaluationPeriods: 1 });
}

/** Errors of half of the invocations, for ten minutes. */
export function errors({ minutes = 10, startAfter = [] as readonly string[], target = functions() } = {}): FaultAction {
  return FaultAction.of('aws:lambda:invocation-error', {
    parameters: { duration: Duration.minutes(minutes), invocationPercentage: 50, preventExecution: true },
    targets: { Functions: target },
    startAfter,
  });
}

export function functions(tags: Record<string, string> = TAGS): FaultTarget<'aws:lambda:function'> {
  return FaultTarget.tagged('aws:lambda:function', tags);
}

export function waiting(minutes: number, startAfter: readonly string[] = []): FaultAction {
  return FaultAction.of('aws:fis:wait', { parameters: { duration: Duration.minutes(minutes) }, startAfter });
}

/** Code of the refusal, `accepted` when there is none. */
export function codeOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof BlueprintError) return error.code;
    throw error;
  }
  return 'accepted';
}
