import { type Assembly, type AssemblyResource, addressOf } from '../../assembly';
import { topicInvokes } from '../faults/acting-alarms';
import { NotModelled } from '../not-modelled';
import { functionIn, qualifierIn } from './function-definition';

/** Services that can be told what became of an asynchronous event. */
export type DestinationService = 'lambda' | 'sns' | 'sqs' | 'events' | 's3';

/** Where Lambda puts what became of an event. */
export interface AsyncDestination {
  readonly service: DestinationService;
  /** Stack and logical id, or the ARN of what no template has. */
  readonly id: string;
  /** The function that gets it. @default - it goes to another service */
  readonly function?: AssemblyResource;
  /** Alias or version by which that function is invoked. @default - its latest code is */
  readonly qualifier?: string;
}

/** Where what became of a function's asynchronous events goes; nowhere, as far as nothing is said. */
export interface AsyncDestinations {
  /** Gets the record of an event that succeeded. @default - nobody */
  readonly onSuccess?: AsyncDestination;
  /** Gets the record of an event that was given up. @default - nobody */
  readonly onFailure?: AsyncDestination;
  /** Gets the event itself when it was given up. @default - nobody */
  readonly deadLetters?: AsyncDestination;
}

type Properties = Readonly<Record<string, unknown>>;

const SERVICES: Readonly<Record<string, DestinationService>> = {
  'AWS::SNS::Topic': 'sns',
  'AWS::SQS::Queue': 'sqs',
  'AWS::Events::EventBus': 'events',
  'AWS::S3::Bucket': 's3',
};

/**
 * What each end of an event can be told to.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
const ALLOWED: Readonly<Record<keyof AsyncDestinations, readonly DestinationService[]>> = {
  onSuccess: ['lambda', 'sns', 'sqs', 'events'],
  onFailure: ['lambda', 'sns', 'sqs', 'events', 's3'],
  deadLetters: ['sns', 'sqs'],
};

/**
 * Reads where what becomes of a function's asynchronous events goes.
 *
 * @param config Its `AWS::Lambda::EventInvokeConfig`, if it has one.
 * @throws NotModelled for a destination that is neither of the assembly nor an ARN, or that Lambda cannot deliver to, and for one of a
 * function that runs no events at all.
 */
export function readAsyncDestinations(
  assembly: Assembly,
  target: AssemblyResource,
  config: AssemblyResource | undefined,
): AsyncDestinations {
  const id = `${target.stack.id}/${target.logicalId}`;
  const { OnSuccess, OnFailure } = (config?.properties.DestinationConfig ?? {}) as Readonly<Record<string, Properties>>;
  const { TargetArn } = (target.properties.DeadLetterConfig ?? {}) as Properties;
  const named = [
    ['onSuccess', OnSuccess?.Destination],
    ['onFailure', OnFailure?.Destination],
    ['deadLetters', TargetArn],
  ] as const;
  const entries = named.flatMap(([when, value]) => {
    if (value === undefined) return [];
    const destination = readDestination(assembly, value, id);
    if (!ALLOWED[when].includes(destination.service)) {
      throw new NotModelled(
        `${when} of asynchronous events of function ${id}: Lambda cannot send to ${destination.id}`,
      );
    }
    return [[when, destination] as const];
  });
  // Lambda then gives up every event without a try; what its record says is not documented.
  if (entries.length > 0 && Number(target.properties.ReservedConcurrentExecutions ?? 1) === 0) {
    throw new NotModelled(`destinations of function ${id}, which reserves no environment`);
  }
  return Object.fromEntries(entries);
}

function readDestination(assembly: Assembly, value: unknown, ofId: string): AsyncDestination {
  const invoked = functionIn(assembly, value);
  if (invoked) {
    const qualifier = qualifierIn(assembly, value);
    return {
      service: 'lambda',
      id: addressOf(invoked),
      function: invoked,
      ...(qualifier === undefined ? {} : { qualifier }),
    };
  }
  const [resource] = assembly.referencesIn(value).map((reference) => reference.resource);
  const [, service = ''] = /^arn:[\w-]+:(sns|sqs|events|s3):/.exec(String(value)) ?? [];
  const known = resource ? SERVICES[resource.type] : (service as DestinationService | '');
  if (!known) {
    const what = resource ? `${resource.type} ${addressOf(resource)}` : JSON.stringify(value);
    throw new NotModelled(`a destination of asynchronous events of function ${ofId}: ${what}`);
  }
  const id = resource ? addressOf(resource) : String(value);
  const { FifoQueue, FifoTopic } = resource?.properties ?? {};
  if (id.endsWith('.fifo') || isTrue(FifoQueue) || isTrue(FifoTopic)) {
    throw new NotModelled(`a destination of asynchronous events of function ${ofId}: ${id}, which is FIFO`);
  }
  if (resource?.type === 'AWS::SNS::Topic' && topicInvokes(assembly, resource)) {
    throw new NotModelled(`a destination of asynchronous events of function ${ofId}: ${id}, which invokes a function`);
  }
  return { service: known, id };
}

function isTrue(value: unknown): boolean {
  return String(value) === 'true';
}
