import { DomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Alarm, type AlarmProps, ComparisonOperator, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type CfnHealthCheck, HealthCheck, HealthCheckType, HostedZone } from 'aws-cdk-lib/aws-route53';
import { Duration, Stack } from 'aws-cdk-lib/core';
import fc from 'fast-check';
import { BlueprintError, CHECKER_REGIONS, type EndpointProbe, HealthCheckedDns } from '../../lib/constructs';
import { propertiesOf, templateOf, testApp } from '../helpers/synthesize';

const PROBE: EndpointProbe = {
  path: '/health',
  searchString: '"status":"healthy"',
  intervalSeconds: 10,
  failureThreshold: 3,
};

interface Fixture {
  readonly stack: Stack;
  readonly peer: Stack;
  readonly dns: HealthCheckedDns;
}

function dnsOf(
  probe: Partial<EndpointProbe> = {},
  { regionalHost = 'us-east-2.api.example.com', region = 'us-east-2' } = {},
): Fixture {
  const app = testApp();
  const env = { account: '111111111111', region: 'us-east-2' };
  const stack = new Stack(app, 'Cell', { env });
  const peer = new Stack(app, 'Peer', { env: { ...env, region: 'us-west-2' } });
  const certificate = Certificate.fromCertificateArn(
    stack,
    'Certificate',
    'arn:aws:acm:us-east-2:111111111111:certificate/1',
  );
  const domainName = new DomainName(stack, 'Shared', { domainName: 'api.example.com', certificate });
  const regionalDomainName = new DomainName(stack, 'Regional', { domainName: regionalHost, certificate });
  const dns = new HealthCheckedDns(stack, 'Dns', {
    zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' }),
    region,
    recordName: 'api.example.com',
    regionalHost,
    domainName,
    regionalDomainName,
    endpoint: { ...PROBE, ...probe },
  });
  return { stack, peer, dns };
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof BlueprintError) return error.code;
    throw error;
  }
  return 'accepted';
}

function alarmIn(stack: Stack, props: Partial<AlarmProps> = {}): Alarm {
  return new Alarm(stack, 'Alarm', {
    alarmName: 'evacuate-us-east-2',
    metric: new Metric({
      namespace: 'Outlast',
      metricName: 'Evacuate',
      statistic: 'Maximum',
      period: Duration.minutes(1),
    }),
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    ...props,
  });
}

describe('the records of a Region', () => {
  test('answer the shared name by latency, over IPv4 and IPv6, while the Region is healthy', () => {
    const { stack } = dnsOf();

    const records = propertiesOf(templateOf(stack), 'AWS::Route53::RecordSet').filter(
      (record) => record.Name === 'api.example.com.',
    );

    expect(records.map((record) => record.Type)).toEqual(['A', 'AAAA']);
    for (const record of records) {
      expect(record).toMatchObject({
        Region: 'us-east-2',
        SetIdentifier: 'us-east-2',
        HealthCheckId: { Ref: expect.stringMatching(/^DnsGate/) },
        AliasTarget: {
          DNSName: { 'Fn::GetAtt': [expect.stringMatching(/^Shared/), 'RegionalDomainName'] },
          EvaluateTargetHealth: true,
        },
      });
    }
  });

  test("answer the Region's own name whatever its health", () => {
    const { stack } = dnsOf();

    const records = propertiesOf(templateOf(stack), 'AWS::Route53::RecordSet').filter(
      (record) => record.Name === 'us-east-2.api.example.com.',
    );

    expect(records.map((record) => record.Type)).toEqual(['A', 'AAAA']);
    for (const record of records) {
      expect(record).not.toHaveProperty('HealthCheckId');
      expect(record).not.toHaveProperty('SetIdentifier');
      expect(record.AliasTarget).toMatchObject({
        DNSName: { 'Fn::GetAtt': [expect.stringMatching(/^Regional/), 'RegionalDomainName'] },
      });
    }
  });
});

describe('the health of a Region', () => {
  test("is probed on the Region's own name for a text", () => {
    const { stack } = dnsOf();

    expect(propertiesOf(templateOf(stack), 'AWS::Route53::HealthCheck')[0]?.HealthCheckConfig).toEqual({
      Type: 'HTTPS_STR_MATCH',
      FullyQualifiedDomainName: 'us-east-2.api.example.com',
      Port: 443,
      ResourcePath: '/health',
      SearchString: '"status":"healthy"',
      RequestInterval: 10,
      FailureThreshold: 3,
      EnableSNI: true,
      Inverted: false,
      MeasureLatency: false,
      Regions: CHECKER_REGIONS,
    });
  });

  test('needs all of its children, those added later too', () => {
    const { stack, peer, dns } = dnsOf();

    dns.addAlarmChild('NotEvacuated', alarmIn(peer));
    dns.addChild(HealthCheck.fromHealthCheckId(stack, 'Known', '01234567-89ab-cdef-0123-456789abcdef'));

    const checks = propertiesOf(templateOf(stack), 'AWS::Route53::HealthCheck').map((check) => check.HealthCheckConfig);
    expect(checks).toContainEqual({
      Type: 'CALCULATED',
      ChildHealthChecks: [
        { Ref: expect.stringMatching(/^DnsEndpoint/) },
        { Ref: expect.stringMatching(/^DnsNotEvacuated/) },
        '01234567-89ab-cdef-0123-456789abcdef',
      ],
      HealthThreshold: 3,
    });
    expect(checks).toContainEqual({
      Type: 'CLOUDWATCH_METRIC',
      AlarmIdentifier: { Name: 'evacuate-us-east-2', Region: 'us-west-2' },
      InsufficientDataHealthStatus: 'Healthy',
      Inverted: false,
    });
  });

  test('is decided before the shared name is answered', () => {
    const { stack } = dnsOf();

    const endpoint = Object.entries(templateOf(stack).Resources).find(([id]) => id.startsWith('DnsEndpoint'));

    expect(endpoint?.[1].DependsOn).toEqual([
      expect.stringMatching(/^DnsRegionalA[0-9A-F]/),
      expect.stringMatching(/^DnsRegionalAaaa/),
    ]);
  });
});

describe('a probe that Route 53 would refuse or ignore', () => {
  test.each<[string, Partial<EndpointProbe>, string]>([
    ['an interval of 15 s', { intervalSeconds: 15 }, 'HealthCheckInterval'],
    ['a threshold of 0', { failureThreshold: 0 }, 'HealthCheckThreshold'],
    ['a threshold of 11', { failureThreshold: 11 }, 'HealthCheckThreshold'],
    ['a threshold of 2.5', { failureThreshold: 2.5 }, 'HealthCheckThreshold'],
    ['two checker Regions', { checkerRegions: ['us-east-1', 'us-west-2'] }, 'HealthCheckerRegions'],
    ['a checker Region thrice', { checkerRegions: ['us-east-1', 'us-east-1', 'us-east-1'] }, 'HealthCheckerRegions'],
    ['a Region without checkers', { checkerRegions: ['us-east-1', 'us-west-2', 'us-east-2'] }, 'HealthCheckerRegions'],
    ['a path without a slash', { path: 'health' }, 'HealthCheckPath'],
    ['an empty search string', { searchString: '' }, 'HealthCheckSearchString'],
    ['a search string of 256 characters', { searchString: 'x'.repeat(256) }, 'HealthCheckSearchString'],
  ])('refuses %s', (_, probe, code) => {
    expect(codeOf(() => dnsOf(probe))).toBe(code);
  });

  test.each([['api.example.com'], ['API.example.com.']])(
    'refuses to probe %s, the record it decides on',
    (regionalHost) => {
      expect(codeOf(() => dnsOf({}, { regionalHost }))).toBe('HealthCheckProbesGatedRecord');
    },
  );

  test('refuses a Region that is not written out', () => {
    expect(codeOf(() => dnsOf({}, { region: new Stack().region }))).toBe('SetIdentifierUnknown');
  });

  test('accepts exactly the thresholds from 1 to 10', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 20 }), (failureThreshold) => {
        const accepted = codeOf(() => dnsOf({ failureThreshold })) === 'accepted';
        expect(accepted).toBe(failureThreshold >= 1 && failureThreshold <= 10);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a child that Route 53 would refuse or ignore', () => {
  test.each<[string, Partial<CfnHealthCheck.HealthCheckConfigProperty>, string]>([
    ['a calculated check', { type: 'CALCULATED', childHealthChecks: [], healthThreshold: 0 }, 'HealthCheckNested'],
    ['a check every 15 s', { requestInterval: 15 }, 'HealthCheckInterval'],
    ['a threshold of 99', { failureThreshold: 99 }, 'HealthCheckThreshold'],
    ['two checker Regions', { regions: ['us-east-1', 'us-west-2'] }, 'HealthCheckerRegions'],
    ['a check of the gated record', { fullyQualifiedDomainName: 'api.example.com' }, 'HealthCheckProbesGatedRecord'],
    [
      'an alarm of the Region it decides on',
      { type: 'CLOUDWATCH_METRIC', alarmIdentifier: { name: 'own', region: 'us-east-2' } },
      'AlarmInControlledRegion',
    ],
  ])('refuses %s', (_, config, code) => {
    const { stack, dns } = dnsOf();
    const child = new HealthCheck(stack, 'Child', { type: HealthCheckType.HTTPS, fqdn: 'us-east-2.api.example.com' });
    (child.node.defaultChild as CfnHealthCheck).healthCheckConfig = { type: 'HTTPS', ...config };

    expect(codeOf(() => dns.addChild(child))).toBe(code);
  });

  test('refuses a calculated check of the CDK as well', () => {
    const { stack, dns } = dnsOf();
    const leaf = new HealthCheck(stack, 'Leaf', { type: HealthCheckType.HTTPS, fqdn: 'us-east-2.api.example.com' });
    const nested = new HealthCheck(stack, 'Nested', { type: HealthCheckType.CALCULATED, childHealthChecks: [leaf] });

    expect(codeOf(() => dns.addChild(nested))).toBe('HealthCheckNested');
    expect(codeOf(() => dns.addChild(leaf))).toBe('accepted');
  });

  test('refuses the 257th child', () => {
    const { stack, dns } = dnsOf();
    const child = HealthCheck.fromHealthCheckId(stack, 'Known', 'known');
    for (let count = 1; count < 256; count += 1) dns.addChild(child);

    expect(codeOf(() => dns.addChild(child))).toBe('HealthCheckChildren');
  });
});

describe('an alarm that Route 53 cannot follow', () => {
  const metric = { namespace: 'Outlast', metricName: 'Latency' };

  test.each<[string, Partial<AlarmProps>, string]>([
    [
      'a percentile',
      { metric: new Metric({ ...metric, statistic: 'p99', period: Duration.minutes(1) }) },
      'AlarmStatistic',
    ],
    [
      'a trimmed mean',
      { metric: new Metric({ ...metric, statistic: 'tm99', period: Duration.minutes(1) }) },
      'AlarmStatistic',
    ],
    [
      'a high resolution',
      { metric: new Metric({ ...metric, statistic: 'Sum', period: Duration.seconds(10) }) },
      'AlarmHighResolution',
    ],
    ['2 out of 3 periods', { evaluationPeriods: 3, datapointsToAlarm: 2 }, 'AlarmMOutOfN'],
    [
      'metric math',
      {
        metric: new MathExpression({
          expression: 'a / 2',
          usingMetrics: { a: new Metric({ ...metric, statistic: 'Sum' }) },
        }),
      },
      'AlarmMetricMath',
    ],
    ['a name that only CloudFormation knows', { alarmName: undefined }, 'AlarmNameUnknown'],
  ])('refuses %s', (_, props, code) => {
    const { peer, dns } = dnsOf();

    expect(codeOf(() => dns.addAlarmChild('Peer', alarmIn(peer, props)))).toBe(code);
  });

  test('refuses an alarm of the Region it decides on', () => {
    const { stack, dns } = dnsOf();

    expect(codeOf(() => dns.addAlarmChild('Own', alarmIn(stack)))).toBe('AlarmInControlledRegion');
  });

  test('accepts 3 out of 3 periods', () => {
    const { peer, dns } = dnsOf();

    expect(codeOf(() => dns.addAlarmChild('Peer', alarmIn(peer, { evaluationPeriods: 3, datapointsToAlarm: 3 })))).toBe(
      'accepted',
    );
  });
});
