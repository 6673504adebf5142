import { z } from 'zod';
import { BadInput, type Problem, quoteFound } from '../../bad-input';
import { EVERYWHERE, FAULT_KINDS, FAULT_PATTERNS, FAULT_TARGETS, ONE_FOR_ALL, WAYS_TO_FAIL } from '../faults/fault';
import { readJsonFile, shapeProblems } from './json-input';

/** Version of the file's shape; it grows when a field changes its meaning or goes. */
export const SCHEDULE_VERSION = 1;

/** Kinds of event that hit a share of requests for a while. */
export const SHARE_KINDS = [
  'table-unresolvable',
  'table-errors',
  'table-throttled',
  'functions-fail',
  'gateway-fails',
  'buckets-fail',
  'parameters-fail',
  'metrics-lost',
  'schedules-lost',
  'region-lost',
] as const;

/** Kinds of event that hold something back for a while. */
export const DELAY_KINDS = ['replication-cut', 'metrics-late'] as const;

const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d+$/, 'the name of a Region');
const seconds = z.number().min(0).max(86_400);
const span = { region, fromSeconds: seconds, toSeconds: seconds };

const share = z.number().gt(0).max(1);
const names = z.array(z.string().min(1)).min(1).max(100);

const shareEvent = z.strictObject({ kind: z.enum(SHARE_KINDS), ...span, share, pattern: z.enum(FAULT_PATTERNS) });

/** A fault as the drill knows it, for whatever the other kinds have no word for. */
const faultEvent = z.strictObject({
  kind: z.literal('fault'),
  target: z.enum(FAULT_TARGETS),
  failing: z.enum(FAULT_KINDS),
  region: z.union([region, z.literal(EVERYWHERE)]),
  fromSeconds: seconds,
  toSeconds: seconds,
  share,
  pattern: z.enum(FAULT_PATTERNS),
  periodSeconds: z.number().gt(0).max(86_400).optional(),
  delaySeconds: z.number().gt(0).max(86_400).optional(),
  operations: names.optional(),
  resources: names.optional(),
  peers: names.optional(),
  statusCode: z.int().min(200).max(599).optional(),
});

const poisonEvent = z.strictObject({ kind: z.literal('poison-data'), ...span, share });

const delayEvent = z.strictObject({ kind: z.enum(DELAY_KINDS), ...span });
const skewEvent = z.strictObject({
  kind: z.literal('clock-skew'),
  region,
  milliseconds: z.number().min(-60_000).max(60_000),
});
const deploymentEvent = z.strictObject({ kind: z.literal('deployment'), region, atSeconds: seconds });
const joiningEvent = z.strictObject({ kind: z.literal('joining'), region, atSeconds: seconds });
const event = z.discriminatedUnion('kind', [
  shareEvent,
  delayEvent,
  faultEvent,
  poisonEvent,
  skewEvent,
  deploymentEvent,
  joiningEvent,
]);

const schedule = z.strictObject({
  version: z.literal(SCHEDULE_VERSION),
  seed: z.int().min(0),
  requestsPerSecond: z.number().gt(0).max(1000),
  durationSeconds: z.number().min(60).max(86_400),
  events: z.array(event).max(100),
});

/** One thing that happens in a schedule. Times are in seconds since the schedule's start. */
export type ScheduleEvent = Readonly<z.infer<typeof event>>;

/** A fault of any place, as an event. */
export type FaultEvent = Extract<ScheduleEvent, { kind: 'fault' }>;

/** What happens when and where, with the seed and the traffic of the run that it belongs to; a file of its own can hold it. */
export interface FaultSchedule {
  readonly version: typeof SCHEDULE_VERSION;
  /** Seed of the run. */
  readonly seed: number;
  /** Operations a second of all clients together; all of them are made. */
  readonly requestsPerSecond: number;
  readonly durationSeconds: number;
  readonly events: readonly ScheduleEvent[];
}

/**
 * Reads a schedule's file.
 *
 * @throws BadInput with every problem at once.
 */
export function readSchedule(file: string): FaultSchedule {
  return checkSchedule(readJsonFile(file, '--schedule'), file);
}

/**
 * Makes sure that a value is a schedule.
 *
 * @param source Where it comes from, for the message.
 * @throws BadInput with every problem at once.
 */
export function checkSchedule(value: unknown, source: string): FaultSchedule {
  const checked = schedule.safeParse(value);
  const problems = checked.success ? mistakesIn(checked.data) : shapeProblems(checked.error, value);
  if (problems.length > 0) throw new BadInput(source, problems);
  return checked.data as FaultSchedule;
}

/**
 * Makes sure that a schedule can happen to an assembly.
 *
 * @param regions Regions that the assembly uses; of these, those that serve clients can join or be deployed to.
 * @throws BadInput with every problem at once.
 */
export function checkPlaces(
  { events }: FaultSchedule,
  { regions, serving, source }: { regions: readonly string[]; serving: readonly string[]; source: string },
): void {
  const problems = events.flatMap(({ kind, region: place }, index): Problem[] => {
    const allowed = kind === 'deployment' || kind === 'joining' ? serving : regions;
    if (allowed.includes(place) || (kind === 'fault' && place === EVERYWHERE)) return [];
    return [
      {
        field: `events[${index}].region`,
        found: quoteFound(place),
        allowed: `a Region of the assembly where this can happen: ${allowed.join(', ')}`,
        remedy: 'name one of these, or drill the assembly that the schedule was made for',
      },
    ];
  });
  if (problems.length > 0) throw new BadInput(source, problems);
}

function mistakesIn({ events, durationSeconds }: FaultSchedule): Problem[] {
  const problems: Problem[] = [];
  const refuse = (index: number, field: string, found: unknown, allowed: string, remedy: string): void => {
    problems.push({ field: `events[${index}].${field}`, found: quoteFound(found), allowed, remedy });
  };
  const once = new Set<string>();
  for (const [index, one] of events.entries()) {
    if ('toSeconds' in one && one.toSeconds <= one.fromSeconds) {
      refuse(index, 'toSeconds', one.toSeconds, `later than fromSeconds, ${one.fromSeconds}`, 'let it last a while');
    }
    const begins = 'fromSeconds' in one ? one.fromSeconds : 'atSeconds' in one ? one.atSeconds : 0;
    if (begins >= durationSeconds) {
      const field = 'fromSeconds' in one ? 'fromSeconds' : 'atSeconds';
      refuse(
        index,
        field,
        begins,
        `less than durationSeconds, ${durationSeconds}`,
        'let it begin earlier, or the schedule last longer',
      );
    }
    if (one.kind === 'fault') {
      for (const [field, allowed, remedy] of mistakesOf(one)) {
        refuse(index, field, one[field], allowed, remedy);
      }
    }
    if (one.kind !== 'clock-skew' && one.kind !== 'joining') continue;
    const key = `${one.kind} ${one.region}`;
    if (once.has(key)) refuse(index, 'kind', one.kind, 'once for each Region', 'keep one of them');
    once.add(key);
  }
  return problems;
}

/** What is wrong with a fault whose fields are each of the right shape: the field, what it may be, and what to do. */
function mistakesOf(
  fault: FaultEvent,
): readonly (readonly [field: keyof FaultEvent, allowed: string, remedy: string])[] {
  const { target, failing, region: place, pattern, periodSeconds, delaySeconds, statusCode } = fault;
  const ways: readonly string[] = WAYS_TO_FAIL[target];
  const isSlow = failing === 'slow';
  const isHeld = failing === 'delay';
  const mistakes: (readonly [keyof FaultEvent, string, string] | false)[] = [
    !ways.includes(failing) && ['failing', `how ${target} can fail: ${ways.join(', ')}`, 'choose one of these'],
    ONE_FOR_ALL.has(target) &&
      place !== EVERYWHERE && ['region', `${EVERYWHERE}: ${target} is one for all Regions`, `write ${EVERYWHERE}`],
    (pattern === 'flapping') !== (periodSeconds !== undefined) && [
      'periodSeconds',
      'the time from one flap to the next of a flapping fault, and nothing for any other',
      pattern === 'flapping' ? 'say how fast it flaps' : 'leave it out',
    ],
    isSlow && delaySeconds === undefined && ['delaySeconds', 'by how much what is slow is late', 'say it in seconds'],
    delaySeconds !== undefined &&
      !isSlow &&
      !isHeld && ['delaySeconds', 'a delay of what is slow or held back', 'leave it out'],
    isHeld && fault.share < 1 && ['share', '1: what is held back is held back whole', 'write 1'],
    isHeld &&
      pattern !== 'steady' && ['pattern', 'steady: what is held back is held back all the while', 'write steady'],
    statusCode !== undefined &&
      !target.startsWith('lambda') && ['statusCode', 'a status that a function answers with', 'leave it out'],
  ];
  return mistakes.filter((mistake) => mistake !== false);
}
