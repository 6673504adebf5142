import { MetricResolution, Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { readEmbeddedMetrics } from '../../../lib/drill/monitoring/embedded-metrics';

const TIMESTAMP = 1_574_109_732_004;

/** A valid document of one metric; `rest` replaces members of the root, `directive` of its only directive. */
function document(rest: object = {}, directive: object = {}): string {
  const only = { Namespace: 'dispatch', Dimensions: [['Ward']], Metrics: [{ Name: 'Evacuated' }], ...directive };
  return JSON.stringify({
    _aws: { Timestamp: TIMESTAMP, CloudWatchMetrics: [only] },
    Ward: 'us-east-2',
    Evacuated: 1,
    ...rest,
  });
}

const dataOf = (event: string) => {
  const read = readEmbeddedMetrics(event);
  if (read?.kind !== 'metrics') throw new Error(`no metrics: ${JSON.stringify(read)}`);
  return read.data;
};

test('reads the example of the documentation', () => {
  const example = {
    _aws: {
      Timestamp: TIMESTAMP,
      CloudWatchMetrics: [
        {
          Namespace: 'lambda-function-metrics',
          Dimensions: [['functionVersion']],
          Metrics: [{ Name: 'time', Unit: 'Milliseconds', StorageResolution: 60 }],
        },
      ],
    },
    functionVersion: '$LATEST',
    time: 100,
    requestId: '989ffbf8-9ace-4817-a57c-e4dd734019ee',
  };

  expect(dataOf(JSON.stringify(example))).toEqual([
    {
      metric: { namespace: 'lambda-function-metrics', name: 'time', dimensions: { functionVersion: '$LATEST' } },
      values: [100],
      unit: 'Milliseconds',
      timestampMs: TIMESTAMP,
      highResolution: false,
    },
  ]);
});

test('reads what Powertools prints', () => {
  const metrics = new Metrics({ namespace: 'dispatch', serviceName: 'judge' });
  metrics.addDimension('Ward', 'us-east-2');
  metrics.addMetric('Evacuated', MetricUnit.Count, 1);
  metrics.addMetric('Evacuated', MetricUnit.Count, 0);
  metrics.addMetric('Lag', MetricUnit.Seconds, 2.5, MetricResolution.High);
  const printed = JSON.stringify(metrics.serializeMetrics());

  const dimensions = { service: 'judge', Ward: 'us-east-2' };
  expect(dataOf(printed)).toMatchObject([
    { metric: { namespace: 'dispatch', name: 'Evacuated', dimensions }, values: [1, 0], highResolution: false },
    {
      metric: { namespace: 'dispatch', name: 'Lag', dimensions },
      values: [2.5],
      unit: 'Seconds',
      highResolution: true,
    },
  ]);
});

test('a metric for each dimension set, the empty one too, and for each directive', () => {
  const second = { Namespace: 'other', Dimensions: [['Share']], Metrics: [{ Name: 'Evacuated' }] };
  const _aws = {
    Timestamp: TIMESTAMP,
    CloudWatchMetrics: [
      { Namespace: 'dispatch', Dimensions: [['Ward'], [], ['Ward', 'Share']], Metrics: [{ Name: 'Evacuated' }] },
      second,
    ],
  };

  expect(dataOf(document({ _aws, Share: 'rest' })).map(({ metric }) => [metric.namespace, metric.dimensions])).toEqual([
    ['dispatch', { Ward: 'us-east-2' }],
    ['dispatch', {}],
    ['dispatch', { Ward: 'us-east-2', Share: 'rest' }],
    ['other', { Share: 'rest' }],
  ]);
});

test('a list of values is as many values, and an empty one no metric', () => {
  expect(dataOf(document({ Evacuated: [0, 1, 1] })).map(({ values }) => values)).toEqual([[0, 1, 1]]);
  expect(dataOf(document({ Evacuated: [] }))).toEqual([]);
});

test.each(['', 'START RequestId: 1', '{"level":"INFO"}', '[1]', 'null', `${document()} and more`, document().slice(1)])(
  'an ordinary line is none: %s',
  (line) => expect(readEmbeddedMetrics(line)).toBeUndefined(),
);

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `D${index}`);
const members = (count: number) => Object.fromEntries(names(count).map((name) => [name, 'x']));

test.each<[string, string]>([
  ['_aws is no object', document({ _aws: 1 })],
  ['_aws.Timestamp is no whole number', document({ _aws: { CloudWatchMetrics: [] } })],
  ['_aws.Timestamp is no whole number', document({ _aws: { Timestamp: '2026', CloudWatchMetrics: [] } })],
  ['_aws.CloudWatchMetrics is no list', document({ _aws: { Timestamp: TIMESTAMP } })],
  ['CloudWatchMetrics[0].Namespace is no text', document({}, { Namespace: undefined })],
  ['CloudWatchMetrics[0].Dimensions is no list', document({}, { Dimensions: undefined })],
  ['CloudWatchMetrics[0].Dimensions is empty', document({}, { Dimensions: [] })],
  ['CloudWatchMetrics[0].Dimensions[0] is no list', document({}, { Dimensions: ['Ward'] })],
  ['has more than 30 members', document(members(31), { Dimensions: [names(31)] })],
  ['Share is named and not there', document({}, { Dimensions: [['Share']] })],
  ['dimension Ward is no text', document({ Ward: 2 })],
  ['dimension Ward is no text', document({ Ward: 'x'.repeat(1025) })],
  ['CloudWatchMetrics[0].Metrics is no list', document({}, { Metrics: {} })],
  ['has more than 100 members', document({}, { Metrics: Array(101).fill({ Name: 'Evacuated' }) })],
  ['CloudWatchMetrics[0].Metrics[0].Name is no text', document({}, { Metrics: [{}] })],
  ['Lag is named and not there', document({}, { Metrics: [{ Name: 'Evacuated' }, { Name: 'Lag' }] })],
  ['metric Evacuated is no number', document({ Evacuated: '1' })],
  ['metric Evacuated is no number', document({ Evacuated: [1, null] })],
  ['metric Evacuated is no number', document({ Evacuated: 2 ** 361 })],
  ['has more than 100 values', document({ Evacuated: Array(101).fill(1) })],
])('a document that breaks the format gives no metric at all: %s', (why, event) =>
  expect(readEmbeddedMetrics(event)).toEqual({ kind: 'malformed', why: expect.stringContaining(why) }),
);

test('takes lists as long as the format allows', () => {
  expect(dataOf(document(members(30), { Dimensions: [names(30)] }))).toHaveLength(1);
  expect(dataOf(document({}, { Metrics: Array(100).fill({ Name: 'Evacuated' }) }))).toHaveLength(100);
  expect(dataOf(document({ Evacuated: Array(100).fill(1) }))[0]?.values).toHaveLength(100);
});
