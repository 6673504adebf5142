import { createRequire } from 'node:module';
import { lightenStreams } from '../../../lib/drill/data/light-streams';

test("dynalite's streams have no getter of their own once they are lightened, and go on working", () => {
  const Lazy = createRequire(require.resolve('dynalite/db'))('lazy');
  lightenStreams();
  const stream = new Lazy();
  const gathered: unknown[] = [];

  stream
    .takeWhile((value: number) => value < 3)
    .map((value: number) => 10 * value)
    .join((values: unknown[]) => gathered.push(...values));
  for (const value of [1, 2, 3, 4]) stream.emit('data', value);
  stream.emit('end');

  expect(gathered).toEqual([10, 20]);
  const getters = Object.values(Object.getOwnPropertyDescriptors(stream)).filter(({ get }) => get);
  expect(getters).toEqual([]);
});
