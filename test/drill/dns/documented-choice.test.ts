import { answerQuery } from '../../../lib/drill/dns/answer-query';
import { HealthStatuses } from '../../../lib/drill/dns/health-status';
import { readZone } from '../../../lib/drill/dns/zone';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { geography, viewWithout } from './records';
import { assemblyOf, healthCheck, type Resources, recordSet, valueRecord } from './written-assembly';

/*
 * The worked examples of Route 53's Developer Guide, each as templates declare it and as the page says what is answered. The tables of
 * routing-policy-weighted.html and the diagrams of dns-failover-complex-configs.html are in choose-record.test.ts, record by record.
 */
const GUIDE = 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/';

const NAME = 'www.example.com';

/** Records and health checks of one zone, read from a template. */
function zoneOf(resources: Resources) {
  return readZone(assemblyOf({ 'us-east-2': resources }));
}

/** A record of several values, with a health check of its own name if it is checked. */
function values(name: string, ips: readonly string[], rest: Record<string, unknown> = {}, check?: string): unknown {
  return valueRecord({
    Name: name,
    ResourceRecords: ips,
    SetIdentifier: ips[0],
    ...rest,
    ...(check === undefined ? {} : { HealthCheckId: { Ref: check } }),
  });
}

/** An alias that evaluates its target. */
function alias(name: string, target: string, rest: Record<string, unknown>): unknown {
  const AliasTarget = { DNSName: target, HostedZoneId: 'Z1', EvaluateTargetHealth: true };
  return recordSet({ Name: name, AliasTarget, SetIdentifier: target, ...rest });
}

/** Endpoint checks by these names. */
function checks(...names: readonly string[]): Resources {
  return Object.fromEntries(
    names.map((name) => [name, healthCheck({ FullyQualifiedDomainName: `${name}.example.net`.toLowerCase() })]),
  );
}

interface Question {
  /** Health checks that fail, by their names. @default - none */
  readonly unhealthy?: readonly string[];
  /** @default 'us-central' */
  readonly from?: string;
  /** @default 'www.example.com' */
  readonly name?: string;
}

/** The share of answers with each value, over equally spaced draws: 303 for the first choice by weight, 12 for the second. */
function shares(zone: ReturnType<typeof zoneOf>, { unhealthy = [], from = 'us-central', name = NAME }: Question = {}) {
  const view = viewWithout(...unhealthy.map((check) => `us-east-2/${check}`));
  const [outer, inner] = [303, 12];
  const counts = new Map<string, number>();
  for (let first = 0; first < outer; first++) {
    for (let second = 0; second < inner; second++) {
      const draws = [(first + 0.5) / outer, (second + 0.5) / inner];
      const question = { name, type: 'A', geography: geography(from), draw: () => draws.shift() ?? Number.NaN };
      const { record } = answerQuery(zone, view, question);
      const value = record?.target.kind === 'values' ? record.target.values.join(' ') : 'nothing';
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  return Object.fromEntries([...counts].map(([value, count]) => [value, count / (outer * inner)]));
}

/** Shares to about a part in three hundred, which is how far draws apart lie. */
function approximately(expected: Readonly<Record<string, number>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(expected).map(([value, share]) => [value, expect.closeTo(share, 2)]));
}

describe(`${GUIDE}dns-failover-simple-configs.html`, () => {
  const weighted = (third: string | undefined) =>
    zoneOf({
      ...checks('First', 'Second', 'Third'),
      A: values(NAME, ['192.0.2.1'], { Weight: 10 }, 'First'),
      B: values(NAME, ['192.0.2.2'], { Weight: 20 }, 'Second'),
      C: values(NAME, ['192.0.2.3'], { Weight: 20 }, third),
    });

  test('of weights 10, 20 and 20 the first record gets about 20 %, and 33 % while the third is unhealthy', () => {
    expect(shares(weighted('Third'))).toEqual(approximately({ '192.0.2.1': 0.2, '192.0.2.2': 0.4, '192.0.2.3': 0.4 }));
    expect(shares(weighted('Third'), { unhealthy: ['Third'] })).toEqual(
      approximately({ '192.0.2.1': 10 / 30, '192.0.2.2': 20 / 30 }),
    );
  });

  test('a record without a health check counts as healthy, and is all that is left when the others fail', () => {
    expect(shares(weighted(undefined), { unhealthy: ['First', 'Second', 'Third'] })).toEqual({ '192.0.2.3': 1 });
  });
});

describe(`${GUIDE}health-checks-how-route-53-chooses-records.html`, () => {
  const byTree = zoneOf({
    ...checks('First', 'Second', 'Other'),
    Top: alias(NAME, 'group.example.com', { Region: 'us-east-2' }),
    Beside: values(NAME, ['198.51.100.1'], { Region: 'us-west-2', SetIdentifier: 'beside' }, 'Other'),
    A: values('group.example.com', ['192.0.2.1'], { Weight: 1 }, 'First'),
    B: values('group.example.com', ['192.0.2.2'], { Weight: 1 }, 'Second'),
  });

  test('an alias is healthy while one of the weighted records behind it is, and its branch is left when none is', () => {
    expect(shares(byTree)).toEqual({ '192.0.2.1': expect.closeTo(0.5, 2), '192.0.2.2': expect.closeTo(0.5, 2) });
    expect(shares(byTree, { unhealthy: ['First'] })).toEqual({ '192.0.2.2': 1 });
    expect(shares(byTree, { unhealthy: ['First', 'Second'] })).toEqual({ '198.51.100.1': 1 });
  });

  test('when no record is healthy, all are', () => {
    expect(shares(byTree, { unhealthy: ['First', 'Second', 'Other'] })).toEqual(shares(byTree));
  });

  const pair = (secondaryCheck?: string) =>
    zoneOf({
      ...checks('Primary', 'Secondary'),
      A: values(NAME, ['192.0.2.1'], { Failover: 'PRIMARY' }, 'Primary'),
      B: values(NAME, ['192.0.2.2'], { Failover: 'SECONDARY' }, secondaryCheck),
    });

  test.each([
    [[], '192.0.2.1'],
    [['Secondary'], '192.0.2.1'],
    [['Primary'], '192.0.2.2'],
    [['Primary', 'Secondary'], '192.0.2.1'],
  ])('of two failover records with checks, of which %p fail, %s is returned', (unhealthy, value) => {
    expect(shares(pair('Secondary'), { unhealthy })).toEqual({ [value]: 1 });
  });

  test('a secondary record without a check is returned whenever the primary fails, even if it is unhealthy itself', () => {
    expect(shares(pair(), { unhealthy: ['Primary', 'Secondary'] })).toEqual({ '192.0.2.2': 1 });
    expect(shares(pair())).toEqual({ '192.0.2.1': 1 });
  });
});

describe(`${GUIDE}dns-failover-types.html`, () => {
  const group = (role: string, first: number): Resources =>
    Object.fromEntries(
      [0, 1, 2].map((index) => [
        `${role}${index}`,
        values(
          `failover-${role}.example.com`,
          [`192.0.2.${first + index}`],
          { Weight: 1 },
          `${role[0]?.toUpperCase()}${index}`,
        ),
      ]),
    );
  const zone = zoneOf({
    ...checks('P0', 'P1', 'P2', 'S0', 'S1', 'S2'),
    ...group('primary', 1),
    ...group('secondary', 11),
    First: alias('example.com', 'failover-primary.example.com', { Failover: 'PRIMARY' }),
    Second: alias('example.com', 'failover-secondary.example.com', { Failover: 'SECONDARY' }),
  });
  const ask = (...unhealthy: string[]) => Object.keys(shares(zone, { name: 'example.com', unhealthy })).sort();

  test('several primary and secondary resources: only healthy primary ones while there is one', () => {
    expect(ask()).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
    expect(ask('P0', 'P2')).toEqual(['192.0.2.2']);
  });

  test('several primary and secondary resources: then only healthy secondary ones, and at last all primary ones', () => {
    expect(ask('P0', 'P1', 'P2')).toEqual(['192.0.2.11', '192.0.2.12', '192.0.2.13']);
    expect(ask('P0', 'P1', 'P2', 'S1')).toEqual(['192.0.2.11', '192.0.2.13']);
    expect(ask('P0', 'P1', 'P2', 'S0', 'S1', 'S2')).toEqual(ask());
  });

  test('active-passive failover by weights: those of zero wait until every other is unhealthy', () => {
    const byWeight = zoneOf({
      ...checks('A1', 'A2', 'P1', 'P2'),
      A: values(NAME, ['192.0.2.1'], { Weight: 3 }, 'A1'),
      B: values(NAME, ['192.0.2.2'], { Weight: 1 }, 'A2'),
      C: values(NAME, ['192.0.2.3'], { Weight: 0 }, 'P1'),
      D: values(NAME, ['192.0.2.4'], { Weight: 0 }, 'P2'),
    });

    expect(shares(byWeight, { unhealthy: ['A1'] })).toEqual({ '192.0.2.2': 1 });
    expect(shares(byWeight, { unhealthy: ['A1', 'A2'] })).toEqual(
      approximately({ '192.0.2.3': 0.5, '192.0.2.4': 0.5 }),
    );
    expect(shares(byWeight, { unhealthy: ['A1', 'A2', 'P1', 'P2'] })).toEqual(
      approximately({ '192.0.2.1': 0.75, '192.0.2.2': 0.25 }),
    );
  });
});

describe(`${GUIDE}dns-failover-problems.html`, () => {
  test('of three endpoints one fails and is excluded; when the others fail under its load, all three are answered again', () => {
    const zone = zoneOf({
      ...checks('A', 'B', 'C'),
      ...Object.fromEntries(
        ['A', 'B', 'C'].map((check, index) => [`Of${check}`, values(NAME, [`192.0.2.${index}`], { Weight: 1 }, check)]),
      ),
    });
    const third = expect.closeTo(1 / 3, 2);

    expect(shares(zone, { unhealthy: ['B'] })).toEqual(approximately({ '192.0.2.0': 0.5, '192.0.2.2': 0.5 }));
    expect(shares(zone, { unhealthy: ['A', 'B', 'C'] })).toEqual({
      '192.0.2.0': third,
      '192.0.2.1': third,
      '192.0.2.2': third,
    });
  });
});

describe(`${GUIDE}TutorialManagingOver100WRR.html`, () => {
  test('a tree of two levels answers each of four records a quarter of the time', () => {
    const zone = zoneOf({
      A: alias(NAME, 'www-a.example.com', { Weight: 1 }),
      B: alias(NAME, 'www-b.example.com', { Weight: 1 }),
      A1: values('www-a.example.com', ['192.0.2.1'], { Weight: 1 }),
      A2: values('www-a.example.com', ['192.0.2.2'], { Weight: 1 }),
      B1: values('www-b.example.com', ['192.0.2.3'], { Weight: 1 }),
      B2: values('www-b.example.com', ['192.0.2.4'], { Weight: 1 }),
    });

    const quarter = Object.fromEntries([1, 2, 3, 4].map((last) => [`192.0.2.${last}`, 0.25]));
    expect(shares(zone)).toEqual(approximately(quarter));
  });
});

describe(`${GUIDE}TutorialWeightedFTMR.html`, () => {
  test('weighted aliases to records of four addresses answer all four of one or of the other', () => {
    const groups = [
      ['192.0.2.1', '192.0.2.2', '192.0.2.128', '192.0.2.129'],
      ['192.0.2.3', '192.0.2.4', '192.0.2.130', '192.0.2.131'],
    ];
    const zone = zoneOf({
      A: values('endpoint-a.example.com', groups[0] ?? [], { SetIdentifier: undefined }),
      B: values('endpoint-b.example.com', groups[1] ?? [], { SetIdentifier: undefined }),
      ToA: alias(NAME, 'endpoint-a.example.com', { Weight: 1 }),
      ToB: alias(NAME, 'endpoint-b.example.com', { Weight: 1 }),
    });

    expect(shares(zone)).toEqual(approximately(Object.fromEntries(groups.map((group) => [group.join(' '), 0.5]))));
  });
});

const [OHIO, CALIFORNIA, IRELAND, TOKYO] = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'] as const;

/** Latency records of the tutorials' Regions, under one name. */
function byLatency(name: string, prefix: string, places: Readonly<Record<string, string>>): Resources {
  const records = Object.entries(places).map(([Region, ip]) => [
    `${prefix}${Region.replaceAll('-', '')}`,
    values(name, [ip], { Region, SetIdentifier: `${prefix}${Region}` }),
  ]);
  return Object.fromEntries(records);
}

const THREE = { 'us-east-2': OHIO, 'us-west-1': CALIFORNIA, 'eu-west-1': IRELAND };

describe(`${GUIDE}TutorialTransitionToLBR.html`, () => {
  const zone = (before: number, after: number) =>
    zoneOf({
      Copy: values('copy-www.example.com', [OHIO], { SetIdentifier: undefined }),
      ...byLatency('www-lbr.example.com', 'Lbr', THREE),
      Old: alias(NAME, 'copy-www.example.com', { Weight: before }),
      New: alias(NAME, 'www-lbr.example.com', { Weight: after }),
    });

  test('a user in London is directed to Ireland and one in Chicago to Ohio', () => {
    const ask = (from: string) => shares(zone(100, 1), { from, name: 'www-lbr.example.com' });

    expect([ask('eu-west'), ask('us-central'), ask('us-west')]).toEqual([
      { [IRELAND]: 1 },
      { [OHIO]: 1 },
      { [CALIFORNIA]: 1 },
    ]);
  });

  test('of weights 100 and 1 a tiny fraction, 1/101, is routed by latency; of 90 and 10 a tenth', () => {
    const from = 'eu-west';

    expect(shares(zone(100, 1), { from })).toEqual({ [OHIO]: 300 / 303, [IRELAND]: 3 / 303 });
    expect(shares(zone(90, 10), { from })).toEqual(approximately({ [OHIO]: 0.9, [IRELAND]: 0.1 }));
    // The instance in Ohio gets traffic from both weighted records.
    expect(shares(zone(100, 1))).toEqual({ [OHIO]: 1 });
  });
});

describe(`${GUIDE}TutorialAddingLBRRegion.html`, () => {
  test('a new Region gets 1/101 of what it is nearest to, and its users go on to the others for the rest', () => {
    const zone = zoneOf({
      ...byLatency('www-lbr.example.com', 'Old', THREE),
      ...byLatency('www-lbr-2012-04-30.example.com', 'New', { ...THREE, 'ap-northeast-1': TOKYO }),
      Before: alias(NAME, 'www-lbr.example.com', { Weight: 100 }),
      After: alias(NAME, 'www-lbr-2012-04-30.example.com', { Weight: 1 }),
    });

    expect(shares(zone, { from: 'japan' })).toEqual({ [CALIFORNIA]: 300 / 303, [TOKYO]: 3 / 303 });
    expect(shares(zone, { from: 'eu-west' })).toEqual({ [IRELAND]: 1 });
  });
});

describe(`${GUIDE}TutorialLBRMultipleEC2InRegion.html`, () => {
  test('a latency alias to three equal records stands beside the plain latency record of another Region', () => {
    const zone = zoneOf({
      ...Object.fromEntries(
        [1, 2, 3].map((last) => [`Ohio${last}`, values('us-east.example.com', [`192.0.2.${last}`], { Weight: 50 })]),
      ),
      Ohio: alias(NAME, 'us-east.example.com', { Region: 'us-east-2' }),
      Ireland: values(NAME, ['198.51.100.1'], { Region: 'eu-west-1' }),
    });

    expect(shares(zone)).toEqual(approximately({ '192.0.2.1': 1 / 3, '192.0.2.2': 1 / 3, '192.0.2.3': 1 / 3 }));
    expect(shares(zone, { from: 'eu-west' })).toEqual({ '198.51.100.1': 1 });
  });
});

describe(`${GUIDE}routing-policy-latency.html`, () => {
  test('a user in London is answered with Oregon or Singapore, by which latency is lower', () => {
    const zone = zoneOf(byLatency(NAME, 'R', { 'us-west-2': '192.0.2.1', 'ap-southeast-1': '192.0.2.2' }));

    // 129 ms against 170 ms in the table of round trips.
    expect(shares(zone, { from: 'eu-west' })).toEqual({ '192.0.2.1': 1 });
    expect(shares(zone, { from: 'southeast-asia' })).toEqual({ '192.0.2.2': 1 });
  });
});

describe(`${GUIDE}dns-failover-determining-health-of-endpoints.html`, () => {
  const calculated = (HealthThreshold: number): unknown => ({
    Type: 'AWS::Route53::HealthCheck',
    Properties: {
      HealthCheckConfig: {
        Type: 'CALCULATED',
        ChildHealthChecks: [{ Ref: 'A' }, { Ref: 'B' }, { Ref: 'C' }],
        HealthThreshold,
      },
    },
  });

  test('a new health check is healthy, and an inverted one unhealthy, until there is data', () => {
    const { healthChecks } = zoneOf({
      A: healthCheck(),
      B: healthCheck({ Inverted: true }),
    });
    const statuses = new HealthStatuses(healthChecks, new RandomStream('statuses'), () => {});

    expect([statuses.isHealthy('us-east-2/A', 0), statuses.isHealthy('us-east-2/B', 0)]).toEqual([true, false]);
  });

  test('a calculated check compares the number of healthy children with the number that must be', () => {
    const { healthChecks } = zoneOf({ ...checks('A', 'B', 'C'), Two: calculated(2), All: calculated(3) });
    const statuses = new HealthStatuses(healthChecks, new RandomStream('statuses'), () => {});
    const parents = (): boolean[] => ['Two', 'All'].map((parent) => statuses.isDecidedHealthy(`us-east-2/${parent}`));

    const seen = [parents()];
    for (const child of ['A', 'B']) {
      statuses.decide(`us-east-2/${child}`, false, 0);
      seen.push(parents());
    }

    expect(seen).toEqual([
      [true, true],
      [true, false],
      [false, false],
    ]);
  });
});
