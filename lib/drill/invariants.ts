import { EVERYWHERE } from './faults/fault';
import type { WorldResult } from './run-world';
import type { FaultSchedule, ScheduleEvent } from './scenarios/fault-schedule';
import type { Objectives } from './verdict/objectives';
import type { Invariant, Violation } from './verdict/violation';

/** Share of operations that succeed when all is well. */
const WELL = 0.99;

/** How long after the end of what struck a Region a judge may still evacuate it for that, in seconds: its dwell and the ways of metrics. */
const AFTERMATH_SECONDS = 600;

/** Verdicts on a promise that is not kept, or of which nobody knows. */
const BROKEN: ReadonlySet<string> = new Set(['violated', 'undecided']);

/** Failures that clients may meet: statuses of gateways and handlers, time-outs, names without an address, the same of uploads, no token. */
const HONEST_FAILURE = /^(?:upload )?(?:\d{3}|time-out|no address)$|^no token$/;

/**
 * Holds what happened in a world against the invariants.
 *
 * @param objectives What the assembly declares; without any, nothing may be lost.
 */
export function violations(
  schedule: FaultSchedule,
  result: WorldResult,
  objectives: Objectives | undefined,
): readonly Violation[] {
  const found: Violation[] = [];
  const expect = (invariant: Invariant, holds: boolean, what: () => string): void => {
    if (!holds) found.push({ invariant, found: what() });
  };
  const { data } = result;
  const allowedSeconds = objectives?.rpoSeconds ?? 0;
  expect(
    'no-acknowledged-write-lost',
    data.lostAcknowledgedWrites === 0 || (allowedSeconds > 0 && data.rpoSeconds <= allowedSeconds),
    () =>
      `${data.lostAcknowledgedWrites} of ${data.acknowledgedWrites} acknowledged writes lost, over ${Number(data.rpoSeconds.toFixed(3))} s`,
  );
  expect(
    'no-acknowledged-upload-lost',
    data.lostAcknowledgedObjects === 0,
    () => `${data.lostAcknowledgedObjects} of ${data.acknowledgedObjects} acknowledged uploads lost`,
  );
  expect('replicas-converge', data.divergentItems === 0, () => `replicas disagree on ${data.divergentItems} items`);
  expect(
    'one-evacuation-at-a-time',
    result.mostEvacuatedAtOnce <= 1,
    () => `${result.mostEvacuatedAtOnce} Regions evacuated at once`,
  );
  const causeless = result.evacuations.find(({ region, fromSeconds }) => !hasCause(schedule, region, fromSeconds));
  expect(
    'no-evacuation-without-cause',
    causeless === undefined,
    () =>
      `${causeless?.region} evacuated ${Math.round(causeless?.fromSeconds ?? 0)} s after the start, with nothing wrong there`,
  );
  const { linearizability, convergence, deliveries } = data.consistency ?? {};
  const broken = Object.entries({ linearizability, convergence, deliveries }).flatMap(([name, check]) =>
    check && BROKEN.has(check.verdict) ? [[name, check] as const] : [],
  );
  expect('consistent-as-promised', broken.length === 0, () =>
    broken
      .map(([name, { verdict, violations: count, examples }]) => `${name} ${verdict}: ${count} (${examples[0] ?? ''})`)
      .join('; '),
  );
  const wrong = result.causes.find(({ failure }) => !HONEST_FAILURE.test(failure));
  expect('right-answers', wrong === undefined, () => `a client got ${wrong?.failure} from ${wrong?.region}`);
  expect(
    'all-is-well-again',
    result.closingAvailability >= WELL,
    () => `${(100 * result.closingAvailability).toFixed(1)} % of operations succeed in the last ten minutes`,
  );
  return found;
}

/** Whether anything struck a Region at an instant or not long before: there, or between it and the others. */
function hasCause({ events }: FaultSchedule, region: string, atSeconds: number): boolean {
  return events.some((event) => {
    if (event.region !== region && !reachesOthers(event)) return false;
    const [from, to] = spanOf(event);
    return from <= atSeconds && atSeconds <= to + AFTERMATH_SECONDS;
  });
}

/** Whether an event is felt in other Regions than its own: what replicas, or all Regions, share. Judges come by no edge. */
function reachesOthers(event: ScheduleEvent): boolean {
  if (event.kind !== 'fault') return event.kind === 'replication-cut' || event.kind === 'poison-data';
  const { region, target } = event;
  return target === 'dynamodb-replication' || target === 'network' || (region === EVERYWHERE && target !== 'cdn');
}

function spanOf(event: ScheduleEvent): readonly [from: number, to: number] {
  if ('fromSeconds' in event) return [event.fromSeconds, event.toSeconds];
  if (event.kind === 'clock-skew') return [0, Number.POSITIVE_INFINITY];
  return event.kind === 'joining' ? [0, event.atSeconds] : [event.atSeconds, event.atSeconds];
}
