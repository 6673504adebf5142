import { RandomStream } from '../../../lib/drill/kernel/random';
import regionRoundTrips from '../../../lib/drill/model/region-round-trips.json';
import {
  backboneRoundTripMs,
  drawBackboneRoundTripMs,
  drawRoundTripMs,
  geographies,
  jittered,
  nearestGeography,
  roundTripMs,
} from '../../../lib/drill/model/round-trips';

const REGIONS = Object.keys(regionRoundTrips.p50);
const PAIRS = REGIONS.flatMap((from) => REGIONS.filter((to) => to !== from).map((to) => [from, to] as const));

describe('round trips between Regions', () => {
  test('are known for every pair, and longer than those within a Region', () => {
    expect(REGIONS).toEqual(regionRoundTrips.regions);
    expect(REGIONS.length).toBeGreaterThanOrEqual(17);
    for (const [from, to] of PAIRS) {
      expect(roundTripMs(from, to)).toBeGreaterThan(roundTripMs(from, from));
      expect(roundTripMs(from, to)).toBeLessThan(500);
    }
    for (const region of REGIONS) {
      expect(roundTripMs(region, region)).toBeGreaterThan(0);
      expect(roundTripMs(region, region)).toBeLessThan(10);
    }
  });

  test('are the same both ways, as far as two measurements of one way can be', () => {
    for (const [from, to] of PAIRS) {
      const difference = Math.abs(roundTripMs(from, to) - roundTripMs(to, from));
      expect({ from, to, apart: difference <= Math.max(5, 0.05 * roundTripMs(from, to)) }).toEqual({
        from,
        to,
        apart: true,
      });
    }
  });

  test('are never slower than light in fibre would need, nor shorter', () => {
    // Great-circle distances in km; light in fibre takes 1 ms for a round trip of 100 km.
    const distances = [
      ['us-east-1', 'us-west-2', 3500],
      ['us-east-1', 'eu-west-1', 5450],
      ['eu-central-1', 'ap-southeast-2', 16_500],
      ['ap-northeast-1', 'ap-northeast-2', 1150],
    ] as const;
    for (const [from, to, kilometres] of distances) {
      expect(roundTripMs(from, to)).toBeGreaterThan(kilometres / 100);
      expect(roundTripMs(from, to)).toBeLessThan((4 * kilometres) / 100);
    }
  });

  test('refuses a Region that is not in the table, whichever way it is asked', () => {
    const message =
      'not modelled: round trips of Region xx-east-1: no entry in lib/drill/model/region-round-trips.json';

    expect(() => roundTripMs('xx-east-1', 'us-east-1')).toThrow(message);
    expect(() => roundTripMs('us-east-1', 'xx-east-1')).toThrow(message);
    expect(() => nearestGeography('xx-east-1')).toThrow(message);
  });
});

describe('drawn round trips', () => {
  /** Share of 10,000 draws below a value; five standard deviations are 0.025 at the median and 0.015 at the 90th percentile. */
  const shareBelow = (limit: number, draw: (random: RandomStream) => number): number => {
    const random = new RandomStream('trips');
    let below = 0;
    for (let i = 0; i < 10_000; i++) if (draw(random) < limit) below++;
    return below / 10_000;
  };

  test.each([
    ['us-east-2', 'us-west-2'],
    ['us-east-1', 'us-east-1'],
    ['eu-west-1', 'ap-southeast-2'],
    ['sa-east-1', 'us-east-1'],
  ] as const)("from %s to %s have the table's median and 90th percentile", (from, to) => {
    const p90 = (regionRoundTrips.p90 as Record<string, Record<string, number>>)[from]?.[to] ?? 0;
    const draw = (random: RandomStream): number => drawRoundTripMs(from, to, random);

    expect(p90).toBeGreaterThan(roundTripMs(from, to));
    expect(Math.abs(shareBelow(roundTripMs(from, to), draw) - 0.5)).toBeLessThan(0.025);
    expect(Math.abs(shareBelow(p90, draw) - 0.9)).toBeLessThan(0.015);
  });

  test('scatter by 3.3 % where no more than a median is known', () => {
    expect(Math.abs(shareBelow(30, (random) => jittered(30, random)) - 0.5)).toBeLessThan(0.025);
    expect(Math.abs(shareBelow(30 * 1.033, (random) => jittered(30, random)) - 0.9)).toBeLessThan(0.015);
  });

  test('of a geography cross the backbone to other Regions alone', () => {
    const [usEast] = geographies;
    if (!usEast) throw new Error('no geographies');
    const draw = (region: string) => drawBackboneRoundTripMs(usEast, region, new RandomStream('trips'));

    expect(draw('us-east-1')).toBe(0);
    expect(draw('us-west-2')).toBe(drawRoundTripMs('us-east-1', 'us-west-2', new RandomStream('trips')));
  });

  test('refuses a Region that is not in the table', () => {
    expect(() => drawRoundTripMs('us-east-1', 'xx-east-1', new RandomStream('trips'))).toThrow('not modelled');
  });
});

describe('geographies', () => {
  test('have a name of their own, a Region that stands for them and an access network', () => {
    expect(new Set(geographies.map(({ id }) => id)).size).toBe(geographies.length);
    for (const { proxy, accessMs } of geographies) {
      expect(REGIONS).toContain(proxy);
      expect(accessMs.p50).toBeGreaterThan(0);
      expect(accessMs.p90).toBeGreaterThan(accessMs.p50);
    }
  });

  test("have no backbone to cross to their own Region, and the Region's to others", () => {
    const [usEast] = geographies.filter(({ id }) => id === 'us-east');
    if (!usEast) throw new Error('no us-east');

    expect(backboneRoundTripMs(usEast, 'us-east-1')).toBe(0);
    expect(backboneRoundTripMs(usEast, 'eu-west-1')).toBe(roundTripMs('us-east-1', 'eu-west-1'));
  });

  test.each([
    ['us-east-1', 'us-east'],
    ['us-east-2', 'us-central'],
    ['us-west-2', 'us-west'],
    ['us-west-1', 'us-west'],
    ['eu-central-1', 'eu-central'],
    ['eu-west-2', 'eu-west'],
    ['eu-west-1', 'eu-west'],
    ['ap-northeast-1', 'japan'],
    ['sa-east-1', 'south-america'],
  ])('nearest to %s is %s', (region, id) => {
    expect(nearestGeography(region).id).toBe(id);
  });

  test('nearest to a Region are never farther than any other', () => {
    const distance = (region: string, geography: (typeof geographies)[number]): number =>
      (geography.proxy === region ? 0 : roundTripMs(geography.proxy, region)) + geography.accessMs.p50;
    for (const region of REGIONS) {
      const nearestMs = distance(region, nearestGeography(region));
      for (const geography of geographies) expect(nearestMs).toBeLessThanOrEqual(distance(region, geography));
    }
  });
});
