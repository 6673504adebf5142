import type { Fault } from '../../../lib/drill/faults/fault';
import { NetworkPaths } from '../../../lib/drill/network/network-paths';
import { drillContext, fault } from '../drill-context';

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;

function paths(...faults: readonly Partial<Fault>[]): NetworkPaths {
  const context = drillContext({ faults: faults.map((one) => fault({ target: 'network', ...one })) });
  return new NetworkPaths(context, context.random);
}

const CUT = { lateMs: Number.POSITIVE_INFINITY, phaseId: 'p1' };
const CLEAR = { lateMs: 0 };

test('a Region that is cut off is reached by nobody, and reaches nobody', () => {
  const cut = paths({});

  expect(cut.fromClient('us-east', EAST, 3)).toEqual(CUT);
  expect(cut.fromChecker('eu-west-1', EAST, 1)).toEqual(CUT);
  expect(cut.betweenRegions(EAST, WEST, 1)).toEqual(CUT);
  expect(cut.betweenRegions(WEST, EAST, 1)).toEqual(CUT);
  expect(cut.betweenRegions(EAST, EAST, 1)).toEqual(CLEAR);
  expect(cut.fromClient('us-east', WEST, 3)).toEqual(CLEAR);
});

test('checkers in a Region that is cut off from others reach no endpoint elsewhere', () => {
  const cut = paths({ region: 'us-east-1', peers: ['regions'] });

  expect(cut.fromChecker('us-east-1', EAST, 1)).toEqual(CUT);
  expect(cut.fromChecker('us-west-1', EAST, 1)).toEqual(CLEAR);
});

test.each([
  ['clients', { client: CUT, checker: CLEAR, region: CLEAR }],
  ['checkers', { client: CLEAR, checker: CUT, region: CLEAR }],
  ['regions', { client: CLEAR, checker: CLEAR, region: CUT }],
  ['eu-west-1', { client: CLEAR, checker: CUT, region: CLEAR }],
  ['us-east', { client: CUT, checker: CLEAR, region: CLEAR }],
])('a cut from %s is theirs alone', (peer, expected) => {
  const cut = paths({ peers: [peer] });

  expect({
    client: cut.fromClient('us-east', EAST, 3),
    checker: cut.fromChecker('eu-west-1', EAST, 1),
    region: cut.betweenRegions(WEST, EAST, 1),
  }).toEqual(expected);
});

test('round trips on a slow way take longer, each of them, and slow ways add up', () => {
  const slow = paths({ kind: 'slow', delayMs: 50 }, { kind: 'slow', delayMs: 7, region: WEST, phaseId: 'p2' });

  expect(slow.fromClient('us-east', EAST, 3)).toEqual({ lateMs: 150, phaseId: 'p1' });
  expect(slow.betweenRegions(EAST, WEST, 2)).toEqual({ lateMs: 114, phaseId: 'p1' });
});

describe('lost packets', () => {
  test('are sent again after 1, 2, 4 seconds: four in ten lost each way let a round trip pass at once with 0.6 × 0.6', () => {
    const lossy = paths({ kind: 'loss', share: 0.4 });
    const draws = 20_000;
    const lateSeconds = Array.from({ length: draws }, () => lossy.fromClient('us-east', EAST, 1).lateMs / 1000);
    const share = (seconds: number) => lateSeconds.filter((late) => late === seconds).length / draws;

    // Five standard deviations of a binomial share.
    const within = (expected: number) => 5 * Math.sqrt((expected * (1 - expected)) / draws);
    for (const [seconds, expected] of [
      [0, 0.36],
      [1, 0.64 * 0.36],
      [3, 0.64 ** 2 * 0.36],
      [7, 0.64 ** 3 * 0.36],
      [Number.POSITIVE_INFINITY, 0.64 ** 7],
    ] as const) {
      expect(Math.abs(share(seconds) - expected)).toBeLessThan(within(expected));
    }
    expect(new Set(lateSeconds)).toEqual(new Set([0, 1, 3, 7, 15, 31, 63, Number.POSITIVE_INFINITY]));
  });

  test('all of them are a cut', () => {
    expect(paths({ kind: 'loss', share: 1 }).fromClient('us-east', EAST, 1)).toEqual(CUT);
  });
});
