import { Recent } from '../../../lib/drill/data/recent';

test('remembers the last entries, and the newest value of each', () => {
  const recent = new Recent<string, number>(2);
  recent.set('a', 1);
  recent.set('b', 2);
  recent.set('b', 3);
  expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([1, 3, undefined]);

  recent.set('c', 4);
  expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([undefined, 3, 4]);
});
