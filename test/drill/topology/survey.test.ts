import { readAssembly } from '../../../lib/assembly';
import { surveyNotModelled } from '../../../lib/drill/topology/survey';
import { writeFiles } from '../../assembly/write-assembly';
import { textOf } from '../../helpers/source-files';
import { assemblyOf, type Resources, recordSet } from '../dns/written-assembly';

const ORDERS = 'test/fixtures/orders';

/** Stack of the Region that is changed. */
const STACK = 'Orders-eu-west-1';

/** A Region that serves an application, all of it modelled, with other resources added or in place of its own. */
function surveyOf(rest: Resources = {}): readonly string[] {
  const files = ['Orders-eu-west-1.assets.json', 'Orders-eu-central-1.assets.json', 'asset.orders/index.js'];
  const template = JSON.parse(textOf(`${ORDERS}/Orders-eu-west-1.template.json`));
  return surveyNotModelled(
    readAssembly(
      writeFiles({
        ...Object.fromEntries(files.map((file) => [file, textOf(`${ORDERS}/${file}`)])),
        'manifest.json': textOf(`${ORDERS}/manifest.json`),
        'Orders-eu-central-1.template.json': textOf(`${ORDERS}/Orders-eu-central-1.template.json`),
        'Orders-eu-west-1.template.json': { ...template, Resources: { ...template.Resources, ...rest } },
      }),
    ),
  );
}

const handler = (properties: Record<string, unknown>): Resources => ({
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: { Code: { S3Bucket: 'assets', S3Key: 'code.zip' }, ...properties },
  },
});

test('nothing is named of what the drill models', () => {
  expect(surveyOf()).toEqual([]);
});

test.each<[string, Resources, string]>([
  ['a handler in Python', handler({ Runtime: 'python3.13' }), `runtime python3.13 of function ${STACK}/Function`],
  [
    'a handler in a container image',
    handler({ PackageType: 'Image', Code: { ImageUri: 'store:7' } }),
    `the container image of function ${STACK}/Function`,
  ],
  ['a queue', { Orders: { Type: 'AWS::SQS::Queue' } }, `AWS::SQS::Queue (${STACK}/Orders)`],
  [
    'a table whose items go by themselves',
    {
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: { BillingMode: 'PAY_PER_REQUEST', TimeToLiveSpecification: { Enabled: true } },
      },
    },
    `time to live of ${STACK}/Table`,
  ],
  [
    'a name by proximity',
    {
      Near: recordSet({
        Name: 'near.example.com',
        TTL: '60',
        ResourceRecords: ['192.0.2.1'],
        SetIdentifier: 'near',
        GeoProximityLocation: { AWSRegion: 'eu-west-1' },
      }),
    },
    `near.example.com: AWS::Route53::RecordSet ${STACK}/Near: routing by GeoProximityLocation`,
  ],
])('%s is named', (_what, resources, reason) => {
  expect(surveyOf(resources)).toEqual([reason]);
});

test('all of it is named at once, each once', () => {
  const python = (id: string): Resources => ({ [id]: handler({ Runtime: 'python3.13' }).Function });
  const found = surveyOf({ ...python('Function'), One: { Type: 'AWS::SQS::Queue' }, Two: { Type: 'AWS::SQS::Queue' } });

  expect(found).toEqual([
    `AWS::SQS::Queue (${STACK}/One)`,
    `AWS::SQS::Queue (${STACK}/Two)`,
    `runtime python3.13 of function ${STACK}/Function`,
  ]);
});

test('a function that nothing invokes which clients reach is none of the reasons', () => {
  expect(surveyOf({ Helper: handler({ Runtime: 'python3.13' }).Function })).toEqual([]);
});

test('an assembly without an HTTP API is one that clients cannot ask', () => {
  const assembly = assemblyOf({ 'us-east-1': { Bucket: { Type: 'AWS::S3::Bucket', Properties: {} } } });

  expect(surveyNotModelled(assembly)).toEqual(['an assembly without an HTTP API for clients']);
});
