/** Version of the event log's shape; it grows when a field changes its meaning or goes. */
export const EVENT_LOG_VERSION = 1;

/** One try of a client's operation. */
export interface TryRecord {
  /** Region that was asked. @default - the name had no address */
  readonly region?: string;
  readonly startMs: number;
  readonly endMs: number;
  /** What it met, for example `503` or `time-out`. @default - an answer that counts */
  readonly failure?: string;
  /** Outage phase behind the failure. @default - unknown, or none */
  readonly phase?: string;
  /**
   * Whose memory the address came from; an open connection stays with the address it was made to. @default - the request went by no name
   * that Route 53 chooses a Region for
   */
  readonly from?: 'connection' | 'device' | 'resolver' | 'route53';
  /** How long ago Route 53 had given that address, in milliseconds. @default - see `from` */
  readonly ageMs?: number;
  /** How long Route 53 had allowed to keep it, in seconds. @default - see `from` */
  readonly ttlSeconds?: number;
}

/**
 * What the event log tells, by kind. `event-log.schema.json` says the same for other programs, and docs/event-log.md for people. Times are
 * milliseconds of virtual time since the log's beginning, rounded to a thousandth.
 */
export interface EventFields {
  /** First record: what was run. */
  readonly log: {
    readonly version: typeof EVENT_LOG_VERSION;
    readonly scenario: string;
    readonly seed: string;
    /** Calendar time of the log's beginning, as ISO 8601. */
    readonly startsAt: string;
    /** From when to when the verdict counts. */
    readonly strikeMs: number;
    readonly endMs: number;
    readonly regions: readonly string[];
    readonly struckRegions: readonly string[];
    readonly requestsPerSecond: number;
  };
  /** A health check as it is when the log begins; what becomes of it, `status` tells. */
  readonly 'initial-status': {
    readonly check: string;
    readonly kind: EventFields['status']['kind'];
    readonly healthy: boolean;
    /** Regions whose records it decides on, by itself or through others. */
    readonly regions: readonly string[];
  };
  /** An alarm that is evaluated as it is when the log begins; then `alarm` tells. */
  readonly 'initial-alarm': {
    readonly alarm: string;
    readonly region: string;
    readonly state: EventFields['alarm']['state'];
  };
  /** A client has done what it wanted, or has given up. */
  readonly operation: {
    readonly client: number;
    readonly geography: string;
    readonly device: string;
    readonly kind: string;
    readonly startMs: number;
    readonly ok: boolean;
    /** Region of the last try. @default - the name had no address */
    readonly region?: string;
    /** What the last failed try met. @default - the operation is done */
    readonly failure?: string;
    /** Outage phase behind that. @default - unknown, or none */
    readonly phase?: string;
    /** How many operations of the unsampled traffic it stands for. */
    readonly weight: number;
    readonly tries: readonly TryRecord[];
  };
  /** A client asks another Region than the last time. */
  readonly move: { readonly client: number; readonly from: string; readonly to: string };
  /** What ended within a second in one Region, and what clients' resolvers were told. */
  readonly tick: {
    /** @default - operations whose name had no address */
    readonly region?: string;
    /** Operations that were made. */
    readonly operations: number;
    /** Those that they stand for, and how many of them failed. */
    readonly requests: number;
    readonly failed: number;
    /** How long clients waited, in milliseconds, by nearest rank over what was made. @default - no operation ended */
    readonly latency?: { readonly p50: number; readonly p99: number; readonly max: number };
    /**
     * Answers of Route 53 to clients' resolvers that led to the Region, or nowhere. None are counted in a run in which name servers fail: what
     * resolvers were told is then worked out when clients ask them.
     */
    readonly answers: number;
  };
  /** A health checker has changed its mind. */
  readonly vote: {
    readonly check: string;
    /** Region the checker runs in. */
    readonly checker: string;
    readonly healthy: boolean;
    /** Checkers that say healthy now, and all of them. */
    readonly healthyVotes: number;
    readonly checkers: number;
    /** Regions whose records the check decides on, by itself or through others. */
    readonly regions: readonly string[];
  };
  /** A health check has changed its status. On an alarm's data (`metric`), it is a switch. */
  readonly status: {
    readonly check: string;
    readonly kind: 'endpoint' | 'calculated' | 'metric' | 'disabled';
    readonly healthy: boolean;
    /** Regions whose records it decides on, by itself or through others. */
    readonly regions: readonly string[];
    /** When DNS answers begin to follow. */
    readonly publishedMs: number;
  };
  /** Health checks take a Region out of DNS with all its clients, or let it back in. */
  readonly region: { readonly region: string; readonly inDns: boolean; readonly publishedMs: number };
  /** An alarm has changed its state. */
  readonly alarm: {
    readonly alarm: string;
    readonly region: string;
    readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  };
  /** An alarm has told a topic of its state. */
  readonly notification: {
    readonly topic: string;
    readonly alarm: string;
    readonly region: string;
    readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
    /** Protocols of those who subscribe to the topic, one for each. */
    readonly to: readonly string[];
    /** When they get it; `null`: never. */
    readonly deliveredMs: number | null;
  };
  /** What came of a function that an alarm invoked on coming to a state, by itself or through a topic. */
  readonly 'alarm-action': {
    readonly alarm: string;
    readonly region: string;
    readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
    readonly function: string;
    /** The topic in between. @default - the alarm invoked it itself */
    readonly topic?: string;
    readonly outcome: string;
    /** When it was to be invoked. */
    readonly sentMs: number;
  };
  /** An experiment has come to another state. */
  readonly experiment: { readonly experiment: string; readonly region: string; readonly status: string };
  /** One of its actions has. */
  readonly action: {
    readonly experiment: string;
    readonly region: string;
    readonly action: string;
    readonly status: string;
  };
  /** A function has printed a metric that an alarm watches. */
  readonly metric: {
    readonly region: string;
    readonly metric: string;
    readonly values: readonly number[];
    /** When CloudWatch shows it; `null`: never. */
    readonly readableMs: number | null;
  };
  /** A function has printed a metric that CloudWatch cannot read. */
  readonly 'metric-malformed': { readonly region: string; readonly why: string };
  /** A parameter has a new value: what judges and operators decide by. */
  readonly parameter: { readonly region: string; readonly name: string; readonly value: string };
  /** What came of one time that a schedule was due. */
  readonly schedule: { readonly schedule: string; readonly outcome: string; readonly dueMs: number };
  /** How an asynchronous event of a function ended was told to where the function says, or the event left there as a dead letter. */
  readonly destination: {
    readonly function: string;
    readonly region: string;
    readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
    readonly service: 'lambda' | 'sns' | 'sqs' | 'events' | 's3';
    /** Stack and logical id, or an ARN. */
    readonly target: string;
    /** Attributes of a dead letter, which is the event as it was. @default - the target gets a record of the invocation */
    readonly deadLetter?: {
      readonly requestId: string;
      /** Status of the last try. @default - there was none */
      readonly errorCode?: number;
      /** First kilobyte of what the function said. @default - it said nothing */
      readonly errorMessage?: string;
    };
  };
  /** A function has started an execution environment. */
  readonly 'cold-start': { readonly function: string; readonly region: string; readonly environment: string };
  /** A function serves from an environment that was kept initialized for it (provisioned concurrency). */
  readonly 'kept-initialized': { readonly function: string; readonly region: string; readonly environment: string };
  /** A request was refused for its rate. */
  readonly throttled: {
    readonly region: string;
    readonly by: 'api-gateway' | 'lambda' | 'dynamodb';
    /** Route, function or table, and what it lacked, where that can be said. */
    readonly what: string;
  };
  /** The functions of a Region were deployed anew. */
  readonly deployment: { readonly region: string };
  /** A bad write has overwritten items, or has been undone. */
  readonly poison: {
    readonly phase: string;
    /** Where it was made; it travels as every write does. */
    readonly region: string;
    readonly table: string;
    readonly state: 'begins' | 'ends';
    readonly items: number;
  };
  /** A version of an object has arrived in another bucket. */
  readonly 'object-replica': {
    readonly version: string;
    readonly from: string;
    readonly to: string;
    readonly lagMs: number;
  };
  /** Changes that are on their way to what a Region holds of a table or bucket, at the end of a second in which something was written. */
  readonly backlog: { readonly store: string; readonly region: string; readonly changes: number };
  /**
   * A write to an eventually consistent table has gone without a trace: the last writer wins, and that one, in another Region, did not know
   * of it. DynamoDB had acknowledged both.
   */
  readonly superseded: {
    readonly table: string;
    /** Key of the item, its attributes joined by a slash. */
    readonly key: string;
    /** Where and when what is lost was written. */
    readonly region: string;
    readonly writtenMs: number;
    /** Where and when what took its place was; earlier, if clocks were wrong. */
    readonly byRegion: string;
    readonly byWrittenMs: number;
    /** How many writes it stands for. */
    readonly weight: number;
  };
  /** Something breaks, or works again. */
  readonly fault: {
    readonly phase: string;
    readonly target: string;
    readonly region: string;
    readonly state: 'begins' | 'ends';
    /** How it fails. */
    readonly kind: string;
    /** Share of requests that it hits at its worst, from 0 to 1, and its course. */
    readonly share: number;
    readonly pattern: string;
  };
}

/** Kinds of record. */
export type EventKind = keyof EventFields;

/** One record: when (`t`), what kind (`is`), and its fields. */
export type EventRecord<K extends EventKind = EventKind> = {
  [Kind in K]: { readonly t: number; readonly is: Kind } & EventFields[Kind];
}[K];
