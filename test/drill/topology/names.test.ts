import type { Assembly } from '../../../lib/assembly';
import {
  alarmCheck,
  assemblyOf,
  evacuationAlarm,
  healthCheck,
  type Resources,
  recordSet,
} from '../dns/written-assembly';
import { findingsIn, judged, nameIn } from './judged';

const EAST = 'us-east-1';
const WEST = 'us-west-2';
const API = 'api.example.com';

/** An alias to the custom domain that a stack of the same Region has. */
function alias(rest: Record<string, unknown> = {}, evaluated = true): ReturnType<typeof recordSet> {
  const AliasTarget = {
    DNSName: { 'Fn::GetAtt': ['Domain', 'RegionalDomainName'] },
    HostedZoneId: { 'Fn::GetAtt': ['Domain', 'RegionalHostedZoneId'] },
    EvaluateTargetHealth: evaluated,
  };
  return recordSet({ AliasTarget, ...rest });
}

const domain = { Type: 'AWS::ApiGatewayV2::DomainName', Properties: { DomainName: API } };

/** A check of the Region's own name, every ten seconds, three failures, no string to look for. */
function ownCheck(region: string, rest: Record<string, unknown> = {}): unknown {
  const host = `${region}.api.example.com`;
  return healthCheck({ Type: 'HTTPS', FullyQualifiedDomainName: host, SearchString: undefined, ...rest });
}

/** Regions that serve one name, by what each of them declares beside its domain and its own name. */
function serving(declare: (region: string) => Resources): Assembly {
  const stack = (region: string): Resources => ({
    Domain: domain,
    Own: alias({ Name: `${region}.api.example.com` }),
    ...declare(region),
  });
  return assemblyOf({ [EAST]: stack(EAST), [WEST]: stack(WEST) });
}

const byFailover = (region: string): Record<string, unknown> => ({
  Failover: region === EAST ? 'PRIMARY' : 'SECONDARY',
  SetIdentifier: region,
});
const byLatency = (region: string): Record<string, unknown> => ({ Region: region, SetIdentifier: region });

const checked = (rest: Record<string, unknown> = {}): Assembly =>
  serving((region) => ({
    Check: ownCheck(region, rest),
    Record: alias({ ...byFailover(region), HealthCheckId: { Ref: 'Check' } }),
  }));

describe('a name with health checks', () => {
  test('leaves the struck Region within the bounds that the checks and the life of answers set, and returns', async () => {
    const report = await judged(checked(), [EAST]);
    const { verdict, leaves, returns, findings } = nameIn(report, API);
    const [bound = 0] = report.healthChecks.map(({ boundSeconds }) => boundSeconds);

    expect(verdict).toBe('fails-over');
    expect(findings).toEqual([]);
    // Three failures ten seconds apart lie twenty seconds from each other at least.
    expect(leaves?.decidedSeconds).toBeGreaterThan(20);
    expect(leaves?.answersSeconds).toBeLessThan(bound);
    expect(bound).toBe(3 * (10 + 4 + 2) + 10);
    expect((leaves?.forgottenSeconds ?? 0) - (leaves?.answersSeconds ?? 0)).toBe(60);
    expect(returns?.answersSeconds).toBeGreaterThan(0);
    expect(returns?.answersSeconds).toBeLessThan(bound);
  });

  test('takes thrice as long or so when checked every thirty seconds', async () => {
    const [often, seldom] = await Promise.all(
      [10, 30].map(async (RequestInterval) => nameIn(await judged(checked({ RequestInterval }), [EAST]), API)),
    );
    const ratio = (seldom?.leaves?.decidedSeconds ?? 0) / (often?.leaves?.decidedSeconds ?? 1);

    expect(ratio).toBeGreaterThan(2);
    expect(ratio).toBeLessThan(3.5);
  });

  test('stays when the loss is over before its checks turn', async () => {
    const { verdict, leaves } = nameIn(await judged(checked(), [EAST], 15), API);

    expect({ verdict, leaves }).toEqual({ verdict: 'stays', leaves: undefined });
  });

  test('says to each geography where it is led, before and during', async () => {
    const latency = serving((region) => ({
      Check: ownCheck(region),
      Record: alias({ ...byLatency(region), HealthCheckId: { Ref: 'Check' } }),
    }));
    const { answers } = nameIn(await judged(latency, [EAST]), API);
    const of = (id: string) => answers.find(({ geography }) => geography === id);

    expect(of('us-east')).toEqual({ geography: 'us-east', before: { [EAST]: 1 }, during: { [WEST]: 1 } });
    expect(of('japan')).toEqual({ geography: 'japan', before: { [WEST]: 1 }, during: { [WEST]: 1 } });
  });

  test('is answered as if all were well when none is, which is said', async () => {
    // Both Regions' records follow the check of the Region that is lost.
    const shared = assemblyOf({
      [EAST]: {
        Domain: domain,
        Own: alias({ Name: `${EAST}.api.example.com` }),
        Check: ownCheck(EAST),
        Record: alias({ ...byFailover(EAST), HealthCheckId: { Ref: 'Check' } }),
      },
      [WEST]: {
        Domain: domain,
        Check: ownCheck(EAST),
        Record: alias({ ...byFailover(WEST), HealthCheckId: { Ref: 'Check' } }),
      },
    });
    const report = await judged(shared, [EAST]);

    expect(nameIn(report, API).verdict).toBe('stays');
    expect(findingsIn(report, API)).toEqual(['fail-open']);
    expect(findingsIn(await judged(checked(), [EAST]), API)).not.toContain('fail-open');
  });

  test('is not kept by a check that watches another Region, which is said', async () => {
    const crossed = serving((region) => ({
      Check: ownCheck(region === EAST ? WEST : EAST),
      Record: alias({ ...byFailover(region), HealthCheckId: { Ref: 'Check' } }),
    }));
    const report = await judged(crossed, [EAST]);

    expect(nameIn(report, API).verdict).toBe('stays');
    expect(findingsIn(report, API)).toEqual(['check-elsewhere']);
  });

  test('leaves in part where one of two weighted records of a Region has no check', async () => {
    const weighted = serving((region) => ({
      Check: ownCheck(region),
      Gated: alias({ Weight: 10, SetIdentifier: `${region}-gated`, HealthCheckId: { Ref: 'Check' } }),
      Open: alias({ Weight: 30, SetIdentifier: `${region}-open` }),
    }));
    const report = await judged(weighted, [EAST]);
    const { verdict, answers, leaves } = nameIn(report, API);

    expect(verdict).toBe('partly');
    expect(answers[0]?.before).toEqual({ [EAST]: 0.5, [WEST]: 0.5 });
    // Of 70 parts that are left, 30 lead to the lost Region.
    expect(answers[0]?.during[EAST]).toBeCloseTo(30 / 70, 9);
    expect(leaves).toBeDefined();
    expect(findingsIn(report, API)).toEqual(['gateway-health-only']);
  });
});

describe('a name stays when nothing takes its record out:', () => {
  test.each<[string, Record<string, unknown>, boolean, string]>([
    ["an alias follows API Gateway's health alone", {}, true, 'gateway-health-only'],
    ['an alias does not evaluate its target', {}, false, 'target-not-evaluated'],
    ['its check is disabled', { HealthCheckId: { Ref: 'Disabled' } }, true, 'no-health-check'],
    ['its check follows an alarm', { HealthCheckId: { Ref: 'Switch' } }, true, 'alarm-only'],
  ])('%s', async (_what, rest, evaluated, finding) => {
    const assembly = serving((region) => ({
      Disabled: ownCheck(region, { Disabled: true }),
      Alarm: evacuationAlarm(region, 'all'),
      Switch: alarmCheck(`dispatch-evacuated-${region}-all`, region),
      Record: alias({ ...byLatency(region), ...rest }, evaluated),
    }));
    const report = await judged(assembly, [EAST]);

    expect(nameIn(report, API)).toMatchObject({ verdict: 'stays' });
    expect(findingsIn(report, API)).toEqual([finding]);
  });
});

test('a load balancer takes its record out, but nobody knows when', async () => {
  const balanced = (evaluated: boolean): Assembly =>
    serving((region) => ({
      Balancer: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties: {} },
      Record: recordSet({
        ...byFailover(region),
        AliasTarget: {
          DNSName: { 'Fn::GetAtt': ['Balancer', 'DNSName'] },
          HostedZoneId: { 'Fn::GetAtt': ['Balancer', 'CanonicalHostedZoneID'] },
          EvaluateTargetHealth: evaluated,
        },
      }),
    }));
  const report = await judged(balanced(true), [EAST]);
  const { verdict, leaves, returns } = nameIn(report, API);

  expect({ verdict, leaves, returns }).toEqual({ verdict: 'fails-over', leaves: undefined, returns: undefined });
  expect(findingsIn(report, API)).toEqual(['load-balancer-health']);
  expect(nameIn(await judged(balanced(false), [EAST]), API).verdict).toBe('stays');
});

describe('a name without a policy', () => {
  test('has nowhere to go from the Region it leads to, and is not struck in another', async () => {
    const assembly = serving((region) => ({
      ...(region === EAST ? { Admin: alias({ Name: 'admin.example.com' }) } : {}),
    }));

    expect(nameIn(await judged(assembly, [EAST]), 'admin.example.com').verdict).toBe('nowhere-else');
    expect(nameIn(await judged(assembly, [WEST]), 'admin.example.com').verdict).toBe('not-struck');
  });

  test('goes where the routed name goes that it leads to; of lives, only those count of what changes', async () => {
    const assembly = serving((region) => ({
      Check: ownCheck(region),
      Record: recordSet({
        ...byFailover(region),
        Type: 'CNAME',
        TTL: '300',
        HealthCheckId: { Ref: 'Check' },
        ResourceRecords: [`${region}.api.example.com`],
      }),
      ...(region === EAST
        ? { Www: recordSet({ Name: 'www.example.com', Type: 'CNAME', TTL: '86400', ResourceRecords: [API] }) }
        : {}),
    }));
    const report = await judged(assembly, [EAST]);
    const { verdict, type, policy, regions, leaves } = nameIn(report, 'www.example.com');

    expect({ verdict, type, policy, regions }).toEqual({
      verdict: 'fails-over',
      type: 'CNAME',
      policy: 'simple',
      regions: [EAST, WEST],
    });
    expect((leaves?.forgottenSeconds ?? 0) - (leaves?.answersSeconds ?? 0)).toBe(300);
    expect(nameIn(report, API).leaves).toEqual(leaves);
    expect(findingsIn(report, API)).toEqual(['long-life']);
    expect(findingsIn(report, 'www.example.com')).toEqual([]);
  });

  test('is left out when the templates do not tell where it leads', async () => {
    const assembly = assemblyOf({
      [EAST]: {
        Mail: recordSet({ Name: 'mail.example.com', TTL: '60', ResourceRecords: ['192.0.2.9'] }),
        Static: recordSet({
          Name: 'static.example.com',
          Type: 'CNAME',
          TTL: '60',
          ResourceRecords: ['cdn.example.net'],
        }),
      },
    });
    const { names, leftNames } = await judged(assembly, [EAST]);

    expect(names).toEqual([]);
    expect(leftNames).toEqual([
      { name: 'mail.example.com', why: 'the templates do not tell in which Region 192.0.2.9 is' },
      { name: 'static.example.com', why: 'the templates do not tell in which Region cdn.example.net is' },
    ]);
  });
});
