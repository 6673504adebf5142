import type { Fault } from '../../lib/drill/faults/fault';
import { type GrayFailureProps, grayFailures } from '../../lib/matrix/gray-failures';
import { fault } from '../drill/drill-context';

const HOUR_MS = 3_600_000;
const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;

/** An hour in which three in ten invocations in us-east-2 fail, but for what a test says. */
function found(
  result: Partial<GrayFailureProps['result']> = {},
  faults: readonly Partial<Fault>[] = [{ share: 0.3 }],
  regions: readonly string[] = [EAST],
) {
  return grayFailures({
    faults: faults.map((one) => fault({ endMs: HOUR_MS, ...one })),
    reach: [{ phaseId: 'p1', service: 'lambda', outcome: 'modelled', why: 'error rate, 30 %' }],
    regions,
    durationSeconds: 3600,
    result: {
      seenByEndpointChecks: [],
      evacuations: [],
      causes: [],
      clients: { requests: 1000, failed: 0, availability: 1, worstMinuteAvailability: 1, sampledRequests: 1000 },
      ...result,
    },
  });
}

const span = (fromSeconds: number, toSeconds: number | null, region: string = EAST) => ({
  region,
  fromSeconds,
  toSeconds,
});

const lost = (operations: number, phaseId = 'p1') => ({
  phaseId,
  region: EAST,
  failure: '500',
  operations,
  firstSeconds: 0,
  lastSeconds: 1,
  geographies: [],
});

test('a phase that fails for a part of the requests is told with what saw it', () => {
  expect(found({ evacuations: [span(360, 3600)], causes: [lost(40), lost(7, 'p2')] })).toEqual([
    {
      phaseId: 'p1',
      region: EAST,
      what: 'lambda: error rate, 30 %',
      seconds: 3600,
      endpointCheckShare: 0,
      switchShare: 0.9,
      failedShare: 0.04,
      caughtBy: 'judge',
    },
  ]);
});

test.each<[string, Partial<GrayFailureProps['result']>, string]>([
  ['endpoint checks for half of the time', { seenByEndpointChecks: [span(1800, null)] }, 'endpoint-checks'],
  [
    'endpoint checks for less, and its judge for more',
    { seenByEndpointChecks: [span(1801, 3600)], evacuations: [span(9, 3600)] },
    'judge',
  ],
  [
    'its judge for less, while one in a hundred failed',
    { evacuations: [span(1801, 3600)], causes: [lost(10)] },
    'in-part',
  ],
  ['its judge for less, while fewer failed', { evacuations: [span(1801, 3600)], causes: [lost(9)] }, 'nobody-had-to'],
  ['nobody, while one in a hundred failed', { causes: [lost(10)] }, 'nobody'],
  ['those of another Region', { evacuations: [span(0, 3600, WEST)], causes: [lost(10)] }, 'nobody'],
])('seen by %s', (_, result, expected) => {
  expect(found(result).map(({ caughtBy }) => caughtBy)).toEqual([expected]);
});

test('only the time counts in which nothing in the Region failed entirely', () => {
  const total = { phaseId: 'p2', target: 'dynamodb', kind: 'name', startMs: 0, endMs: HOUR_MS / 4 } as const;
  const seenByEndpointChecks = [span(0, 900)];

  const [gray, ...others] = found({ seenByEndpointChecks }, [{ share: 0.3 }, total]);

  expect(others).toEqual([]);
  expect(gray).toMatchObject({ phaseId: 'p1', seconds: 2700, endpointCheckShare: 0 });
  expect(found({}, [{ share: 0.3 }, { ...total, endMs: HOUR_MS }])).toEqual([]);
});

test.each<[string, Partial<Fault>]>([
  ['fails entirely', {}],
  ['struck a Region that does not serve', { share: 0.3, region: WEST }],
  ['struck what requests do not pass', { share: 0.3, target: 'cloudwatch' }],
])('a phase that %s is no gray failure', (_, one) => {
  expect(found({}, [one])).toEqual([]);
});

test.each<[string, Partial<Fault>]>([
  ['slow', { kind: 'slow', delayMs: 3000 }],
  ['flapping', { pattern: 'flapping', periodMs: 60_000 }],
  ['failing for some operations', { operations: ['PUT'], target: 's3' }],
  ['failing for clients alone', { peers: ['clients'], target: 'network' }],
])('a Region that is %s is one', (_, one) => {
  expect(found({}, [one])).toHaveLength(1);
});
