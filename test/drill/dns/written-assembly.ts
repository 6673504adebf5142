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
