import { type Assembly, type AssemblyResource, type AssemblyStack, readAssembly } from '../../lib/assembly';
import { everyOperation } from '../../lib/drill/clients/sampling';
import { readEmbeddedMetrics } from '../../lib/drill/monitoring/embedded-metrics';
import { runWorld } from '../../lib/drill/run-world';
import { checkSchedule } from '../../lib/drill/scenarios/fault-schedule';
import { outageScenario } from '../../lib/drill/scenarios/outage-scenario';
import { scheduleScenario } from '../../lib/drill/scenarios/schedule-scenario';
import { synthesizeInto } from '../drill/synthesized';
import { EVENTUAL_BLUEPRINT, qualified, zoned } from '../helpers/configs';

jest.setTimeout(300_000);

/** A metric by everything that tells it from another. */
interface MetricName {
  readonly region: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What watches it. */
interface Watcher extends MetricName {
  readonly alarm: string;
  readonly stack: AssemblyStack;
}

type Properties = Readonly<Record<string, unknown>>;

/** Names of the resources of one type in a Region, by the property that CloudWatch uses as the dimension. */
type Known = (assembly: Assembly, watcher: Watcher) => readonly (string | undefined)[];

const named =
  (type: string, property: string): Known =>
  (assembly, { region }) =>
    assembly
      .resourcesOf(type)
      .filter(({ stack }) => stack.region === region)
      .map((resource) => resource.properties[property] as string);

/** Replicas lie in Regions other than that of the stack which declares the table. */
const tableHere: Known = (assembly, { region }) =>
  assembly
    .resourcesOf('AWS::DynamoDB::GlobalTable')
    .filter(({ properties }) => replicas(properties).includes(region))
    .map(({ properties }) => properties.TableName as string);

const anyBucket: Known = (assembly) =>
  assembly.resourcesOf('AWS::S3::Bucket').map(({ properties }) => properties.BucketName as string);

/** Identifiers that AWS chooses, which the template refers to; a health check may be another stack's, by that stack's output. */
const referred =
  (type: string, dimension: string): Known =>
  (assembly, { dimensions, stack }) => {
    const value = dimensions[dimension];
    return assembly.referenceIn(value, { from: stack, type }) ? [value] : [];
  };

const otherReplica: Known = (assembly, { region }) =>
  assembly
    .resourcesOf('AWS::DynamoDB::GlobalTable')
    .flatMap(({ properties }) => replicas(properties))
    .filter((replica) => replica !== region);

const ruleOfTheBucket: Known = (assembly, { region }) =>
  assembly
    .resourcesOf('Custom::BucketReplication')
    .filter(({ stack }) => stack.region === region)
    .flatMap(({ properties }) =>
      [...JSON.stringify(properties).matchAll(/"I[dD]\\*":\\*"([^"\\]+)/g)].map(([, id]) => id),
    );

const operations: Known = () => ['GetItem', 'Query', 'UpdateItem'];

/**
 * What AWS publishes, by namespace and metric: the dimensions of each set, with what their values must name.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
 */
const PUBLISHED_BY_AWS: Readonly<Record<string, readonly Readonly<Record<string, Known>>[]>> = {
  'AWS/ApiGateway 5xx': [{ ApiId: referred('AWS::ApiGatewayV2::Api', 'ApiId') }],
  'AWS/ApiGateway Count': [{ ApiId: referred('AWS::ApiGatewayV2::Api', 'ApiId') }],
  'AWS/ApiGateway Latency': [{ ApiId: referred('AWS::ApiGatewayV2::Api', 'ApiId') }],
  'AWS/Lambda Throttles': [{ FunctionName: named('AWS::Lambda::Function', 'FunctionName') }],
  'AWS/Lambda ConcurrentExecutions': [{ FunctionName: named('AWS::Lambda::Function', 'FunctionName') }],
  'AWS/Lambda Errors': lambdaSets(),
  'AWS/Lambda Invocations': lambdaSets(),
  'AWS/DynamoDB SystemErrors': [{ TableName: tableHere, Operation: operations }],
  'AWS/DynamoDB ReadThrottleEvents': [{ TableName: tableHere }],
  'AWS/DynamoDB WriteThrottleEvents': [{ TableName: tableHere }],
  'AWS/DynamoDB ReplicationLatency': [{ TableName: tableHere, ReceivingRegion: otherReplica }],
  'AWS/S3 OperationsPendingReplication': [
    { SourceBucket: named('AWS::S3::Bucket', 'BucketName'), DestinationBucket: anyBucket, RuleId: ruleOfTheBucket },
  ],
  'AWS/Route53 HealthCheckStatus': [{ HealthCheckId: referred('AWS::Route53::HealthCheck', 'HealthCheckId') }],
};

function lambdaSets(): readonly Readonly<Record<string, Known>>[] {
  const functionName = named('AWS::Lambda::Function', 'FunctionName');
  const resource: Known = (assembly, watcher) =>
    assembly
      .resourcesOf('AWS::Lambda::Alias')
      .filter(({ stack }) => stack.region === watcher.region)
      .flatMap(({ properties }) => functionName(assembly, watcher).map((name) => `${name}:${properties.Name}`));
  return [{ FunctionName: functionName }, { FunctionName: functionName, Resource: resource }];
}

function replicas(properties: Properties): readonly string[] {
  return (properties.Replicas as readonly { readonly Region: string }[]).map(({ Region }) => Region);
}

/** Every metric that an alarm of the assembly watches. */
function watchersOf(assembly: Assembly): Watcher[] {
  return assembly.resourcesOf('AWS::CloudWatch::Alarm').flatMap(metricsOf);
}

function metricsOf({ properties, stack }: AssemblyResource): Watcher[] {
  const queries = (properties.Metrics ?? []) as readonly { readonly MetricStat?: { readonly Metric: Properties } }[];
  const metrics: readonly Properties[] =
    queries.length === 0 ? [properties] : queries.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []));
  return metrics.map((metric) => ({
    alarm: String(properties.AlarmName),
    stack,
    region: stack.region,
    namespace: String(metric.Namespace),
    metric: String(metric.MetricName),
    dimensions: Object.fromEntries(
      ((metric.Dimensions ?? []) as readonly { Name: string; Value: string }[]).map(({ Name, Value }) => [Name, Value]),
    ),
  }));
}

/** What the handlers publish in ten minutes of calm and five of an outage, and while data are spoilt, really run. */
async function publishedBy(assembly: Assembly): Promise<ReadonlySet<string>> {
  const published = new Set<string>();
  const regions = [...new Set(assembly.resourcesOf('AWS::ApiGatewayV2::Api').map(({ stack }) => stack.region))];
  const [first] = regions as [string];
  const poison = { kind: 'poison-data', region: first, fromSeconds: 30, toSeconds: 150, share: 1 };
  const schedule = { version: 1, seed: 1, requestsPerSecond: 1, durationSeconds: 180, events: [poison] };
  const outage = outageScenario({ outageId: 'aws-2025-10-20-dynamodb-dns-us-east-1', struckRegion: first });
  const replayed = [
    [outage, { nearChanges: 0.2, elsewhere: 0.2 }],
    [scheduleScenario(checkSchedule(schedule, 'a test')), everyOperation(1)],
  ] as const;
  for (const [scenario, sampling] of replayed) {
    await runWorld({
      assembly,
      scenario,
      seed: 'metrics',
      ratePerSecond: 1,
      sampling,
      limitSeconds: 300,
      onOutput: (label, text) => {
        const region = regions.find((candidate) => label.includes(candidate));
        for (const line of text.split('\n')) {
          const read = readEmbeddedMetrics(line);
          if (read?.kind === 'malformed') throw new Error(`${label} prints malformed metrics: ${read.why}`);
          for (const { metric } of read?.data ?? []) {
            published.add(key({ ...metric, metric: metric.name, region: region ?? label }));
          }
        }
      },
    });
  }
  return published;
}

function key({ region, namespace, metric, dimensions }: MetricName): string {
  return `${region} ${namespace} ${metric} ${JSON.stringify(Object.entries(dimensions).sort())}`;
}

/** Why nothing publishes a metric of AWS under this name, or nothing when something does. */
function doubtOf(assembly: Assembly, watcher: Watcher): string | undefined {
  const sets = PUBLISHED_BY_AWS[`${watcher.namespace} ${watcher.metric}`];
  if (!sets) return `${watcher.namespace} ${watcher.metric} is not in the table`;
  const names = Object.keys(watcher.dimensions).sort().join();
  const set = sets.find((candidate) => Object.keys(candidate).sort().join() === names);
  if (!set) return `no set of dimensions ${names}`;
  const wrong = Object.entries(set).filter(
    ([name, known]) => !known(assembly, watcher).includes(watcher.dimensions[name]),
  );
  return wrong.length === 0
    ? undefined
    : wrong.map(([name]) => `${name} ${watcher.dimensions[name]} names nothing`).join();
}

describe.each([
  { profile: 'default', config: () => qualified() },
  { profile: 'eventual', config: () => zoned(EVENTUAL_BLUEPRINT) },
])('every alarm of the $profile blueprint watches a metric with exactly those dimensions', ({ config }) => {
  let assembly: Assembly;
  let watchers: readonly Watcher[];

  beforeAll(() => {
    assembly = readAssembly(synthesizeInto(config()));
    watchers = watchersOf(assembly);
  });

  test('that AWS publishes of something in the assembly', () => {
    const ofAws = watchers.filter(({ namespace }) => namespace.startsWith('AWS/'));
    const doubts = ofAws.map((watcher) => [watcher.alarm, doubtOf(assembly, watcher)]).filter(([, doubt]) => doubt);

    expect(doubts).toEqual([]);
    expect(ofAws.length).toBeGreaterThan(20);
  });

  test('that a handler publishes', async () => {
    const own = watchers.filter(({ namespace }) => !namespace.startsWith('AWS/'));
    const published = await publishedBy(assembly);

    expect(own.filter((watcher) => !published.has(key(watcher))).map(({ alarm }) => alarm)).toEqual([]);
    expect(own.length).toBeGreaterThan(10);
  });
});
