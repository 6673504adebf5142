import { answerQuery, type HealthView } from '../../../lib/drill/dns/answer-query';
import type { DnsRecord } from '../../../lib/drill/dns/record';
import { readZone } from '../../../lib/drill/dns/zone';
import { type Place, placeOf } from '../../../lib/drill/model/places';
import { geographies } from '../../../lib/drill/model/round-trips';
import { firstValue, geography, record, viewWithout, zoneOf } from './records';
import { assemblyOf, valueRecord } from './written-assembly';

/** A geolocation record named after its place, with a health check of the same name. */
function located(name: string, location: Partial<Place>): DnsRecord {
  return record('example.com', name, { policy: { kind: 'geolocation', location }, healthCheckId: name });
}

const STATE = located('virginia', { country: 'US', subdivision: 'VA' });
const COUNTRY = located('united-states', { country: 'US' });
const CONTINENT = located('north-america', { continent: 'NA' });
const DEFAULT = located('default', {});
const ALL = [DEFAULT, CONTINENT, COUNTRY, STATE];

function answered(
  records: readonly DnsRecord[],
  from: string,
  view: HealthView = viewWithout(),
  name = 'example.com',
): string | undefined {
  const question = { name, type: 'A', geography: geography(from), draw: () => 0 };
  return firstValue(answerQuery(zoneOf(...records), view, question).record);
}

describe('geolocation records', () => {
  test.each([
    ['us-east', 'virginia'],
    ['us-central', 'united-states'],
    ['canada', 'north-america'],
    ['japan', 'default'],
  ])('answer %s with the smallest place that it is in: %s', (from, value) => {
    expect(answered(ALL, from)).toBe(value);
  });

  // The example of https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-geo.html
  test.each([
    [['virginia'], 'united-states'],
    [['virginia', 'united-states'], 'north-america'],
    [['virginia', 'united-states', 'north-america'], 'default'],
    [['virginia', 'united-states', 'north-america', 'default'], 'virginia'],
  ])('with %p unhealthy go on to larger places: %s', (unhealthy, value) => {
    expect(answered(ALL, 'us-east', viewWithout(...unhealthy))).toBe(value);
  });

  test('answer nothing where no record is for the place and there is no default', () => {
    const question = { name: 'example.com', type: 'A', geography: geography('japan'), draw: () => 0 };

    expect(answerQuery(zoneOf(STATE, COUNTRY, CONTINENT), viewWithout(), question)).toEqual({ ttlSeconds: 900 });
  });

  test('of places that nobody asks from are never answered, not even when all others fail', () => {
    const sweden = located('sweden', { country: 'SE' });

    expect(answered([sweden, COUNTRY], 'us-east', viewWithout('united-states'))).toBe('united-states');
  });

  test('behind an alias make it healthy only for those they are for', () => {
    const top = (value: string, region: string, target: DnsRecord['target']): DnsRecord =>
      record('top.example.com', value, { policy: { kind: 'latency', region }, evaluateTargetHealth: true, target });
    const zone = [
      top('tree', 'us-east-1', { kind: 'record', name: 'example.com' }),
      top('elsewhere', 'us-west-2', { kind: 'values', values: ['elsewhere'], ttlSeconds: 60 }),
      COUNTRY,
      located('canada', { country: 'CA' }),
    ];
    const view = viewWithout('united-states');

    expect(answered(zone, 'canada', view, 'top.example.com')).toBe('canada');
    expect(answered(zone, 'us-east', view, 'top.example.com')).toBe('elsewhere');
  });
});

test('templates name continents, countries, states and the default', () => {
  const ofPlace = (SetIdentifier: string, GeoLocation: object) => valueRecord({ SetIdentifier, GeoLocation });
  const zone = readZone(
    assemblyOf({
      'us-east-2': {
        Continent: ofPlace('a', { ContinentCode: 'EU' }),
        Country: ofPlace('b', { CountryCode: 'US' }),
        State: ofPlace('c', { CountryCode: 'US', SubdivisionCode: 'VA' }),
        Default: ofPlace('d', { CountryCode: '*' }),
      },
    }),
  );

  expect(zone.records.map(({ policy }) => policy)).toEqual([
    { kind: 'geolocation', location: { continent: 'EU' } },
    { kind: 'geolocation', location: { country: 'US' } },
    { kind: 'geolocation', location: { country: 'US', subdivision: 'VA' } },
    { kind: 'geolocation', location: {} },
  ]);
});

test('every geography has a place, and those whose proxy lies on another continent have no country', () => {
  const places = Object.fromEntries(geographies.map((each) => [each.id, placeOf(each)]));

  expect(Object.keys(places)).toHaveLength(geographies.length);
  expect(places).toMatchObject({
    'eu-west': { continent: 'EU', country: 'GB' },
    oceania: { continent: 'OC', country: 'AU' },
    africa: { continent: 'AF' },
    'middle-east': { continent: 'AS' },
  });
  expect(places.africa).not.toHaveProperty('country');
  expect(() => placeOf({ id: 'mexico', proxy: 'mx-central-1', accessMs: { p50: 1 } })).toThrow(
    'not modelled: the place of Region mx-central-1',
  );
});
