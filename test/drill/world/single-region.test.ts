import { readZone } from '../../../lib/drill/dns';
import { servedRegions } from '../../../lib/drill/dns/served-regions';
import { restrictToRegion } from '../../../lib/drill/world/single-region';
import { ringOf } from '../dns/written-assembly';

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;
const twin = restrictToRegion(ringOf(EAST, WEST), EAST);

test('the twin of a Region in a ring keeps its own records, checks and nothing of its peer but alarms', () => {
  const zone = readZone(twin);

  expect(twin.regions).toEqual([EAST]);
  expect(new Set(zone.records.map(({ region }) => region))).toEqual(new Set([EAST]));
  expect(twin.resources.filter(({ stack }) => stack.region === WEST).map(({ type }) => type)).toEqual([
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::Alarm',
  ]);
  expect([...servedRegions(zone, () => true)]).toEqual([EAST]);
});

test('its switches name alarms that are still there, on a metric that nobody publishes any more', () => {
  const switches = readZone(twin).healthChecks.flatMap((check) => (check.kind === 'metric' ? [check] : []));

  expect(switches.map(({ alarm, insufficientDataStatus }) => [alarm.region, insufficientDataStatus])).toEqual([
    [WEST, 'Healthy'],
    [WEST, 'Healthy'],
  ]);
});
