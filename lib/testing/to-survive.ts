import { drillBlueprint } from '../drill/run-drill';
import { type Bounds, checkSettings, type Rehearsal } from './survival';
import { directoryOf, type MatcherResult, verdictOf } from './verdict';

/** What an assembly must hold while an outage strikes it, and how that is found out. */
export interface Survival extends Bounds, Rehearsal {
  /** Region to strike: any that the assembly uses. @default - the first that serves clients */
  readonly strike?: string;
}

/**
 * Replays an outage of the catalogue against a cloud assembly and holds what clients would have seen against bounds.
 *
 * @param received Directory of a cloud assembly, what `readAssembly` gives, or what `app.synth()` does.
 * @param outageId Outage, by its id or a unique beginning of it.
 * @throws BadInput for an assembly, an outage, a Region, a workload file or bounds that cannot be used; NotModelled for what matters and is not modelled.
 */
export async function toSurvive(received: unknown, outageId: string, survival: Survival = {}): Promise<MatcherResult> {
  checkSettings('toSurvive', survival, ['strike']);
  const { strike, hours, seed, rate, sample, workload, ...bounds } = survival;
  const report = await drillBlueprint({
    assemblyDirectory: directoryOf('toSurvive', received),
    outageId,
    ...(strike === undefined ? {} : { struckRegion: strike }),
    ...(hours === undefined ? {} : { hours }),
    ...(seed === undefined ? {} : { seed }),
    ...(rate === undefined ? {} : { ratePerSecond: rate }),
    ...(sample === undefined ? {} : { madePerSecond: sample === 'all' ? Number.POSITIVE_INFINITY : sample }),
    ...(workload === undefined ? {} : { workloadFile: workload }),
  });
  return verdictOf('toSurvive', report, bounds);
}
