import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembliesOfMatrix } from '../../bin/both-profiles';
import { isZoned, loadConfig } from '../../lib/config';
import { runMatrix } from '../../lib/matrix/run-matrix';
import { synthesizeInto } from '../drill/synthesized';

const root = mkdtempSync(join(tmpdir(), 'outlast-profiles-'));
const directory = join(root, 'cdk.out');

afterAll(() => rmSync(root, { recursive: true, force: true }));

test('a matrix without a named assembly replays the blueprint with its own tables and with eventually consistent ones', async () => {
  const said: string[] = [];
  const directories = assembliesOfMatrix(undefined, {
    directory,
    synthesizing: (what, synthesis) => {
      const config = loadConfig(undefined, synthesis.profile);
      if (!isZoned(config)) throw new Error('the config has no hosted zone yet');
      renameSync(synthesizeInto(config), synthesis.directory);
      said.push(what);
      return 0;
    },
  });
  if (typeof directories === 'number') throw new Error(`synthesis ended with ${directories}`);

  expect(said).toEqual(['the blueprint with its own tables', 'the blueprint with eventual tables']);
  const { rows } = await runMatrix({
    assemblyDirectories: directories,
    outageId: 'aws-2018-11-22',
    struckRegion: 'us-east-2',
    hours: 0.01,
    ratePerSecond: 2,
  });
  expect(rows.map(({ profile, struckRegions, outcome }) => [profile, ...struckRegions, outcome])).toEqual([
    ['strong', 'us-east-2', 'replayed'],
    ['eventual', 'us-east-2', 'replayed'],
  ]);
  const [strong, eventual] = rows.map(({ verdict }) => verdict?.eventLogSha256);
  expect(strong).not.toBe(eventual);
}, 60_000);

test('a matrix of named assemblies synthesizes nothing', () => {
  const synthesizing = () => {
    throw new Error('nothing is to be synthesized');
  };

  expect(assembliesOfMatrix(['other.out'], { synthesizing })).toEqual(['other.out']);
});

test('a synthesis that fails ends with its exit code, and no other is tried', () => {
  const tried: (string | undefined)[] = [];
  const status = assembliesOfMatrix(undefined, {
    directory,
    synthesizing: (_, { profile }) => {
      tried.push(profile);
      return 2;
    },
  });

  expect(status).toBe(2);
  expect(tried).toEqual([undefined]);
});
