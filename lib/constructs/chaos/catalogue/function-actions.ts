import type { ActionSpec } from './action-spec';
import { BOOLEAN, DURATION, SHARE, TEXT } from './parameter-spec';
import { type PermissionSpec, RESOLVES_TAGS } from './permission-spec';

/**
 * FIS writes what to inject to the bucket that the functions' extension reads. The guide grants GetFunction on everything; the action
 * has a resource level, so it is kept to the targets, whatever their version or alias.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/use-lambda-actions.html
 */
const WRITES_CONFIGURATION: readonly PermissionSpec[] = [
  { actions: ['s3:PutObject', 's3:DeleteObject'], resources: ['{configuration}*'] },
  {
    actions: ['lambda:GetFunction'],
    resources: ['{target}', '{target}:*'],
  },
  RESOLVES_TAGS,
];

/** Invocations of Lambda functions that carry the FIS extension. */
export const FUNCTION_ACTIONS = {
  'aws:lambda:invocation-add-delay': {
    page: 'invocation-add-delay',
    target: { Functions: 'aws:lambda:function' },
    required: { duration: DURATION },
    optional: {
      invocationPercentage: SHARE,
      startupDelayMilliseconds: { type: 'integer', minimum: 0, maximum: 900_000 },
    },
    lasts: 'duration',
    conflictsWith: ['aws:lambda:invocation-add-delay'],
    permissions: WRITES_CONFIGURATION,
  },
  'aws:lambda:invocation-error': {
    page: 'invocation-error',
    target: { Functions: 'aws:lambda:function' },
    required: { duration: DURATION, preventExecution: BOOLEAN },
    optional: { invocationPercentage: SHARE },
    lasts: 'duration',
    conflictsWith: ['aws:lambda:invocation-error', 'aws:lambda:invocation-http-integration-response'],
    permissions: WRITES_CONFIGURATION,
  },
  'aws:lambda:invocation-http-integration-response': {
    page: 'invocation-http-integration-response',
    target: { Functions: 'aws:lambda:function' },
    required: {
      contentTypeHeader: TEXT,
      duration: DURATION,
      preventExecution: BOOLEAN,
      statusCode: { type: 'integer', minimum: 100, maximum: 999 },
    },
    optional: { invocationPercentage: SHARE },
    lasts: 'duration',
    conflictsWith: ['aws:lambda:invocation-error', 'aws:lambda:invocation-http-integration-response'],
    permissions: WRITES_CONFIGURATION,
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
