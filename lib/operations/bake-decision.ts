import { type AlarmHistory, stateNow, stateSinceMs } from './alarm-history';

/** What is known of one Region's alarm while a change bakes. */
export interface Observation {
  /** The Region. */
  readonly region: string;
  /** The alarm's history as it was last read, undefined if it has never been. */
  readonly history: AlarmHistory | undefined;
  /** When it was last read; before that, when baking began. */
  readonly readMs: number;
  /**
   * Why the last reading gave nothing. `missing`: there is no such alarm; `refused`: the credentials do not serve; `unreachable`: the
   * Region does not answer, or not in time.
   */
  readonly problem: { readonly kind: 'missing' | 'refused' | 'unreachable'; readonly reason: string } | undefined;
}

/** When a change was made and how long it bakes. */
export interface BakeTimes {
  /** When the change began to be made, if it was said: alarms that rang before were not rung by it. */
  readonly changedMs: number | undefined;
  /** When baking began. */
  readonly beganMs: number;
  /** When it is over, if all goes well. */
  readonly endsMs: number;
}

/** Whether a change may stay. */
export interface BakeDecision {
  /** `baking`: it cannot be said yet. */
  readonly outcome: 'baking' | 'good' | 'bad';
  /** Why, in sentences; empty while baking. */
  readonly reasons: readonly string[];
}

const MINUTE_MS = 60_000;

/** Minutes without a break for which an alarm must be OK before it is believed. */
export const SETTLED_MINUTES = 5;

/** Minutes after which a change that cannot be watched is not left alone. */
export const BLIND_MINUTES = 5;

/**
 * Decides over a change in one Region by the histories of its alarm and its peers'.
 *
 * **The Region itself.** A change of its alarm to ALARM ends baking, also when it is over again. So does an alarm that rang when baking
 * began, unless it rang already before the change: such a change may be the mend, and is waited for. At the end the alarm must be
 * OK, for the last five minutes or, if baking is shorter, for all of it; INSUFFICIENT_DATA is waited for and is not OK. No alarm, refused
 * credentials, or five minutes without an answer end baking too: what cannot be watched must not stay.
 *
 * **A peer** whose alarm changes to ALARM ends baking: the change may be what harms it, by the table they share or the clients it sends
 * away. A peer whose alarm rang before the change is lost to something else and must not block the others; it is left out until it
 * has been OK for five minutes without a break. A peer that cannot be reached, has no alarm yet or has INSUFFICIENT_DATA says nothing. Refused
 * credentials end baking: they would be refused for ever.
 */
export function decideBake(
  own: Observation,
  peers: readonly Observation[],
  times: BakeTimes,
  nowMs: number,
): BakeDecision {
  const faults = [...ownFaults(own, times, nowMs), ...peers.flatMap(peerFaults)];
  if (faults.length > 0) return { outcome: 'bad', reasons: faults };
  if (own.readMs < times.endsMs) return { outcome: 'baking', reasons: [] };
  const unsettled = unsettledAtEnd(own, times);
  if (unsettled !== undefined) return { outcome: 'bad', reasons: [unsettled] };
  const left = peers.flatMap(leftOut);
  return { outcome: 'good', reasons: [`${own.region} has been OK since ${clock(okSinceMs(own))}`, ...left] };
}

function ownFaults({ region, history, readMs, problem }: Observation, times: BakeTimes, nowMs: number): string[] {
  if (problem?.kind === 'missing') return [`${region} has nothing to watch it: ${problem.reason}`];
  if (problem?.kind === 'refused') return [`${region} cannot be watched: ${problem.reason}`];
  const faults = [];
  if (problem && nowMs - readMs >= BLIND_MINUTES * MINUTE_MS) {
    faults.push(`${region} could not be watched for ${BLIND_MINUTES} minutes: ${problem.reason}`);
  }
  const rang = history?.transitions.find(({ to }) => to === 'ALARM');
  if (rang) faults.push(`${region} went into ALARM at ${clock(rang.atMs)}`);
  else if (history?.initial === 'ALARM' && times.changedMs === undefined) {
    faults.push(`${region} was in ALARM when baking began`);
  }
  return faults;
}

function unsettledAtEnd({ region, history }: Observation, { beganMs, endsMs }: BakeTimes): string | undefined {
  if (!history) return `${region} was never read`;
  const state = stateNow(history);
  if (state !== 'OK') return `${region} is in ${state} at the end`;
  const neededMs = Math.min(SETTLED_MINUTES * MINUTE_MS, endsMs - beganMs);
  const okForMs = endsMs - stateSinceMs(history);
  return okForMs < neededMs ? `${region} has been OK only since ${clock(stateSinceMs(history))}` : undefined;
}

function okSinceMs({ history, readMs }: Observation): number {
  return history ? stateSinceMs(history) : readMs;
}

function peerFaults({ region, history, problem }: Observation): string[] {
  if (problem?.kind === 'refused') return [`${region} cannot be watched: ${problem.reason}`];
  const rang = history && rangAnew(history);
  return rang === undefined ? [] : [`${region}, a peer, went into ALARM at ${clock(rang)}`];
}

/** When a peer's alarm began to ring, other than by what it rang for before the change. */
function rangAnew({ initial, transitions }: AlarmHistory): number | undefined {
  let counts = initial !== 'ALARM';
  let okSince: number | undefined;
  for (const { atMs, to } of transitions) {
    counts ||= okSince !== undefined && atMs - okSince >= SETTLED_MINUTES * MINUTE_MS;
    if (to === 'ALARM' && counts) return atMs;
    okSince = to === 'OK' ? atMs : undefined;
  }
  return undefined;
}

function leftOut({ region, history, problem }: Observation): string[] {
  if (problem) return [`${region} said nothing: ${problem.reason}`];
  return history?.initial === 'ALARM' ? [`${region} was in ALARM before the change and was left out`] : [];
}

/** Time of day, universal, as the output of a bake shows it. */
export function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}
