import { readZone } from '../../../lib/drill/dns/zone';
import { assemblyOf, healthCheck, type Resources, recordSet, regionalResources, valueRecord } from './written-assembly';

const read = (resources: Resources) => readZone(assemblyOf({ 'us-east-2': resources }));

describe('the blueprint', () => {
  const zone = readZone(
    assemblyOf({ 'us-east-2': regionalResources('us-east-2'), 'us-west-2': regionalResources('us-west-2') }),
  );

  test('has a latency alias for each Region and address family, gated by the calculated check', () => {
    for (const type of ['A', 'AAAA']) {
      expect(zone.find('api.example.com', type)).toMatchObject(
        ['us-east-2', 'us-west-2'].map((region) => ({
          policy: { kind: 'latency', region },
          setIdentifier: region,
          evaluateTargetHealth: true,
          healthCheckId: `${region}/Parent`,
          region,
          target: { kind: 'resource', attribute: 'RegionalDomainName', ttlSeconds: 60 },
        })),
      );
    }
  });

  test('points each alias at the custom domain of its own stack', () => {
    const targets = zone.find('api.example.com', 'A').map(({ target }) => target);

    expect(targets.map((target) => target.kind === 'resource' && target.resource.stack.region)).toEqual([
      'us-east-2',
      'us-west-2',
    ]);
  });

  test('has an endpoint check for each Region under its parent', () => {
    expect(zone.healthCheck('us-west-2/Check')).toEqual({
      kind: 'endpoint',
      id: 'us-west-2/Check',
      protocol: 'HTTPS',
      fullyQualifiedDomainName: 'us-west-2.api.example.com',
      port: 443,
      path: '/health',
      searchString: '"status":"healthy"',
      intervalSeconds: 10,
      failureThreshold: 3,
      checkerRegions: expect.arrayContaining(['us-east-1', 'sa-east-1']),
      inverted: false,
    });
    expect(zone.healthCheck('us-west-2/Parent')).toEqual({
      kind: 'calculated',
      id: 'us-west-2/Parent',
      children: ['us-west-2/Check'],
      healthThreshold: 1,
      inverted: false,
    });
  });
});

test('names are compared in lower case without the trailing dot', () => {
  expect(read({ Www: valueRecord({ Name: 'WWW.Example.COM.' }) }).find('www.example.com', 'A')).toHaveLength(1);
});

test('the members of a record set group are read like records', () => {
  const member = (region: string) => valueRecord({ HostedZoneId: undefined, Region: region, SetIdentifier: region });
  const zone = read({
    Group: {
      Type: 'AWS::Route53::RecordSetGroup',
      Properties: {
        HostedZoneId: 'Z1',
        RecordSets: ['us-east-2', 'us-west-2'].map((region) => member(region).Properties),
      },
    },
  });

  expect(zone.records.map(({ address, region }) => [address, region])).toEqual([
    ['us-east-2/Group.RecordSets[0]', 'us-east-2'],
    ['us-east-2/Group.RecordSets[1]', 'us-west-2'],
  ]);
});

test('an alias names another record by its name or by reference', () => {
  const alias = (Name: string, DNSName: unknown) => recordSet({ Name, AliasTarget: { DNSName, HostedZoneId: 'Z1' } });
  const zone = read({
    Www: valueRecord({ Name: 'www.example.com' }),
    ByName: alias('a.example.com', 'WWW.example.com.'),
    ByReference: alias('b.example.com', { Ref: 'Www' }),
  });

  for (const name of ['a.example.com', 'b.example.com']) {
    expect(zone.find(name, 'A')[0]?.target).toEqual({ kind: 'record', name: 'www.example.com' });
  }
});

test('an alias to a load balancer is found behind its dualstack prefix and lives for 60 s', () => {
  const zone = read({
    Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: {} },
    Alias: recordSet({
      AliasTarget: {
        DNSName: { 'Fn::Join': ['', ['dualstack.', { 'Fn::GetAtt': ['Balancer', 'DNSName'] }]] },
        HostedZoneId: 'Z2',
      },
    }),
  });

  expect(zone.records[0]?.target).toMatchObject({ kind: 'resource', attribute: 'DNSName', ttlSeconds: 60 });
});

test('a health check without interval, threshold, port and path gets the defaults of Route 53', () => {
  const zone = read({
    Check: healthCheck({ Type: 'HTTP', RequestInterval: undefined, ResourcePath: undefined, SearchString: undefined }),
  });

  expect(zone.healthCheck('us-east-2/Check')).toMatchObject({
    protocol: 'HTTP',
    port: 80,
    path: '/',
    intervalSeconds: 30,
    failureThreshold: 3,
  });
});

const policyRecord = (rest: Record<string, unknown>) => valueRecord({ SetIdentifier: 'x', ...rest });
const calculated = (ChildHealthChecks: unknown[], rest: Record<string, unknown> = {}): unknown => ({
  Type: 'AWS::Route53::HealthCheck',
  Properties: { HealthCheckConfig: { Type: 'CALCULATED', ChildHealthChecks, HealthThreshold: 1, ...rest } },
});

describe('what Route 53 refuses', () => {
  test.each<[string, Resources, string]>([
    [
      'two records with one set identifier',
      { A: policyRecord({ Weight: 1 }), B: policyRecord({ Weight: 2 }) },
      'us-east-2/B.SetIdentifier: found "x" a second time under A api.example.com',
    ],
    ['two simple records of one name', { A: valueRecord(), B: valueRecord() }, 'found a second simple record'],
    [
      'mixed policies under one name',
      { A: policyRecord({ Weight: 1 }), B: policyRecord({ Region: 'us-east-2', SetIdentifier: 'y' }) },
      'us-east-2/A, us-east-2/B: found policies weighted and latency',
    ],
    ['two policies in one record', { A: policyRecord({ Weight: 1, Region: 'us-east-2' }) }, 'one routing policy'],
    [
      'two latency records of one Region',
      { A: policyRecord({ Region: 'us-east-2' }), B: policyRecord({ Region: 'us-east-2', SetIdentifier: 'y' }) },
      'us-east-2/B.Region: found "us-east-2" a second time',
    ],
    [
      'two primaries',
      { A: policyRecord({ Failover: 'PRIMARY' }), B: policyRecord({ Failover: 'PRIMARY', SetIdentifier: 'y' }) },
      'us-east-2/B.Failover: found "PRIMARY" a second time',
    ],
    [
      'two records for one country',
      {
        A: policyRecord({ GeoLocation: { CountryCode: 'DE' } }),
        B: policyRecord({ GeoLocation: { CountryCode: 'DE' }, SetIdentifier: 'y' }),
      },
      'us-east-2/B.GeoLocation: found "DE" a second time',
    ],
    [
      'a continent that also names a country',
      { A: policyRecord({ GeoLocation: { ContinentCode: 'EU', CountryCode: 'DE' } }) },
      'us-east-2/A.GeoLocation.ContinentCode: found "EU"; allowed: it alone',
    ],
    [
      'a continent of its own',
      { A: policyRecord({ GeoLocation: { ContinentCode: 'XX' } }) },
      'found "XX"; allowed: AF, AN, AS, EU, OC, NA, SA',
    ],
    [
      'a state of another country',
      { A: policyRecord({ GeoLocation: { CountryCode: 'CA', SubdivisionCode: 'QC' } }) },
      'us-east-2/A.GeoLocation.CountryCode: found "CA"',
    ],
    ['no place', { A: policyRecord({ GeoLocation: {} }) }, 'allowed: a ContinentCode or a CountryCode'],
    ['a multivalue CNAME', { A: policyRecord({ MultiValueAnswer: true, Type: 'CNAME' }) }, 'us-east-2/A.Type'],
    [
      'a multivalue alias',
      { A: recordSet({ MultiValueAnswer: true, SetIdentifier: 'x', AliasTarget: { DNSName: 'api.example.com' } }) },
      'us-east-2/A.AliasTarget',
    ],
    [
      'a private address',
      { C: healthCheck({ IPAddress: '10.0.0.1' }) },
      'us-east-2/C.HealthCheckConfig.IPAddress: found "10.0.0.1"',
    ],
    ['a local IPv6 address', { C: healthCheck({ IPAddress: 'fe80::1' }) }, 'found "fe80::1"'],
    ['an address that is none', { C: healthCheck({ IPAddress: 'api.example.com' }) }, 'found "api.example.com"'],
    ['a policy without set identifier', { A: valueRecord({ Weight: 1 }) }, 'us-east-2/A.SetIdentifier: found nothing'],
    ['a weight above 255', { A: policyRecord({ Weight: 256 }) }, 'found 256; allowed: a whole number from 0 to 255'],
    ['a failover role of its own', { A: policyRecord({ Failover: 'THIRD' }) }, 'found "THIRD"'],
    ['a record without values', { A: recordSet() }, 'us-east-2/A.ResourceRecords: found nothing'],
    ['a record without life', { A: valueRecord({ TTL: undefined }) }, 'us-east-2/A.TTL: found nothing'],
    ['a record without zone', { A: valueRecord({ HostedZoneId: undefined }) }, 'us-east-2/A.HostedZoneId'],
    ['a CNAME beside another type', { A: valueRecord(), B: valueRecord({ Type: 'CNAME' }) }, 'a CNAME beside A'],
    [
      'an alias to a record of another type',
      {
        A: valueRecord({ Name: 'www.example.com' }),
        B: recordSet({ Type: 'AAAA', AliasTarget: { DNSName: 'www.example.com' } }),
      },
      'which has no record of type AAAA',
    ],
    [
      'aliases in a circle',
      {
        A: recordSet({ Name: 'a.example.com', AliasTarget: { DNSName: 'b.example.com' } }),
        B: recordSet({ Name: 'b.example.com', AliasTarget: { DNSName: 'a.example.com' } }),
      },
      'which leads back to A a.example.com',
    ],
    ['an interval of 15 s', { C: healthCheck({ RequestInterval: 15 }) }, 'found 15; allowed: 10 or 30 seconds'],
    ['a threshold of 11', { C: healthCheck({ FailureThreshold: 11 }) }, 'a whole number from 1 to 10'],
    ['two checker Regions', { C: healthCheck({ Regions: ['us-east-1', 'us-west-2'] }) }, 'at least 3 different ones'],
    [
      'a checker Region without checkers',
      { C: healthCheck({ Regions: ['us-east-1', 'us-west-2', 'us-east-2'] }) },
      'Regions',
    ],
    ['string matching without string', { C: healthCheck({ SearchString: undefined }) }, 'SearchString: found nothing'],
    ['a search string of 256 characters', { C: healthCheck({ SearchString: 'x'.repeat(256) }) }, 'at most 255'],
    ['a check without host', { C: healthCheck({ FullyQualifiedDomainName: undefined }) }, 'FullyQualifiedDomainName'],
    [
      'a calculated check of a calculated check',
      { C: healthCheck(), Parent: calculated([{ Ref: 'C' }]), Grand: calculated([{ Ref: 'Parent' }]) },
      'us-east-2/Grand.HealthCheckConfig.ChildHealthChecks',
    ],
  ])('refuses %s', (_, resources, message) => {
    expect(() => read(resources)).toThrow(
      expect.objectContaining({ name: 'BadInput', message: expect.stringContaining(message) }),
    );
  });

  test('refuses everything at once', () => {
    const resources = { A: policyRecord({ Weight: 256 }), C: healthCheck({ RequestInterval: 15 }) };

    expect(() => read(resources)).toThrow(/2 problems/);
  });
});

describe('what is left out', () => {
  test.each<[string, Resources, string]>([
    [
      'geoproximity',
      { A: policyRecord({ GeoProximityLocation: {} }) },
      'RecordSet us-east-2/A: routing by GeoProximityLocation',
    ],
    ['CIDR routing', { A: policyRecord({ CidrRoutingConfig: {} }) }, 'CidrRoutingConfig'],
    ['wildcards', { A: valueRecord({ Name: '*.example.com' }) }, 'wildcard name *.example.com'],
    ['SOA records', { A: valueRecord({ Type: 'SOA' }) }, 'an SOA record'],
    ['an unknown Region', { A: policyRecord({ Region: 'mx-central-1' }) }, 'a latency record of Region mx-central-1'],
    [
      'names known after deployment',
      { P: { Type: 'X::Y::Z' }, A: valueRecord({ Name: { Ref: 'P' } }) },
      'known only after',
    ],
    ['aliases out of the assembly', { A: recordSet({ AliasTarget: { DNSName: 'x.example.net' } }) }, 'x.example.net'],
    [
      'aliases to other services',
      {
        G: { Type: 'AWS::GlobalAccelerator::Accelerator' },
        A: recordSet({ AliasTarget: { DNSName: { 'Fn::GetAtt': ['G', 'DnsName'] } } }),
      },
      'an alias to AWS::GlobalAccelerator::Accelerator us-east-2/G',
    ],
    ['health checks out of the assembly', { A: valueRecord({ HealthCheckId: 'abc' }) }, 'health check abc is not in'],
    [
      'private zones',
      {
        Zone: { Type: 'AWS::Route53::HostedZone', Properties: { Name: 'example.com', VPCs: [{ VPCId: 'vpc-1' }] } },
        A: valueRecord({ HostedZoneId: { Ref: 'Zone' } }),
      },
      'a record in private hosted zone Zone',
    ],
    ['one name in two zones', { A: valueRecord(), B: valueRecord({ HostedZoneId: 'Z2', Type: 'AAAA' }) }, 'Z1 and Z2'],
    [
      'routing controls',
      { C: healthCheck({ Type: 'RECOVERY_CONTROL' }) },
      'C.HealthCheckConfig: a health check of type RECO',
    ],
    ['TCP checks of no port', { C: healthCheck({ Type: 'TCP' }) }, 'a TCP check without a port'],
    ['checks without SNI', { C: healthCheck({ EnableSNI: false }) }, 'EnableSNI: false'],
    ['calculated checks without threshold', { C: calculated([], { HealthThreshold: undefined }) }, 'HealthThreshold'],
    [
      'a check of the name it gates',
      {
        C: healthCheck({ FullyQualifiedDomainName: 'api.example.com' }),
        A: valueRecord({ HealthCheckId: { Ref: 'C' } }),
      },
      'watches api.example.com, the name it gates',
    ],
    [
      'a check of a name that leads to what it gates',
      {
        C: healthCheck({ FullyQualifiedDomainName: 'api.example.com' }),
        Top: policyRecord({
          Weight: 1,
          AliasTarget: { DNSName: 'rest.example.com' },
          TTL: undefined,
          ResourceRecords: undefined,
        }),
        A: valueRecord({ Name: 'rest.example.com', HealthCheckId: { Ref: 'C' } }),
      },
      'watches api.example.com, which leads to rest.example.com',
    ],
  ])('refuses %s', (_, resources, message) => {
    expect(() => read(resources)).toThrow(
      expect.objectContaining({ name: 'NotModelled', message: expect.stringContaining(message) }),
    );
  });
});
