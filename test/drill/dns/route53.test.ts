import type { Vote } from '../../../lib/drill/dns/endpoint-check';
import type { Probe } from '../../../lib/drill/dns/probe';
import { type RegionStatusChange, Route53 } from '../../../lib/drill/dns/route53';
import { readZone } from '../../../lib/drill/dns/zone';
import { EVERYWHERE, type Fault } from '../../../lib/drill/faults/fault';
import { FaultPlan } from '../../../lib/drill/faults/fault-plan';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { Scheduler } from '../../../lib/drill/kernel/scheduler';
import { fault } from '../drill-context';
import { geography } from './records';
import { assemblyOf, regionalResources } from './written-assembly';

const REGIONS = ['us-east-2', 'us-west-2'];
const zone = readZone(assemblyOf(Object.fromEntries(REGIONS.map((region) => [region, regionalResources(region)]))));
const usCentral = geography('us-central');
const usWest = geography('us-west');

const STRIKE_SECONDS = 60;

interface Run {
  readonly route53: Route53;
  readonly scheduler: Scheduler;
  readonly votes: readonly Vote[];
  readonly changes: readonly RegionStatusChange[];
  /** The Region answered for a geography at this moment. */
  readonly region: (from?: typeof usCentral) => string | undefined;
}

/** Two Regions; the named ones answer 503 from the strike until `healSeconds`. */
function start(
  seed: string,
  struck: readonly string[],
  healSeconds = Number.POSITIVE_INFINITY,
  down = false,
  faults: readonly Fault[] = [],
): Run {
  const scheduler = new Scheduler();
  const votes: Vote[] = [];
  const changes: RegionStatusChange[] = [];
  const probeOf =
    (region: string): Probe =>
    () => {
      const seconds = scheduler.nowMs / 1000;
      const failing = struck.includes(region) && seconds >= STRIKE_SECONDS && seconds < healSeconds;
      const body = `{"status":"${failing ? 'unhealthy' : 'healthy'}"}`;
      return { connectMs: 80, statusMs: 60, statusCode: failing ? 503 : 200, bodyMs: 0, body };
    };
  const route53 = new Route53({
    zone,
    random: new RandomStream(`${seed}/route53`),
    probe: ({ fullyQualifiedDomainName }) => probeOf(fullyQualifiedDomainName.split('.')[0] ?? ''),
    faults: new FaultPlan(faults),
    targetHealthy: ({ stack }) => !(down && struck.includes(stack.region)),
    alarmStream: ({ id }) => {
      throw new Error(`${id}: no check of this zone reads an alarm`);
    },
  });
  route53.onVote((vote) => votes.push(vote));
  route53.onStatusChange((change) => changes.push(change));
  route53.start(scheduler);
  const region = (from = usCentral): string | undefined =>
    route53.answer('api.example.com', 'A', from, scheduler.nowMs).record?.region;
  return { route53, scheduler, votes, changes, region };
}

test('answers each geography with its closest Region', () => {
  const { region } = start('1', []);

  expect(region(usCentral)).toBe('us-east-2');
  expect(region(usWest)).toBe('us-west-2');
});

test('answers with the other Region once the status of a struck one has reached the name servers', async () => {
  const { scheduler, changes, region } = start('1', ['us-east-2']);

  await scheduler.run(1000 * STRIKE_SECONDS + 60_000);

  const [child, parent] = changes;
  expect([child?.check.id, parent?.check.id]).toEqual(['us-east-2/Check', 'us-east-2/Parent']);
  expect([child?.regions, parent?.regions]).toEqual([[], ['us-east-2']]);
  // Third failure of the fourteenth checker: 20 s and a phase, and the time of three requests.
  expect(parent?.decidedMs).toBeGreaterThan(1000 * STRIKE_SECONDS + 20_000);
  expect(parent?.decidedMs).toBeLessThanOrEqual(1000 * STRIKE_SECONDS + 30_000 + 3 * 140);
  expect(region()).toBe('us-west-2');
});

test('answers with the old Region until the very moment of publication', async () => {
  const { route53, scheduler, changes } = start('1', ['us-east-2']);
  await scheduler.run(1000 * STRIKE_SECONDS + 31_000);
  const publishedMs = changes.find(({ regions }) => regions.length > 0)?.publishedMs ?? Number.NaN;
  const at = (nowMs: number): string | undefined =>
    route53.answer('API.example.com.', 'AAAA', usCentral, nowMs).record?.region;

  expect(at(publishedMs - 0.001)).toBe('us-east-2');
  expect(at(publishedMs)).toBe('us-west-2');
});

test('the vote that turns a Region unhealthy is the fourteenth, at the moment of the status change', async () => {
  const { scheduler, votes, changes } = start('1', ['us-east-2']);
  await scheduler.run(1000 * STRIKE_SECONDS + 60_000);

  const tipping = votes.find(({ quorum }) => !quorum);
  expect(tipping?.healthyVotes).toBe(2);
  expect(votes.indexOf(tipping as Vote)).toBe(13);
  expect(changes[0]?.decidedMs).toBe(tipping?.timeMs);
});

test('returns to a Region that has healed', async () => {
  const { scheduler, changes, region } = start('1', ['us-east-2'], 300);

  await scheduler.run(299_000);
  expect(region()).toBe('us-west-2');
  await scheduler.run(400_000);
  expect(region()).toBe('us-east-2');
  expect(changes.map(({ healthy }) => healthy)).toEqual([false, false, true, true]);
});

test('answers as if nothing had happened when every Region fails', async () => {
  const { scheduler, changes, region } = start('1', REGIONS);

  await scheduler.run(1000 * STRIKE_SECONDS + 60_000);

  expect(changes.filter(({ regions, healthy }) => regions.length > 0 && !healthy)).toHaveLength(2);
  expect(region(usCentral)).toBe('us-east-2');
  expect(region(usWest)).toBe('us-west-2');
});

test('follows the health of the API Gateway service without waiting for a checker', () => {
  expect(start('1', ['us-east-2'], 0, true).region()).toBe('us-west-2');
});

test('the same seed gives the same votes and changes, another seed others', async () => {
  const run = async (seed: string): Promise<unknown> => {
    const { scheduler, votes, changes } = start(seed, ['us-east-2'], 300);
    await scheduler.run(600_000);
    return { votes, changes };
  };

  expect(await run('1')).toEqual(await run('1'));
  expect(await run('1')).not.toEqual(await run('2'));
});

describe('name servers that fail', () => {
  const answersOf = (faults: readonly Fault[], from = usCentral) => {
    const { route53 } = start('1', [], undefined, undefined, faults);
    return Array.from({ length: 2000 }, () => route53.answer('api.example.com', 'A', from, 1000));
  };
  const silent = fault({ target: 'route53', region: EVERYWHERE, share: 0.2, phaseId: 'ddos' });

  test('leave a share of the questions unanswered, for which resolvers try in vain for eleven seconds', () => {
    const [proper, trouble] = [
      answersOf([silent]).filter(({ record }) => record),
      answersOf([silent]).filter(({ record }) => !record),
    ];

    expect(new Set(trouble.map(({ ttlSeconds, phaseId }) => `${ttlSeconds} ${phaseId}`))).toEqual(new Set(['11 ddos']));
    // Five standard deviations of a binomial share.
    expect(Math.abs(trouble.length / 2000 - 0.2)).toBeLessThan(5 * Math.sqrt(0.16 / 2000));
    expect(proper.every(({ record }) => record?.region === 'us-east-2')).toBe(true);
  });

  test('may fail some geographies only', () => {
    const west = { ...silent, share: 1, peers: ['us-west'] };

    expect(answersOf([west], usCentral).every(({ record }) => record)).toBe(true);
    expect(answersOf([west], usWest).some(({ record }) => record)).toBe(false);
  });

  test('may answer that there is no such name, which resolvers remember for 15 minutes', () => {
    const [answer] = answersOf([{ ...silent, kind: 'name', share: 1 }]);

    expect(answer).toEqual({ ttlSeconds: 900, phaseId: 'ddos' });
  });

  test('are known to resolvers as failing only when they ever do', () => {
    expect(start('1', []).route53.failing).toBeUndefined();
    expect(start('1', [], undefined, undefined, [silent]).route53.failing).toBeDefined();
  });
});

describe('health checks that fail', () => {
  test('say unhealthy of a Region that is well, where the fault says so', async () => {
    const wrong = fault({ target: 'health-checks', region: 'us-west-2', startMs: 60_000, endMs: 600_000 });
    const { scheduler, region } = start('1', [], undefined, undefined, [wrong]);

    await scheduler.run(120_000);
    expect([region(usCentral), region(usWest)]).toEqual(['us-east-2', 'us-east-2']);
    await scheduler.run(720_000);
    expect([region(usCentral), region(usWest)]).toEqual(['us-east-2', 'us-west-2']);
  });

  test('of two of eight checker Regions are outvoted', async () => {
    const peers = ['sa-east-1', 'eu-west-1'];
    const wrong = fault({ target: 'health-checks', region: 'us-west-2', startMs: 0, endMs: 600_000, peers });
    const { scheduler, votes, region } = start('1', [], undefined, undefined, [wrong]);

    await scheduler.run(120_000);

    expect([...new Set(votes.map(({ checkerRegion }) => checkerRegion))].sort()).toEqual(peers.toSorted());
    expect(region(usWest)).toBe('us-west-2');
  });

  test('tell the name servers late', async () => {
    const late = fault({ target: 'health-checks', kind: 'delay', startMs: 0, endMs: 1_000_000, region: 'us-east-2' });
    const { scheduler, changes, region } = start('1', ['us-east-2'], undefined, undefined, [late]);

    await scheduler.run(999_999);
    expect([changes.length > 0, region()]).toEqual([true, 'us-east-2']);
    await scheduler.run(1_000_000);
    expect(region()).toBe('us-west-2');
  });
});
