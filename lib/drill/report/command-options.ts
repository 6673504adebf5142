import type { DrillReport } from './drill-report';

/** Where `cdk synth` leaves its assembly, which commands read when none is named. */
export const DEFAULT_ASSEMBLY = 'cdk.out';

/** The options that name a report's assembly, unless it is the one read by default, and its workload file, if it has one. */
export function inputOptions({
  assemblyDirectory,
  workload,
}: Pick<DrillReport, 'assemblyDirectory' | 'workload'>): readonly string[] {
  return [
    ...(assemblyDirectory === DEFAULT_ASSEMBLY ? [] : [`--assembly ${shellWord(assemblyDirectory)}`]),
    ...(workload ? [`--workload ${shellWord(workload.file)}`] : []),
  ];
}

/** A path as a shell takes it: quoted where it must be. */
export function shellWord(path: string): string {
  return /^[\w./:@%+=,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
