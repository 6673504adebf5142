import { BadInput, type Problem, quoteFound } from '../bad-input';
import { availabilityOf, consistencyOf, type Expectation, lossOf, recoveryOf } from '../drill/outputs';
import { objectiveRows } from '../drill/report/report-objectives';
import type { BlueprintReport } from '../drill/run-drill';

/** What an assembly must hold while something strikes it. What is left out is held against the objectives that it declares. */
export interface Bounds {
  /** Least share of clients' operations that succeed, from 0 to 1. @default - the declared availability */
  readonly availability?: number;
  /** Most seconds until clients have recovered. @default - the declared recovery time */
  readonly recoverySeconds?: number;
  /** Most acknowledged writes and uploads that may be lost. @default - those that the declared recovery point allows */
  readonly lostWrites?: number;
}

/** How the drill of an expectation is run; the same settings and seed give the same verdict. */
export interface Rehearsal {
  /** Only the first hours. @default - all of it */
  readonly hours?: number;
  /** Seed of every draw. @default 7 */
  readonly seed?: number;
  /** Requests per second of all clients together. @default - what the workload file says, or 20 */
  readonly rate?: number;
  /** Requests per second that are really made around changes, a tenth of it elsewhere; `all` makes every one. @default 2 */
  readonly sample?: number | 'all';
  /** File that says what clients do and what they count as promised. @default - what Dispatch's drivers do */
  readonly workload?: string;
}

const ABOVE_ZERO = 'a number above 0';
const isAboveZero = (value: unknown): boolean => typeof value === 'number' && value > 0;
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

/** What each setting may be. */
const ALLOWED: Readonly<Record<string, readonly [allowed: string, isAllowed: (value: unknown) => boolean]>> = {
  availability: ['a share from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1],
  recoverySeconds: ['a number of seconds from 0', (value) => typeof value === 'number' && value >= 0],
  lostWrites: ['a whole number from 0', isWhole],
  hours: [ABOVE_ZERO, isAboveZero],
  seed: ['a whole number from 0', isWhole],
  rate: [ABOVE_ZERO, isAboveZero],
  sample: [`${ABOVE_ZERO}, or 'all'`, (value) => value === 'all' || isAboveZero(value)],
  workload: ['the path of a workload file', (value) => typeof value === 'string' && value !== ''],
};

/**
 * Makes sure that bounds and settings can be used.
 *
 * @param others Names that may stand among them, whatever their values.
 * @param checked Those that may, of the settings that are checked. @default - all of them
 * @throws BadInput with every problem at once.
 */
export function checkSettings(
  matcher: string,
  settings: object,
  others: readonly string[],
  checked: readonly string[] = Object.keys(ALLOWED),
): void {
  const problems = Object.entries(settings).flatMap(([name, value]): Problem[] => {
    if (others.includes(name) || value === undefined) return [];
    const known = checked.includes(name) ? ALLOWED[name] : undefined;
    const field = `${matcher}: ${name}`;
    if (!known) {
      const allowed = [...others, ...checked].join(', ');
      return [{ field, found: 'a name that is not known', allowed, remedy: 'use one of these' }];
    }
    const [allowed, isAllowed] = known;
    return isAllowed(value) ? [] : [{ field, found: quoteFound(value), allowed, remedy: `give ${allowed}` }];
  });
  if (problems.length > 0) throw new BadInput(matcher, problems);
}

/**
 * Holds a verdict against bounds.
 *
 * @throws BadInput when there is nothing to hold it against.
 */
export function expectationsOf(matcher: string, report: BlueprintReport, bounds: Bounds): readonly Expectation[] {
  const { clients, recovery, data, objectives } = report;
  const availability = bounds.availability ?? objectives.availability?.objective;
  const recoverySeconds = bounds.recoverySeconds ?? objectives.rtoSeconds?.objective;
  const expectations = [
    ...(availability === undefined ? [] : [availabilityOf(clients.availability, availability)]),
    ...(recoverySeconds === undefined ? [] : [recoveryOf(recovery.recoverySeconds, recoverySeconds)]),
    ...lossWithin(report, bounds.lostWrites),
    // Data that is not what the tables promise is no survival; kept promises need no word.
    ...(data.consistency ? [consistencyOf(data.consistency)] : []).filter(({ met }) => !met),
  ];
  if (expectations.length > 0) return expectations;
  const allowed = 'availability, recoverySeconds, lostWrites, or an assembly that declares objectives';
  throw new BadInput(matcher, [
    { field: 'bounds', found: `none, and ${data.acknowledgedWrites} writes`, allowed, remedy: 'give at least one' },
  ]);
}

function lossWithin({ data, objectives }: BlueprintReport, bound: number | undefined): readonly Expectation[] {
  if (bound === undefined) {
    return objectiveRows(objectives)
      .filter(({ name }) => name === 'data loss')
      .map(({ objective, reached, met }) => ({ asked: `data loss of at most ${objective}`, reached, met }));
  }
  return [lossOf(data, bound)];
}
