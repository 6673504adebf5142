import { Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/**
 * The day by which every acknowledgement is looked at again, as YYYY-MM-DD. After it every synthesis warns until somebody has looked
 * and written a later day here.
 */
export const REVIEW_BY = '2027-11-30';

/**
 * Acknowledges one finding of a rule pack on a construct and all within it. Called beside the construct that is meant, with a reason
 * that holds for it.
 *
 * @param id Pack, rule and, where the rule names one, the finding: `AwsSolutions::AwsSolutions-IAM5[Resource::*]`.
 */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason: `${reason} Review by ${REVIEW_BY}.` });
}

/** A role whose only policy is a resource of its own beside it. */
export function acknowledgeInlinePolicy(role: IConstruct): void {
  acknowledge(
    role,
    'NIST.800.53.R5::NIST.800.53.R5-IAMNoInlinePolicy',
    'The policy grants one role what one stack needs, comes and goes with it, and is reviewed with it; a managed policy could be attached to others.',
  );
}

/** A log group under the key that CloudWatch Logs owns, because the config asks for no keys of the account. */
export function acknowledgeLogKey(logGroup: IConstruct): void {
  acknowledge(
    logGroup,
    'NIST.800.53.R5::NIST.800.53.R5-CloudWatchLogGroupEncrypted',
    'CloudWatch Logs encrypts every log group; `encryption: customer-managed` puts this one under a key of the account.',
  );
}

/** A function that reaches AWS by public endpoints, answers its caller at once and is watched by its metrics. */
export function acknowledgeFunction(lambdaFunction: IConstruct, whyNoDeadLetters: string): void {
  acknowledge(
    lambdaFunction,
    'NIST.800.53.R5::NIST.800.53.R5-LambdaInsideVPC',
    'It calls AWS services of its Region and its own API over TLS with signed requests; a VPC would add subnets, endpoints and NAT, each a further way to fail, and isolate nothing.',
  );
  acknowledge(lambdaFunction, 'NIST.800.53.R5::NIST.800.53.R5-LambdaDLQ', whyNoDeadLetters);
  acknowledge(lambdaFunction, 'Serverless::Serverless-LambdaDLQ', whyNoDeadLetters);
  acknowledge(
    lambdaFunction,
    'Serverless::Serverless-LambdaTracing',
    'Each request is one function and one table: its log line and metrics hold what a trace would, without a further service in every invocation.',
  );
}
