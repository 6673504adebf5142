import type { ExperimentReport } from '../report/experiment-report';
import { consistencyLines, isAsPromised } from '../report/render-consistency';
import { count, duration, durationOrNever, percent } from '../report/render-values';
import type { Expectation } from './story';

/** What an assembly must hold while an experiment runs. What is left out is held against the steady state. */
export interface ExperimentBounds {
  /** Least share of operations that succeed while it runs, from 0 to 1. @default - the steady state's */
  readonly availability?: number;
  /** Most seconds from its end until clients have recovered. @default - not asked */
  readonly recoverySeconds?: number;
  /** Most acknowledged writes and uploads that may be lost. @default 0 */
  readonly lostWrites?: number;
}

/** Something that is asked of an experiment, with a name for lists. */
export interface NamedExpectation extends Expectation {
  readonly name: string;
}

/**
 * What is asked of every experiment: that it is completed and taken back, that the steady state holds before, during and after it, that
 * nothing is lost, and that data is as the tables promise.
 */
export function expectationsOfExperiment(
  report: ExperimentReport,
  bounds: ExperimentBounds = {},
): readonly NamedExpectation[] {
  const { steadyState } = report;
  const { threshold, before, during, after } = steadyState;
  return [
    completion(report),
    available('before', before.availability, threshold),
    available('during', during.availability, bounds.availability ?? threshold),
    available('after', after.availability, threshold),
    ...recovery(report, bounds.recoverySeconds),
    loss(report, bounds.lostWrites ?? 0),
    ...consistency(report),
  ];
}

function completion({ outcome: { status, reason, rolledBack } }: ExperimentReport): NamedExpectation {
  const why = reason === undefined ? '' : ` (${reason.replace(/\.$/, '')})`;
  return {
    name: 'completed and taken back',
    asked: 'an experiment that is completed and taken back',
    reached: `${status}${why}, ${rolledBack ? '' : 'not '}taken back`,
    met: status === 'completed' && rolledBack,
  };
}

function available(when: string, reached: number, bound: number): NamedExpectation {
  return {
    name: `availability ${when}`,
    asked: `availability of at least ${percent(bound)} ${when}`,
    reached: percent(reached),
    met: reached >= bound,
  };
}

function recovery(report: ExperimentReport, bound: number | undefined): readonly NamedExpectation[] {
  if (bound === undefined) return [];
  const { recoverySeconds } = report.recovery;
  return [
    {
      name: 'recovery',
      asked: `recovery within ${duration(bound)} of its end`,
      reached: durationOrNever(recoverySeconds),
      met: recoverySeconds !== null && recoverySeconds <= bound,
    },
  ];
}

function loss({ data }: ExperimentReport, bound: number): NamedExpectation {
  const lost = data.lostAcknowledgedWrites + data.lostAcknowledgedObjects;
  return {
    name: 'data loss',
    asked: `at most ${count(bound)} acknowledged writes lost`,
    reached: count(lost),
    met: lost <= bound,
  };
}

function consistency({ data }: ExperimentReport): readonly NamedExpectation[] {
  if (!data.consistency) return [];
  const reached = consistencyLines(data.consistency)
    .map((line) => line.trim())
    .join(' ');
  const met = isAsPromised(data.consistency);
  return [{ name: 'consistency', asked: 'consistency as the tables promise it', reached, met }];
}
