import type { Vote } from '../../../lib/drill/dns/endpoint-check';
import type { Probe } from '../../../lib/drill/dns/probe';
import { type RegionStatusChange, Route53 } from '../../../lib/drill/dns/route53';
import { readZone } from '../../../lib/drill/dns/zone';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { Scheduler } from '../../../lib/drill/kernel/scheduler';
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
function start(seed: string, struck: readonly string[], healSeconds = Number.POSITIVE_INFINITY, down = false): Run {
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
