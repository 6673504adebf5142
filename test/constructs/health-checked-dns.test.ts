import { DomainName } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Alarm, type AlarmProps, ComparisonOperator, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type CfnHealthCheck, HealthCheck, HealthCheckType, HostedZone } from 'aws-cdk-lib/aws-route53';
import { Duration, Stack } from 'aws-cdk-lib/core';
import fc from 'fast-check';
import {
  alarmIdentifierOf,
  BlueprintError,
  CHECKER_REGIONS,
  type EndpointProbe,
  type Evacuation,
  HealthCheckedDns,
} from '../../lib/constructs';
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
  {
    regionalHost = 'us-east-2.api.example.com',
    region = 'us-east-2',
    evacuation,
  }: { regionalHost?: string; region?: string; evacuation?: Evacuation } = {},
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
    evacuation,
  });
  return { stack, peer, dns };
}

const SWITCH = {
  by: 'switch',
  alarms: {
    first: { name: 'evacuated-us-east-2-first', region: 'us-west-2' },
    rest: { name: 'evacuated-us-east-2-rest', region: 'us-west-2' },
  },
} as const satisfies Evacuation;

function recordsOf(stack: Stack, name: string): Record<string, unknown>[] {
  return propertiesOf(templateOf(stack), 'AWS::Route53::RecordSet').filter((record) => record.Name === `${name}.`);
}

function checksOf(stack: Stack): unknown[] {
  return propertiesOf(templateOf(stack), 'AWS::Route53::HealthCheck').map((check) => check.HealthCheckConfig);
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
  test.each([
    ['first', 10],
    ['rest', 90],
  ])('send the %s share of the shared name to a name of its own, with weight %p', (share, weight) => {
    const { stack } = dnsOf();

    const records = recordsOf(stack, 'api.example.com').filter((record) => record.Weight === weight);

    expect(records.map((record) => record.Type)).toEqual(['A', 'AAAA']);
    for (const record of records) {
      expect(record).toMatchObject({
        SetIdentifier: `us-east-2-${share}`,
        AliasTarget: { DNSName: `${share}.api.example.com`, HostedZoneId: 'Z1', EvaluateTargetHealth: true },
      });
      expect(record).not.toHaveProperty('HealthCheckId');
      expect(record).not.toHaveProperty('Region');
    }
  });

  test.each(['first', 'rest'])('answer the name of the %s share by latency, while its gate is healthy', (share) => {
    const { stack } = dnsOf();

    const records = recordsOf(stack, `${share}.api.example.com`);

    expect(records.map((record) => record.Type)).toEqual(['A', 'AAAA']);
    for (const record of records) {
      expect(record).toMatchObject({
        Region: 'us-east-2',
        SetIdentifier: 'us-east-2',
        HealthCheckId: { Ref: expect.stringMatching(share === 'first' ? /^DnsFirstGate/ : /^DnsRestGate/) },
        AliasTarget: {
          DNSName: { 'Fn::GetAtt': [expect.stringMatching(/^Shared/), 'RegionalDomainName'] },
          EvaluateTargetHealth: true,
        },
      });
    }
  });

  test('are ten in all, each alias after the records it leads to', () => {
    const { stack } = dnsOf();

    const records = Object.entries(templateOf(stack).Resources).filter(([, { Type }]) => Type.endsWith('RecordSet'));
    const weighted = records.filter(([, { Properties }]) => Properties.Weight !== undefined);

    expect(records).toHaveLength(10);
    expect(weighted).toHaveLength(4);
    for (const [id, { DependsOn }] of weighted) {
      const share = id.includes('First') ? 'First' : 'Rest';
      expect(DependsOn).toEqual([
        expect.stringMatching(new RegExp(`^Dns${share}LatencyA[0-9A-F]`)),
        expect.stringMatching(new RegExp(`^Dns${share}LatencyAaaa`)),
      ]);
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

  test('needs all of the children of a gate, those added later too', () => {
    const { stack, dns } = dnsOf({}, { evacuation: SWITCH });

    dns.addChild(HealthCheck.fromHealthCheckId(stack, 'Known', '01234567-89ab-cdef-0123-456789abcdef'));

    const calculated = checksOf(stack).filter((check) => JSON.stringify(check).includes('CALCULATED'));
    expect(calculated).toEqual(
      ['First', 'Rest'].map((title) => ({
        Type: 'CALCULATED',
        ChildHealthChecks: [
          { Ref: expect.stringMatching(/^DnsEndpoint/) },
          { Ref: expect.stringMatching(new RegExp(`^Dns${title}Switch`)) },
          '01234567-89ab-cdef-0123-456789abcdef',
        ],
        HealthThreshold: 3,
      })),
    );
  });

  test('follows an alarm of the peer for each share, and takes a silent one for healthy', () => {
    const { stack } = dnsOf({}, { evacuation: SWITCH });

    expect(checksOf(stack)).toHaveLength(5);
    for (const share of ['first', 'rest']) {
      expect(checksOf(stack)).toContainEqual({
        Type: 'CLOUDWATCH_METRIC',
        AlarmIdentifier: { Name: `evacuated-us-east-2-${share}`, Region: 'us-west-2' },
        InsufficientDataHealthStatus: 'Healthy',
        Inverted: false,
      });
    }
  });

  test('is told by checks that others may watch', () => {
    const { stack, dns } = dnsOf({}, { evacuation: SWITCH });

    expect([...dns.healthChecks.keys()]).toEqual(['endpoint', 'first', 'rest']);
    expect(stack.resolve(dns.healthChecks.get('rest')?.healthCheckId)).toEqual({
      Ref: expect.stringMatching(/^DnsRestGate/),
    });
    expect(propertiesOf(templateOf(stack), 'AWS::Route53::HealthCheck').map((check) => check.HealthCheckTags)).toEqual(
      ['endpoint', 'first', 'first switch', 'rest', 'rest switch'].map((label) => [
        { Key: 'Name', Value: `api.example.com us-east-2 ${label}` },
      ]),
    );
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

describe('a Region that leaves by a plan', () => {
  test('has its endpoint check at a name of its own, and leaves the shared name to the plan', () => {
    const { stack, dns } = dnsOf({}, { evacuation: { by: 'plan' } });

    const probed = recordsOf(stack, 'endpoint.us-east-2.api.example.com');

    expect(probed.map((record) => record.Type)).toEqual(['A', 'AAAA']);
    for (const record of probed) {
      expect(record).toMatchObject({
        Weight: 1,
        SetIdentifier: 'us-east-2',
        HealthCheckId: { Ref: expect.stringMatching(/^DnsEndpoint/) },
        AliasTarget: {
          DNSName: { 'Fn::GetAtt': [expect.stringMatching(/^Shared/), 'RegionalDomainName'] },
          EvaluateTargetHealth: true,
        },
      });
    }
    expect(propertiesOf(templateOf(stack), 'AWS::Route53::RecordSet')).toHaveLength(4);
    expect(checksOf(stack)).toHaveLength(1);
    expect([...dns.healthChecks.keys()]).toEqual(['endpoint']);
  });

  test('refuses a child, for it has no gate', () => {
    const { stack, dns } = dnsOf({}, { evacuation: { by: 'plan' } });
    const child = HealthCheck.fromHealthCheckId(stack, 'Known', 'known');

    expect(codeOf(() => dns.addChild(child))).toBe('HealthCheckWithoutGate');
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
    const { peer } = dnsOf();

    expect(codeOf(() => alarmIdentifierOf(alarmIn(peer, props)))).toBe(code);
  });

  test('refuses one whose Region is not written out', () => {
    expect(codeOf(() => alarmIdentifierOf(alarmIn(new Stack())))).toBe('AlarmNameUnknown');
  });

  test('names one with 3 out of 3 periods', () => {
    const { peer } = dnsOf();

    expect(alarmIdentifierOf(alarmIn(peer, { evaluationPeriods: 3, datapointsToAlarm: 3 }))).toEqual({
      name: 'evacuate-us-east-2',
      region: 'us-west-2',
    });
  });

  test.each(['first', 'rest'])('refuses one of the Region it decides on, for the %s share', (share) => {
    const alarms = { ...SWITCH.alarms, [share]: { name: 'own', region: 'us-east-2' } };

    expect(codeOf(() => dnsOf({}, { evacuation: { by: 'switch', alarms } }))).toBe('AlarmInControlledRegion');
  });

  test('refuses one for both shares', () => {
    const { first } = SWITCH.alarms;

    expect(codeOf(() => dnsOf({}, { evacuation: { by: 'switch', alarms: { first, rest: first } } }))).toBe(
      'AlarmOfBothShares',
    );
  });
});
