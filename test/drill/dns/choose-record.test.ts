import * as fc from 'fast-check';
import { answerQuery, type HealthView } from '../../../lib/drill/dns/answer-query';
import { chooseRecord } from '../../../lib/drill/dns/choose-record';
import type { DnsRecord } from '../../../lib/drill/dns/record';
import { geographies } from '../../../lib/drill/model/round-trips';
import { failover, firstValue, geography, latency, record, viewWithout, weighted, zoneOf } from './records';

const usEast = geography('us-east');

function choose(records: readonly DnsRecord[], unhealthy: readonly string[], draw = 0): string | undefined {
  const isHealthy = ({ healthCheckId }: DnsRecord): boolean => !unhealthy.includes(healthCheckId ?? '');
  return firstValue(chooseRecord(records, isHealthy, usEast, () => draw));
}

function answered(records: readonly DnsRecord[], view: HealthView, draw = 0, from = usEast): string | undefined {
  const question = { name: 'example.com', type: 'A', geography: from, draw: () => draw };
  return firstValue(answerQuery(zoneOf(...records), view, question).record);
}

describe('latency records', () => {
  const both = [latency('example.com', 'us-west-2'), latency('example.com', 'ap-southeast-1')];

  // The documentation asks which of Oregon and Singapore serves London: 129 ms against 170 ms in the table.
  test.each([
    ['eu-west', 'us-west-2'],
    ['southeast-asia', 'ap-southeast-1'],
    ['oceania', 'ap-southeast-1'],
    ['us-central', 'us-west-2'],
  ])('answer %s with %s', (id, region) => {
    expect(answered(both, viewWithout(), 0, geography(id))).toBe(region);
  });

  test('of equal distance go to the first set identifier, in any order of declaration', () => {
    const tied = ['b', 'a', 'c'].map((value) =>
      record('example.com', value, { policy: { kind: 'latency', region: 'us-east-2' }, region: 'us-east-2' }),
    );

    expect(answered(tied, viewWithout())).toBe('a');
    expect(answered([...tied].reverse(), viewWithout())).toBe('a');
  });
});

describe('weighted records', () => {
  test('of weights 1 and 255 get 1/256 and 255/256 of the answers', () => {
    const records = [weighted('example.com', 'small', 1), weighted('example.com', 'large', 255)];
    const draws = Array.from({ length: 256 }, (_, index) => choose(records, [], index / 256));

    expect(draws.filter((value) => value === 'small')).toHaveLength(1);
  });

  const answers = (records: readonly DnsRecord[], unhealthy: readonly string[]): readonly (string | undefined)[] =>
    [...new Set([0, 0.25, 0.5, 0.75, 0.999].map((draw) => choose(records, unhealthy, draw)))].sort();

  // Both tables of https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html, row by row.
  const checkedZero = [weighted('n', '1', 1), weighted('n', '2', 1), weighted('n', '3', 0)];
  test.each([
    [['1', '2'], ['3']],
    [
      ['1', '2', '3'],
      ['1', '2'],
    ],
    [['1', '3'], ['2']],
    [['3'], ['1', '2']],
    [[], ['1', '2']],
  ])('beside a checked record of weight 0 answer, with %p unhealthy, %p', (unhealthy, expected) => {
    expect(answers(checkedZero, unhealthy)).toEqual(expected);
  });

  const uncheckedZero = [weighted('n', '1', 1), weighted('n', '2', 1), weighted('n', '3', 0, false)];
  test.each([
    [[], ['1', '2']],
    [['1', '2'], ['3']],
    [['1'], ['2']],
  ])('beside an unchecked record of weight 0 answer, with %p unhealthy, %p', (unhealthy, expected) => {
    expect(answers(uncheckedZero, unhealthy)).toEqual(expected);
  });

  test('all of weight 0 get equal shares', () => {
    const records = ['1', '2', '3', '4'].map((value) => weighted('n', value, 0));
    const counts = Array.from({ length: 400 }, (_, index) => choose(records, [], index / 400));

    for (const value of ['1', '2', '3', '4']) expect(counts.filter((found) => found === value)).toHaveLength(100);
  });
});

describe('failover records', () => {
  test.each([
    [[], 'PRIMARY'],
    [['SECONDARY'], 'PRIMARY'],
    [['PRIMARY'], 'SECONDARY'],
    [['PRIMARY', 'SECONDARY'], 'PRIMARY'],
  ])('with %p unhealthy answer %s', (unhealthy, expected) => {
    expect(choose([failover('SECONDARY'), failover('PRIMARY')], unhealthy)).toBe(expected);
  });

  test('answer an unchecked secondary whenever the primary is unhealthy', () => {
    const { healthCheckId: _, ...unchecked } = failover('SECONDARY');

    expect(choose([failover('PRIMARY'), unchecked], ['PRIMARY', 'SECONDARY'])).toBe('SECONDARY');
  });
});

// The tree of https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html
describe('a tree of latency aliases over weighted records', () => {
  const branch = (region: string, rest: Partial<DnsRecord> = {}): DnsRecord =>
    latency('example.com', region, {
      target: { kind: 'record', name: `${region}-www.example.com` },
      evaluateTargetHealth: true,
      ...rest,
    });
  const instance = (region: string, value: string, checked = true): DnsRecord =>
    weighted(`${region}-www.example.com`, value, 10, checked);
  const leaves = [
    instance('us-east-1', 'east-1'),
    instance('us-east-1', 'east-2'),
    instance('ap-southeast-2', 'sydney-1'),
    instance('ap-southeast-2', 'sydney-2'),
  ];
  const tree = [branch('us-east-1'), branch('ap-southeast-2'), ...leaves];

  test('answers from the closest branch', () => {
    expect(answered(tree, viewWithout(), 0.9)).toBe('east-2');
  });

  test('stays in a branch with one healthy record', () => {
    expect(answered(tree, viewWithout('east-2'), 0.9)).toBe('east-1');
  });

  test('backs out of a branch whose records all fail', () => {
    expect(answered(tree, viewWithout('east-1', 'east-2'))).toBe('sydney-1');
  });

  test('leaves a branch whose alias fails its own health check, though all its records are healthy', () => {
    const gated = [branch('us-east-1', { healthCheckId: 'east' }), branch('ap-southeast-2'), ...leaves];

    expect(answered(gated, viewWithout('east'))).toBe('sydney-1');
  });

  test('takes a record without health check for healthy', () => {
    const [first, , ...others] = leaves;
    const unchecked = [first as DnsRecord, instance('us-east-1', 'unchecked', false), ...others];

    expect(answered([...tree.slice(0, 2), ...unchecked], viewWithout('east-1'))).toBe('unchecked');
  });

  test('stays in a failing branch when its alias does not evaluate the target', () => {
    const blind = [branch('us-east-1', { evaluateTargetHealth: false }), branch('ap-southeast-2'), ...leaves];

    expect(answered(blind, viewWithout('east-1', 'east-2'), 0.9)).toBe('east-2');
  });

  test('answers as if all were healthy when none is', () => {
    expect(answered(tree, viewWithout('east-1', 'east-2', 'sydney-1', 'sydney-2'), 0.9)).toBe('east-2');
  });
});

test('an alias to a resource follows the health of its service only when it evaluates it', () => {
  const domain = { logicalId: 'Domain' } as never;
  const alias = (region: string, evaluateTargetHealth: boolean): DnsRecord =>
    latency('example.com', region, {
      target: { kind: 'resource', resource: domain, attribute: 'RegionalDomainName', ttlSeconds: 60 },
      evaluateTargetHealth,
    });
  const question = { name: 'example.com', type: 'A', geography: usEast, draw: () => 0 };
  const down: HealthView = { isHealthy: () => true, targetHealthy: () => false };
  const region = (evaluate: boolean): string | undefined =>
    answerQuery(zoneOf(alias('us-east-1', evaluate), latency('example.com', 'us-west-2')), down, question).record
      ?.region;

  expect(region(true)).toBe('us-west-2');
  expect(region(false)).toBe('us-east-1');
});

describe('answers', () => {
  const ask = (records: readonly DnsRecord[], name: string, type = 'A') =>
    answerQuery(zoneOf(...records), viewWithout(), { name, type, geography: usEast, draw: () => 0 });

  test('about an unknown name or type are empty and live for 900 s', () => {
    const records = [record('www.example.com', '192.0.2.1')];

    expect(ask(records, 'example.com')).toEqual({ ttlSeconds: 900 });
    expect(ask(records, 'www.example.com', 'AAAA')).toEqual({ ttlSeconds: 900 });
  });

  test('through a CNAME live as long as the shorter of both', () => {
    const cname = (value: string, ttlSeconds: number): DnsRecord =>
      record('www.example.com', 'cname', { type: 'CNAME', target: { kind: 'values', values: [value], ttlSeconds } });
    const target = record('api.example.com', '192.0.2.1');

    expect(ask([cname('API.example.com.', 300), target], 'www.example.com')).toEqual({
      record: target,
      ttlSeconds: 60,
    });
    expect(ask([cname('api.example.com', 20), target], 'www.example.com')).toEqual({ record: target, ttlSeconds: 20 });
  });

  test('end at a CNAME that leaves the zone', () => {
    const outside = record('www.example.com', 'other.example.net', { type: 'CNAME' });

    expect(ask([outside], 'www.example.com').record).toBe(outside);
  });

  test('refuses CNAMEs in a circle', () => {
    const circle = ['a', 'b'].map((name, index) =>
      record(`${name}.example.com`, index ? 'a.example.com' : 'b.example.com', { type: 'CNAME' }),
    );

    expect(() => ask(circle, 'a.example.com')).toThrow('not modelled: a.example.com: a chain of more than 16');
  });
});

describe('whatever the records, the health and the place', () => {
  const regions = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1', 'ap-southeast-2'];
  const group = fc
    .uniqueArray(fc.constantFrom(...regions), { minLength: 1 })
    .chain((chosen) =>
      fc
        .constantFrom('latency', 'weighted')
        .map((kind) =>
          chosen.map((region, index) =>
            kind === 'latency'
              ? latency('n', region, { healthCheckId: region })
              : weighted('n', region, (index * 7) % 5),
          ),
        ),
    );
  const place = fc.constantFrom(...geographies);
  const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test('an unhealthy record is answered only when every record is unhealthy', () => {
    fc.assert(
      fc.property(group, fc.subarray(regions), place, draw, (records, unhealthy, from, drawn) => {
        const isHealthy = ({ healthCheckId }: DnsRecord): boolean => !unhealthy.includes(healthCheckId ?? '');
        const chosen = chooseRecord(records, isHealthy, from, () => drawn);

        expect(records).toContain(chosen);
        if (records.some(isHealthy)) expect(chosen && isHealthy(chosen)).toBe(true);
      }),
    );
  });

  test('all unhealthy is answered like all healthy', () => {
    fc.assert(
      fc.property(group, place, draw, (records, from, drawn) => {
        const whenAll = (healthy: boolean): DnsRecord | undefined =>
          chooseRecord(
            records,
            () => healthy,
            from,
            () => drawn,
          );

        expect(whenAll(false)).toBe(whenAll(true));
      }),
    );
  });
});
