import { RandomStream } from '../drill/kernel/random';
import {
  DELAY_KINDS,
  type FaultSchedule,
  SCHEDULE_VERSION,
  type ScheduleEvent,
  SHARE_KINDS,
} from '../drill/scenarios/fault-schedule';

/** What schedules are drawn for. */
export interface DrawProps {
  readonly seed: number;
  /** Regions that serve clients. */
  readonly servingRegions: readonly string[];
  /** Every Region that the assembly uses, witnesses included. */
  readonly regions: readonly string[];
  /** Operations a second of all clients together. */
  readonly requestsPerSecond: number;
  readonly durationSeconds: number;
}

/** Most events of one kind that a schedule draws. */
const MOST_OF_A_KIND = 3;

/** Chance that a schedule draws events of a kind at all: few kinds together go deeper than all of them a little. */
const KIND_CHANCE = 0.25;

/** Shares of requests that are hit: gray ones below what endpoint checks see, and whole ones. */
const SHARES = [0.1, 0.3, 0.5, 0.7, 0.9, 1] as const;

const PATTERNS = [
  ['steady', 6],
  ['flapping', 2],
  ['recovering', 1],
  ['worsening', 1],
] as const;

/** Shortest and longest time that an event lasts, in seconds; short ones are drawn as often as long ones. */
const LASTS_SECONDS = { min: 5, max: 1500 };

/**
 * Standard deviation of ordinary clock skew, and the size of the rare gross one, in milliseconds. Choices, not facts: clocks in AWS are far
 * better, and a design must not depend on that.
 */
const SKEW_MS = { ordinary: 50, gross: 10_000 };

/** Events happen in the first part of a schedule; the rest is quiet, and must end well. */
const EVENTFUL_SHARE = 0.6;

/** Draws what happens, from a seed and nothing else: the same seed gives the same schedule. */
export function drawSchedule(props: DrawProps): FaultSchedule {
  const { seed, regions, servingRegions, requestsPerSecond, durationSeconds } = props;
  const random = new RandomStream(`schedule/${seed}`);
  const eventfulSeconds = Math.floor(durationSeconds * EVENTFUL_SHARE);
  const place = (places: readonly string[]): string => places[random.index(places.length)] as string;
  const instant = (): number => random.index(eventfulSeconds);
  const span = (): { fromSeconds: number; toSeconds: number } => {
    const fromSeconds = instant();
    const lasts = LASTS_SECONDS.min * Math.exp(random.next() * Math.log(LASTS_SECONDS.max / LASTS_SECONDS.min));
    return { fromSeconds, toSeconds: Math.min(eventfulSeconds, fromSeconds + Math.ceil(lasts)) };
  };
  const several = (event: () => ScheduleEvent): ScheduleEvent[] =>
    random.chance(KIND_CHANCE) ? Array.from({ length: 1 + random.index(MOST_OF_A_KIND) }, event) : [];

  const events: ScheduleEvent[] = [
    ...SHARE_KINDS.flatMap((kind) =>
      several(() => ({
        kind,
        region: place(servingRegions),
        ...span(),
        share: SHARES[random.index(SHARES.length)] ?? 1,
        pattern: random.weighted(PATTERNS),
      })),
    ),
    ...DELAY_KINDS.flatMap((kind) =>
      several(() => ({ kind, region: place(kind === 'replication-cut' ? regions : servingRegions), ...span() })),
    ),
    ...several(() => ({ kind: 'deployment', region: place(servingRegions), atSeconds: instant() })),
  ];
  if (random.chance(KIND_CHANCE)) {
    for (const region of servingRegions) {
      const milliseconds = random.chance(0.9)
        ? random.normal() * SKEW_MS.ordinary
        : random.uniform(-1, 1) * SKEW_MS.gross;
      events.push({ kind: 'clock-skew', region, milliseconds: Math.round(milliseconds) || 0 });
    }
  }
  if (servingRegions.length > 1 && random.chance(KIND_CHANCE)) {
    events.push({ kind: 'joining', region: place(servingRegions), atSeconds: instant() });
  }
  return { version: SCHEDULE_VERSION, seed, requestsPerSecond, durationSeconds, events };
}
