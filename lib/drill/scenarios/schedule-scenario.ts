import { EVERYWHERE } from '../faults/fault';
import type { Fault, FaultTarget } from '../faults/fault-plan';
import type { PhaseReach } from '../faults/outage-faults';
import type { RegionCourse } from '../faults/region-course';
import { numberConstant } from '../model/constants';
import type { FaultEvent } from './fault-event';
import type { FaultSchedule, ScheduleEvent } from './fault-schedule';
import type { Scenario, ScenarioFaults, ScenarioPhase } from './scenario';

/** Calendar time of every schedule's start: schedules have no history. */
const START_MS = Date.UTC(2026, 0, 5, 12);

/** Virtual seconds before and after a schedule: caches fill in minutes, and the settling lets replicas that were cut off catch up. */
const WARM_UP_SECONDS = 120;

/** Share of doubled operations: enough for Regions to meet on one item now and then. A choice, not a fact. */
const DOUBLED_SHARE = numberConstant('choice.schedule.doubled');

/** An event that acts for a while. */
type LastingEvent = Extract<ScheduleEvent, { fromSeconds: number }>;

/** One whose name says what it strikes. */
type NamedEvent = Exclude<LastingEvent, { kind: 'fault' | 'poison-data' }>;

/** What an event strikes, and how. */
const STRIKES: Readonly<Record<NamedEvent['kind'], readonly (readonly [FaultTarget, Fault['kind']])[]>> = {
  'table-unresolvable': [['dynamodb', 'name']],
  'table-errors': [['dynamodb', 'error']],
  'table-throttled': [['dynamodb', 'throttle']],
  'functions-fail': [['lambda', 'error']],
  'gateway-fails': [['api-gateway', 'error']],
  'buckets-fail': [['s3', 'error']],
  'parameters-fail': [['ssm', 'error']],
  'metrics-lost': [['cloudwatch', 'error']],
  'metrics-late': [['cloudwatch', 'delay']],
  'schedules-lost': [['scheduler', 'error']],
  'replication-cut': [['dynamodb-replication', 'delay']],
  'region-lost': [
    ['dynamodb', 'error'],
    ['dynamodb-replication', 'delay'],
    ['lambda', 'error'],
    ['api-gateway', 'error'],
    ['s3', 'error'],
    ['ssm', 'error'],
    ['cloudwatch', 'error'],
    ['scheduler', 'error'],
  ],
};

/** A schedule as a scenario. Nobody is struck more than others, so that acknowledged writes are read back from every Region. */
export function scheduleScenario(schedule: FaultSchedule): Scenario {
  const { events, durationSeconds, seed } = schedule;
  return {
    id: `schedule-${seed}`,
    title: events.length === 0 ? 'a schedule in which nothing happens' : events.map(describeEvent).join('; '),
    struckRegions: [],
    startMs: START_MS,
    durationSeconds,
    warmUpSeconds: WARM_UP_SECONDS,
    doubledShare: DOUBLED_SHARE,
    onsetsSeconds: onsetsOf(events),
    phases: events.flatMap((event, index) => phaseOf(event, index) ?? []),
    faultsIn: (_, strikeMs, limitMs) => faultsOf(events, strikeMs, limitMs),
  };
}

/** When events begin; clocks that are off, and Regions that are not there yet, are so from the start. */
function onsetsOf(events: readonly ScheduleEvent[]): readonly number[] {
  const seconds = events.map((event) => {
    if ('fromSeconds' in event) return event.fromSeconds;
    return event.kind === 'deployment' ? event.atSeconds : 0;
  });
  return [...new Set(seconds)];
}

/** An event in words, for people. */
export function describeEvent(event: ScheduleEvent): string {
  const what = event.kind === 'fault' ? describeFault(event) : `${event.kind} ${event.region}`;
  if (event.kind === 'clock-skew') return `${what} by ${event.milliseconds} ms`;
  if (!('fromSeconds' in event)) return `${what} at ${event.atSeconds} s`;
  const share = 'share' in event ? ` ${Math.round(100 * event.share)} %` : '';
  const course = 'pattern' in event && event.pattern !== 'steady' ? ` ${event.pattern}` : '';
  return `${what}${share}${course} from ${event.fromSeconds} to ${event.toSeconds} s`;
}

function describeFault({ target, failing, region, zone, ...fault }: FaultEvent): string {
  const { operations = [], resources = [], peers = [], delaySeconds } = fault;
  const narrowed = [...operations, ...resources, ...peers];
  const by = delaySeconds === undefined ? '' : ` by ${delaySeconds} s`;
  return `${target} ${failing}${by} ${zone ?? region}${narrowed.length === 0 ? '' : ` (${narrowed.join(', ')})`}`;
}

function phaseOf(event: ScheduleEvent, index: number): ScenarioPhase | undefined {
  if (!('fromSeconds' in event)) return undefined;
  // Bad data are in every replica: no Region has more of them than another.
  const strikesAll = event.region === EVERYWHERE || event.kind === 'poison-data';
  return {
    id: phaseId(index),
    startSeconds: event.fromSeconds,
    endSeconds: event.toSeconds,
    struckRegions: strikesAll ? [] : [event.region],
  };
}

function phaseId(index: number): string {
  return `e${index + 1}`;
}

function faultsOf(events: readonly ScheduleEvent[], strikeMs: number, limitMs: number): ScenarioFaults {
  const faults: Fault[] = [];
  const reach: PhaseReach[] = [];
  for (const [index, event] of events.entries()) {
    if (!('fromSeconds' in event) || 1000 * event.fromSeconds >= limitMs) continue;
    const service = event.kind === 'fault' ? event.target : event.kind;
    reach.push({ phaseId: phaseId(index), service, outcome: 'modelled', why: describeEvent(event) });
    if (event.kind === 'poison-data') continue;
    if (event.kind === 'fault') faults.push(givenFault(event, phaseId(index), strikeMs, limitMs));
    else {
      for (const [target, kind] of STRIKES[event.kind])
        faults.push(faultOf(event, phaseId(index), { target, kind }, strikeMs, limitMs));
    }
  }
  return { faults, reach, courses: coursesOf(events, strikeMs, limitMs) };
}

/** A fault that is given as such. */
function givenFault(event: FaultEvent, id: string, strikeMs: number, limitMs: number): Fault {
  const { target, failing: kind, region, share, pattern, periodSeconds, delaySeconds } = event;
  const { zone, operations, resources, peers, statusCode } = event;
  return {
    phaseId: id,
    target,
    region,
    ...(zone === undefined ? {} : { zone }),
    ...spanOf(event, strikeMs, limitMs),
    kind,
    share,
    pattern,
    ...(periodSeconds === undefined ? {} : { periodMs: 1000 * periodSeconds }),
    ...(delaySeconds === undefined ? {} : { delayMs: 1000 * delaySeconds }),
    ...(operations ? { operations } : {}),
    ...(resources ? { resources } : {}),
    ...(peers ? { peers } : {}),
    ...(statusCode === undefined ? {} : { statusCode }),
  };
}

function spanOf(
  { fromSeconds, toSeconds }: Pick<LastingEvent, 'fromSeconds' | 'toSeconds'>,
  strikeMs: number,
  limitMs: number,
): Pick<Fault, 'startMs' | 'endMs' | 'courseEndMs'> {
  const courseEndMs = strikeMs + 1000 * toSeconds;
  return { startMs: strikeMs + 1000 * fromSeconds, endMs: Math.min(courseEndMs, strikeMs + limitMs), courseEndMs };
}

function faultOf(
  event: NamedEvent,
  id: string,
  { target, kind }: Pick<Fault, 'target' | 'kind'>,
  strikeMs: number,
  limitMs: number,
): Fault {
  const isShare = 'share' in event && kind !== 'delay';
  return {
    phaseId: id,
    target,
    region: event.region,
    ...spanOf(event, strikeMs, limitMs),
    kind,
    share: isShare ? event.share : 1,
    pattern: isShare ? event.pattern : 'steady',
    ...(isShare && event.pattern === 'flapping' ? { periodMs: FLAP_PERIOD_MS } : {}),
  };
}

/** From one flap to the next, in milliseconds: slower than a health check turns, faster than a judge. */
const FLAP_PERIOD_MS = 1000 * numberConstant('choice.schedule.flap');

function coursesOf(events: readonly ScheduleEvent[], strikeMs: number, limitMs: number): readonly RegionCourse[] {
  const numbered = events.map((event, index) => ({ ...event, id: phaseId(index) }));
  const regions = [...new Set(events.flatMap(({ kind, region }) => (kind === 'fault' ? [] : region)))];
  return regions.map((region) => {
    const own = numbered.filter((event) => event.region === region);
    const skew = own.find((event) => event.kind === 'clock-skew');
    const joining = own.find((event) => event.kind === 'joining');
    const poisonings = own.flatMap((event) => {
      if (event.kind !== 'poison-data' || 1000 * event.fromSeconds >= limitMs) return [];
      const { startMs, endMs } = spanOf(event, strikeMs, limitMs);
      return [{ phaseId: event.id, startMs, endMs, share: event.share }];
    });
    return {
      region,
      ...(skew === undefined ? {} : { clockSkewMs: skew.milliseconds }),
      ...(joining === undefined ? {} : { joinsMs: strikeMs + 1000 * joining.atSeconds }),
      deploymentsMs: own.flatMap((event) => (event.kind === 'deployment' ? [strikeMs + 1000 * event.atSeconds] : [])),
      ...(poisonings.length === 0 ? {} : { poisonings }),
    };
  });
}
