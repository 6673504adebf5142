import type { DnsRecord } from '../../../lib/drill/dns/record';
import { servedRegions, serviceNames } from '../../../lib/drill/dns/served-regions';
import { readZone, type Zone } from '../../../lib/drill/dns/zone';
import { failover, latency, record, weighted, zoneOf } from './records';
import { assemblyOf, regionalResources, ringOf } from './written-assembly';

const alias = (name: string, from: DnsRecord, evaluateTargetHealth = true): DnsRecord => ({
  ...from,
  target: { kind: 'record', name },
  evaluateTargetHealth,
});

const served = (zone: Zone, ...unhealthy: string[]): string[] => [
  ...servedRegions(zone, (id) => !unhealthy.includes(id)),
];

describe('the names clients ask for', () => {
  test('are those with a routing policy', () => {
    const zone = zoneOf(latency('api', 'us-east-2'), latency('api', 'us-west-2'), record('us-east-2.api', '192.0.2.1'));

    expect(serviceNames(zone)).toEqual(['api']);
  });

  test('are not those in between, however many aliases lie there', () => {
    const zone = zoneOf(
      alias('middle', weighted('api', 'one', 1)),
      alias('pool', record('middle', 'plain')),
      weighted('pool', '192.0.2.1', 1),
      weighted('other', '192.0.2.2', 1),
    );

    expect(serviceNames(zone)).toEqual(['api', 'other']);
  });

  test('keep a routing policy that a plain alias leads to', () => {
    expect(serviceNames(zoneOf(alias('api', record('www', 'plain')), weighted('api', '192.0.2.1', 1)))).toEqual([
      'api',
    ]);
  });

  test('are the shared one alone in a ring of Regions', () => {
    expect(serviceNames(readZone(ringOf('us-east-1', 'us-east-2', 'us-west-2')))).toEqual(['api.example.com']);
  });
});

describe('a ring of three Regions', () => {
  const [one, two, three] = ['us-east-1', 'us-east-2', 'us-west-2'] as const;
  const zone = readZone(ringOf(one, two, three));

  test('serves all of them', () => expect(served(zone)).toEqual([one, two, three]));

  test.each([
    ['its first share is out', [`${two}/firstGate`], [one, two, three]],
    ['the rest is out', [`${two}/restGate`], [one, two, three]],
    ['both are out', [`${two}/firstGate`, `${two}/restGate`], [one, three]],
    ['another one has lost one share', [`${two}/firstGate`, `${two}/restGate`, `${one}/firstGate`], [three, one]],
  ])('keeps a Region while %s', (_, unhealthy, expected) => {
    expect(served(zone, ...unhealthy).sort()).toEqual([...expected].sort());
  });

  test('serves nobody when every gate is shut, although Route 53 still answers', () => {
    const gates = [one, two, three].flatMap((region) => [`${region}/firstGate`, `${region}/restGate`]);

    expect(served(zone, ...gates)).toEqual([]);
  });

  test('by the gates alone: a switch or an endpoint that no record carries decides nothing', () => {
    expect(served(zone, `${two}/restSwitch`, `${two}/Check`)).toEqual([one, two, three]);
  });
});

test('Regions without shares leave with their one gate', () => {
  const regions = ['us-east-2', 'us-west-2'];
  const zone = readZone(assemblyOf(Object.fromEntries(regions.map((region) => [region, regionalResources(region)]))));

  expect(served(zone, 'us-east-2/Parent')).toEqual(['us-west-2']);
});

test('an alias that does not evaluate its target is answered although nothing behind it is healthy', () => {
  const behind = weighted('pool', '192.0.2.1', 1);

  expect(served(zoneOf(alias('pool', weighted('api', 'one', 1, false)), behind), '192.0.2.1')).toEqual([]);
  expect(served(zoneOf(alias('pool', weighted('api', 'one', 1, false), false), behind), '192.0.2.1')).toEqual([
    'us-east-1',
  ]);
});

test('a gate and the target of its alias must both be healthy', () => {
  const zone = zoneOf(alias('endpoint.east', latency('api', 'us-east-2', { healthCheckId: 'plan' })), {
    ...weighted('endpoint.east', 'probe', 1),
    region: 'us-east-2',
  });

  expect(served(zone)).toEqual(['us-east-2']);
  expect(served(zone, 'plan')).toEqual([]);
  expect(served(zone, 'probe')).toEqual([]);
});

test('a standby is served by its own health, whether or not it is its turn', () => {
  const zone = zoneOf(failover('PRIMARY', { region: 'us-east-2' }), failover('SECONDARY', { region: 'us-west-2' }));

  expect(served(zone)).toEqual(['us-east-2', 'us-west-2']);
  expect(served(zone, 'PRIMARY')).toEqual(['us-west-2']);
});
