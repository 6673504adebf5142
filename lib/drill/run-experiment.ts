import { readAssembly } from '../assembly';
import { readWorkloadFile } from './clients/file/read-workload-file';
import { everyOperation } from './clients/sampling';
import { consistencyOf } from './data/table-definition';
import { plannedMs } from './experiments/action-models';
import { findExperiment } from './experiments/read-experiments';
import { EXPERIMENT_REPORT_SCHEMA_VERSION, type ExperimentReport } from './report/experiment-report';
import { percent } from './report/render-values';
import { cpuSecondsSince, DRILL_DEFAULTS, type DrillOptions } from './run-drill';
import type { WorldResult } from './run-world';
import { experimentScenario } from './scenarios/experiment-scenario';
import type { ActedResult } from './verdict/acted-result';
import { declaredObjectives, judge } from './verdict/objectives';
import type { StretchSummary } from './verdict/steady-state';
import { runWorlds } from './world-pool';

/** How an experiment is rehearsed. */
export interface ExperimentOptions
  extends Pick<
    DrillOptions,
    | 'assemblyDirectory'
    | 'seed'
    | 'ratePerSecond'
    | 'workloadFile'
    | 'libraryShare'
    | 'shortCut'
    | 'logFile'
    | 'onProgress'
  > {
  /** Name of the experiment, logical id of its template, or the beginning of a name. */
  readonly name: string;
  /** Its Region. @default - the only one that has an experiment of this name */
  readonly region?: string;
}

/**
 * Rehearses an experiment that the assembly declares: AWS FIS's, with clients before, during and after it. Every operation is made, for
 * alarms count them.
 *
 * @throws BadInput for an assembly, an experiment, a Region or a workload file that cannot be used.
 * @throws NotModelled for an action, a target or a stop condition that the drill does not know, and whatever else matters.
 */
export async function runExperiment(options: ExperimentOptions): Promise<ExperimentReport> {
  const startedMs = Date.now();
  const startedCpu = process.cpuUsage();
  const assembly = readAssembly(options.assemblyDirectory);
  const experiment = findExperiment(assembly, options.name, options.region);
  const { durationSeconds } = experimentScenario(assembly, experiment);
  const { seed = DRILL_DEFAULTS.seed, libraryShare = 0, shortCut = true, workloadFile } = options;
  const workload = workloadFile === undefined ? undefined : readWorkloadFile(workloadFile);
  const ratePerSecond = options.ratePerSecond ?? workload?.requestsPerSecond ?? DRILL_DEFAULTS.ratePerSecond;
  const task = {
    assemblyDirectory: assembly.directory,
    scenario: { kind: 'experiment', id: experiment.id },
    seed,
    ratePerSecond,
    sampling: everyOperation(ratePerSecond),
    libraryShare,
    limitSeconds: durationSeconds,
    shortCut,
    ...(workload === undefined ? {} : { workload }),
    ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
  } as const;
  const [result] = await runWorlds([task], { threads: 1, onProgress: (_, share) => options.onProgress?.(share) });
  const { acted } = result as WorldResult;
  const { clients, recovery, detection, data, causes, dns, ...run } = result as WorldResult;
  const { outcome, steadyState, recoverySeconds, alarms, alarmsLeftOut } = acted as ActedResult;
  const objectives = judge(declaredObjectives(assembly), clients, recovery, data);
  const { id, name, region, description } = experiment;
  const seen = { outcome, steadyState, data, objectives };
  return {
    schemaVersion: EXPERIMENT_REPORT_SCHEMA_VERSION,
    experiment: { id, name, region, description, plannedSeconds: plannedMs(experiment) / 1000 },
    durationSeconds,
    seed,
    assemblyDirectory: options.assemblyDirectory,
    ...(workloadFile === undefined
      ? {}
      : { workload: { file: workloadFile, assemblyDirectory: options.assemblyDirectory } }),
    profile: consistencyOf(assembly),
    requestsPerSecond: ratePerSecond,
    libraryShare,
    ...seen,
    findings: findingsOf(seen),
    clients,
    recovery: { ...recovery, recoverySeconds },
    detection,
    alarms,
    alarmsLeftOut,
    causes,
    dns,
    eventLogSha256: run.eventLogSha256,
    events: run.events,
    virtualSeconds: run.virtualSeconds,
    wallSeconds: (Date.now() - startedMs) / 1000,
    cpuSeconds: cpuSecondsSince(startedCpu),
  };
}

/**
 * What speaks against an assembly or its experiment. That some clients felt something while it ran is none in itself: the steady state
 * says how much of it is allowed.
 */
export function findingsOf({
  outcome,
  steadyState,
  data,
  objectives,
}: Pick<ExperimentReport, 'outcome' | 'steadyState' | 'data' | 'objectives'>): readonly string[] {
  const { status, reason } = outcome;
  const unsteady = (when: string, { held, availability }: StretchSummary) =>
    [
      !held,
      `the steady state did not hold ${when}: ${percent(availability)} of operations succeeded, of which ${percent(steadyState.threshold)} should`,
    ] as const;
  const lost = data.lostAcknowledgedWrites + data.lostAcknowledgedObjects;
  const found: readonly (readonly [boolean, string])[] = [
    [status !== 'completed', `the experiment is ${status}${reason === undefined ? '' : `: ${reason}`}`],
    ...outcome.actions.map(
      ({ name, status, reason }) =>
        [status === 'completed' && reason !== undefined, `action ${name}: ${reason}`] as const,
    ),
    ...outcome.stopAlarms.map(
      ({ alarm, stateAtStart }) =>
        [
          stateAtStart === 'INSUFFICIENT_DATA',
          `stop condition ${alarm} had no data at the start, so that nothing shows it could ring`,
        ] as const,
    ),
    [!outcome.rolledBack, 'not everything was taken back when it ended'],
    unsteady('before it began', steadyState.before),
    unsteady('while it ran', steadyState.during),
    unsteady('at the end of the run', steadyState.after),
    [lost > 0, `${lost} acknowledged writes or uploads were lost`],
    [objectives.met === false, 'the declared objectives were not met'],
  ];
  return found.flatMap(([applies, text]) => (applies ? [text] : []));
}
