import { createHash } from 'node:crypto';

/** A lognormal distribution by its median and its 90th or 99th percentile. */
interface Shape {
  readonly p50: number;
  readonly p90?: number;
  readonly p99?: number;
}

/** z such that a standard normal stays below it with the given probability. */
const NORMAL_QUANTILE = { p90: 1.2815515655446004, p99: 2.3263478740408408 } as const;

/**
 * A stream of pseudo-random numbers (sfc32), seeded by a text.
 *
 * Each part of the world draws from a stream of its own (`seed/clients`, `seed/wire`, …), so that one more draw in one
 * part moves nothing in another.
 */
export class RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** @param label Seed and purpose, for example `7/clients`. Equal labels give equal streams. */
  constructor(readonly label: string) {
    const digest = createHash('sha256').update(label).digest();
    this.a = digest.readInt32LE(0);
    this.b = digest.readInt32LE(4);
    this.c = digest.readInt32LE(8);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** A stream derived from this one's label, independent of how much was drawn here. */
  fork(purpose: string): RandomStream {
    return new RandomStream(`${this.label}/${purpose}`);
  }

  /** The next number in [0, 1). */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  }

  /** True with the given probability, from 0 to 1. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Uniform in [min, max). */
  uniform(min: number, max: number): number {
    return min + (max - min) * this.next();
  }

  /** A whole number in [0, count). */
  index(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** Exponential with the given mean: the gap between two arrivals of a Poisson process. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** Standard normal (Box–Muller, one draw used). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** Lognormal with the given median and 90th or 99th percentile. */
  lognormal(shape: Shape): number {
    return shape.p50 * this.factor(spreadOf(shape));
  }

  /** Lognormal with median 1 and the given spread ({@link spreadOf}), which is drawn often enough to be worked out once. */
  factor(spread: number): number {
    return spread === 0 ? 1 : Math.exp(spread * this.normal());
  }

  /** Between two bounds, most often near the mode, with a density of straight lines. */
  triangular({ min, mode, max }: { readonly min: number; readonly mode: number; readonly max: number }): number {
    const share = this.next();
    const turn = (mode - min) / (max - min);
    return share < turn
      ? min + Math.sqrt(share * (max - min) * (mode - min))
      : max - Math.sqrt((1 - share) * (max - min) * (max - mode));
  }

  /** One of the options, drawn by weight. */
  weighted<T>(options: readonly (readonly [value: T, weight: number])[]): T {
    const total = options.reduce((sum, [, weight]) => sum + weight, 0);
    let remaining = this.next() * total;
    for (const [value, weight] of options) {
      remaining -= weight;
      if (remaining < 0) return value;
    }
    const last = options.at(-1);
    if (!last) throw new Error(`${this.label}: nothing to draw from`);
    return last[0];
  }

  /** `length` bytes. */
  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length; i++) bytes[i] = Math.floor(this.next() * 256);
    return bytes;
  }
}

/** Standard deviation of a lognormal's logarithm; 0 when nothing lies above the median. */
export function spreadOf({ p50, p90, p99 }: Shape): number {
  const upper = p99 ?? p90;
  if (upper === undefined || upper <= p50) return 0;
  return Math.log(upper / p50) / (p99 === undefined ? NORMAL_QUANTILE.p90 : NORMAL_QUANTILE.p99);
}
