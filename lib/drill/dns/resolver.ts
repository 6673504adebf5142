import type { RandomStream } from '../kernel/random';
import { choiceConstant, numberConstant } from '../model/constants';
import { type Geography, geographies } from '../model/round-trips';
import type { DnsAnswer } from './answer-query';

/** Who answers the questions that a resolver cannot answer from its cache. */
export interface NameServer {
  /** The authoritative answer at this virtual time. */
  answer(name: string, type: string, geography: Geography, nowMs: number): DnsAnswer;
  /** How they fail at some time of the run. @default - they never do */
  readonly failing?: FailingNameServer | undefined;
}

/** Name servers that fail now and then. */
export interface FailingNameServer {
  /** What a question gets at a time, also an earlier one, when it gets no proper answer; nothing when it gets one. */
  troubleAt(geography: Geography, atMs: number): DnsAnswer | undefined;
  /** The answer at this virtual time if they do not fail. */
  properAnswer(name: string, type: string, geography: Geography, nowMs: number): DnsAnswer;
}

/** An answer, and where it comes from. */
export interface Lookup {
  readonly answer: DnsAnswer;
  /** Who had it: the cache of the device, that of its resolver, or Route 53 itself. */
  readonly from: 'device' | 'resolver' | 'route53';
  /** When Route 53 gave it, in virtual milliseconds. */
  readonly answeredMs: number;
}

interface CacheEntry {
  readonly answer: DnsAnswer;
  readonly answeredMs: number;
  readonly expiresMs: number;
}

/**
 * A recursive resolver with its cache.
 *
 * Simplified: it asks and answers without delay, so that a look-up takes a client the way to its resolver and no more; it never
 * prefetches, and is asked only by clients of its own geography, so that EDNS client subnet would change nothing.
 */
export class Resolver {
  private readonly cache = new Map<string, CacheEntry>();

  /**
   * @param nameServer Asked when the cache has no answer.
   * @param geography Where it is.
   * @param stretchSeconds Least life it gives to a positive answer; undefined when it honours the answer's own.
   * @param phase Share of an answer's life that is over when it is first asked for it, in [0, 1): others have asked
   * before the drill began, so that the caches of a fleet do not all run out together.
   */
  constructor(
    private readonly nameServer: NameServer,
    readonly geography: Geography,
    readonly stretchSeconds: number | undefined,
    private readonly phase: number,
  ) {}

  /** The answer a client gets at this virtual time. */
  resolve(name: string, type: string, nowMs: number): DnsAnswer {
    return this.lookUp(name, type, nowMs).answer;
  }

  /** The same with where it comes from. */
  lookUp(name: string, type: string, nowMs: number): Lookup {
    const key = `${type} ${name}`;
    const cached = this.cache.get(key);
    if (cached && nowMs < cached.expiresMs) {
      return { answer: cached.answer, from: 'resolver', answeredMs: cached.answeredMs };
    }
    const { failing } = this.nameServer;
    if (failing)
      return this.heldSince(failing, key, () => failing.properAnswer(name, type, this.geography, nowMs), nowMs);
    const answer = this.nameServer.answer(name, type, this.geography, nowMs);
    const fresh: Lookup = { answer, from: 'route53', answeredMs: nowMs };
    const lifeMs = 1000 * this.lifeSeconds(answer);
    const expiresMs = nowMs + (cached ? lifeMs : lifeMs * (1 - this.phase));
    this.cache.set(key, { answer, answeredMs: nowMs, expiresMs });
    return fresh;
  }

  /**
   * What the cache holds by now if others ask as soon as it holds nothing, as they do of a resolver that many share: with name servers
   * that fail, what they were told decides.
   *
   * Simplified: a proper answer that others got a while ago is the one that would be given now.
   */
  private heldSince(failing: FailingNameServer, key: string, ask: () => DnsAnswer, nowMs: number): Lookup {
    const proper = ask();
    const lifeMs = (answer: DnsAnswer): number => 1000 * this.lifeSeconds(answer);
    let atMs = this.cache.get(key)?.expiresMs ?? nowMs - lifeMs(proper) * this.phase;
    for (;;) {
      const answer = failing.troubleAt(this.geography, atMs) ?? proper;
      const expiresMs = atMs + lifeMs(answer);
      if (expiresMs > nowMs) {
        this.cache.set(key, { answer, answeredMs: atMs, expiresMs });
        return { answer, from: atMs === nowMs ? 'route53' : 'resolver', answeredMs: atMs };
      }
      atMs = expiresMs;
    }
  }

  private lifeSeconds(answer: DnsAnswer): number {
    if (!answer.record || this.stretchSeconds === undefined) return answer.ttlSeconds;
    return Math.max(answer.ttlSeconds, this.stretchSeconds);
  }
}

/** How resolvers are sampled. */
export interface ResolverFleetProps {
  /** Who answers them. */
  readonly nameServer: NameServer;
  /** Decides which of them stretch lives, how far, and how old their caches are; a stream of its own. */
  readonly random: RandomStream;
  /**
   * Resolvers in each geography. A sampling choice, not a fact: clients share resolvers evenly, and fewer resolvers make
   * one run's share of stale clients coarser.
   *
   * @default 50
   */
  readonly perGeography?: number;
}

/**
 * The resolvers of the world, the same number in each geography.
 *
 * @see https://ttl-violation-study.github.io for the share of resolvers that stretch lives
 */
export class ResolverFleet {
  private readonly byGeography: ReadonlyMap<string, readonly Resolver[]>;

  /** @param props How they are sampled. */
  constructor({ nameServer, random, perGeography = 50 }: ResolverFleetProps) {
    const share = numberConstant('dns.resolver.extend');
    const lives = choiceConstant('dns.resolver.extendTo');
    // Systematic sampling: one draw and equal steps keep each run's share within one resolver of the constant.
    let position = random.next();
    const next = (geography: Geography): Resolver => {
      position += share;
      const stretches = position >= 1;
      if (stretches) position -= 1;
      const stretchSeconds = stretches ? random.weighted(lives) : undefined;
      return new Resolver(nameServer, geography, stretchSeconds, random.next());
    };
    this.byGeography = new Map(
      geographies.map((geography) => [geography.id, Array.from({ length: perGeography }, () => next(geography))]),
    );
  }

  /** All resolvers of a geography. */
  resolversOf(geography: Geography): readonly Resolver[] {
    return this.byGeography.get(geography.id) ?? [];
  }

  /** The resolver that a client in this geography uses, drawn with equal chances. */
  assign(geography: Geography, random: RandomStream): Resolver {
    const resolvers = this.resolversOf(geography);
    const resolver = resolvers[random.index(resolvers.length)];
    if (!resolver) throw new Error(`geography ${geography.id}: no resolvers`);
    return resolver;
  }
}
