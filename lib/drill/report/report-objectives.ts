import type { ObjectiveResult, ObjectiveSummary } from '../verdict/objectives';
import { duration, durationOrNever, percent } from './render-values';

/** One objective in words. */
export interface ObjectiveRow {
  readonly name: string;
  readonly reached: string;
  readonly objective: string;
  readonly met: boolean;
}

/** The declared objectives and what was reached, in order; none when the assembly declares none. */
export function objectiveRows({ availability, rtoSeconds, rpoSeconds }: ObjectiveSummary): readonly ObjectiveRow[] {
  const row = (
    name: string,
    result: ObjectiveResult | undefined,
    show: (value: number | null) => string,
  ): ObjectiveRow[] =>
    result ? [{ name, reached: show(result.reached), objective: show(result.objective), met: result.met }] : [];
  return [
    ...row('availability', availability, (value) => percent(value ?? 0)),
    ...row('recovery', rtoSeconds, durationOrNever),
    ...row('data loss', rpoSeconds, (value) => duration(value ?? 0)),
  ];
}

/** Whether the objectives were met, in words. */
export function verdictWords({ met }: ObjectiveSummary): string {
  if (met === null) return 'none declared';
  return met ? 'met' : 'NOT met';
}
