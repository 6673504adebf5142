import { extended } from '../kernel/extended';
import { fieldsConstant, modelConstant, numberConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import type { DnsAnswer } from './answer-query';
import type { Lookup, Resolver } from './resolver';

/** Kinds of client, named as in the constant `client.mix`. */
export type DeviceKind = 'browserChromium' | 'browserSafari' | 'browserFirefox' | 'ios' | 'android' | 'server';

/** How long a kind of client keeps an address, in seconds, whatever the answer's own life. */
export interface DeviceLife {
  /** The address is used without asking. */
  readonly freshSeconds: number;
  /** After that the old address is used once more while a new one is fetched. */
  readonly graceSeconds: number;
}

const [firefoxFresh = 0, firefoxGrace = 0] = modelConstant('dns.browser.firefox').value as readonly number[];

const LIVES: Readonly<Record<DeviceKind, DeviceLife>> = {
  browserChromium: { freshSeconds: numberConstant('dns.browser.chrome'), graceSeconds: 0 },
  browserSafari: { freshSeconds: numberConstant('dns.browser.safari'), graceSeconds: 0 },
  browserFirefox: { freshSeconds: firefoxFresh, graceSeconds: firefoxGrace },
  // URLSession shares WebKit's network process; no figure of its own was found.
  ios: { freshSeconds: numberConstant('dns.browser.safari'), graceSeconds: 0 },
  android: { freshSeconds: numberConstant('dns.android'), graceSeconds: 0 },
  server: { freshSeconds: numberConstant('dns.node'), graceSeconds: 0 },
};

/** Every kind of client with its share of the traffic, ready for a weighted draw. */
export function deviceMix(): readonly (readonly [kind: DeviceKind, share: number])[] {
  return Object.entries(fieldsConstant('client.mix')).map(([kind, share]) => {
    if (!Object.hasOwn(LIVES, kind)) throw new NotModelled(`client kind ${kind} of constant client.mix`);
    return [kind as DeviceKind, share];
  });
}

interface CacheEntry {
  readonly lookup: Lookup;
  readonly fetchedMs: number;
}

/**
 * The address cache of one client.
 *
 * Simplified: it has room for every name. A cache of the operating system is left out: it keeps an answer for what remains of
 * its life and so never outlives the resolver. Negative answers are not kept (Chromium's constant is 0 s).
 */
export class DeviceCache {
  private readonly life: DeviceLife;
  private readonly entries = new Map<string, CacheEntry>();

  /**
   * @param kind Decides how long an address is kept.
   * @param resolver Asked when the cache has no answer.
   */
  constructor(
    readonly kind: DeviceKind,
    private readonly resolver: Resolver,
  ) {
    this.life = LIVES[kind];
  }

  /** The answer the client acts on at this virtual time. */
  resolve(name: string, type: string, nowMs: number): DnsAnswer {
    return this.lookUp(name, type, nowMs).answer;
  }

  /** The same with where it comes from. */
  lookUp(name: string, type: string, nowMs: number): Lookup {
    const entry = this.entries.get(keyOf(name, type));
    if (!entry) return this.fetch(name, type, nowMs);
    const ageMs = nowMs - entry.fetchedMs;
    const kept: Lookup = extended(entry.lookup, { from: 'device' as const });
    if (ageMs < 1000 * this.life.freshSeconds) return kept;
    const fresh = this.fetch(name, type, nowMs);
    return ageMs < 1000 * (this.life.freshSeconds + this.life.graceSeconds) ? kept : fresh;
  }

  /** Forgets everything, as a client does when its network changes. */
  clear(): void {
    this.entries.clear();
  }

  private fetch(name: string, type: string, nowMs: number): Lookup {
    const lookup = this.resolver.lookUp(name, type, nowMs);
    if (lookup.answer.record) this.entries.set(keyOf(name, type), { lookup, fetchedMs: nowMs });
    else this.entries.delete(keyOf(name, type));
    return lookup;
  }
}

function keyOf(name: string, type: string): string {
  return `${type} ${name}`;
}
