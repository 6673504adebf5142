import fc from 'fast-check';
import { BadInput, type Problem } from '../../lib/bad-input';
import { type BlueprintConfig, qualifyConfig } from '../../lib/config';
import { configs } from '../helpers/config-arbitrary';
import { DEFAULT_BLUEPRINT, EVENTUAL_BLUEPRINT } from '../helpers/configs';

function problemsOf(raw: unknown): readonly Problem[] {
  try {
    qualifyConfig(raw, 'test.config.ts');
  } catch (error) {
    if (error instanceof BadInput) return error.problems;
    throw error;
  }
  return [];
}

function problemsWith(changes: Record<string, unknown>, base: BlueprintConfig = DEFAULT_BLUEPRINT): readonly Problem[] {
  return problemsOf({ ...base, ...changes });
}

describe('a qualified config', () => {
  test('has nothing optional left', () => {
    const { witnessRegion, healthCheck, tags, ...required } = DEFAULT_BLUEPRINT;

    const config = qualifyConfig({ ...required, regions: ['us-east-1', 'us-east-2', 'us-west-2'] }, 'test.config.ts');

    expect(config).toMatchObject({
      witnessRegions: [],
      healthCheck: { intervalSeconds: 10, failureThreshold: 3 },
      tags: {},
    });
  });

  test('keeps the order of the Regions, the first of which owns the table', () => {
    expect(qualifyConfig(EVENTUAL_BLUEPRINT, 'test.config.ts').regions).toEqual(EVENTUAL_BLUEPRINT.regions);
  });

  test('counts the witness as the third Region of a strong table', () => {
    expect(qualifyConfig(DEFAULT_BLUEPRINT, 'test.config.ts').witnessRegions).toEqual(['us-east-1']);
  });
});

describe('one wrong value is refused with its path, what was found, what is allowed and what to do', () => {
  test.each<[string, Record<string, unknown>, string, RegExp]>([
    ['an upper-case application', { application: 'Dispatch' }, 'application', /lower-case/],
    ['an application of 33 characters', { application: 'a'.repeat(33) }, 'application', /2 to 32/],
    ['an application that ends with a hyphen', { application: 'dispatch-' }, 'application', /last no hyphen/],
    ['an account that is a number', { account: 111111111111 }, 'account', /12 digits in quotes/],
    ['an account of 11 digits', { account: '11111111111' }, 'account', /12 digits/],
    ['a placeholder account', { account: '<your account>' }, 'account', /sts get-caller-identity/],
    [
      'a zone id with its prefix',
      { hostedZone: { id: '/hostedzone/Z1', name: 'example.com' } },
      'hostedZone.id',
      /without/,
    ],
    [
      'a placeholder zone id',
      { hostedZone: { id: 'TODO', name: 'example.com' } },
      'hostedZone.id',
      /list-hosted-zones-by-name/,
    ],
    [
      'a zone name with a dot at the end',
      { hostedZone: { id: 'Z1', name: 'example.com.' } },
      'hostedZone.name',
      /no dot/,
    ],
    ['a record outside the zone', { recordName: 'api.example.net' }, 'recordName', /ends with ".example.com"/],
    [
      'a record that only looks like the zone',
      { recordName: 'apiexample.com' },
      'recordName',
      /ends with ".example.com"/,
    ],
    ['a wildcard record', { recordName: '*.example.com' }, 'recordName', /no wildcard/],
    ['a record of 65 characters', { recordName: `${'a'.repeat(53)}.example.com` }, 'recordName', /at most 64/],
    ['one Region', { regions: ['us-east-2'], witnessRegion: undefined }, 'regions', /2 to 6/],
    ['seven Regions', { regions: Array(7).fill('us-east-2') }, 'regions', /2 to 6/],
    ['a Region twice', { regions: ['us-east-2', 'us-east-2'] }, 'regions[1]', /each Region once; regions\[0\]/],
    ['a misspelt Region', { regions: ['us-east-2', 'us-wset-2'] }, 'regions[1]', /write "us-west-2"/],
    ['a Region of another partition', { regions: ['us-east-2', 'cn-north-1'] }, 'regions[1]', /commercial/],
    ['a misspelt witness', { witnessRegion: 'us-esat-1' }, 'witnessRegion', /write "us-east-1"/],
    ['an unknown consistency', { consistency: 'weak' }, 'consistency', /"strong".*"eventual"/],
    ['a strong table of two Regions', { witnessRegion: undefined }, 'regions', /exactly three.*counting the witness/],
    ['a strong table across Region sets', { witnessRegion: 'eu-west-1' }, 'regions', /one Region set.*TableV2/],
    ['a witness that is active', { witnessRegion: 'us-west-2' }, 'witnessRegion', /not among `regions`/],
    [
      'an availability in per cent',
      { objectives: { ...DEFAULT_BLUEPRINT.objectives, availability: 99.9 } },
      'objectives.availability',
      /99.9 % as 0.999/,
    ],
    [
      'an availability of 1',
      { objectives: { ...DEFAULT_BLUEPRINT.objectives, availability: 1 } },
      'objectives.availability',
      /below 1/,
    ],
    [
      'a negative RPO',
      { objectives: { ...DEFAULT_BLUEPRINT.objectives, rpoSeconds: -1 } },
      'objectives.rpoSeconds',
      /at least 0/,
    ],
    [
      'an RTO that DNS cannot keep',
      { objectives: { ...DEFAULT_BLUEPRINT.objectives, rtoSeconds: 89 } },
      'objectives.rtoSeconds',
      /10 × failureThreshold 3 = 30 s.*\+ 60 s/,
    ],
    [
      'an interval of 15 s',
      { healthCheck: { intervalSeconds: 15, failureThreshold: 3 } },
      'healthCheck.intervalSeconds',
      /10 or 30/,
    ],
    [
      'a threshold of 0',
      { healthCheck: { intervalSeconds: 10, failureThreshold: 0 } },
      'healthCheck.failureThreshold',
      /1 to 10/,
    ],
    [
      'no load',
      { load: { peakRequestsPerSecond: 0, p99DurationMilliseconds: 1 } },
      'load.peakRequestsPerSecond',
      /above 0/,
    ],
    [
      'a duration beyond the time-out',
      { load: { peakRequestsPerSecond: 1, p99DurationMilliseconds: 10_001 } },
      'load.p99DurationMilliseconds',
      /stopped after 10 s/,
    ],
    ['a missing authorization', { authorization: undefined }, 'authorization', /there is no open API/],
    ['an open API', { authorization: { type: 'none' } }, 'authorization.type', /"iam" or "jwt"/],
    [
      'a plain http issuer',
      { authorization: { type: 'jwt', issuer: 'http://issuer.example', audience: ['a'] } },
      'authorization.issuer',
      /https/,
    ],
    [
      'no audience',
      { authorization: { type: 'jwt', issuer: 'https://issuer.example', audience: [] } },
      'authorization.audience',
      /1 to 50/,
    ],
    [
      'an issuer with IAM',
      { authorization: { type: 'iam', issuer: 'https://issuer.example' } },
      'authorization.issuer',
      /remove it/,
    ],
    ['a tag that AWS keeps for itself', { tags: { 'aws:owner': 'x' } }, 'tags["aws:owner"]', /"aws:"/],
    ['an empty tag', { tags: { owner: '' } }, 'tags.owner', /1 to 256/],
    [
      '41 tags',
      { tags: Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`tag${index}`, 'x'])) },
      'tags',
      /at most 40/,
    ],
    ['a misspelt field', { recordNames: 'x' }, 'recordNames', /write "recordName"/],
    [
      'a misspelt inner field',
      { load: { ...DEFAULT_BLUEPRINT.load, peakRequestPerSecond: 1 } },
      'load.peakRequestPerSecond',
      /write "peakRequestsPerSecond"/,
    ],
  ])('refuses %s', (_, changes, field, words) => {
    const problems = problemsWith(changes);

    expect(problems.map((problem) => problem.field)).toEqual([field]);
    expect(Object.values(problems[0] ?? {}).join(' ')).toMatch(words);
  });

  test('refuses an RPO of 0 and a witness for an eventual table', () => {
    const problems = problemsWith(
      { witnessRegion: 'us-east-1', objectives: { ...EVENTUAL_BLUEPRINT.objectives, rpoSeconds: 0 } },
      EVENTUAL_BLUEPRINT,
    );

    expect(problems.map((problem) => problem.field)).toEqual(['witnessRegion', 'objectives.rpoSeconds']);
  });

  test.each([[undefined], [null], ['dispatch'], [[]]])('refuses %p in place of a config', (raw) => {
    expect(problemsOf(raw)[0]).toMatchObject({
      field: 'default export',
      allowed: expect.stringContaining('BlueprintConfig'),
    });
  });
});

test('tells every problem of a file at once, those between fields too', () => {
  const problems = problemsOf({
    ...DEFAULT_BLUEPRINT,
    account: 'x',
    recordName: 'api.example.net',
    regions: ['us-east-2', 'us-wset-2', 'us-east-2'],
    objectives: { availability: 0.9, rtoSeconds: 1, rpoSeconds: 0 },
    region: 'us-east-1',
  });

  expect(problems.map((problem) => problem.field)).toEqual([
    'account',
    'regions[1]',
    'regions[2]',
    'region',
    'recordName',
    'objectives.rtoSeconds',
  ]);
});

test('accepts the shortest RTO that DNS can keep and refuses one second less', () => {
  const healthCheck = { intervalSeconds: 30, failureThreshold: 2 };
  const objectives = (rtoSeconds: number) => ({ availability: 0.9, rtoSeconds, rpoSeconds: 0 });

  expect(problemsWith({ healthCheck, objectives: objectives(120) })).toEqual([]);
  expect(problemsWith({ healthCheck, objectives: objectives(119) })).toHaveLength(1);
});

test('never answers anything but a qualified config or a BadInput', () => {
  const fields = Object.keys(DEFAULT_BLUEPRINT);
  const corrupted = fc
    .tuple(configs(), fc.constantFrom(...fields), fc.anything())
    .map(([config, field, value]) => ({ ...config, [field]: value }));

  fc.assert(
    fc.property(fc.oneof(fc.anything(), corrupted), (raw) => {
      for (const problem of problemsOf(raw)) {
        expect(Object.values(problem).every((text) => typeof text === 'string' && text !== '')).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

test('accepts every config that keeps the rules', () => {
  fc.assert(
    fc.property(configs(), (config) => problemsOf(config).length === 0),
    { numRuns: 200 },
  );
});
