import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Assembly, readAssembly } from '../../../lib/assembly';

/** Resources of one stack by logical id, as a template has them. */
export type Resources = Readonly<Record<string, unknown>>;

/** Writes a cloud assembly of one stack for each Region, reads it back and removes it. Stack ids are the Regions. */
export function assemblyOf(stacks: Readonly<Record<string, Resources>>): Assembly {
  const directory = mkdtempSync(join(tmpdir(), 'zone-'));
  mkdirSync(directory, { recursive: true });
  const artifacts = Object.fromEntries(
    Object.keys(stacks).map((region) => [
      region,
      {
        type: 'aws:cloudformation:stack',
        environment: `aws://111122223333/${region}`,
        properties: { templateFile: `${region}.template.json` },
      },
    ]),
  );
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
  for (const [region, Resources] of Object.entries(stacks)) {
    writeFileSync(join(directory, `${region}.template.json`), JSON.stringify({ Resources }));
  }
  try {
    return readAssembly(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A record set in one zone; `rest` adds to its properties and replaces them, undefined takes one away. */
export function recordSet(rest: Record<string, unknown> = {}): { Type: string; Properties: Record<string, unknown> } {
  const Properties = { HostedZoneId: 'Z1', Name: 'api.example.com.', Type: 'A', ...rest };
  return { Type: 'AWS::Route53::RecordSet', Properties };
}

/** A simple or policy-bound A record with one value. */
export function valueRecord(rest: Record<string, unknown> = {}): ReturnType<typeof recordSet> {
  return recordSet({ TTL: '60', ResourceRecords: ['192.0.2.1'], ...rest });
}

/** A health check with this configuration over an HTTPS one with string matching. */
export function healthCheck(rest: Record<string, unknown> = {}): unknown {
  return {
    Type: 'AWS::Route53::HealthCheck',
    Properties: {
      HealthCheckConfig: {
        Type: 'HTTPS_STR_MATCH',
        FullyQualifiedDomainName: 'us-east-2.api.example.com',
        ResourcePath: '/health',
        SearchString: '"status":"healthy"',
        RequestInterval: 10,
        ...rest,
      },
    },
  };
}

/** One Region as the blueprint deploys it: custom domain, endpoint check, calculated parent, A and AAAA latency aliases. */
export function regionalResources(region: string): Resources {
  const AliasTarget = {
    DNSName: { 'Fn::GetAtt': ['Domain', 'RegionalDomainName'] },
    HostedZoneId: { 'Fn::GetAtt': ['Domain', 'RegionalHostedZoneId'] },
    EvaluateTargetHealth: true,
  };
  const alias = (Type: string): unknown =>
    recordSet({ Type, Region: region, SetIdentifier: region, HealthCheckId: { Ref: 'Parent' }, AliasTarget });
  return {
    Domain: { Type: 'AWS::ApiGatewayV2::DomainName', Properties: { DomainName: 'api.example.com' } },
    Check: healthCheck({ FullyQualifiedDomainName: `${region}.api.example.com` }),
    Parent: {
      Type: 'AWS::Route53::HealthCheck',
      Properties: {
        HealthCheckConfig: { Type: 'CALCULATED', ChildHealthChecks: [{ Ref: 'Check' }], HealthThreshold: 1 },
      },
    },
    Ipv4: alias('A'),
    Ipv6: alias('AAAA'),
    Own: recordSet({ Name: `${region}.api.example.com.`, AliasTarget }),
  };
}

/** A health check on an alarm of another Region, under which missing data counts as healthy. */
export function alarmCheck(Name: unknown, Region: string, rest: Record<string, unknown> = {}): unknown {
  return {
    Type: 'AWS::Route53::HealthCheck',
    Properties: {
      HealthCheckConfig: {
        Type: 'CLOUDWATCH_METRIC',
        AlarmIdentifier: { Name, Region },
        InsufficientDataHealthStatus: 'Healthy',
        ...rest,
      },
    },
  };
}

/** An alarm on the gauge that a ward is evacuated with, as the holder's Region has it. */
export function evacuationAlarm(ward: string, share: string, rest: Record<string, unknown> = {}): unknown {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `dispatch-evacuated-${ward}-${share}`,
      Namespace: 'dispatch',
      MetricName: 'Evacuated',
      Dimensions: [
        { Name: 'Ward', Value: ward },
        { Name: 'Share', Value: share },
      ],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      ...rest,
    },
  };
}

/**
 * Regions in a ring, each with two shares of the clients and the alarms of the Region before it:
 *
 * ```
 * api.example.com        weighted 10 : 90  →  first., rest.
 * first.api.example.com  by latency, gated by endpoint and alarm
 * rest.api.example.com   by latency, gated by endpoint and alarm
 * ```
 */
export function ringOf(...regions: readonly string[]): Assembly {
  const entries = regions.map((region, index): readonly [string, Resources] => {
    const holder = regions[(index + 1) % regions.length] ?? region;
    const ward = regions[(index + regions.length - 1) % regions.length] ?? region;
    return [region, ringMember(region, holder, ward)];
  });
  return assemblyOf(Object.fromEntries(entries));
}

function ringMember(region: string, holder: string, ward: string): Resources {
  const shares = [
    ['first', 10],
    ['rest', 90],
  ] as const;
  const { Domain, Check, Own } = regionalResources(region);
  const target = {
    DNSName: { 'Fn::GetAtt': ['Domain', 'RegionalDomainName'] },
    HostedZoneId: { 'Fn::GetAtt': ['Domain', 'RegionalHostedZoneId'] },
    EvaluateTargetHealth: true,
  };
  const ofShare = ([share, Weight]: (typeof shares)[number]): Record<string, unknown> => {
    const host = `${share}.api.example.com`;
    const gate = { ChildHealthChecks: [{ Ref: 'Check' }, { Ref: `${share}Switch` }], HealthThreshold: 2 };
    const byLatency = { Name: host, Region: region, SetIdentifier: region, HealthCheckId: { Ref: `${share}Gate` } };
    const byWeight = { Weight, SetIdentifier: `${region}-${share}` };
    const top = { DNSName: host, HostedZoneId: 'Z1', EvaluateTargetHealth: true };
    return {
      [`${share}Alarm`]: evacuationAlarm(ward, share),
      [`${share}Switch`]: alarmCheck(`dispatch-evacuated-${region}-${share}`, holder),
      [`${share}Gate`]: {
        Type: 'AWS::Route53::HealthCheck',
        Properties: { HealthCheckConfig: { Type: 'CALCULATED', ...gate } },
      },
      [`${share}LatencyA`]: recordSet({ ...byLatency, AliasTarget: target }),
      [`${share}LatencyAaaa`]: recordSet({ ...byLatency, Type: 'AAAA', AliasTarget: target }),
      [`${share}WeightedA`]: recordSet({ ...byWeight, AliasTarget: top }),
      [`${share}WeightedAaaa`]: recordSet({ ...byWeight, Type: 'AAAA', AliasTarget: top }),
    };
  };
  return { Domain, Check, Own, ...Object.assign({}, ...shares.map(ofShare)) };
}
