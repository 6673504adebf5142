import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Stack } from 'aws-cdk-lib/core';
import { BlueprintError, EdgeWatch, RegionDashboard, RegionWatch, type RegionWatchProps } from '../../lib/constructs';
import { testApp } from '../helpers/synthesize';

const ENV = { account: '111111111111', region: 'us-east-2' };

const PROPS: RegionWatchProps = {
  application: 'dispatch',
  region: 'us-east-2',
  ward: 'us-west-2',
  apiId: 'abc123',
  functionName: 'dispatch-api',
  reservedConcurrency: 100,
  tableName: 'dispatch-data',
  tableOperations: ['GetItem', 'Query'],
  replicationRules: [{ sourceBucket: 'from', destinationBucket: 'to', ruleId: 'to-us-west-2' }],
  objectives: { availability: 0.995, p99DurationMilliseconds: 250 },
  maximumLagSeconds: 60,
};

function watchOf(props: Partial<RegionWatchProps> = {}): { stack: Stack; watch: RegionWatch } {
  const stack = new Stack(testApp(), 'Region', { env: ENV });
  return { stack, watch: new RegionWatch(stack, 'Watch', { ...PROPS, ...props }) };
}

function alarmsOf(stack: Stack): Map<string, Record<string, unknown>> {
  const alarms = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
  return new Map(alarms.map(({ Properties }) => [Properties.AlarmName, Properties]));
}

function propertiesOf(stack: Stack, type: string): Record<string, unknown>[] {
  return Object.values(Template.fromStack(stack).findResources(type)).map(({ Properties }) => Properties);
}

describe('the watch of a Region', () => {
  test('calls people when errors burn the budget five times too fast', () => {
    const { stack } = watchOf();

    expect(alarmsOf(stack).get('dispatch-api-errors')).toMatchObject({
      Threshold: expect.closeTo(0.025, 10),
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      Metrics: expect.arrayContaining([expect.objectContaining({ Expression: 'part / whole' })]),
    });
  });

  test.each([
    [0.9, 0.5],
    [0.899, 0.5],
    [0.5, 0.5],
  ])(
    'can ring for an objective as low as %p, whose budget five times over is %p of requests or more',
    (availability, threshold) => {
      const { stack } = watchOf({ objectives: { availability, p99DurationMilliseconds: 250 } });

      expect(alarmsOf(stack).get('dispatch-api-errors')).toMatchObject({ Threshold: expect.closeTo(threshold, 10) });
    },
  );

  test('tells of one item that cannot be read, outside the composite that stops deployments', () => {
    const { stack } = watchOf();

    expect(alarmsOf(stack).get('dispatch-unreadable-items')).toMatchObject({
      Namespace: 'dispatch',
      MetricName: 'UnreadableItems',
      Dimensions: [{ Name: 'service', Value: 'dispatch' }],
      Statistic: 'Sum',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [expect.anything()],
    });
    const [composite] = propertiesOf(stack, 'AWS::CloudWatch::CompositeAlarm');
    expect(JSON.stringify(composite?.AlarmRule)).not.toMatch(/unreadable/i);
  });

  test('takes a silent judge for trouble, and silence of clients for none', () => {
    const { stack } = watchOf();

    expect(alarmsOf(stack).get('dispatch-judge-silent')).toMatchObject({
      Namespace: 'dispatch',
      MetricName: 'Evacuated',
      Dimensions: expect.arrayContaining([
        { Name: 'Ward', Value: 'us-west-2' },
        { Name: 'Share', Value: 'first' },
      ]),
      Statistic: 'SampleCount',
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    expect(alarmsOf(stack).get('dispatch-api-latency')).toMatchObject({
      ExtendedStatistic: 'p99',
      Threshold: 250,
      EvaluationPeriods: 3,
      TreatMissingData: 'notBreaching',
    });
  });

  test('warns before the reserved executions are used up', () => {
    expect(alarmsOf(watchOf().stack).get('dispatch-concurrency')).toMatchObject({
      Threshold: 80,
      Statistic: 'Maximum',
    });
  });

  test('watches replication only where writes come later', () => {
    expect([...alarmsOf(watchOf().stack).keys()].filter((name) => name.includes('replication'))).toEqual([]);

    const lagging = alarmsOf(watchOf({ laggingReplicas: ['us-west-2'] }).stack);

    expect(lagging.get('dispatch-replication-to-us-west-2')).toMatchObject({
      MetricName: 'ReplicationLatency',
      Threshold: 60_000,
      TreatMissingData: 'ignore',
    });
  });

  test('gathers what clients feel in one composite, which alone rings for it', () => {
    const { stack } = watchOf();
    const [composite] = propertiesOf(stack, 'AWS::CloudWatch::CompositeAlarm');
    const rule = JSON.stringify(composite?.AlarmRule);
    const logicalIds = Object.entries(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));

    const felt = logicalIds.filter(([id]) => rule.includes(id)).map(([, { Properties }]) => Properties);

    expect(composite).toMatchObject({ AlarmName: 'dispatch-trouble' });
    expect(felt.map(({ AlarmName }) => AlarmName).sort()).toEqual([
      'dispatch-api-errors',
      'dispatch-api-latency',
      'dispatch-global-name-failures',
      'dispatch-global-name-latency',
      'dispatch-own-name-failures',
      'dispatch-own-name-latency',
      'dispatch-throttles',
    ]);
    expect(felt.every(({ AlarmActions }) => AlarmActions === undefined)).toBe(true);
    for (const [id, { Properties }] of logicalIds) {
      if (!rule.includes(id)) expect(Properties.AlarmActions).toHaveLength(1);
    }
  });

  test('lets CloudWatch of this account publish, under a key if there is one', () => {
    const plain = watchOf().stack;
    const app = testApp();
    const stack = new Stack(app, 'Keyed', { env: ENV });
    new RegionWatch(stack, 'Watch', { ...PROPS, encryptionKey: new Key(stack, 'Key'), email: 'oncall@example.com' });

    expect(JSON.stringify(propertiesOf(plain, 'AWS::SNS::TopicPolicy'))).toContain(
      '"Condition":{"StringEquals":{"aws:SourceAccount":"111111111111"}},"Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"}',
    );
    expect(propertiesOf(plain, 'AWS::SNS::Topic')).toMatchObject([{ TopicName: 'dispatch-alarms' }]);
    expect(propertiesOf(stack, 'AWS::SNS::Topic')[0]).toHaveProperty('KmsMasterKeyId');
    expect(JSON.stringify(propertiesOf(stack, 'AWS::KMS::Key'))).toContain('cloudwatch.amazonaws.com');
    expect(propertiesOf(stack, 'AWS::SNS::Subscription')).toMatchObject([
      { Protocol: 'email', Endpoint: 'oncall@example.com' },
    ]);
  });
});

describe('the dashboard', () => {
  test('shows every Region in every Region', () => {
    const stack = new Stack(testApp(), 'Region', { env: ENV });
    new RegionDashboard(stack, 'Dashboard', {
      application: 'dispatch',
      region: 'us-east-2',
      regions: [
        { region: 'us-east-2', ward: 'us-west-2' },
        { region: 'us-west-2', ward: 'us-east-2' },
      ],
      functionName: 'dispatch-api',
      tableName: 'dispatch-data',
      bucketOf: (region) => `bucket-${region}`,
      ruleIdTo: (region) => `to-${region}`,
    });
    const [dashboard] = propertiesOf(stack, 'AWS::CloudWatch::Dashboard');
    const body = JSON.stringify(dashboard?.DashboardBody).replace(/\\/g, '');

    expect(dashboard).toMatchObject({ DashboardName: 'dispatch-us-east-2' });
    for (const metric of [
      '"dispatch","Evacuated","Share","first","Ward","us-east-2"',
      '"dispatch","ProbeFailures","Target","global"',
      '"AWS/S3","OperationsPendingReplication","DestinationBucket","bucket-us-east-2","RuleId","to-us-east-2","SourceBucket","bucket-us-west-2"',
    ]) {
      expect(body).toContain(metric);
    }
    expect(body).toContain('"label":"us-west-2 throttles","region":"us-west-2"');
  });
});

describe('the watch at the edge', () => {
  const watched = [{ region: 'us-west-2', role: 'endpoint', healthCheckId: 'hc-1' }];

  test('has an alarm for each health check, in us-east-1', () => {
    const stack = new Stack(testApp(), 'Edge', { env: { ...ENV, region: 'us-east-1' } });
    new EdgeWatch(stack, 'Watch', { application: 'dispatch', healthChecks: watched });

    expect(propertiesOf(stack, 'AWS::CloudWatch::Alarm')).toMatchObject([
      {
        AlarmName: 'dispatch-us-west-2-endpoint-unhealthy',
        Namespace: 'AWS/Route53',
        MetricName: 'HealthCheckStatus',
        Dimensions: [{ Name: 'HealthCheckId', Value: 'hc-1' }],
        Statistic: 'Minimum',
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
      },
    ]);
  });

  test('refuses every other Region, where the metrics do not exist', () => {
    const stack = new Stack(testApp(), 'Edge', { env: ENV });

    expect(() => new EdgeWatch(stack, 'Watch', { application: 'dispatch', healthChecks: watched })).toThrow(
      BlueprintError,
    );
  });
});
