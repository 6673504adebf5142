import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledgeFunction, acknowledgeInlinePolicy, acknowledgeLogKey } from '../security';
import { bundleHandler } from './handler-bundle';

/** Properties of {@link ApiFunction}. */
export interface ApiFunctionProps {
  /** Physical name of the function. */
  readonly name: string;

  /** TypeScript file that exports `handler`. */
  readonly entry: string;

  /** Environment variables. */
  readonly environment: Readonly<Record<string, string>>;

  /**
   * Executions that are kept free for the function, and beyond which it is stopped.
   *
   * @default - it shares the account's executions with every other function of the Region
   */
  readonly reservedConcurrency?: number;

  /** Physical name of the log group. */
  readonly logGroupName: string;

  /**
   * Key of the account that encrypts the log.
   *
   * @default - a key that AWS owns
   */
  readonly encryptionKey?: IKey;
}

/**
 * A Lambda function on Node.js 24 and arm64 with a role that may write its own log and nothing else until it is granted more.
 *
 * The log group goes with its stack, so that a Region can leave and join again under the same names.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
export class ApiFunction extends Construct {
  /** The function. */
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: ApiFunctionProps) {
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
      memorySize: 1024,
      timeout: Duration.seconds(10),
      environment: { ...props.environment },
      reservedConcurrentExecutions: props.reservedConcurrency,
      role,
      logGroup,
    });
    acknowledgeFunction(this.function, 'Callers wait for its answer and get its errors; nothing is left to keep.');
  }
}
