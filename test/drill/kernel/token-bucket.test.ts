import { AccountThrottle } from '../../../lib/drill/api/account-throttle';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { TokenBucket } from '../../../lib/drill/kernel/token-bucket';

/** Share of the requests that pass, of arrivals at random over an hour after ten minutes of the same. */
function passing({
  ratePerSecond,
  standsFor,
  bucket,
}: {
  ratePerSecond: number;
  standsFor: number;
  bucket: TokenBucket;
}) {
  const random = new RandomStream('arrivals');
  let [made, passed] = [0, 0];
  for (let nowMs = 0; nowMs < 4_200_000; nowMs += 1000 * random.exponential(standsFor / ratePerSecond)) {
    const isThrough = bucket.take(nowMs, standsFor);
    if (nowMs < 600_000) continue;
    made++;
    if (isThrough) passed++;
  }
  return passed / made;
}

describe.each([1, 10, 100, 1000])('of requests that stand for %p each', (standsFor) => {
  test('as many pass under overload as the rate lets through', () => {
    const share = passing({
      ratePerSecond: 1000,
      standsFor,
      bucket: new TokenBucket({ ratePerSecond: 400, burst: 400 }),
    });

    expect(share).toBeCloseTo(0.4, 1);
  });

  test('none is refused while they are half of what may pass', () => {
    const share = passing({
      ratePerSecond: 200,
      standsFor,
      bucket: new TokenBucket({ ratePerSecond: 400, burst: 400 }),
    });

    expect(share).toBeGreaterThan(0.995);
  });
});

test('a burst is passed whole and no more, whoever stands for one only', () => {
  const bucket = new TokenBucket({ ratePerSecond: 0, burst: 3 });

  expect([1, 2, 3, 4].map(() => bucket.take(0))).toEqual([true, true, true, false]);
});

test("an account's burst is shared by all that ask it", () => {
  const account = new AccountThrottle();

  expect(Array.from({ length: 6000 }, () => account.take(0)).filter(Boolean)).toHaveLength(5000);
});
