import type { ExperimentReport } from '../report/experiment-report';
import { availabilityOf, consistencyOf, type Expectation, lossOf, recoveryOf } from './expectations';

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
  const { steadyState, recovery, data } = report;
  const { threshold, before, during, after } = steadyState;
  const available = (when: string, reached: number, bound: number): NamedExpectation => ({
    name: `availability ${when}`,
    ...availabilityOf(reached, bound, when),
  });
  const { recoverySeconds, lostWrites = 0 } = bounds;
  return [
    completion(report),
    available('before', before.availability, threshold),
    available('during', during.availability, bounds.availability ?? threshold),
    available('after', after.availability, threshold),
    ...(recoverySeconds === undefined
      ? []
      : [{ name: 'recovery', ...recoveryOf(recovery.recoverySeconds, recoverySeconds, 'its end') }]),
    { name: 'data loss', ...lossOf(data, lostWrites) },
    ...(data.consistency ? [{ name: 'consistency', ...consistencyOf(data.consistency) }] : []),
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
