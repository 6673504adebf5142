import { BadInput, quoteFound } from '../bad-input';
import { regionOfZone, zoneIn } from './availability-zone';
import type { Instant, Outage, Phase, Scope } from './outage';

/** How an outage is transposed. */
export interface TransposeOptions {
  /**
   * Hours of the outage to keep, counted from its start; more than 0, fractions allowed. Phases that start later are
   * left out and phases that last longer are cut.
   *
   * @default - the whole outage
   */
  readonly limitHours?: number;
}

/** An outage moved onto a Region, with times in seconds since its start. */
export interface TransposedOutage {
  readonly id: string;
  readonly title: string;
  /** The Region that is struck now. */
  readonly struckRegion: string;
  /** The Region that was struck then. */
  readonly originalRegion: string;
  /** From first impact to the end of the main impact, or to the limit. */
  readonly durationSeconds: number;
  /** In the catalogue's order. */
  readonly phases: readonly TransposedPhase[];
}

/** A phase with times in seconds since the outage's start. */
export interface TransposedPhase extends Omit<Phase, 'start' | 'end'> {
  readonly startSeconds: number;
  /** Later than the start, except for a phase that has no end and starts when the outage ends: such a phase is an instant. */
  readonly endSeconds: number;
  /** The source gives no end: the end of the outage stands in for it. */
  readonly endIsAssumed: boolean;
  /** The phase goes on after the end of the main impact. */
  readonly outlastsOutage: boolean;
}

/**
 * Moves an outage onto a Region: every phase that was felt in the Region it struck, or in Availability Zones of it, is
 * felt in the given one. Global phases stay global, and effects stay as they are.
 *
 * @throws BadInput when the outage struck no AWS Region or several, is not over and has no limit, or an argument is unusable.
 */
export function transpose(outage: Outage, ontoRegion: string, options: TransposeOptions = {}): TransposedOutage {
  const { limitHours } = options;
  if (!/^[a-z]{2}(-[a-z]+)+-\d+$/.test(ontoRegion)) {
    refuse(outage, 'strike', quoteFound(ontoRegion), 'the name of an AWS Region', 'name a Region such as us-east-2');
  }
  if (limitHours !== undefined && !(limitHours > 0 && Number.isFinite(limitHours))) {
    refuse(outage, 'hours', String(limitHours), 'a number of hours above 0', 'leave it out to replay the whole outage');
  }
  const originalRegion = struckRegionOf(outage);
  const limitSeconds = limitHours === undefined ? Number.POSITIVE_INFINITY : Math.ceil(limitHours * 3600);
  const mainSeconds = outage.end === null ? Number.POSITIVE_INFINITY : secondsBetween(outage.start, outage.end);
  const durationSeconds = Math.min(mainSeconds, limitSeconds);
  if (durationSeconds === Number.POSITIVE_INFINITY) {
    refuse(outage, 'end', 'nothing', 'an end: cannot be transposed: the outage is not over', 'set a limit in hours');
  }

  const phases = outage.phases.flatMap((phase): TransposedPhase[] => {
    const { start, end, scope, ...rest } = phase;
    const startSeconds = secondsBetween(outage.start, start);
    const endSeconds = end === null ? Math.max(startSeconds, mainSeconds) : secondsBetween(outage.start, end);
    if (startSeconds >= limitSeconds) return [];
    return [
      {
        ...rest,
        scope: moved(scope, ontoRegion),
        startSeconds,
        endSeconds: Math.min(endSeconds, limitSeconds),
        endIsAssumed: end === null,
        outlastsOutage: Math.min(endSeconds, limitSeconds) > durationSeconds,
      },
    ];
  });
  const { id, title } = outage;
  return { id, title, struckRegion: ontoRegion, originalRegion, durationSeconds, phases };
}

/** The one AWS Region that an outage's phases name. */
function struckRegionOf(outage: Outage): string {
  const regions = new Set<string>();
  for (const { scope } of outage.phases) {
    for (const id of scope.kind === 'global' ? [] : scope.ids) {
      regions.add((scope.kind === 'az' ? regionOfZone(id) : undefined) ?? id);
    }
  }
  const named = [...regions];
  const [region] = named;
  const why =
    outage.provider !== 'aws'
      ? `it struck ${outage.provider}, not AWS`
      : region === undefined
        ? 'it struck no single Region'
        : named.length > 1
          ? `it struck ${named.length} Regions`
          : undefined;
  if (why === undefined && region !== undefined) return region;
  const allowed = `an outage of one AWS Region; ${outage.id} cannot be transposed: ${why}`;
  return refuse(
    outage,
    'outage',
    named.join(', ') || 'no Region',
    allowed,
    'choose an outage that struck one AWS Region',
  );
}

function moved(scope: Scope, ontoRegion: string): Scope {
  if (scope.kind === 'global' || scope.ids.length === 0) return scope;
  return { kind: scope.kind, ids: scope.ids.map((id) => (scope.kind === 'az' ? zoneIn(ontoRegion, id) : ontoRegion)) };
}

function secondsBetween(start: Instant, end: Instant): number {
  return (Date.parse(end) - Date.parse(start)) / 1000;
}

function refuse(outage: Outage, field: string, found: string, allowed: string, remedy: string): never {
  throw new BadInput(outage.id, [{ field, found, allowed, remedy }]);
}
