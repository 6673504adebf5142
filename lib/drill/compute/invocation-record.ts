import type { RuntimeError } from './execution-environment';
import type { FunctionDefinition } from './function-definition';
import type { FunctionResult } from './lambda-function';

/** Why a record of an event is made: it succeeded, its runs failed too often, or it became too old. */
export type EventCondition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

/** How an asynchronous event of a function ended. */
export interface EndedEvent {
  readonly definition: FunctionDefinition;
  /** Alias or version by which the function was invoked. @default - its latest code was */
  readonly qualifier?: string;
  /** One for all tries of the event. */
  readonly requestId: string;
  /** The event as it was given, which runs cannot have changed. */
  readonly payload: unknown;
  readonly condition: EventCondition;
  /** Tries that were made, those that found no environment included. */
  readonly tries: number;
  /** How the last try ended. @default - there was none */
  readonly result?: FunctionResult;
  /** When it ended, in virtual milliseconds: of one that became too old, when it did. */
  readonly endMs: number;
}

/**
 * The record of an event that Lambda sends to a destination.
 *
 * Simplified: of an event whose last try reached no function it has no response, and errors have no trace. The assembly has one version
 * of each function, by the name of `$LATEST`.
 *
 * @param epochMs Calendar time of virtual time zero.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#destination-example-record
 */
export function invocationRecord(ended: EndedEvent, epochMs: number): object {
  const { requestId, condition, tries, payload, endMs } = ended;
  return {
    version: '1.0',
    timestamp: new Date(epochMs + endMs).toISOString(),
    requestContext: { requestId, functionArn: functionArn(ended), condition, approximateInvokeCount: tries },
    requestPayload: payload,
    ...responseOf(ended),
  };
}

/** What the attributes of a message to a dead-letter queue say. */
export interface DeadLetterAttributes {
  readonly requestId: string;
  /** Status of the last try. @default - there was none */
  readonly errorCode?: number;
  /** First kilobyte of the error's message. @default - no function said one */
  readonly errorMessage?: string;
}

/** Bytes of an error's message that an attribute holds. */
const MESSAGE_BYTES = 1024;

/**
 * The attributes of an event in a dead-letter queue.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-dlq
 */
export function deadLetterAttributes(ended: EndedEvent): DeadLetterAttributes {
  const { requestId, result } = ended;
  if (!result) return { requestId };
  const message = errorOf(ended)?.errorMessage;
  return {
    requestId,
    errorCode: result.kind === 'throttled' ? 429 : result.kind === 'service-error' ? 500 : 200,
    ...(message === undefined
      ? {}
      : { errorMessage: Buffer.from(message).subarray(0, MESSAGE_BYTES).toString('utf8') }),
  };
}

function responseOf(ended: EndedEvent): object {
  const { result } = ended;
  const reached = { statusCode: 200, executedVersion: '$LATEST' };
  if (result?.kind === 'answer') return { responseContext: reached, responsePayload: result.payload ?? null };
  const error = errorOf(ended);
  if (!error) return {};
  return { responseContext: { ...reached, functionError: 'Unhandled' }, responsePayload: error };
}

/**
 * What a failed run says. The words of a time-out are those of Lambda's own emulator.
 *
 * @see https://github.com/aws/aws-lambda-runtime-interface-emulator
 */
function errorOf({ result, requestId, definition }: EndedEvent): Partial<RuntimeError> | undefined {
  if (result?.kind === 'function-error') return result.error ?? { errorMessage: result.message };
  if (result?.kind !== 'timeout') return undefined;
  const seconds = (definition.timeoutMs / 1000).toFixed(2);
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  };
}

function functionArn({ definition, qualifier = '$LATEST' }: EndedEvent): string {
  const { region, account, name } = definition;
  // A version's number is known only after deployment; the drill names it by stack and logical id.
  const suffix = qualifier.includes('/') ? '$LATEST' : qualifier;
  return `arn:aws:lambda:${region}:${account}:function:${name}:${suffix}`;
}
