import { homesNear, regionNearestTo, settle } from '../../../lib/drill/clients/homes';
import { fieldsConstant } from '../../../lib/drill/model/constants';
import { geographies } from '../../../lib/drill/model/round-trips';

const idsNear = (...regions: string[]): string[] => homesNear(regions).map(({ geography }) => geography.id);

test('people whose median round trip to a Region is below 75 ms are its customers', () => {
  // 15.1 + 28 ms from us-east to us-east-2, 28.3 + 32 ms from canada, 88.1 + 26 ms from eu-west.
  expect(idsNear('us-east-2', 'us-west-2')).toEqual(['us-east', 'us-central', 'us-west', 'canada']);
  // 36.4 ms from Seoul to Tokyo and 24 ms of access; 70.9 and 45 ms from Singapore.
  expect(idsNear('ap-northeast-1', 'ap-northeast-3')).toEqual(['japan', 'korea']);
  expect(idsNear('eu-west-1', 'eu-central-1')).toEqual(['eu-west', 'eu-central', 'eu-north']);
});

test('a Region has the geography that is closest to it, however far that is', () => {
  expect(idsNear('ap-south-1')).toEqual(['india']);
  expect(idsNear('us-west-1')).toEqual(['us-west']);
});

test('shares are those of the people online, and make up a whole', () => {
  const homes = homesNear(['us-east-2', 'us-west-2', 'eu-west-1']);
  const people = fieldsConstant('client.people');
  const all = homes.reduce((sum, { geography }) => sum + (people[geography.id] ?? 0), 0);

  for (const { geography, share } of homes) expect(share).toBeCloseTo((people[geography.id] ?? 0) / all, 12);
  expect(homes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
});

test('every geography of the table has people', () => {
  expect(Object.keys(fieldsConstant('client.people'))).toEqual(geographies.map(({ id }) => id));
});

test('clients settle in turns, and each geography has its share within one client however many there are', () => {
  const homes = homesNear(['us-east-2', 'us-west-2']);

  for (const count of [4, 57, 200, 2000]) {
    const settled = settle(count, homes);
    expect(settled).toHaveLength(count);
    for (const { geography, share } of homes) {
      const there = settled.filter((one) => one === geography).length;
      expect(Math.abs(there - share * count)).toBeLessThan(1);
    }
  }
  const neighbours = settle(200, homes).filter((one, index, all) => one === all[index - 1]);
  expect(neighbours).toEqual([]);
});

test('the Region closest to a geography is the one that DNS gives it', () => {
  const nearest = homesNear(['us-east-2', 'us-west-2']).map(({ geography }) => [
    geography.id,
    regionNearestTo(geography, ['us-west-2', 'us-east-2']),
  ]);

  expect(nearest).toEqual([
    ['us-east', 'us-east-2'],
    ['us-central', 'us-east-2'],
    ['us-west', 'us-west-2'],
    ['canada', 'us-east-2'],
  ]);
});
