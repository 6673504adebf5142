import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { bundleHandler } from '../api/handler-bundle';
import { acknowledge, acknowledgeFunction, acknowledgeInlinePolicy, acknowledgeLogKey } from '../security';

/** Properties of {@link JudgeFunction}. */
export interface JudgeFunctionProps {
  /** Physical name of the function and of its schedule. */
  readonly name: string;

  /** TypeScript file that exports `handler`. */
  readonly entry: string;

  /** Environment variables. */
  readonly environment: Readonly<Record<string, string>>;

  /** Physical name of the log group. */
  readonly logGroupName: string;

  /**
   * Key of the account that encrypts the log.
   *
   * @default - a key that AWS owns
   */
  readonly encryptionKey?: IKey;
}

const NO_DEAD_LETTERS =
  'A minute that was missed is not made up for: what it would have said is old, and alarms watch for its silence.';

/**
 * A Lambda function that runs once a minute, alone and never twice for the same minute: no flexible window, no retry, one execution
 * at a time. A minute that is missed stays missed; what it would have said is old by the next one.
 *
 * EventBridge Scheduler invokes it asynchronously, so both the schedule and the function say how often and how long to try. It ends
 * within 55 s, and an event that could not be delivered within 60 s is dropped.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class JudgeFunction extends Construct {
  /** The function. */
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: JudgeFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: props.logGroupName,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
      encryptionKey: props.encryptionKey,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    acknowledgeInlinePolicy(role);
    if (!props.encryptionKey) acknowledgeLogKey(logGroup);
    this.function = new LambdaFunction(this, 'Function', {
      functionName: props.name,
      code: bundleHandler(props.entry),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // A seventh of a processor: with less, TLS handshakes would count as slowness of the ward.
      memorySize: 256,
      timeout: Duration.seconds(55),
      reservedConcurrentExecutions: 1,
      retryAttempts: 0,
      maxEventAge: Duration.seconds(60),
      environment: { ...props.environment },
      role,
      logGroup,
    });
    acknowledgeFunction(this.function, NO_DEAD_LETTERS);
    acknowledge(this.function, 'Serverless::Serverless-LambdaAsyncFailureDestination', NO_DEAD_LETTERS);
    this.#schedule(props.name);
  }

  #schedule(name: string): void {
    const role = new Role(this, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    acknowledgeInlinePolicy(role);
    // By itself the target would also grant every version and alias, with a wildcard.
    const invoke = this.function.grantInvokeLatestVersion(role);
    const schedule = new Schedule(this, 'Schedule', {
      scheduleName: name,
      description: 'Judges the ward once a minute',
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(this.function, {
        role: role.withoutPolicyUpdates(),
        retryAttempts: 0,
        maxEventAge: Duration.seconds(60),
      }),
    });
    invoke.applyBefore(schedule);
  }
}
