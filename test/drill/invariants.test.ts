import { EVERYWHERE } from '../../lib/drill/faults/fault';
import { violations } from '../../lib/drill/invariants';
import type { WorldResult } from '../../lib/drill/run-world';
import { checkSchedule } from '../../lib/drill/scenarios/fault-schedule';

const [HERE, THERE] = ['us-east-2', 'us-west-2'] as const;

/** What an evacuation of a Region in the 1,000th second breaks, after these events. */
function broken(region: string, ...events: readonly object[]) {
  const value = { version: 1, seed: 1, requestsPerSecond: 1, durationSeconds: 7200, events };
  const result = {
    data: {
      acknowledgedWrites: 9,
      lostAcknowledgedWrites: 0,
      rpoSeconds: 0,
      acknowledgedObjects: 0,
      lostAcknowledgedObjects: 0,
      divergentItems: 0,
    },
    evacuations: [{ region, fromSeconds: 1000 }],
    mostEvacuatedAtOnce: 1,
    causes: [],
    closingAvailability: 1,
  } as unknown as WorldResult;
  return violations(checkSchedule(value, 'a test'), result, undefined).map(({ invariant }) => invariant);
}

const CAUSELESS = ['no-evacuation-without-cause'];
const during = { fromSeconds: 900, toSeconds: 1100 };
const fault = (target: string, failing: string, region: string, rest: object = {}) => ({
  kind: 'fault',
  target,
  failing,
  region,
  ...during,
  ...rest,
});

test('an evacuation while nothing happens has no cause', () => {
  expect(broken(HERE)).toEqual(CAUSELESS);
});

test.each<[string, object]>([
  ['a fault in the Region', fault('lambda', 'error', HERE)],
  ['a fault everywhere', fault('ssm', 'error', EVERYWHERE)],
  ['names that all Regions share', fault('route53', 'error', EVERYWHERE)],
  ["a cut of another Region's replication", fault('dynamodb-replication', 'delay', THERE)],
  ['a network that is lost at its other end', fault('network', 'error', THERE)],
  ['poison data, wherever the bad write was made', { kind: 'poison-data', region: THERE, ...during, share: 1 }],
])('is one: %s', (_, event) => {
  expect(broken(HERE, event)).toEqual([]);
});

test.each<[string, object]>([
  ['a fault in another Region', fault('lambda', 'error', THERE)],
  ['an edge, by which no judge comes', fault('cdn', 'error', EVERYWHERE)],
  ['a fault that is yet to come', fault('lambda', 'error', HERE, { fromSeconds: 1001 })],
])('is none: %s', (_, event) => {
  expect(broken(HERE, event)).toEqual(CAUSELESS);
});

test('an event is a cause for ten minutes after its end, as judges take their time', () => {
  expect(broken(HERE, fault('lambda', 'error', HERE, { fromSeconds: 100, toSeconds: 400 }))).toEqual([]);
  expect(broken(HERE, fault('lambda', 'error', HERE, { fromSeconds: 100, toSeconds: 399 }))).toEqual(CAUSELESS);
});
