import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { bundleHandler } from './handler-bundle';

/** Properties of {@link ApiFunction}. */
export interface ApiFunctionProps {
  /** Physical name of the function. */
  readonly name: string;

  /** TypeScript file that exports `handler`. */
  readonly entry: string;

  /** Environment variables. */
  readonly environment: Readonly<Record<string, string>>;

  /** Physical name of the log group. */
  readonly logGroupName: string;
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
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.function = new LambdaFunction(this, 'Function', {
      functionName: props.name,
      code: bundleHandler(props.entry),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 1024,
      timeout: Duration.seconds(10),
      environment: { ...props.environment },
      role,
      logGroup,
    });
  }
}
