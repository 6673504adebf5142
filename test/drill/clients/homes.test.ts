import { homeAt, homesNear } from '../../../lib/drill/clients/homes';
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

test('positions fall to geographies by their shares, to the very end', () => {
  const homes = homesNear(['us-east-2', 'us-west-2']);
  const first = homes[0]?.share ?? 0;

  expect(homeAt(0, homes).id).toBe('us-east');
  expect(homeAt(first - 1e-9, homes).id).toBe('us-east');
  expect(homeAt(first + 1e-9, homes).id).toBe('us-central');
  expect(homeAt(1 - 1e-16, homes).id).toBe('canada');
});
