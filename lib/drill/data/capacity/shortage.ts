import { ServiceError } from '../table-engine';

/** Why DynamoDB refuses a request for want of capacity, as the end of its throttling reasons says it. */
export type Shortage =
  /** Provisioned capacity is used up, bursts included. */
  | 'ProvisionedThroughputExceeded'
  /** More than twice what was ever asked for, or more than what one partition takes. */
  | 'KeyRangeThroughputExceeded'
  /** More than the maximum that the template sets. */
  | 'MaxOnDemandThroughputExceeded'
  /** More than the account's quota for a table. */
  | 'AccountLimitExceeded';

/** What is short. */
export interface ShortResource {
  readonly shortage: Shortage;
  readonly kind: 'read' | 'write';
  /** Name of the index. @default - the table itself is short */
  readonly index?: string;
  /** Whether it has provisioned capacity. */
  readonly isProvisioned: boolean;
}

const MESSAGES: Readonly<Record<Shortage, string>> = {
  ProvisionedThroughputExceeded: 'The level of configured provisioned throughput for the table or index was exceeded.',
  KeyRangeThroughputExceeded: 'Throughput exceeds the current capacity of your table or index.',
  MaxOnDemandThroughputExceeded: 'Throughput exceeds the maximum OnDemandThroughput configured on table or index',
  AccountLimitExceeded: 'Throughput exceeds the current throughput limit for your account.',
};

/** The reason, for example `TableWriteKeyRangeThroughputExceeded`. */
export function reasonOf({ shortage, kind, index }: ShortResource): string {
  return `${index === undefined ? 'Table' : 'Index'}${kind === 'read' ? 'Read' : 'Write'}${shortage}`;
}

/**
 * The error with which DynamoDB refuses.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-diagnosing-workflow.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export function throttled(resource: ShortResource): ServiceError {
  const name = errorNameOf(resource);
  const reasons = { ThrottlingReasons: [{ reason: reasonOf(resource) }] };
  return new ServiceError(400, `com.amazonaws.dynamodb.v20120810#${name}`, MESSAGES[resource.shortage], reasons);
}

function errorNameOf({ shortage, isProvisioned }: ShortResource): string {
  if (shortage === 'AccountLimitExceeded') return 'RequestLimitExceeded';
  return isProvisioned ? 'ProvisionedThroughputExceededException' : 'ThrottlingException';
}
