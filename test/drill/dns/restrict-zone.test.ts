import { readZone, restrictZone } from '../../../lib/drill/dns';
import { assemblyOf, healthCheck, type Resources, recordSet, ringOf } from './written-assembly';

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;

/** Names of both Regions in a stack of the first one, as many applications have them. */
function centralNames(): Resources {
  const ofRegion = (region: string, Failover: string): Resources => ({
    [`${Failover}Check`]: healthCheck({ FullyQualifiedDomainName: `${Failover.toLowerCase()}.example.com` }),
    [Failover]: recordSet({
      Failover,
      SetIdentifier: region,
      HealthCheckId: { Ref: `${Failover}Check` },
      TTL: 60,
      Type: 'CNAME',
      ResourceRecords: [`abc.execute-api.${region}.amazonaws.com`],
    }),
  });
  return { ...ofRegion(EAST, 'PRIMARY'), ...ofRegion(WEST, 'SECONDARY') };
}

test('a record belongs to the Region of its target, wherever it is declared', () => {
  const zone = readZone(assemblyOf({ [EAST]: centralNames() }));

  expect(zone.records.map(({ setIdentifier, region }) => [setIdentifier, region])).toEqual([
    [EAST, EAST],
    [WEST, WEST],
  ]);
});

test('of one Region there remain its records and what they are gated by', () => {
  const zone = restrictZone(readZone(assemblyOf({ [EAST]: centralNames() })), WEST);

  expect(zone.records.map(({ setIdentifier }) => setIdentifier)).toEqual([WEST]);
  expect(zone.healthChecks.map(({ id }) => id)).toEqual([`${EAST}/SECONDARYCheck`]);
});

test('aliases stay while they lead to something, and calculated checks keep what they count', () => {
  const whole = readZone(ringOf(EAST, WEST));
  const zone = restrictZone(whole, EAST);

  expect(zone.find('api.example.com', 'A')).toHaveLength(4);
  expect(zone.find('first.api.example.com', 'A').map(({ region }) => region)).toEqual([EAST]);
  expect(zone.healthChecks.map(({ id }) => id).sort()).toEqual(
    ['Check', 'firstGate', 'firstSwitch', 'restGate', 'restSwitch'].map((id) => `${EAST}/${id}`),
  );
  expect(restrictZone(whole, 'eu-west-1').records).toEqual([]);
});
