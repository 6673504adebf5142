/** What a fault acts on; every fault of the drill acts in one of these places and nowhere else. */
export const FAULT_TARGETS = [
  /** Requests to a Region's DynamoDB endpoint. */
  'dynamodb',
  /** Replication to and from a Region's DynamoDB replicas. */
  'dynamodb-replication',
  /** Invocations of a Region's functions. */
  'lambda',
  /** Invocations of functions, as the extension of AWS FIS in their environments treats them; operations are aliases and versions. */
  'lambda-extension',
  /** The start of a new execution environment in a Region, before a function's code is loaded. */
  'lambda-starts',
  /** Events that a Region's functions were given to run later, on their way to an environment. */
  'lambda-events',
  /** Requests to a Region's HTTP APIs. */
  'api-gateway',
  /** Metrics published in a Region, on their way to alarms and health checks. */
  'cloudwatch',
  /** Messages of a Region's topics, on their way to who subscribes to them; resources are topics, by stack and logical id. */
  'sns',
  /** Schedules of a Region, on their way to what they invoke. */
  'scheduler',
  /** Requests to a Region's buckets. While they fail, so does replication from and to them. */
  's3',
  /** Replication from a Region's buckets; what is copied goes on to the Regions that `peers` names. */
  's3-replication',
  /** Requests to a Region's Systems Manager endpoint. */
  'ssm',
  /** Look-ups that a Region's functions make, whatever the name. */
  'resolver',
  /** Answers of Route 53's name servers for the names of the assembly; these are one for all Regions. */
  'route53',
  /** Verdicts of Route 53's health checks on endpoints in a Region. */
  'health-checks',
  /** The network between a Region and what lies outside it: clients, health checkers, other Regions. */
  'network',
  /** The issuer of the clients' tokens; it is one for all Regions. */
  'identity-provider',
  /** The edge of a content delivery network in front of the name that clients share; it is one for all Regions. */
  'cdn',
] as const;

/** A place that faults act in. */
export type FaultTarget = (typeof FAULT_TARGETS)[number];

/**
 * What a fault does to what it hits.
 *
 * - `name`: the endpoint's name has no address; of Route 53: the answer is that there is none;
 * - `error`: the service does nothing and answers with an error; what it is given is lost, a question stays unanswered, a check says
 *   unhealthy, packets vanish;
 * - `function-error`: a function fails before its handler runs;
 * - `late-error`: everything is done, and then an error answered;
 * - `throttle`: refused for the rate;
 * - `slow`: answered later by `delayMs`;
 * - `delay`: what is under way is held back, for `delayMs` each or until the fault ends;
 * - `loss`: packets are lost.
 */
export const FAULT_KINDS = [
  'name',
  'error',
  'function-error',
  'late-error',
  'throttle',
  'slow',
  'delay',
  'loss',
] as const;

/** How each place can fail; a fault that a place does not know would do nothing, unseen. */
export const WAYS_TO_FAIL: Readonly<Record<FaultTarget, readonly (typeof FAULT_KINDS)[number][]>> = {
  dynamodb: ['name', 'error', 'late-error', 'throttle', 'slow'],
  'dynamodb-replication': ['delay'],
  lambda: ['error', 'function-error', 'late-error', 'throttle', 'slow'],
  'lambda-starts': ['error', 'slow'],
  'lambda-events': ['delay'],
  'lambda-extension': ['function-error', 'late-error', 'slow'],
  'api-gateway': ['error', 'slow'],
  cloudwatch: ['error', 'delay'],
  sns: ['error', 'delay'],
  scheduler: ['error', 'delay'],
  s3: ['name', 'error', 'slow'],
  's3-replication': ['delay'],
  ssm: ['name', 'error', 'late-error', 'throttle', 'slow'],
  resolver: ['error'],
  route53: ['name', 'error'],
  'health-checks': ['error', 'delay'],
  network: ['error', 'slow', 'loss'],
  'identity-provider': ['error'],
  cdn: ['error', 'slow'],
};

/** Places that are one for all Regions: what breaks there breaks everywhere. */
export const ONE_FOR_ALL: ReadonlySet<FaultTarget> = new Set(['route53', 'identity-provider', 'cdn']);

/** Region of a fault that acts in all of them at once. */
export const EVERYWHERE = 'everywhere';

/** What a fault may be narrowed down to. */
export type Narrowing = 'operations' | 'resources' | 'peers';

/** What requests to each place say of themselves; a fault that asks for more would hit none of them, unseen. */
const NARROWED_BY: Readonly<Record<FaultTarget, readonly Narrowing[]>> = {
  dynamodb: ['operations', 'resources', 'peers'],
  'dynamodb-replication': ['resources', 'peers'],
  lambda: ['resources'],
  'lambda-starts': ['resources'],
  'lambda-events': ['resources'],
  'lambda-extension': ['operations', 'resources'],
  'api-gateway': ['operations', 'resources'],
  cloudwatch: [],
  sns: ['resources'],
  scheduler: [],
  s3: ['operations', 'resources'],
  's3-replication': ['resources', 'peers'],
  ssm: ['operations', 'resources', 'peers'],
  resolver: [],
  route53: ['peers'],
  'health-checks': ['resources', 'peers'],
  network: ['peers'],
  'identity-provider': [],
  cdn: [],
};

/** What a fault of a place may be narrowed down to when it fails in one way. Who looks a name up has not said yet what is wanted there. */
export function narrowings(target: FaultTarget, kind: Fault['kind']): readonly Narrowing[] {
  if (kind === 'name') return ['peers'];
  // What checkers say is known late by itself, not by checker.
  return target === 'health-checks' && kind === 'delay' ? ['resources'] : NARROWED_BY[target];
}

/** The course of a fault over time, as the catalogue names it. */
export const FAULT_PATTERNS = ['steady', 'flapping', 'recovering', 'worsening'] as const;

/** One thing that is broken, where, and when, in virtual time. Plain data, so that it can be a line of a file. */
export interface Fault {
  /** Phase of the outage it comes from, for example `p1`, or whatever else names its cause. */
  readonly phaseId: string;
  readonly target: FaultTarget;
  /** The Region, or {@link EVERYWHERE}. */
  readonly region: string;
  /** Only these operations of the service, as its API names them: `PutItem`, `PUT`. @default - all of them */
  readonly operations?: readonly string[];
  /** Only these resources: stack and logical id of a function or an API, name of a table or a bucket. @default - all of them */
  readonly resources?: readonly string[];
  /**
   * Only what goes between the place and these: names of Regions; for the network also `clients`, `checkers` or `regions`, all of
   * a kind, and the id of a geography; for replication of buckets also names of buckets.
   *
   * @default - whatever the other end is
   */
  readonly peers?: readonly string[];
  /** Availability Zone that it began in. @default - the Region as a whole */
  readonly zone?: string;
  /** Start, in milliseconds of virtual time. */
  readonly startMs: number;
  /** End, exclusive, in milliseconds of virtual time. */
  readonly endMs: number;
  /** Where the course over time ends; later than `endMs` when the drill replays only a part of the outage. */
  readonly courseEndMs: number;
  readonly kind: (typeof FAULT_KINDS)[number];
  /** Share of requests hit at the fault's height, from 0 to 1. */
  readonly share: number;
  /** Course over time. */
  readonly pattern: (typeof FAULT_PATTERNS)[number];
  /** Period of a flapping fault in milliseconds. @default - the fault does not flap */
  readonly periodMs?: number;
  /** Delay of what is slow or held back, in milliseconds. @default - held back until the fault ends; slow: by nothing */
  readonly delayMs?: number;
  /**
   * For how long after the start some of what had set out before it still gets through, in milliseconds: each for a share of that time
   * (see {@link Asked}).
   *
   * @default - what is under way is held back from the start
   */
  readonly lingerMs?: number;
  /** Status that a function's caller gets for an answer, in place of an error. @default - an error */
  readonly statusCode?: number;
}

/** What is asked of a place, so far as faults tell requests apart. */
export interface Asked {
  /** Operation of the service, as its API names it. @default - nothing tells */
  readonly operation?: string;
  /** Resource that is asked for. @default - nothing tells */
  readonly resource?: string;
  /** What is at the other end: a Region's, geography's or bucket's name, and the kind of it. @default - nothing tells */
  readonly peers?: readonly string[];
  /** What was drawn for it, from 0 to 1, of the time in which a fault lets through what had set out before. @default 0 */
  readonly lingers?: number;
}

/** Whether a fault is meant for a request: what it narrows down and the request says must agree. */
export function concerns({ operations, resources, peers }: Fault, asked: Asked): boolean {
  if (operations && !(asked.operation !== undefined && operations.includes(asked.operation))) return false;
  if (resources && !(asked.resource !== undefined && resources.includes(asked.resource))) return false;
  return !peers || (asked.peers ?? []).some((peer) => peers.includes(peer));
}

/** Share of requests that a fault hits at an instant within it. */
export function shareAt(fault: Fault, nowMs: number): number {
  const progress = (nowMs - fault.startMs) / (fault.courseEndMs - fault.startMs);
  switch (fault.pattern) {
    case 'steady':
      return fault.share;
    case 'recovering':
      return fault.share * (1 - progress);
    case 'worsening':
      return fault.share * progress;
    case 'flapping': {
      const periodMs = fault.periodMs ?? fault.courseEndMs - fault.startMs;
      return ((nowMs - fault.startMs) / periodMs) % 1 < 0.5 ? fault.share : 0;
    }
  }
}
