import { World } from '../../../lib/drill/world/world';
import { drillContext, fault } from '../drill-context';
import { HOST, type WrittenService, writeService } from '../written/written-service';

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;

/** The service with every Region's record on an alarm of its own API: more than 15 answers of 5xx in a minute. */
const gatedByErrors = (
  metric: Readonly<Record<string, unknown>> = {},
  regions: readonly string[] = [EAST, WEST],
  more: NonNullable<ReturnType<NonNullable<WrittenService['more']>>> = {},
) =>
  writeService({
    regions,
    more: (region) => ({
      ...more,
      // Nothing is stored.
      Table: { Type: 'AWS::CDK::Metadata', Properties: {} },
      Errors: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmName: `errors-${region}`,
          Namespace: 'AWS/ApiGateway',
          MetricName: '5xx',
          Dimensions: [{ Name: 'ApiId', Value: { Ref: 'Api' } }],
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 15,
          ComparisonOperator: 'GreaterThanThreshold',
          TreatMissingData: 'missing',
          ...metric,
        },
      },
      Check: {
        Type: 'AWS::Route53::HealthCheck',
        Properties: {
          HealthCheckConfig: {
            Type: 'CLOUDWATCH_METRIC',
            AlarmIdentifier: { Name: `errors-${region}`, Region: region },
            InsufficientDataHealthStatus: 'Healthy',
          },
        },
      },
    }),
  });

/** What becomes of both Regions when us-east-2's API fails from 600 s to 1,200 s; two requests a minute, each for so many. */
async function servedUnder(standsFor: number) {
  const context = drillContext({
    epochMs: Date.UTC(2026, 0, 5, 12),
    faults: [fault({ target: 'api-gateway', region: EAST, startMs: 600_000, endMs: 1_200_000 })],
  });
  const { scheduler } = context;
  const world = await World.build(gatedByErrors(), context);
  const changes: { region: string; served: boolean; seconds: number }[] = [];
  world.route53.onServedRegionChange(({ region, served, decidedMs }) =>
    changes.push({ region, served, seconds: decidedMs / 1000 }),
  );
  world.start();
  const request = { method: 'GET', path: '/health', host: HOST, standsFor };
  for (let second = 10; second < 1800; second += 30) {
    scheduler.at(1000 * second, () => {
      for (const region of [EAST, WEST]) scheduler.spawn(world.ask(region, request).then(() => undefined));
    });
  }
  await scheduler.run(1_800_000);
  world.stop();
  return changes;
}

test('a Region leaves DNS by the errors of its own API, some minutes late, and comes back in the same way', async () => {
  const [out, back, ...others] = await servedUnder(10);

  expect([out, back, others]).toMatchObject([{ region: EAST, served: false }, { region: EAST, served: true }, []]);
  // The minute is over, can be read 60 to 240 s later, and is looked at within 60 s.
  for (const [change, strikeSeconds] of [
    [out, 600],
    [back, 1200],
  ] as const) {
    expect(change?.seconds).toBeGreaterThanOrEqual(strikeSeconds + 60 + 60);
    expect(change?.seconds).toBeLessThanOrEqual(strikeSeconds + 60 + 240 + 60);
  }
});

test('as many requests that stand for fewer keep it there', async () => {
  expect(await servedUnder(7)).toEqual([]);
});

test('refuses a health check on a metric that no service publishes', async () => {
  const assembly = gatedByErrors({ MetricName: 'IntegrationLatency' });

  await expect(World.build(assembly, drillContext())).rejects.toThrow(
    /^not modelled: AWS::CloudWatch::Alarm us-east-2\/Errors: AWS\/ApiGateway\/IntegrationLatency/,
  );
});

test('a check may follow the status of another one, which is published in us-east-1 alone', async () => {
  const build = (...regions: readonly string[]) => {
    const status = {
      Namespace: 'AWS/Route53',
      MetricName: 'HealthCheckStatus',
      Dimensions: [{ Name: 'HealthCheckId', Value: { Ref: 'Endpoint' } }],
    };
    const endpoint = { Type: 'HTTPS', FullyQualifiedDomainName: `${regions[0]}.${HOST}`, ResourcePath: '/health' };
    const Endpoint = { Type: 'AWS::Route53::HealthCheck', Properties: { HealthCheckConfig: endpoint } };
    return World.build(gatedByErrors(status, regions, { Endpoint }), drillContext());
  };

  await expect(build('us-east-1')).resolves.toBeInstanceOf(World);
  await expect(build(EAST)).rejects.toThrow(/us-east-2\/Errors: AWS\/Route53\/HealthCheckStatus.*no service/);
});
