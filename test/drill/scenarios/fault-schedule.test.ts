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

/** An event that is a fault, with some fields replaced. */
function fault(rest: object) {
  const { kind: _, ...event } = EVENT;
  return { ...event, kind: 'fault', target: 'dynamodb', failing: 'error', ...rest };
}

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

test.each<[string, object, string]>([
  ['version', { version: 2 }, 'version: found 2; allowed: 1, which is what this drill reads'],
  ['seed', { seed: '3' }, 'seed: found "3"; allowed: a whole number from 0. To mend it: give such a number'],
  ['length', { durationSeconds: 59 }, 'durationSeconds: found 59; allowed: seconds, a number from 60 to 86400 (a day)'],
  ['list', { events: undefined }, 'events: found nothing; allowed: a list of at most 100 events'],
  ['event', { events: [null] }, 'events[0]: found null; allowed: an object that describes an event'],
  [
    'kind',
    { events: [{ ...EVENT, kind: 'quake' }] },
    'events[0].kind: found "quake"; allowed: one of table-unresolvable, ',
  ],
  [
    'Region',
    { events: [{ ...EVENT, region: 'Ohio' }] },
    'events[0].region: found "Ohio"; allowed: the name of a Region, ',
  ],
  ['share', { events: [{ ...EVENT, share: 0 }] }, 'events[0].share: found 0; allowed: a number above 0, at most 1'],
  [
    'pattern',
    { events: [{ ...EVENT, pattern: 'x' }] },
    'found "x"; allowed: one of steady, flapping, recovering, worsening. ',
  ],
  ['peers', { events: [fault({ peers: [''] })] }, 'events[0].peers[0]: found ""; allowed: a list of 1 to 100 texts'],
  ['target', { events: [fault({ target: 'x' })] }, 'events[0].target: found "x"; allowed: one of dynamodb, '],
  [
    'field too many',
    { events: [{ kind: 'joining', region: 'us-east-2', atSeconds: 5, share: 1 }] },
    'events[0].share: found a field that is not known there; allowed: kind, region, atSeconds. To mend it: take it out',
  ],
  ['title', { title: 'x' }, 'allowed: version, seed, requestsPerSecond, durationSeconds, events. '],
])('says of a wrong %s in plain words what was found, what is allowed and what to do', (_, change, told) => {
  const check = () => checkSchedule({ ...SCHEDULE, ...change }, 'a test');

  expect(check).toThrow(told);
  expect(check).not.toThrow(/expected|received|invalid|discriminator|undefined|[<>]=|array|string/i);
});

test('has words for whatever can be wrong with any field of any kind of event', () => {
  const wrong = [null, '', [], {}, -1e9, 1e9, 0.5, true];
  const fields = [
    ...Object.keys(fault({})),
    'zone',
    'periodSeconds',
    'delaySeconds',
    'operations',
    'resources',
    'peers',
  ];
  const changes = [...fields, 'statusCode'].flatMap((field) =>
    wrong.map((value) => ({ events: [fault({ [field]: value })] })),
  );
  const others = ['clock-skew', 'deployment', 'region-lost', 'metrics-late', 'poison-data'].map((kind) => ({
    events: [{ kind }],
  }));

  for (const change of [...changes, ...others]) {
    try {
      checkSchedule({ ...SCHEDULE, ...change }, 'a test');
    } catch (error) {
      expect(error).toBeInstanceOf(BadInput);
      expect(String(error)).not.toMatch(/expected|received|invalid|[<>]=/i);
    }
  }
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

    expect(() => readSchedule(join(directory, 'none.json'))).toThrow(
      /^ {2}--schedule: found ".+", which is not there; /m,
    );
    expect(() => readSchedule(file)).toThrow(/, with a mistake in line 1: .+; allowed: a file of JSON/);
  });
});
