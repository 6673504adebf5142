import fc from 'fast-check';
import { BadInput, type Problem } from '../../lib/bad-input';
import { type BlueprintConfig, presets, qualifyConfig } from '../../lib/config';
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
      hostedZone: { owned: false },
      capacity: { provisionedConcurrency: false, warmThroughput: false },
      evacuation: 'switch',
      judge: {
        failingShare: 0.05,
        slowMilliseconds: 2_000,
        dwellMinutes: 2,
        recoveryMinutes: 10,
        returnMinutes: 10,
        maximumLagSeconds: 60,
      },
      encryption: 'aws-owned',
      objects: { replicationTimeControl: false },
      chaos: { faultHook: true, fisExtension: false },
    });
    expect(Object.keys(config)).toEqual(expect.arrayContaining(['backup', 'notifications']));
  });

  test('keeps the order of the Regions, the first of which owns the table', () => {
    expect(qualifyConfig(EVENTUAL_BLUEPRINT, 'test.config.ts').regions).toEqual(EVENTUAL_BLUEPRINT.regions);
  });

  test('completes settings that are given in part', () => {
    const config = qualifyConfig(
      {
        ...DEFAULT_BLUEPRINT,
        judge: { dwellMinutes: 3 },
        chaos: { fisExtension: true },
        backup: { account: '222222222222', region: 'ca-central-1' },
      },
      'test.config.ts',
    );

    expect(config.judge).toMatchObject({ dwellMinutes: 3, recoveryMinutes: 10 });
    expect(config.chaos).toEqual({ faultHook: true, fisExtension: true });
    expect(config.backup).toEqual({ account: '222222222222', region: 'ca-central-1', retentionDays: 35 });
  });

  test('may lack the identifier of a zone that it owns', () => {
    const config = qualifyConfig(
      { ...DEFAULT_BLUEPRINT, hostedZone: { name: 'example.com', owned: true } },
      'test.config.ts',
    );

    expect(config.hostedZone).toEqual({ id: undefined, name: 'example.com', owned: true });
  });

  test('counts the witness as the third Region of a strong table', () => {
    expect(qualifyConfig(DEFAULT_BLUEPRINT, 'test.config.ts').witnessRegions).toEqual(['us-east-1']);
  });
});

describe('one wrong value is refused with its path, what was found, what is allowed and what to do', () => {
  test.each<[string, Record<string, unknown>, string, RegExp]>([
    ['an upper-case application', { application: 'Dispatch' }, 'application', /lower-case/],
    ['an application of 33 characters', { application: 'a'.repeat(33) }, 'application', /2 to 32/],
    ['an application that begins as AWS does', { application: 'awsome' }, 'application', /beginning with "aws"/],
    ['an application that begins as Systems Manager does', { application: 'ssm' }, 'application', /keeps these for/],
    ['an application that begins as a bucket must not', { application: 'sthree-parcels' }, 'application', /"sthree-"/],
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
    [
      'a record that is too long and wrong besides, once',
      { recordName: `${'a'.repeat(64)}.example.com` },
      'recordName',
      /at most 64/,
    ],
    ['a record of 65 characters', { recordName: `${'a'.repeat(53)}.example.com` }, 'recordName', /at most 64/],
    ['one Region', { regions: ['us-east-2'], witnessRegion: undefined }, 'regions', /2 to 6/],
    ['seven Regions', { regions: Array(7).fill('us-east-2') }, 'regions', /2 to 6/],
    ['a Region twice', { regions: ['us-east-2', 'us-east-2'] }, 'regions[1]', /each Region once; regions\[0\]/],
    [
      'a Region without HTTP APIs',
      {
        regions: ['us-east-2', 'ap-east-2'],
        witnessRegion: undefined,
        consistency: 'eventual',
        objectives: EVENTUAL_BLUEPRINT.objectives,
      },
      'regions[1]',
      /HTTP APIs.*not in ap-east-2/,
    ],
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
    ['a zone without its id', { hostedZone: { name: 'example.com' } }, 'hostedZone.id', /owned: true/],
    [
      'a zone owned by a word',
      { hostedZone: { id: 'Z1', name: 'example.com', owned: 'yes' } },
      'hostedZone.owned',
      /true.*false/,
    ],
    ['an unknown evacuation', { evacuation: 'manual' }, 'evacuation', /"switch".*"region-switch"/],
    [
      'a Region switch of three Regions',
      { evacuation: 'region-switch', regions: ['us-east-1', 'us-east-2', 'us-west-2'], witnessRegion: undefined },
      'evacuation',
      /with 3 active Regions.*exactly two/,
    ],
    ['a judge that evacuates at once', { judge: { dwellMinutes: 0 } }, 'judge.dwellMinutes', /1 to 60/],
    ['a judge that never fails a minute', { judge: { failingShare: 0.51 } }, 'judge.failingShare', /at most 0.5/],
    ['a judge that fails every minute', { judge: { failingShare: 0 } }, 'judge.failingShare', /above 0/],
    ['a slowness beyond the time-out', { judge: { slowMilliseconds: 3_001 } }, 'judge.slowMilliseconds', /after 3 s/],
    ['a return without clean minutes', { judge: { recoveryMinutes: 0 } }, 'judge.recoveryMinutes', /1 to 1,440/],
    ['a return before its beginning', { judge: { returnMinutes: -1 } }, 'judge.returnMinutes', /0 to 1,440/],
    ['a lag of nothing', { judge: { maximumLagSeconds: 0 } }, 'judge.maximumLagSeconds', /1 to 3,600/],
    ['a misspelt threshold', { judge: { dwellMinute: 3 } }, 'judge.dwellMinute', /write "dwellMinutes"/],
    ['an unknown encryption', { encryption: 'none' }, 'encryption', /"aws-owned"/],
    ['a capacity in numbers', { capacity: { provisionedConcurrency: 50 } }, 'capacity.provisionedConcurrency', /true/],
    [
      'a backup in its own account',
      { backup: { account: '111111111111', region: 'ca-central-1' } },
      'backup.account',
      /another account/,
    ],
    [
      'a backup beside its original',
      { backup: { account: '222222222222', region: 'us-west-2' } },
      'backup.region',
      /not active.*us-east-2, us-west-2/,
    ],
    [
      'a backup in a misspelt Region',
      { backup: { account: '222222222222', region: 'ca-central' } },
      'backup.region',
      /write "ca-central-1"/,
    ],
    [
      'a backup of six days',
      { backup: { account: '222222222222', region: 'ca-central-1', retentionDays: 6 } },
      'backup.retentionDays',
      /7 to 36,500/,
    ],
    [
      'a misspelt field of a backup',
      { backup: { account: '222222222222', region: 'ca-central-1', regions: [] } },
      'backup.regions',
      /write "region"/,
    ],
    ['an address without a domain', { notifications: { email: 'on-call' } }, 'notifications.email', /one e-mail/],
    ['a misspelt hook', { chaos: { fault: true } }, 'chaos.fault', /faultHook, fisExtension/],
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

test('accepts the longest name whose bucket fits and refuses one character more', () => {
  const regions = ['ap-southeast-2', 'us-east-2'];
  const problems = (length: number) =>
    problemsWith(
      { application: 'a'.repeat(length), regions, hostedZone: { id: 'Z1', name: 'example.org' } },
      EVENTUAL_BLUEPRINT,
    );

  expect(problems(27)).toEqual([]);
  expect(problems(28).map(({ field }) => field)).toEqual(['application']);
});

test.each(Object.entries(presets))('the preset %s makes a strong table and an eventual one', (_, preset) => {
  expect(problemsWith({ ...preset })).toEqual([]);
  expect(problemsWith({ regions: preset.regions }, EVENTUAL_BLUEPRINT)).toEqual([]);
});

test('the presets stay within the Regions that AWS combines freely', () => {
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
  const combined = [
    ...['us-east-1', 'us-east-2', 'us-west-2', 'ca-central-1', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1'],
    ...[
      'eu-north-1',
      'eu-south-2',
      'ap-northeast-1',
      'ap-northeast-2',
      'ap-northeast-3',
      'ap-south-1',
      'ap-southeast-1',
    ],
  ];

  for (const { regions, witnessRegion } of Object.values(presets)) {
    expect(combined).toEqual(expect.arrayContaining([...regions, witnessRegion]));
    expect(regions).not.toContain('us-east-1');
  }
});

test('accepts the shortest RTO that DNS can keep and refuses one second less', () => {
  const healthCheck = { intervalSeconds: 30, failureThreshold: 2 };
  const objectives = (rtoSeconds: number) => ({ availability: 0.9, rtoSeconds, rpoSeconds: 0 });

  expect(problemsWith({ healthCheck, objectives: objectives(120) })).toEqual([]);
  expect(problemsWith({ healthCheck, objectives: objectives(119) })).toHaveLength(1);
});

test('accepts the longest RTO that an alarm can look back and refuses one second more', () => {
  const objectives = (rtoSeconds: number) => ({ objectives: { availability: 0.9, rtoSeconds, rpoSeconds: 0 } });

  expect(problemsWith(objectives(86_400))).toEqual([]);
  expect(problemsWith(objectives(86_401)).map(({ allowed }) => allowed)).toEqual([
    expect.stringContaining('looks back one day at most'),
  ]);
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

test('accepts a preset in place of the Regions of any config', () => {
  const placed = fc
    .tuple(configs(), fc.constantFrom(...Object.values(presets)))
    .map(([config, preset]) => ({ ...config, ...preset, consistency: 'strong' }));

  fc.assert(
    fc.property(placed, (config) => problemsOf(config).length === 0),
    { numRuns: 100 },
  );
});
