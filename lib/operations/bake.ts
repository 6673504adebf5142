import { setTimeout as wait } from 'node:timers/promises';
import { names, type QualifiedConfig } from '../config';
import { stateNow, stateSinceMs } from './alarm-history';
import { type AlarmReader, alarmClient, alarmReader, isRefusal } from './alarm-reader';
import { type BakeTimes, clock, decideBake, type Observation } from './bake-decision';
import type { ExitCode } from './evacuate';
import { messageOf } from './regional-health';

/** A change to watch. */
export interface BakeOrder {
  /** Config of the application. */
  readonly config: QualifiedConfig;
  /** Region that was changed. */
  readonly region: string;
  /** Minutes to watch it. */
  readonly minutes: number;
  /** When the change began to be made, undefined if it was not said. */
  readonly changedMs: number | undefined;
}

/** Ways to the world and to time. */
export interface BakeSurroundings {
  /** The alarm of a name in a Region. */
  readonly alarm: (region: string, alarmName: string) => AlarmReader;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits that many milliseconds. */
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Takes each line of the output. */
  readonly print: (line: string) => void;
}

/** AWS with the caller's credentials, and the time of this machine. */
export const BAKE_SURROUNDINGS: BakeSurroundings = {
  alarm: (region, alarmName) => alarmReader(alarmClient(region), alarmName),
  now: Date.now,
  sleep: (ms) => wait(ms),
  print: (line) => process.stdout.write(`${line}\n`),
};

const MINUTE_MS = 60_000;

/** Time between two looks: well below the minute in which alarms are evaluated. */
const LOOK_MS = 15_000;

/**
 * Watches the composite alarms of a changed Region and its peers until the change may stay or must go; {@link decideBake} says when.
 * Only CloudWatch's reading side of each Region is asked. Prints a line each minute and the verdict at the end.
 *
 * @returns 0 when the change may stay, 1 when it must go.
 */
export async function bake(order: BakeOrder, surroundings: BakeSurroundings): Promise<ExitCode> {
  const { config, region, minutes, changedMs } = order;
  const { alarm, now, sleep, print } = surroundings;
  const alarmName = names.troubleAlarm(config.application);
  const beganMs = now();
  const times: BakeTimes = { changedMs, beganMs, endsMs: beganMs + minutes * MINUTE_MS };
  const regions = [region, ...config.regions.filter((peer) => peer !== region)];
  const readers = regions.map((watched) => alarm(watched, alarmName));
  let seen = regions.map(
    (watched): Observation => ({ region: watched, history: undefined, readMs: beganMs, problem: undefined }),
  );
  print(`${clock(beganMs)}  watching ${alarmName} in ${regions.join(', ')} for ${minutes} minutes`);

  for (let minutesPrinted = 0; ; ) {
    const lookedMs = now();
    seen = await Promise.all(seen.map((before, index) => look(before, readers[index], changedMs ?? beganMs, lookedMs)));
    const [own, ...peers] = seen;
    if (!own) throw new Error('no Region is watched');
    const { outcome, reasons } = decideBake(own, peers, times, lookedMs);
    const minute = 1 + Math.floor((lookedMs - beganMs) / MINUTE_MS);
    if (outcome !== 'baking' || minute > minutesPrinted) print(`${clock(lookedMs)}  ${seen.map(describe).join(' · ')}`);
    minutesPrinted = minute;
    if (outcome !== 'baking') {
      print(`${outcome === 'good' ? 'GOOD' : 'BAD'}: ${reasons.join('; ')}.`);
      return outcome === 'good' ? 0 : 1;
    }
    const leftMs = times.endsMs - now();
    await sleep(leftMs > 0 ? Math.min(LOOK_MS, leftMs) : LOOK_MS);
  }
}

/** Reads a Region's alarm once more; what was known stays known while it cannot be read. */
async function look(
  before: Observation,
  reader: AlarmReader | undefined,
  sinceMs: number,
  nowMs: number,
): Promise<Observation> {
  try {
    const history = await reader?.read(sinceMs);
    if (!history) return { ...before, problem: { kind: 'missing', reason: 'there is no such alarm' } };
    return { ...before, history, readMs: nowMs, problem: undefined };
  } catch (error) {
    return { ...before, problem: { kind: isRefusal(error) ? 'refused' : 'unreachable', reason: messageOf(error) } };
  }
}

function describe({ region, history, problem }: Observation): string {
  if (problem) return `${region} ${problem.kind}`;
  if (!history) return `${region} unread`;
  const since = history.transitions.length > 0 ? ` since ${clock(stateSinceMs(history))}` : '';
  return `${region} ${stateNow(history)}${since}`;
}
