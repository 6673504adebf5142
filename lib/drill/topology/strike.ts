import type { Assembly, AssemblyResource } from '../../assembly';
import {
  type AnswerShares,
  answerShares,
  type DnsQuestion,
  type DnsRecord,
  type ProbeResult,
  Route53,
  recordHealth,
  type Zone,
} from '../dns';
import { RandomStream } from '../kernel/random';
import { Scheduler } from '../kernel/scheduler';
import { type Geography, geographies } from '../model/round-trips';
import { placeOfCheck } from './check-region';
import { LOAD_BALANCER } from './load-balancer';

/** Virtual time before the strike, in milliseconds: every checker has asked by then. */
const BEFORE_MS = 5 * 60_000;

/** Longest strike that is lived through, in milliseconds: long before its end nothing changes any more, so that the rest is skipped. */
const LONGEST_MS = 3_600_000;

/** Virtual time after the strike in which health checks find their endpoints again, in milliseconds. */
const AFTER_MS = 30 * 60_000;

/** A request that meets nothing, as of a Region that is gone, and one that meets what it is looking for. */
const NOTHING: ProbeResult = {};
const WELL: ProbeResult = { connectMs: 0, statusMs: 0, statusCode: 200, bodyMs: 0 };

/** An instant at which answers may change. */
export interface StrikeInstant {
  /** When DNS answers follow, in seconds since the strike, or since its end. */
  readonly seconds: number;
  readonly since: 'strike' | 'end';
  /** When the status change that did it was decided, in the same seconds. */
  readonly decidedSeconds: number;
  /** What a question is answered with from now on. */
  readonly answers: (question: Omit<DnsQuestion, 'draw'>) => AnswerShares;
  /** Whether a record counts as healthy from now on. */
  readonly isHealthy: (record: DnsRecord) => boolean;
}

/** What is struck. */
export interface Struck {
  readonly assembly: Assembly;
  readonly zone: Zone;
  readonly struckRegions: readonly string[];
}

/** What is lived through. */
export interface StrikeProps extends Struck {
  readonly durationSeconds: number;
  readonly seed: string;
}

/**
 * Route 53 while every endpoint of the struck Regions is gone, and after: instants at which answers may change, the moment before
 * the strike first.
 *
 * Taken as well: endpoints that the templates put in no Region, alarms that health checks follow, and API Gateway, which
 * reports the health of its service and not of an application.
 */
export async function liveThroughStrike(props: StrikeProps): Promise<readonly StrikeInstant[]> {
  const { assembly, zone, struckRegions, durationSeconds, seed } = props;
  const scheduler = new Scheduler();
  const endMs = BEFORE_MS + Math.min(1000 * durationSeconds, LONGEST_MS);
  const isStruckAt = (region: string | undefined, nowMs: number): boolean =>
    region !== undefined && struckRegions.includes(region) && nowMs >= BEFORE_MS && nowMs < endMs;
  let askedMs = 0;
  const route53 = new Route53({
    zone,
    random: new RandomStream(seed).fork('topology'),
    probe: (check) => {
      const { region } = placeOfCheck(assembly, zone, check);
      const well = { ...WELL, body: check.searchString ?? '' };
      return () => (isStruckAt(region, scheduler.nowMs) ? NOTHING : well);
    },
    targetHealthy: ({ type, stack }: AssemblyResource) =>
      !LOAD_BALANCER.test(type) || !isStruckAt(stack.region, askedMs),
    alarmStream: () => ({ evaluate: () => 'OK' }),
  });
  const changes = new Map<number, number>([
    [BEFORE_MS - 1, BEFORE_MS - 1],
    [BEFORE_MS, BEFORE_MS],
    [endMs, endMs],
  ]);
  route53.onStatusChange(({ decidedMs, publishedMs }) => changes.set(publishedMs, decidedMs));
  route53.start(scheduler);
  await scheduler.run(endMs + AFTER_MS);
  return [...changes]
    .sort(([left], [right]) => left - right)
    .map(([atMs, decidedMs]) => {
      // Statuses only go forward in time, so that what is asked for is worked out now.
      const view = route53.viewAt(atMs);
      const known = new Map(zone.healthChecks.map(({ id }) => [id, view.isHealthy(id)]));
      const frozen = { ...view, isHealthy: (id: string) => known.get(id) ?? true };
      const at = <T>(ask: () => T): T => {
        askedMs = atMs;
        return ask();
      };
      const zeroMs = atMs >= endMs ? endMs : BEFORE_MS;
      return {
        seconds: (atMs - zeroMs) / 1000,
        since: atMs >= endMs ? ('end' as const) : ('strike' as const),
        decidedSeconds: (decidedMs - zeroMs) / 1000,
        answers: (question) => at(() => answerShares(zone, frozen, question)),
        isHealthy: (record) => at(() => recordHealth(zone, frozen)(record)),
      };
    });
}

/** Every geography that the model has round trips for. */
export const ASKING: readonly Geography[] = geographies;
