import type { Assembly } from '../../assembly';
import type { ExperimentOutcome } from '../experiments/experiment-outcome';
import type { Act } from '../scenarios/scenario';
import { type ClientScore, RECOVERED_AVAILABILITY } from './client-score';
import { declaredObjectives } from './objectives';
import type { SteadyState, SteadySummary } from './steady-state';

/** What a scenario did by itself, and what clients and alarms saw of it. Times are in seconds since the strike. */
export interface ActedResult {
  readonly outcome: ExperimentOutcome;
  readonly steadyState: SteadySummary;
  /** From the end of the acts to the start of the first ten minutes in which 99 % of operations succeed; `null`: none. */
  readonly recoverySeconds: number | null;
  readonly alarms: readonly AlarmSummary[];
  /** Alarms that could not be evaluated, and why. */
  readonly alarmsLeftOut: readonly { readonly alarm: string; readonly region: string; readonly why: string }[];
}

/** A change of an alarm's state after the strike. */
export interface AlarmSummary {
  readonly alarm: string;
  readonly region: string;
  readonly state: string;
  readonly seconds: number;
  /** Topics that were told, by stack id and logical id. */
  readonly told: readonly string[];
}

/** The run that it was part of. */
export interface ActedRun {
  readonly assembly: Assembly;
  /** Virtual time of the strike, in milliseconds. */
  readonly strikeMs: number;
  /** Seconds from the strike that were run. */
  readonly limitSeconds: number;
}

/** Length of the stretches before and at the end in which the steady state is looked for, in seconds. */
const STEADY_SECONDS = 300;

/** What a scenario that acted came to. */
export function actedResult(
  act: Act,
  steady: SteadyState,
  score: ClientScore,
  { assembly, strikeMs, limitSeconds }: ActedRun,
): ActedResult {
  const outcome = act.outcome();
  const threshold = declaredObjectives(assembly)?.availability ?? RECOVERED_AVAILABILITY;
  const { endedSeconds } = outcome;
  return {
    outcome,
    steadyState: steady.summary(
      threshold,
      [-STEADY_SECONDS, 0],
      [0, endedSeconds],
      [limitSeconds - STEADY_SECONDS, limitSeconds],
    ),
    recoverySeconds: score.recoverySecondsAfter(endedSeconds),
    alarms: act.alarms.history
      .filter(({ timeMs }) => timeMs >= strikeMs)
      .map(({ alarm, state, timeMs }) => ({
        alarm: alarm.name,
        region: alarm.region,
        state,
        seconds: (timeMs - strikeMs) / 1000,
        told: alarm.topics[state],
      })),
    alarmsLeftOut: act.alarms.leftOut.map(({ name, region, why }) => ({ alarm: name, region, why })),
  };
}
