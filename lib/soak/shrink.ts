import type { FaultEvent } from '../drill/scenarios/fault-event';
import type { FaultSchedule, ScheduleEvent } from '../drill/scenarios/fault-schedule';

/** Whether a schedule still fails in the way that is looked for. */
export type StillFails = (schedule: FaultSchedule) => Promise<boolean>;

/** Shortest time that shrinking leaves an event, in seconds. */
const SHORTEST_SECONDS = 5;

/**
 * Makes a failing schedule as small as it can be: first events are taken away, in halves, quarters and one by one (delta debugging), then those
 * that are left are made simpler: steady, whole, shorter, without skew, and not narrowed down.
 *
 * @param mostRuns Schedules tried at the most; the smallest one that failed until then is the answer.
 * @see https://doi.org/10.1109/32.988498 (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input)
 */
export async function shrink(
  schedule: FaultSchedule,
  stillFails: StillFails,
  mostRuns: number,
): Promise<FaultSchedule> {
  let left = mostRuns;
  const tries = async (events: readonly ScheduleEvent[]): Promise<boolean> => {
    if (left <= 0) return false;
    left--;
    return stillFails({ ...schedule, events });
  };
  const fewer = await takeAway(schedule.events, tries);
  return { ...schedule, events: await simplify(fewer, tries) };
}

type Tries = (events: readonly ScheduleEvent[]) => Promise<boolean>;

async function takeAway(all: readonly ScheduleEvent[], tries: Tries): Promise<readonly ScheduleEvent[]> {
  let events = all;
  let size = Math.ceil(events.length / 2);
  while (size > 0 && events.length > 0) {
    let removed = false;
    for (let from = 0; from < events.length; ) {
      const without = [...events.slice(0, from), ...events.slice(from + size)];
      if (await tries(without)) {
        events = without;
        removed = true;
      } else from += size;
    }
    if (size === 1 && !removed) break;
    size = removed ? Math.min(size, Math.ceil(events.length / 2)) : Math.floor(size / 2);
  }
  return events;
}

async function simplify(all: readonly ScheduleEvent[], tries: Tries): Promise<readonly ScheduleEvent[]> {
  let events = all;
  for (let index = 0; index < events.length; index++) {
    for (;;) {
      const current: ScheduleEvent = events[index] as ScheduleEvent;
      const simpler = await firstThatFails(simplerThan(current), (event) => tries(events.with(index, event)));
      if (!simpler) break;
      events = events.with(index, simpler);
    }
  }
  return events;
}

async function firstThatFails<T>(
  candidates: readonly T[],
  fails: (candidate: T) => Promise<boolean>,
): Promise<T | undefined> {
  for (const candidate of candidates) if (await fails(candidate)) return candidate;
  return undefined;
}

/** Simpler forms of an event, each strictly so, that no form is met twice. */
function simplerThan(event: ScheduleEvent): readonly ScheduleEvent[] {
  const simpler: ScheduleEvent[] = [];
  if (event.kind === 'fault') simpler.push(...simplerFaults(event));
  else if ('pattern' in event && event.pattern !== 'steady') simpler.push({ ...event, pattern: 'steady' });
  if ('share' in event && event.share < 1) simpler.push({ ...event, share: 1 });
  if ('fromSeconds' in event) {
    const half = Math.floor((event.toSeconds - event.fromSeconds) / 2);
    if (half >= SHORTEST_SECONDS) {
      simpler.push(
        { ...event, toSeconds: event.fromSeconds + half },
        { ...event, fromSeconds: event.toSeconds - half },
      );
    }
  }
  if (event.kind === 'clock-skew' && Math.abs(event.milliseconds) >= 2) {
    simpler.push({ ...event, milliseconds: Math.trunc(event.milliseconds / 2) });
  }
  return simpler;
}

/** A fault without its course, and without each of the fields that narrow it down. */
function simplerFaults(event: FaultEvent): readonly FaultEvent[] {
  const { periodSeconds: _, ...unpaced } = event;
  const wider = (['zone', 'operations', 'resources', 'peers', 'statusCode'] as const).flatMap((field) => {
    const { [field]: found, ...rest } = event;
    return found === undefined ? [] : [rest];
  });
  return [...(event.pattern === 'steady' ? [] : [{ ...unpaced, pattern: 'steady' as const }]), ...wider];
}
