import type { Assembly } from '../../../lib/assembly';
import { BadInput } from '../../../lib/bad-input';
import { EVERYWHERE, FAULT_TARGETS, WAYS_TO_FAIL } from '../../../lib/drill/faults/fault';
import { checkPlaces, checkSchedule } from '../../../lib/drill/scenarios/fault-schedule';

const FAULT = {
  kind: 'fault',
  target: 'dynamodb',
  failing: 'error',
  region: 'us-east-2',
  fromSeconds: 10,
  toSeconds: 20,
} as const;

const scheduleOf = (event: object) => ({
  version: 1,
  seed: 3,
  requestsPerSecond: 1,
  durationSeconds: 3600,
  events: [event],
});

/** Fields that a refusal names, each with what was found there and what is allowed. */
function refusals(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return error.problems.map(({ field, found, allowed }) => `${field}: ${found}; ${allowed}`);
  }
}

const refused = (event: object) => refusals(() => checkSchedule(scheduleOf(event), 'a test'));

test('a fault hits everything, steadily, unless it says otherwise', () => {
  expect(checkSchedule(scheduleOf(FAULT), 'a test').events).toEqual([{ ...FAULT, share: 1, pattern: 'steady' }]);
});

test('every place can be named, in every way that it can fail', () => {
  for (const target of FAULT_TARGETS) {
    for (const failing of WAYS_TO_FAIL[target]) {
      const region = ['route53', 'identity-provider', 'cdn'].includes(target) ? EVERYWHERE : 'us-east-2';
      const delay = failing === 'slow' ? { delaySeconds: 2 } : {};

      expect(refused({ ...FAULT, target, failing, region, ...delay })).toEqual([]);
    }
  }
});

test.each<[string, object, RegExp]>([
  ['a place that is not known', { target: 'moon' }, /^target: "moon"; one of dynamodb, /],
  ['a way to fail that is not known', { failing: 'explode' }, /^failing: "explode"; one of name, /],
  [
    'a way to fail that its place does not know',
    { target: 's3', failing: 'throttle' },
    /^failing: "throttle"; how s3 can fail: name, error, slow$/,
  ],
  ['no Region', { region: undefined }, /^region: nothing; /],
  ['what is no Region', { region: 'Ohio' }, /^region: "Ohio"; the name of a Region, .+ also everywhere$/],
  [
    'a Region for what is one for all',
    { target: 'cdn', region: 'us-east-2' },
    /^region: "us-east-2"; everywhere: cdn is one for all Regions$/,
  ],
  ['a zone of another Region', { zone: 'us-west-2a' }, /^zone: "us-west-2a"; an Availability Zone of the Region/],
  ['a zone of everywhere', { region: 'everywhere', zone: 'us-east-2a' }, /^zone: /],
  ['a share of nothing', { share: 0 }, /^share: 0; /],
  ['a share above all', { share: 1.01 }, /^share: 1.01; /],
  ['an end before its beginning', { toSeconds: 10 }, /^toSeconds: 10; later than fromSeconds, 10$/],
  ['a course that is not known', { pattern: 'wild' }, /^pattern: "wild"; one of steady, flapping, /],
  ['flaps without a period', { pattern: 'flapping' }, /^periodSeconds: nothing; the time from one flap to the next/],
  ['a period of what does not flap', { periodSeconds: 5 }, /^periodSeconds: 5; /],
  ['a period of nothing', { pattern: 'flapping', periodSeconds: 0 }, /^periodSeconds: 0; /],
  ['slowness by nothing', { failing: 'slow' }, /^delaySeconds: nothing; by how much what is slow is late$/],
  ['a delay of what fails', { delaySeconds: 5 }, /^delaySeconds: 5; a delay only of what is slow/],
  [
    'a share of what is held back',
    { target: 'dynamodb-replication', failing: 'delay', share: 0.5 },
    /^share: 0.5; 1: what is held back is held back whole$/,
  ],
  [
    'what is held back now and then',
    { target: 'scheduler', failing: 'delay', pattern: 'recovering' },
    /^pattern: "recovering"; steady/,
  ],
  [
    'a status of what is no function',
    { statusCode: 500 },
    /^statusCode: 500; an answer in place of an error, of lambda/,
  ],
  [
    'a status of invocations that Lambda itself fails',
    { target: 'lambda', statusCode: 500 },
    /^statusCode: 500; an answer in place/,
  ],
  ['a status that is none', { target: 'lambda', failing: 'late-error', statusCode: 99 }, /^statusCode: 99; /],
  [
    'operations of what knows none',
    { target: 'lambda', operations: ['Invoke'] },
    /^operations: \["Invoke"\]; nothing: requests to lambda are told apart by resources when it fails by error$/,
  ],
  ['operations of a look-up', { failing: 'name', operations: ['PutItem'] }, /^operations: .*by peers when/],
  ['resources of what is one', { target: 'resolver', resources: ['Stack/Id'] }, /^resources: .*told apart by nothing/],
  ['an empty list', { operations: [] }, /^operations: \[\]; /],
  [
    'another end that is none',
    { target: 'network', peers: ['moon'] },
    /^peers: \["moon"\]; names of Regions, checkers, /,
  ],
  [
    'Regions where clients are',
    { target: 'route53', region: 'everywhere', peers: ['us-east-2'] },
    /^peers: \["us-east-2"\]; geographies of clients: us-east, /,
  ],
  ['a field too many', { mood: 'bad' }, /^mood: a field that is not known there; kind, target, /],
])('refuses %s', (_, change, message) => {
  const found = refused({ ...FAULT, ...change });

  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(new RegExp(message.source.replace('^', '^events\\[0\\]\\.')));
});

test('refuses several mistakes at once', () => {
  expect(
    refused({ ...FAULT, pattern: 'flapping', zone: 'us-east-2', delaySeconds: 1 }).map((one) => one.split(':')[0]),
  ).toEqual(['events[0].zone', 'events[0].periodSeconds', 'events[0].delaySeconds']);
});

describe('in an assembly', () => {
  const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;
  const resource = (region: string, type: string, logicalId: string, properties: object = {}) => ({
    type,
    logicalId,
    properties,
    stack: { id: `Stack-${region}`, region },
  });
  const replicas = [EAST, WEST].map((Region) => ({ Region }));
  const assembly = {
    regions: [EAST, WEST],
    resources: [
      resource(EAST, 'AWS::DynamoDB::GlobalTable', 'Table', { TableName: 'parcels', Replicas: replicas }),
      resource(EAST, 'AWS::Lambda::Function', 'Function'),
      resource(EAST, 'AWS::S3::Bucket', 'Bucket', { BucketName: 'photos' }),
      resource(WEST, 'AWS::ApiGatewayV2::Api', 'Api'),
    ],
  } as unknown as Assembly;
  const places = { assembly, regions: [EAST, WEST, 'us-east-1'], serving: [EAST], source: 'a test' };
  const misplaced = (change: object) =>
    refusals(() => checkPlaces(checkSchedule(scheduleOf({ ...FAULT, ...change }), 'a test'), places));

  test.each<[string, object]>([
    ['a table', { resources: ['parcels'] }],
    ['a replica in a Region without the stack', { region: WEST }],
    ['a function, by stack and logical id', { target: 'lambda', resources: ['Stack-us-east-2/Function'] }],
    ['a bucket', { target: 's3', resources: ['photos'] }],
    ['everything of a kind', { target: 's3', region: EVERYWHERE }],
    ['a network that is supposed', { target: 'cdn', region: EVERYWHERE }],
  ])('takes a fault of %s', (_, change) => {
    expect(misplaced(change)).toEqual([]);
  });

  test('refuses a Region that is not of the assembly', () => {
    expect(misplaced({ region: 'eu-west-1' })).toEqual([
      'events[0].region: "eu-west-1"; a Region of the assembly where this can happen: us-east-2, us-west-2, us-east-1, everywhere',
    ]);
  });

  test('refuses a fault of what is not there, which would do nothing', () => {
    expect(misplaced({ target: 's3', region: WEST })).toEqual([
      'events[0].region: "us-west-2", where there are no buckets in us-west-2; a place where s3 can fail',
    ]);
    expect(misplaced({ target: 'identity-provider', region: EVERYWHERE })).toEqual([
      'events[0].region: "everywhere", where there are no routes that ask for tokens; a place where identity-provider can fail',
    ]);
  });

  test('refuses resources that nobody has', () => {
    expect(misplaced({ resources: ['parcels', 'parcel'] })).toEqual([
      expect.stringMatching(/^events\[0\]\.resources\[1\]: "parcel"; stack and logical id of a function, /),
    ]);
  });

  test('refuses poison data where no table has a copy', () => {
    const poison = (region: string) => ({ ...{ kind: 'poison-data', region, share: 1, fromSeconds: 1, toSeconds: 2 } });
    const check = (region: string) =>
      refusals(() => checkPlaces(checkSchedule(scheduleOf(poison(region)), 'a test'), places));

    expect(check(WEST)).toEqual([]);
    expect(check('us-east-1')).toEqual([
      'events[0].region: "us-east-1"; a Region of the assembly where this can happen: us-east-2, us-west-2',
    ]);
  });
});
