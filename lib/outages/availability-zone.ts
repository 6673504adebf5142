/** Abbreviations that Availability Zone ids use for the parts of a Region's name. */
const DIRECTIONS: readonly (readonly [abbreviation: string, direction: string])[] = [
  ['ne', 'northeast'],
  ['nw', 'northwest'],
  ['se', 'southeast'],
  ['sw', 'southwest'],
  ['n', 'north'],
  ['e', 'east'],
  ['s', 'south'],
  ['w', 'west'],
  ['c', 'central'],
];

/**
 * The Region of an Availability Zone id: `use1-az4` → `us-east-1`. The catalogue also writes `ap-northeast-1:one-az`
 * where a source names the Region and not the zone. Undefined when it is neither.
 *
 * @see https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
export function regionOfZone(zone: string): string | undefined {
  const named = /^([a-z-]+-\d+):/.exec(zone)?.[1];
  if (named !== undefined) return named;
  const [, area, gov, abbreviation, number] = /^([a-z]{2})(g?)(ne|nw|se|sw|n|e|s|w|c)(\d+)-az\d+$/.exec(zone) ?? [];
  const direction = DIRECTIONS.find(([short]) => short === abbreviation)?.[1];
  return direction === undefined ? undefined : `${area}${gov ? '-gov' : ''}-${direction}-${number}`;
}

/**
 * The zone of another Region with the same number: `use1-az4` in `us-west-2` → `usw2-az4`. The Region may have no zone
 * of that number; an outage replayed there strikes one zone all the same.
 */
export function zoneIn(region: string, zone: string): string {
  const colon = zone.indexOf(':');
  if (colon >= 0) return `${region}${zone.slice(colon)}`;
  const [, area, gov, direction, number] = /^([a-z]{2})(-gov)?-([a-z]+)-(\d+)$/.exec(region) ?? [];
  const abbreviation = DIRECTIONS.find(([, long]) => long === direction)?.[0];
  const suffix = zone.slice(zone.indexOf('-'));
  return abbreviation === undefined
    ? `${region}${suffix}`
    : `${area}${gov ? 'g' : ''}${abbreviation}${number}${suffix}`;
}
