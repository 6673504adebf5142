import type { DnsAnswer } from '../../../lib/drill/dns/answer-query';
import { DeviceCache, type DeviceKind, deviceMix } from '../../../lib/drill/dns/device-cache';
import { type NameServer, Resolver, ResolverFleet } from '../../../lib/drill/dns/resolver';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { modelConstant, numberConstant } from '../../../lib/drill/model/constants';
import { geographies } from '../../../lib/drill/model/round-trips';
import { geography, record } from './records';

// The comparison with the published curve simulates minutes of many clients.
jest.setTimeout(60_000);

const usEast = geography('us-east');
const OLD: DnsAnswer = { record: record('api.example.com', 'old'), ttlSeconds: 60 };
const NEW: DnsAnswer = { record: record('api.example.com', 'new'), ttlSeconds: 60 };
const NEGATIVE: DnsAnswer = { ttlSeconds: 900 };

/** A name server whose answer changes at one moment. */
function switching(before: DnsAnswer, after: DnsAnswer, atSeconds: number): NameServer {
  return { answer: (_name, _type, _geography, nowMs) => (nowMs < 1000 * atSeconds ? before : after) };
}

function seconds(cache: { resolve(name: string, type: string, nowMs: number): DnsAnswer }, at: number): DnsAnswer {
  return cache.resolve('api.example.com', 'A', 1000 * at);
}

describe('a resolver', () => {
  test('keeps an answer for its life, counted from when it fetched it', () => {
    const resolver = new Resolver(switching(OLD, NEW, 10), usEast, undefined, 0);

    expect(seconds(resolver, 5)).toBe(OLD);
    expect(seconds(resolver, 64.999)).toBe(OLD);
    expect(seconds(resolver, 65)).toBe(NEW);
  });

  test('that stretches lives keeps an answer for its own least life', () => {
    const resolver = new Resolver(switching(OLD, NEW, 10), usEast, 300, 0);

    expect(seconds(resolver, 5)).toBe(OLD);
    expect(seconds(resolver, 304.999)).toBe(OLD);
    expect(seconds(resolver, 305)).toBe(NEW);
  });

  test('keeps a negative answer for 900 s, stretching or not', () => {
    for (const stretch of [undefined, 3600]) {
      const resolver = new Resolver(switching(NEGATIVE, NEW, 10), usEast, stretch, 0);

      expect(seconds(resolver, 5)).toBe(NEGATIVE);
      expect(seconds(resolver, 904.999)).toBe(NEGATIVE);
      expect(seconds(resolver, 905)).toBe(NEW);
    }
  });

  test('keeps its first answer for the rest of a life that began before, and later ones for a whole life', () => {
    const asked: number[] = [];
    const nameServer: NameServer = {
      answer: (_name, _type, _geography, nowMs) => {
        asked.push(nowMs / 1000);
        return OLD;
      },
    };
    const resolver = new Resolver(nameServer, usEast, undefined, 0.75);
    for (let at = 10; at < 100; at++) seconds(resolver, at);

    expect(asked).toEqual([10, 25, 85]);
  });

  describe('of name servers that fail', () => {
    /** A name server that fails from 100 s to 400 s, with the lives that failures have. */
    const failing = (ttlSeconds: number): NameServer => {
      const troubleAt = (_: unknown, atMs: number) =>
        atMs >= 100_000 && atMs < 400_000 ? { ttlSeconds, phaseId: 'p1' } : undefined;
      return { answer: () => OLD, failing: { troubleAt, properAnswer: () => OLD } };
    };

    test('has what others were told, also when nobody of the drill asked in between', () => {
      const resolver = new Resolver(failing(11), usEast, undefined, 0);

      // Answered at 0, 60 and, while they fail, every 11 s from 120 on: last at 395, so that 406 is the first good one.
      expect([0, 119.999].map((at) => seconds(resolver, at))).toEqual([OLD, OLD]);
      expect(seconds(resolver, 120)).toEqual({ ttlSeconds: 11, phaseId: 'p1' });
      expect(seconds(resolver, 405.999)).toEqual({ ttlSeconds: 11, phaseId: 'p1' });
      expect(seconds(resolver, 406)).toBe(OLD);
    });

    test('remembers an empty answer for its life', () => {
      const resolver = new Resolver(failing(900), usEast, undefined, 0);
      seconds(resolver, 0);

      expect(seconds(resolver, 1019.999)).toEqual({ ttlSeconds: 900, phaseId: 'p1' });
      expect(seconds(resolver, 1020)).toBe(OLD);
    });

    test('that stretches lives rides a failure out', () => {
      const resolver = new Resolver(failing(11), usEast, 3600, 0);
      seconds(resolver, 0);

      expect(seconds(resolver, 250)).toBe(OLD);
    });

    test('does so from the first question on, its cache being as old as its phase', () => {
      expect(seconds(new Resolver(failing(11), usEast, undefined, 0.5), 120)).toBe(OLD);
      expect(seconds(new Resolver(failing(11), usEast, undefined, 0.1), 120)).toEqual({
        ttlSeconds: 11,
        phaseId: 'p1',
      });
    });
  });

  test('keeps names and types apart and asks from its own geography', () => {
    const asked: string[] = [];
    const nameServer: NameServer = {
      answer: (name, type, { id }) => {
        asked.push(`${id} ${type} ${name}`);
        return OLD;
      },
    };
    const resolver = new Resolver(nameServer, usEast, undefined, 0);
    for (const type of ['A', 'AAAA', 'A']) resolver.resolve('a.example.com', type, 0);
    resolver.resolve('b.example.com', 'A', 0);

    expect(asked).toEqual(['us-east A a.example.com', 'us-east AAAA a.example.com', 'us-east A b.example.com']);
  });
});

describe('a fleet of resolvers', () => {
  const fleetOf = (seed: string, perGeography?: number): ResolverFleet =>
    new ResolverFleet({
      nameServer: switching(OLD, NEW, 0),
      random: new RandomStream(seed),
      ...(perGeography === undefined ? {} : { perGeography }),
    });
  const stretches = (fleet: ResolverFleet): (number | undefined)[] =>
    geographies.flatMap((place) => fleet.resolversOf(place).map(({ stretchSeconds }) => stretchSeconds));

  test('has fifty resolvers in each geography unless told otherwise', () => {
    for (const place of geographies) {
      expect(fleetOf('1').resolversOf(place)).toHaveLength(50);
      expect(fleetOf('1', 7).resolversOf(place)).toHaveLength(7);
    }
  });

  test.each(['1', '2', '3'])(
    'stretches lives in the share of the model constant, within one resolver, with seed %s',
    (seed) => {
      const lives = stretches(fleetOf(seed));
      const expected = numberConstant('dns.resolver.extend') * lives.length;

      expect(Math.abs(lives.filter((life) => life !== undefined).length - expected)).toBeLessThanOrEqual(1);
    },
  );

  test('is the same with the same seed and another with another', () => {
    expect(stretches(fleetOf('1'))).toEqual(stretches(fleetOf('1')));
    expect(stretches(fleetOf('1'))).not.toEqual(stretches(fleetOf('2')));
  });

  test('gives a client one of the resolvers of its geography', () => {
    const fleet = fleetOf('1');
    const random = new RandomStream('clients');

    for (let i = 0; i < 100; i++) expect(fleet.resolversOf(usEast)).toContain(fleet.assign(usEast, random));
  });
});

describe('a device', () => {
  /** A resolver that remembers nothing. */
  const forgetful = (answerAt: (nowMs: number) => DnsAnswer): Resolver =>
    ({
      lookUp: (_name, _type, nowMs) => ({ answer: answerAt(nowMs), from: 'route53', answeredMs: nowMs }),
    }) as Resolver;
  const device = (kind: DeviceKind, changeSeconds: number): DeviceCache =>
    new DeviceCache(
      kind,
      forgetful((nowMs) => (nowMs < 1000 * changeSeconds ? OLD : NEW)),
    );

  test.each<[DeviceKind, number]>([
    ['browserChromium', 60],
    ['browserSafari', 60],
    ['ios', 60],
    ['android', 2],
  ])('of the kind %s keeps an address for %d s', (kind, life) => {
    const cache = device(kind, 0.5);

    expect(seconds(cache, 0)).toBe(OLD);
    expect(seconds(cache, life - 0.001)).toBe(OLD);
    expect(seconds(cache, life)).toBe(NEW);
  });

  test('of the kind server keeps nothing', () => {
    const cache = device('server', 0.5);

    expect(seconds(cache, 0)).toBe(OLD);
    expect(seconds(cache, 0.5)).toBe(NEW);
  });

  test('of the kind browserFirefox uses an old address once more within its grace and has a new one after', () => {
    const cache = device('browserFirefox', 0.5);

    expect(seconds(cache, 0)).toBe(OLD);
    expect(seconds(cache, 119.999)).toBe(OLD);
    expect(seconds(cache, 119.999)).toBe(NEW);
  });

  test('of the kind browserFirefox asks before it answers once the grace is over', () => {
    const cache = device('browserFirefox', 0.5);

    expect(seconds(cache, 0)).toBe(OLD);
    expect(seconds(cache, 120)).toBe(NEW);
  });

  test('says whose memory an answer comes from, and when Route 53 gave it', () => {
    const resolver = new Resolver(switching(OLD, OLD, 0), usEast, undefined, 0);
    const [first, second] = [new DeviceCache('ios', resolver), new DeviceCache('ios', resolver)];
    const lookUp = (cache: DeviceCache, at: number) => {
      const { from, answeredMs } = cache.lookUp('api.example.com', 'A', 1000 * at);
      return [from, answeredMs / 1000];
    };

    expect(lookUp(first, 5)).toEqual(['route53', 5]);
    expect(lookUp(second, 40)).toEqual(['resolver', 5]);
    expect(lookUp(second, 99)).toEqual(['device', 5]);
    expect(lookUp(second, 101)).toEqual(['route53', 101]);
  });

  test('keeps no negative answer', () => {
    const answers = [NEGATIVE, NEW];
    const cache = new DeviceCache(
      'browserChromium',
      forgetful(() => answers.shift() ?? OLD),
    );

    expect(seconds(cache, 0)).toBe(NEGATIVE);
    expect(seconds(cache, 1)).toBe(NEW);
  });

  test('keeps each name apart', () => {
    const answers = [OLD, NEW];
    const cache = new DeviceCache(
      'browserChromium',
      forgetful(() => answers.shift() ?? NEGATIVE),
    );
    const names = ['a.example.com', 'b.example.com', 'a.example.com', 'b.example.com'];

    expect(names.map((name) => cache.resolve(name, 'A', 0))).toEqual([OLD, NEW, OLD, NEW]);
  });

  test('asks again after its network changed', () => {
    const cache = device('browserChromium', 0.5);

    expect(seconds(cache, 0)).toBe(OLD);
    cache.clear();
    expect(seconds(cache, 1)).toBe(NEW);
  });
});

interface Staleness {
  /** Seed of clients and resolvers. */
  readonly seed: string;
  /** Resolvers that the clients share. */
  readonly resolvers: number;
  /** Seconds after the change at which the share is taken. */
  readonly afterSeconds: readonly number[];
}

/** Share of requests that still go to the old address, at each of some moments after the answer changed. */
function staleShares({ seed, resolvers, afterSeconds }: Staleness): readonly number[] {
  const clientCount = 4000;
  const roundSeconds = 2;
  // Two lives of a device's cache.
  const changeSeconds = 120;
  const random = new RandomStream(`${seed}/stale`);
  const fleet = new ResolverFleet({
    nameServer: switching(OLD, NEW, changeSeconds),
    random: random.fork('resolvers'),
    perGeography: resolvers,
  });
  const mix = deviceMix();
  // Each client asks once a round, in the same order every round, and begins at a round of its own within a minute.
  const clients = Array.from({ length: clientCount }, (_, index) => ({
    cache: new DeviceCache(random.weighted(mix), fleet.assign(usEast, random)),
    offsetSeconds: (roundSeconds * index) / clientCount,
    firstSeconds: random.uniform(0, 60),
  }));
  const shares = new Map<number, number>();
  for (let round = 0; round <= changeSeconds + Math.max(...afterSeconds); round += roundSeconds) {
    let stale = 0;
    for (const { cache, offsetSeconds, firstSeconds } of clients) {
      if (round >= firstSeconds && seconds(cache, round + offsetSeconds) === OLD) stale++;
    }
    shares.set(round - changeSeconds, stale / clientCount);
  }
  return afterSeconds.map((after) => shares.get(after) ?? Number.NaN);
}

/*
 * The model is not fitted to the curve; this compares the two. Microsoft (2014) found 10 % of requests on the old answer
 * after 60 s and 2 % after 15 min with a TTL of 20 s; with 60 s the first point moves to 100 s. Both figures have one
 * significant digit and one study behind them: half of each either way is allowed.
 *
 * By hand, with a resolver's rest R ~ U(0, L), where L is 60 s for 91.26 % of resolvers and 300, 900 or 3,600 s for the
 * others, and with D ~ U(0, 60) for the rest of the device's own life in 82 % of clients (25 s in the mean of all):
 *   P(R + D > 100) = 0.9126 * 0.82 * (20 / 60)^2 / 2 + 0.0874 * (0.6 * 0.75 + 0.2 * 0.92 + 0.2 * 0.98) = 0.114
 *   P(R + D > 900) = 0.0874 * (0.2 * 0.03 + 0.2 * 0.76) = 0.014
 * Twenty clients share a resolver; with a handful, the client that finds the resolver's answer expired keeps step with
 * it and D is smaller. Six runs of 200 resolvers have 105 that stretch: of them 87 +- 4 are stale at 100 s and 17 +- 4 at
 * 900 s, which with the draws of clients moves the shares by 0.004 and 0.003. Three times that is allowed.
 */
test('after a change of an answer with TTL 60 the share of stale requests agrees with the published curve', () => {
  const points = modelConstant('dns.client.stale').distribution?.points as readonly (readonly [number, number])[];
  const [early, late] = points.map(([, share]) => share);
  const [, lateSeconds = 0] = points.map(([atSeconds]) => atSeconds);
  const afterSeconds = [-2, 100, lateSeconds];

  const runs = ['1', '2', '3', '4', '5', '6'].map((seed) => staleShares({ seed, resolvers: 200, afterSeconds }));

  const mean = (index: number): number => runs.reduce((sum, shares) => sum + (shares[index] ?? 0), 0) / runs.length;
  expect(mean(0)).toBe(1);
  expect(Math.abs(mean(1) - 0.114)).toBeLessThan(0.012);
  expect(Math.abs(mean(2) - 0.014)).toBeLessThan(0.009);
  expect(Math.abs(mean(1) - (early ?? 0))).toBeLessThanOrEqual((early ?? 0) / 2);
  expect(Math.abs(mean(2) - (late ?? 0))).toBeLessThanOrEqual((late ?? 0) / 2);
});
