import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { RandomStream } from '../../../lib/drill/kernel/random';

const DRAWS = 20_000;

function draws<T>(draw: () => T, count = DRAWS): T[] {
  return Array.from({ length: count }, draw);
}

function share(values: readonly number[], below: number): number {
  return values.filter((value) => value < below).length / values.length;
}

/** Four standard deviations of a share measured over all draws. */
function shareTolerance(probability: number): number {
  return 4 * Math.sqrt((probability * (1 - probability)) / DRAWS);
}

/** sfc32 as PractRand publishes it, with unsigned arithmetic. @see https://pracrand.sourceforge.net/RNG_engines.txt */
function* sfc32(seed: readonly [number, number, number], warmUp: number): Generator<number> {
  let [a, b, c] = seed.map((word) => word >>> 0) as [number, number, number];
  let counter = 1;
  for (let index = 0; ; index++) {
    const output = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = (b ^ (b >>> 9)) >>> 0;
    b = (c + c * 8) % 2 ** 32;
    c = (((c * 2 ** 21) % 2 ** 32) + Math.floor(c / 2 ** 11) + output) % 2 ** 32;
    if (index >= warmUp) yield output / 2 ** 32;
  }
}

describe('a stream', () => {
  test('is sfc32, seeded with the SHA-256 of its label', () => {
    const digest = createHash('sha256').update('7/clients').digest();
    const reference = sfc32([digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8)], 12);
    const stream = new RandomStream('7/clients');

    for (let i = 0; i < 1000; i++) expect(stream.next()).toBe(reference.next().value);
  });

  test('begins with the numbers it has always begun with', () => {
    const stream = new RandomStream('outlast/golden');

    expect(draws(() => stream.next(), 6)).toMatchInlineSnapshot(`
[
  0.8520133087877184,
  0.2501328974030912,
  0.5597543683834374,
  0.10025450307875872,
  0.6726483355741948,
  0.8958284619729966,
]
`);
    expect(stream.normal()).toMatchInlineSnapshot(`0.24192321914161335`);
    expect(stream.exponential(100)).toMatchInlineSnapshot(`101.25632252420154`);
    expect(stream.lognormal({ p50: 4, p99: 20 })).toMatchInlineSnapshot(`5.592947966698647`);
    expect(Buffer.from(stream.bytes(8)).toString('hex')).toMatchInlineSnapshot(`"daa609ed1fd73e88"`);
  });

  test('draws the same bits of every distribution on every version of Node.js', () => {
    const stream = new RandomStream('outlast/bits');
    const drawn = draws(() => [stream.normal(), stream.exponential(100), stream.lognormal({ p50: 4, p99: 20 })]).flat();
    const bits = createHash('sha256').update(new Float64Array(drawn)).digest('hex');

    expect(bits).toBe('c74446d4f95a9f694a24274b0b9a8b84905ed22f9a0c773e344fbbaf305505d9');
  });

  test('is the same for equal labels and another for every other label', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (label, other) => {
        const numbers = (of: string): number[] => {
          const stream = new RandomStream(of);
          return draws(() => stream.next(), 4);
        };
        expect(numbers(label)).toEqual(numbers(label));
        if (label !== other) expect(numbers(label)).not.toEqual(numbers(other));
      }),
      { numRuns: 50 },
    );
  });

  test('forks by purpose, independent of what was drawn before', () => {
    const fresh = new RandomStream('7');
    const used = new RandomStream('7');
    draws(() => used.next(), 10);

    expect(used.fork('wire').next()).toBe(fresh.fork('wire').next());
    expect(used.fork('wire').label).toBe('7/wire');
    expect(fresh.fork('wire').next()).not.toBe(fresh.fork('clients').next());
  });

  test('gives numbers from 0 to below 1, evenly', () => {
    const stream = new RandomStream('uniform');
    const numbers = draws(() => stream.next());

    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    for (const limit of [0.1, 0.5, 0.9])
      expect(Math.abs(share(numbers, limit) - limit)).toBeLessThan(shareTolerance(limit));
  });
});

describe('distributions', () => {
  test.each([
    { p50: 3, p99: 12 },
    { p50: 250, p90: 400 },
  ])('put the median and the upper percentile of a lognormal where %j says', (shape) => {
    const stream = new RandomStream(`lognormal/${shape.p50}`);
    const values = draws(() => stream.lognormal(shape));
    const [upper, probability] = shape.p99 === undefined ? [shape.p90, 0.9] : [shape.p99, 0.99];

    expect(Math.abs(share(values, shape.p50) - 0.5)).toBeLessThan(shareTolerance(0.5));
    expect(Math.abs(share(values, upper ?? Number.NaN) - probability)).toBeLessThan(shareTolerance(probability));
  });

  test('take a lognormal without a greater percentile as its median', () => {
    const stream = new RandomStream('degenerate');

    expect([stream.lognormal({ p50: 5 }), stream.lognormal({ p50: 5, p99: 5 })]).toEqual([5, 5]);
  });

  test('give the exponential its mean and its median', () => {
    const stream = new RandomStream('exponential');
    const values = draws(() => stream.exponential(50));
    const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;

    expect(Math.abs(mean - 50)).toBeLessThan((4 * 50) / Math.sqrt(DRAWS));
    expect(Math.abs(share(values, 50 * Math.LN2) - 0.5)).toBeLessThan(shareTolerance(0.5));
  });

  test('give the normal its mean, its deviation and its tails', () => {
    const stream = new RandomStream('normal');
    const values = draws(() => stream.normal());

    for (const [limit, probability] of [
      [-1.2815515655, 0.1],
      [0, 0.5],
      [2.326347874, 0.99],
    ] as const) {
      expect(Math.abs(share(values, limit) - probability)).toBeLessThan(shareTolerance(probability));
    }
  });

  test('draw options by weight, and never one without weight', () => {
    const stream = new RandomStream('weighted');
    const options = [
      ['a', 1],
      ['never', 0],
      ['b', 6],
      ['c', 3],
    ] as const;
    const values = draws(() => stream.weighted<string>(options));
    const total = 10;

    for (const [value, weight] of options) {
      const measured = values.filter((drawn) => drawn === value).length / DRAWS;
      expect(Math.abs(measured - weight / total)).toBeLessThanOrEqual(shareTolerance(weight / total));
    }
  });

  test('draw whole numbers below the count, each alike, and true as often as asked', () => {
    const stream = new RandomStream('index');
    const indexes = draws(() => stream.index(4));

    expect(new Set(indexes)).toEqual(new Set([0, 1, 2, 3]));
    for (const index of [1, 2, 3])
      expect(Math.abs(share(indexes, index) - index / 4)).toBeLessThan(shareTolerance(index / 4));
    const hits = draws(() => stream.chance(0.3)).filter(Boolean).length / DRAWS;
    expect(Math.abs(hits - 0.3)).toBeLessThan(shareTolerance(0.3));
    expect([stream.chance(0), stream.chance(1)]).toEqual([false, true]);
  });

  test('refuses to draw from nothing, naming the stream', () => {
    expect(() => new RandomStream('7/empty').weighted([])).toThrow('7/empty: nothing to draw from');
  });
});
