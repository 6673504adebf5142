import { z } from 'zod';
import type { Assembly } from '../../assembly';
import { BadInput, type Problem, quoteFound } from '../../bad-input';
import { EVERYWHERE, FAULT_PATTERNS } from '../faults/fault';
import { hasFoothold } from '../faults/foothold';
import { faultEvent, mistakesOf, region, seconds, share } from './fault-event';
import { misplacementsOf } from './fault-placement';
import { readJsonFile } from './json-input';
import { type ScheduleShape, scheduleProblems } from './schedule-problems';

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

const span = { region, fromSeconds: seconds, toSeconds: seconds };

const shareEvent = z.strictObject({ kind: z.enum(SHARE_KINDS), ...span, share, pattern: z.enum(FAULT_PATTERNS) });

/** A bad write that overwrites a share of a table's items, made in a Region, and undone in the end. */
const poisonEvent = z.strictObject({ kind: z.literal('poison-data'), ...span, share });

const delayEvent = z.strictObject({ kind: z.enum(DELAY_KINDS), ...span });
const skewEvent = z.strictObject({
  kind: z.literal('clock-skew'),
  region,
  milliseconds: z.number().min(-60_000).max(60_000),
});
const deploymentEvent = z.strictObject({ kind: z.literal('deployment'), region, atSeconds: seconds });
const joiningEvent = z.strictObject({ kind: z.literal('joining'), region, atSeconds: seconds });
const KINDS_OF_EVENT = [
  shareEvent,
  delayEvent,
  faultEvent,
  poisonEvent,
  skewEvent,
  deploymentEvent,
  joiningEvent,
] as const;
const event = z.discriminatedUnion('kind', KINDS_OF_EVENT);

const schedule = z.strictObject({
  version: z.literal(SCHEDULE_VERSION),
  seed: z.int().min(0),
  requestsPerSecond: z.number().gt(0).max(1000),
  durationSeconds: z.number().min(60).max(86_400),
  events: z.array(event).max(100),
});

const SHAPE: ScheduleShape = {
  version: SCHEDULE_VERSION,
  fields: Object.keys(schedule.shape),
  eventFields: Object.fromEntries(
    KINDS_OF_EVENT.flatMap(({ shape }) => {
      const kinds: readonly string[] = 'options' in shape.kind ? shape.kind.options : [...shape.kind.values];
      return kinds.map((kind) => [kind, Object.keys(shape)]);
    }),
  ),
};

/** One thing that happens in a schedule. Times are in seconds since the schedule's start. */
export type ScheduleEvent = Readonly<z.infer<typeof event>>;

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
  const problems = checked.success ? mistakesIn(checked.data) : scheduleProblems(checked.error, value, SHAPE);
  if (problems.length > 0) throw new BadInput(source, problems);
  return checked.data as FaultSchedule;
}

/** An assembly that a schedule may happen to. */
export interface SchedulePlaces {
  readonly assembly: Assembly;
  /** Regions that the assembly uses. */
  readonly regions: readonly string[];
  /** Those of them that serve clients, which can join or be deployed to. */
  readonly serving: readonly string[];
  /** File of the schedule, for the message. */
  readonly source: string;
}

/**
 * Makes sure that a schedule can happen to an assembly.
 *
 * @throws BadInput with every problem at once.
 */
export function checkPlaces({ events }: FaultSchedule, places: SchedulePlaces): void {
  const problems = events.flatMap((event, index): readonly Problem[] => {
    const path = `events[${index}]`;
    const allowed = regionsFor(event, places);
    if (allowed.includes(event.region)) {
      return event.kind === 'fault' ? misplacementsOf(event, places.assembly, path) : [];
    }
    return [
      {
        field: `${path}.region`,
        found: quoteFound(event.region),
        allowed: `a Region of the assembly where this can happen: ${allowed.join(', ')}`,
        remedy: 'name one of these, or drill the assembly that the schedule was made for',
      },
    ];
  });
  if (problems.length > 0) throw new BadInput(places.source, problems);
}

function regionsFor({ kind }: ScheduleEvent, { assembly, regions, serving }: SchedulePlaces): readonly string[] {
  switch (kind) {
    case 'deployment':
    case 'joining':
      return serving;
    case 'fault':
      return [...new Set([...regions, ...assembly.regions, EVERYWHERE])];
    case 'poison-data':
      return regions.filter((place) => hasFoothold(assembly, { target: 'dynamodb' }, place));
    default:
      return regions;
  }
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
      for (const [field, allowed, remedy] of mistakesOf(one)) refuse(index, field, one[field], allowed, remedy);
    }
    if (one.kind !== 'clock-skew' && one.kind !== 'joining') continue;
    const key = `${one.kind} ${one.region}`;
    if (once.has(key)) refuse(index, 'kind', one.kind, 'once for each Region', 'keep one of them');
    once.add(key);
  }
  return problems;
}
