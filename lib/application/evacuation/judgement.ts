import type { JudgeSettings } from './judge-environment';

/** Every {@link Phase}. */
export const PHASES = ['in-service', 'evacuated', 'returning'] as const;

/**
 * Where a ward stands.
 *
 * - `in-service`: it has all of its clients;
 * - `evacuated`: it has none;
 * - `returning`: it has the first share of them.
 */
export type Phase = (typeof PHASES)[number];

/** Position of the hand on the switch: the judge decides, or a person has. */
export type Hand = 'automatic' | 'evacuated' | 'in-service';

/** Every {@link Reason}. */
export const REASONS = [
  'nothing-judged',
  'ward-healthy',
  'ward-failing',
  'ward-never-healthy',
  'judge-sick',
  'judge-out-of-service',
  'lease-taken',
  'lease-unreachable',
  'recovering',
  'replication-behind',
  'returning',
  'hand',
  'last-region',
] as const;

/**
 * Why the ward stands where it does.
 *
 * - `nothing-judged`: no minute was judged, or none for so long that DNS has let the ward back by itself;
 * - `ward-healthy`: nothing is wrong with it;
 * - `ward-failing`: it fails, for too short a time yet if it is in service;
 * - `ward-never-healthy`: it fails, and was never seen otherwise: it may not be deployed;
 * - `judge-sick`: the judge's own Region fails too or did just now, so that the fault may be the judge's;
 * - `judge-out-of-service`: the shared name does not lead to the judge's Region, which could not take the load;
 * - `lease-taken`: another judge has evacuated its ward;
 * - `lease-unreachable`: whether another judge has cannot be found out;
 * - `recovering`: it does not fail any more, for too short a time yet;
 * - `replication-behind`: it is clean, but data has not caught up, or it is not known whether it has;
 * - `returning`: it has the first share and keeps clean;
 * - `hand`: a person decided;
 * - `last-region`: a person wants it out, but no other Region serves the shared name.
 */
export type Reason = (typeof REASONS)[number];

/** What the judge remembers from one minute to the next. Times are in milliseconds since 1970. */
export interface Judgement {
  readonly phase: Phase;
  readonly reason: Reason;
  /** When the phase began. */
  readonly sinceMs: number;
  /** Minutes since the phase began in which the ward did not fail. */
  readonly cleanInPhase: number;
  /** When the last minute was judged. */
  readonly judgedAtMs: number;
  /** Whether the ward was ever seen not to fail. */
  readonly wardSeenHealthy: boolean;
  /** Consecutive minutes in which the ward failed, up to now. */
  readonly wardFailing: number;
  /** Consecutive minutes in which it did not. */
  readonly wardClean: number;
  /** Consecutive minutes in which the judge's own Region did not fail, up to now. */
  readonly judgeHealthy: number;
  /** Consecutive minutes in which it did. */
  readonly judgeSick: number;
  /** Until when the right to evacuate is the judge's; 0 when it is not. */
  readonly leaseUntilMs: number;
}

/** What one minute of probing says. */
export interface Minute {
  /** When it was judged, in milliseconds since 1970. */
  readonly atMs: number;
  /** Whether the judge's own Region failed. */
  readonly judgeFails: boolean;
  /** Whether the ward failed. */
  readonly wardFails: boolean;
  /** Who served the shared name, asked from the judge's Region; `nobody` when no one did. */
  readonly servedBy: 'judge' | 'ward' | 'other' | 'nobody';
  /**
   * How far replication is behind, in seconds, the worse of both directions.
   *
   * @default - not known
   */
  readonly lagSeconds?: number | undefined;
}

/** Answer to the wish to hold the right to evacuate. */
export type LeaseAnswer =
  | { readonly lease: 'held'; readonly untilMs: number }
  | { readonly lease: 'taken' | 'unreachable' };

/** What the judge wants to decide, before it is known whether it may. */
export interface Intent {
  /** The judgement before, with the minute counted. */
  readonly observed: Judgement;
  readonly phase: Phase;
  readonly reason: Reason;
  /** What is to be done about the right to evacuate: one that is released lasts until what was published acts no more. */
  readonly lease: 'hold' | 'release' | 'none';
}

/** Part of the clients that a phase takes away from the ward: 1 or 0 for the first share and for the rest. */
export interface Shares {
  readonly first: 0 | 1;
  readonly rest: 0 | 1;
}

/**
 * Longest time between two judged minutes that still counts as no gap, in milliseconds. The schedule is precise to a minute, so two
 * runs in turn are up to 119 s apart; what lies between longer ones was not seen, and nothing is counted across it.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export const GAP_MS = 150_000;

/**
 * Time in milliseconds for which what was published acts on: until the metric can be read, Route 53 reads it and name servers follow, and if
 * nothing more is published, until the alarms have run out of data. For as long, nobody else is to evacuate anything. A judgement that is older is
 * forgotten: DNS has let the ward back, and taking it out again is a new decision.
 *
 * @see docs/objectives.md
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export const ACTS_ON_MS = 300_000;

/** The judgement before the first minute. */
export const NOTHING_JUDGED: Judgement = {
  phase: 'in-service',
  reason: 'nothing-judged',
  sinceMs: 0,
  cleanInPhase: 0,
  judgedAtMs: 0,
  wardSeenHealthy: false,
  wardFailing: 0,
  wardClean: 0,
  judgeHealthy: 0,
  judgeSick: 0,
  leaseUntilMs: 0,
};

/**
 * Weighs a minute: where the ward should stand after it.
 *
 * ```
 *              fails for dwellMinutes, judge healthy as long
 *   in-service ─────────────────────────────────────────────▶ evacuated ◀──┐
 *       ▲                                                         │        │ a failing minute
 *       │ clean for returnMinutes      clean for recoveryMinutes, ▼        │
 *       └──────────────────────────── replication caught up ─ returning ───┘
 * ```
 *
 * From everywhere it goes back `in-service` when the judge's own Region is sick for `dwellMinutes`. It errs towards service: what is not
 * known never evacuates.
 */
export function weigh(before: Judgement, minute: Minute, hand: Hand, settings: JudgeSettings): Intent {
  const observed = observe(before, minute);
  const [phase, reason] = decide(observed, minute, hand, settings);
  if (phase !== 'in-service') return { observed, phase, reason, lease: 'hold' };
  return { observed, phase, reason, lease: observed.leaseUntilMs > 0 ? 'release' : 'none' };
}

/**
 * Settles what {@link weigh} wants by whether the judge may: judges never have two wards evacuated at once.
 *
 * A judge that cannot ask goes on for as long as the right outlasts what it publishes. A person needs no right, but takes it
 * when it is free, so that no judge evacuates a further Region meanwhile.
 *
 * @param answer What was answered to the wish to hold the right; not looked at when there was none.
 */
export function settle(intent: Intent, answer: LeaseAnswer, hand: Hand): Judgement {
  const { observed, phase, reason, lease } = intent;
  if (lease !== 'hold') return enter(observed, phase, reason, 0);
  if (answer.lease === 'held') return enter(observed, phase, reason, answer.untilMs);
  if (hand === 'evacuated') return enter(observed, phase, reason, 0);
  if (answer.lease === 'taken') return enter(observed, 'in-service', 'lease-taken', 0);
  const isStillHeld = observed.leaseUntilMs > observed.judgedAtMs + ACTS_ON_MS;
  return isStillHeld
    ? enter(observed, phase, reason, observed.leaseUntilMs)
    : enter(observed, 'in-service', 'lease-unreachable', 0);
}

/** What a phase takes away from the ward. */
export function sharesOf(phase: Phase): Shares {
  return { first: phase === 'evacuated' ? 1 : 0, rest: phase === 'in-service' ? 0 : 1 };
}

/** Counts the minute. */
function observe(before: Judgement, { atMs, judgeFails, wardFails }: Minute): Judgement {
  const known = recall(before, atMs);
  return {
    ...known,
    judgedAtMs: atMs,
    wardSeenHealthy: known.wardSeenHealthy || !wardFails,
    wardFailing: wardFails ? known.wardFailing + 1 : 0,
    wardClean: wardFails ? 0 : known.wardClean + 1,
    judgeHealthy: judgeFails ? 0 : known.judgeHealthy + 1,
    judgeSick: judgeFails ? known.judgeSick + 1 : 0,
    cleanInPhase: known.cleanInPhase + (wardFails ? 0 : 1),
  };
}

/** What of a judgement still holds. */
function recall(before: Judgement, atMs: number): Judgement {
  const ageMs = atMs - before.judgedAtMs;
  const { wardSeenHealthy, leaseUntilMs } = before;
  if (ageMs > ACTS_ON_MS) return { ...NOTHING_JUDGED, sinceMs: atMs, wardSeenHealthy, leaseUntilMs };
  return ageMs > GAP_MS ? { ...before, wardFailing: 0, wardClean: 0, judgeHealthy: 0, judgeSick: 0 } : before;
}

function enter(observed: Judgement, phase: Phase, reason: Reason, leaseUntilMs: number): Judgement {
  if (phase === observed.phase) return { ...observed, reason, leaseUntilMs };
  return { ...observed, phase, reason, leaseUntilMs, sinceMs: observed.judgedAtMs, cleanInPhase: 0 };
}

type Decision = readonly [Phase, Reason];

function decide(observed: Judgement, minute: Minute, hand: Hand, settings: JudgeSettings): Decision {
  if (hand === 'in-service') return ['in-service', 'hand'];
  if (hand === 'evacuated') return decideByHand(observed, minute);
  switch (observed.phase) {
    case 'in-service':
      return decideInService(observed, minute, settings);
    case 'evacuated':
      return decideEvacuated(observed, minute, settings);
    case 'returning':
      return decideReturning(observed, minute, settings);
  }
}

/** A person may evacuate a Region that seems healthy, and at once, but not the last one; one that is out stays out unless it serves. */
function decideByHand({ phase }: Judgement, { servedBy }: Minute): Decision {
  if (servedBy === 'judge' || servedBy === 'other') return ['evacuated', 'hand'];
  return servedBy === 'nobody' && phase !== 'in-service' ? [phase, 'hand'] : ['in-service', 'last-region'];
}

function decideInService(observed: Judgement, { servedBy, wardFails }: Minute, settings: JudgeSettings): Decision {
  const blocked = (reason: Reason): Decision => ['in-service', reason];
  if (!wardFails) return blocked('ward-healthy');
  if (!observed.wardSeenHealthy) return blocked('ward-never-healthy');
  if (observed.wardFailing < settings.dwellMinutes) return blocked('ward-failing');
  if (observed.judgeHealthy < settings.dwellMinutes) return blocked('judge-sick');
  if (servedBy !== 'judge') return blocked('judge-out-of-service');
  return ['evacuated', 'ward-failing'];
}

function decideEvacuated(observed: Judgement, { wardFails, lagSeconds }: Minute, settings: JudgeSettings): Decision {
  if (observed.judgeSick >= settings.dwellMinutes) return ['in-service', 'judge-sick'];
  if (wardFails) return ['evacuated', 'ward-failing'];
  if (observed.wardClean < settings.recoveryMinutes) return ['evacuated', 'recovering'];
  if (lagSeconds === undefined || lagSeconds > settings.maximumLagSeconds) return ['evacuated', 'replication-behind'];
  return settings.returnMinutes > 0 ? ['returning', 'returning'] : ['in-service', 'ward-healthy'];
}

function decideReturning(observed: Judgement, minute: Minute, settings: JudgeSettings): Decision {
  if (observed.judgeSick >= settings.dwellMinutes) return ['in-service', 'judge-sick'];
  if (minute.wardFails) {
    if (minute.judgeFails) return ['returning', 'judge-sick'];
    return minute.servedBy === 'judge' ? ['evacuated', 'ward-failing'] : ['returning', 'judge-out-of-service'];
  }
  return observed.cleanInPhase >= settings.returnMinutes ? ['in-service', 'ward-healthy'] : ['returning', 'returning'];
}
