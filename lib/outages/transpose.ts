import { BadInput, quoteFound } from '../bad-input';
import { regionOfZone, zoneIn } from './availability-zone';
import type { Instant, Outage, Phase, Scope } from './outage';

/** How an outage is transposed. */
export interface TransposeOptions {
  /**
   * Hours of the outage to keep, counted from its start; more than 0, fractions allowed. Phases that start later are
   * left out, as are those that start when the outage is over, and phases that last longer are cut.
   *
   * @default - the whole outage
   */
  readonly limitHours?: number;
  /**
   * The Region that is struck along with the first, where several were struck in history.
   *
   * @default - none is: the design has one Region only, and phases of further Regions are felt nowhere
   */
  readonly partnerRegion?: string;
}

/** An outage moved onto a Region, with times in seconds since its start. */
export interface TransposedOutage {
  readonly id: string;
  readonly title: string;
  /** The Region that is struck now. */
  readonly struckRegion: string;
  /** Every Region that is struck now: that one, and its partner where several were struck; none where it was felt everywhere alike. */
  readonly struckRegions: readonly string[];
  /** The Region that was struck then, the first of several, as its provider names it. @default - the outage struck no Region alone */
  readonly originalRegion?: string;
  /** From first impact to the end of the main impact, or to the limit. */
  readonly durationSeconds: number;
  /** In the catalogue's order. */
  readonly phases: readonly TransposedPhase[];
  /** Phases that begin at the limit, or when the main impact is over, or later, and are left out. */
  readonly laterPhases: readonly string[];
}

/** A phase with times in seconds since the outage's start. */
export interface TransposedPhase extends Omit<Phase, 'start' | 'end'> {
  readonly startSeconds: number;
  /** Later than the start. */
  readonly endSeconds: number;
  /** The source gives no end: the end of the outage stands in for it. */
  readonly endIsAssumed: boolean;
  /** The phase goes on after the end of the main impact. */
  readonly outlastsOutage: boolean;
}

/**
 * Moves an outage onto a Region: every phase that was felt in the Region it struck, or in Availability Zones of it, is
 * felt in the given one; phases of further Regions are felt in its partner. Global phases stay global, and effects stay as they are.
 *
 * @throws BadInput when the outage is not over and has no limit, or an argument is unusable.
 */
export function transpose(outage: Outage, ontoRegion: string, options: TransposeOptions = {}): TransposedOutage {
  const { limitHours } = options;
  if (!/^[a-z]{2}(-[a-z]+)+-\d+$/.test(ontoRegion)) {
    refuse(outage, 'strike', quoteFound(ontoRegion), 'the name of an AWS Region', 'name a Region such as us-east-2');
  }
  if (limitHours !== undefined && !(limitHours > 0 && Number.isFinite(limitHours))) {
    refuse(outage, 'hours', String(limitHours), 'a number of hours above 0', 'leave it out to replay the whole outage');
  }
  const [originalRegion] = namedRegions(outage);
  const places = placesOf(outage, ontoRegion, options.partnerRegion);
  const limitSeconds = limitHours === undefined ? Number.POSITIVE_INFINITY : Math.ceil(limitHours * 3600);
  const mainSeconds = outage.end === null ? Number.POSITIVE_INFINITY : secondsBetween(outage.start, outage.end);
  const durationSeconds = Math.min(mainSeconds, limitSeconds);
  if (durationSeconds === Number.POSITIVE_INFINITY) {
    refuse(outage, 'end', 'nothing', 'an end: cannot be transposed: the outage is not over', 'set a limit in hours');
  }

  const phases = outage.phases.flatMap((phase): TransposedPhase[] => {
    const { start, end, scope, ...rest } = phase;
    const startSeconds = secondsBetween(outage.start, start);
    const endSeconds = end === null ? mainSeconds : secondsBetween(outage.start, end);
    if (startSeconds >= durationSeconds) return [];
    return [
      {
        ...rest,
        scope: moved(scope, places, ontoRegion),
        startSeconds,
        endSeconds: Math.min(endSeconds, limitSeconds),
        endIsAssumed: end === null,
        outlastsOutage: Math.min(endSeconds, limitSeconds) > durationSeconds,
      },
    ];
  });
  const { id, title } = outage;
  const isRegional = outage.phases.some(({ scope }) => scope.kind !== 'global');
  const others = [...places.values()].flatMap((place) => place ?? []);
  const laterPhases = outage.phases
    .filter(({ start }) => secondsBetween(outage.start, start) >= durationSeconds)
    .map((phase) => phase.id);
  return {
    id,
    title,
    struckRegion: ontoRegion,
    struckRegions: isRegional ? [...new Set([ontoRegion, ...others])] : [],
    ...(originalRegion === undefined ? {} : { originalRegion }),
    durationSeconds,
    phases,
    laterPhases,
  };
}

/** Regions of partitions that no design outside of them can use. */
const OTHER_PARTITION = /^(us-gov|us-iso|cn)-/;

/**
 * The Regions that an outage's phases name, in the providers' own words and in the catalogue's order. Those of other partitions are left out
 * where it struck others as well: no design spans both.
 */
function namedRegions({ phases }: Outage): readonly string[] {
  const named = phases.flatMap(({ scope }) =>
    scope.kind === 'global' ? [] : scope.ids.map((id) => regionOf(scope, id)),
  );
  const usable = named.filter((region) => !OTHER_PARTITION.test(region));
  return [...new Set(usable.length > 0 ? usable : named)];
}

function regionOf(scope: Scope, id: string): string {
  return (scope.kind === 'az' ? regionOfZone(id) : undefined) ?? id;
}

/** Where each Region of history lies now: the first one named becomes the struck Region, every other one its partner. */
function placesOf(
  outage: Outage,
  struckRegion: string,
  partnerRegion: string | undefined,
): ReadonlyMap<string, string | undefined> {
  const [first, ...others] = namedRegions(outage);
  const places = others.map((region): [string, string | undefined] => [region, partnerRegion]);
  return new Map(first === undefined ? places : [[first, struckRegion], ...places]);
}

/** The scope as it is felt now; without any place when it was felt in a further Region and there is none. */
function moved(scope: Scope, places: ReadonlyMap<string, string | undefined>, struckRegion: string): Scope {
  if (scope.kind === 'global') return scope;
  if (scope.ids.length === 0) return { kind: scope.kind, ids: [struckRegion] };
  const ids = scope.ids.flatMap((id) => {
    const place = places.get(regionOf(scope, id));
    if (place === undefined) return [];
    return scope.kind === 'az' ? zoneIn(place, id) : place;
  });
  return { kind: scope.kind, ids: [...new Set(ids)] };
}

function secondsBetween(start: Instant, end: Instant): number {
  return (Date.parse(end) - Date.parse(start)) / 1000;
}

function refuse(outage: Outage, field: string, found: string, allowed: string, remedy: string): never {
  throw new BadInput(outage.id, [{ field, found, allowed, remedy }]);
}
