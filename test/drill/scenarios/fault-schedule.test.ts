import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Assembly } from '../../../lib/assembly';
import { BadInput } from '../../../lib/bad-input';
import { checkPlaces, checkSchedule, readSchedule } from '../../../lib/drill/scenarios/fault-schedule';

const EVENT = {
  kind: 'table-errors',
  region: 'us-east-2',
  fromSeconds: 10,
  toSeconds: 20,
  share: 0.5,
  pattern: 'steady',
} as const;
const SCHEDULE = { version: 1, seed: 3, requestsPerSecond: 1, durationSeconds: 3600, events: [EVENT] } as const;

/** Fields that a refusal names. */
function refused(value: unknown): readonly string[] {
  try {
    checkSchedule(value, 'a test');
    return [];
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return error.problems.map(({ field }) => field);
  }
}

test('takes a schedule', () => {
  expect(checkSchedule(SCHEDULE, 'a test')).toEqual(SCHEDULE);
});

test.each([
  ['another version', { version: 2 }, ['version']],
  ['a seed that is no whole number', { seed: 1.5 }, ['seed']],
  ['a kind that is not known', { events: [{ ...EVENT, kind: 'earthquake' }] }, ['events[0].kind']],
  ['a share above one', { events: [{ ...EVENT, share: 1.01 }] }, ['events[0].share']],
  ['a field too many', { events: [{ ...EVENT, mood: 'bad' }] }, ['events[0].mood']],
  ['an end before its beginning', { events: [{ ...EVENT, toSeconds: 10 }] }, ['events[0].toSeconds']],
  ['an event after the end', { events: [{ ...EVENT, fromSeconds: 3600, toSeconds: 3700 }] }, ['events[0].fromSeconds']],
  [
    'two skews of one Region',
    { events: [1, 2].map((milliseconds) => ({ kind: 'clock-skew', region: 'us-east-2', milliseconds })) },
    ['events[1].kind'],
  ],
  ['several mistakes, all at once', { seed: -1, events: [{ ...EVENT, region: 'Ohio' }] }, ['seed', 'events[0].region']],
])('refuses %s', (_, change, fields) => {
  expect(refused({ ...SCHEDULE, ...change })).toEqual(fields);
});

test('refuses a Region where an event cannot happen', () => {
  const regions = ['us-east-2', 'us-east-1'];
  const assembly = { regions, resources: [] } as unknown as Assembly;
  const places = { assembly, regions, serving: ['us-east-2'], source: 'a test' };
  const at = (kind: 'deployment' | 'joining', region: string) =>
    checkSchedule({ ...SCHEDULE, events: [{ kind, region, atSeconds: 5 }] }, 'a test');

  expect(() => checkPlaces(at('deployment', 'us-east-2'), places)).not.toThrow();
  expect(() => checkPlaces(at('deployment', 'us-east-1'), places)).toThrow('events[0].region: found "us-east-1"');
  expect(() => checkPlaces(at('joining', 'eu-west-1'), places)).toThrow('events[0].region');
});

describe('a file', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'outlast-schedule-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('is read', () => {
    const file = join(directory, 'good.json');
    writeFileSync(file, JSON.stringify(SCHEDULE));

    expect(readSchedule(file)).toEqual(SCHEDULE);
  });

  test('that is missing, or no JSON, is refused by one message', () => {
    const file = join(directory, 'bad.json');
    writeFileSync(file, '{');

    expect(() => readSchedule(join(directory, 'none.json'))).toThrow('--schedule: found');
    expect(() => readSchedule(file)).toThrow('allowed: a readable JSON file');
  });
});
