import fc from 'fast-check';
import { holderOf, wardOf } from '../../lib/config';
import { KNOWN_REGIONS } from '../../lib/config/regions';

const rings = fc.shuffledSubarray([...KNOWN_REGIONS.keys()], { minLength: 2, maxLength: 6 });

describe('the ring of Regions', () => {
  test('gives the switch of each Region to the next one, and of the last to the first', () => {
    const regions = ['eu-west-1', 'eu-west-2', 'eu-central-1'];

    expect(regions.map((ward) => holderOf(regions, ward))).toEqual(['eu-west-2', 'eu-central-1', 'eu-west-1']);
    expect(regions.map((holder) => wardOf(regions, holder))).toEqual(['eu-central-1', 'eu-west-1', 'eu-west-2']);
  });

  test('never lets a Region hold its own switch, and gives each holder one ward', () => {
    fc.assert(
      fc.property(rings, (regions) => {
        for (const ward of regions) {
          expect(holderOf(regions, ward)).not.toBe(ward);
          expect(wardOf(regions, holderOf(regions, ward))).toBe(ward);
        }
        expect(new Set(regions.map((ward) => holderOf(regions, ward))).size).toBe(regions.length);
      }),
    );
  });

  test('moves one switch only when a Region joins a ring of two or more at its end', () => {
    fc.assert(
      fc.property(rings, (regions) => {
        const joined = [...regions, 'mars-north-1'];
        const moved = regions.filter((ward) => holderOf(joined, ward) !== holderOf(regions, ward));

        expect(moved).toEqual([regions.at(-1)]);
      }),
    );
  });

  test.each([
    [['eu-west-1'], 'eu-west-1'],
    [[], 'eu-west-1'],
    [['eu-west-1', 'eu-west-2'], 'eu-west-3'],
  ])('refuses %p for %s, which has no neighbour there', (regions, region) => {
    expect(() => holderOf(regions, region)).toThrow(RangeError);
    expect(() => wardOf(regions, region)).toThrow(RangeError);
  });
});
