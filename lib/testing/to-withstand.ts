import { type ExperimentBounds, expectationsOfExperiment, tellExperiment } from '../drill/outputs';
import type { ExperimentReport } from '../drill/report/experiment-report';
import { runExperiment } from '../drill/run-experiment';
import { checkSettings, type Rehearsal } from './survival';
import { directoryOf, type MatcherResult } from './verdict';

/** What an assembly must hold while one of its experiments runs. Bounds that are left out are those of the steady state. */
export interface Endurance extends ExperimentBounds, Pick<Rehearsal, 'seed' | 'rate' | 'workload'> {
  /** Region of the experiment. @default - the only one that has an experiment of this name */
  readonly region?: string;
}

/**
 * Runs an experiment of AWS FIS that a cloud assembly declares, in virtual time, and holds what clients would have seen against bounds: the
 * experiment is completed and everything taken back, the steady state holds before, during and after it, and nothing is lost.
 *
 * @param received Directory of a cloud assembly, what `readAssembly` gives, or what `app.synth()` does.
 * @param experiment Name of the experiment, or a unique beginning of it.
 * @throws BadInput for an assembly, an experiment, a Region, a workload file or bounds that cannot be used; NotModelled for what matters and is not modelled.
 */
export async function toWithstand(
  received: unknown,
  experiment: string,
  endurance: Endurance = {},
): Promise<MatcherResult> {
  checkSettings(
    'toWithstand',
    endurance,
    ['region'],
    ['availability', 'recoverySeconds', 'lostWrites', 'seed', 'rate', 'workload'],
  );
  const { region, seed, rate, workload, ...bounds } = endurance;
  const report = await runExperiment({
    assemblyDirectory: directoryOf('toWithstand', received),
    name: experiment,
    ...(region === undefined ? {} : { region }),
    ...(seed === undefined ? {} : { seed }),
    ...(rate === undefined ? {} : { ratePerSecond: rate }),
    ...(workload === undefined ? {} : { workloadFile: workload }),
  });
  return enduranceOf(report, bounds);
}

/** Holds an experiment's report against bounds, as a matcher of jest. */
export function enduranceOf(report: ExperimentReport, bounds: ExperimentBounds): MatcherResult {
  const all = expectationsOfExperiment(report, bounds);
  // Data that is as the tables promise needs no word.
  const expectations = all.filter(({ name, met }) => name !== 'consistency' || !met);
  const pass = expectations.every(({ met }) => met);
  return { pass, message: () => tellExperiment(report, expectations, pass ? 'to miss one of: ' : '') };
}
