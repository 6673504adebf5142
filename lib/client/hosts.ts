import { CircuitBreaker } from './circuit-breaker';
import type { QualifiedProps } from './qualified-props';

/** A host name with what is known of it. */
export interface Host {
  readonly name: string;
  /** Region whose own name it is. @default - it is the shared name */
  readonly region?: string;
  readonly breaker: CircuitBreaker;
}

/** What to ask next, and when. */
export interface Choice {
  readonly host: Host;
  /** When it may be asked, in the clock's milliseconds. */
  readonly fromMs: number;
}

/**
 * The names of an application, and which of them is asked.
 *
 * The shared name comes first, and then the Regions by their own names. A Region that answered when the shared name did not
 * is a refuge: it comes first for a while, twice as long each time the shared name has failed again. The Region to which the shared name leads, as far as its answers told, comes last,
 * since what made the shared name fail is most likely there.
 */
export class Hosts {
  private readonly shared: Host | undefined;
  private readonly regional: readonly Host[];
  private refuge: Host | undefined;
  private refugeUntilMs = Number.NEGATIVE_INFINITY;
  /** Refuges taken since the shared name answered last. */
  private refugesTaken = 0;
  private sharedRegion: string | undefined;

  constructor(private readonly props: QualifiedProps) {
    const { name, regions, regionalHost, viaSharedName, breaker, random } = props;
    this.shared = viaSharedName ? { name, breaker: new CircuitBreaker(breaker, random) } : undefined;
    this.regional = regions.map((region) => ({
      name: regionalHost(region),
      region,
      breaker: new CircuitBreaker(breaker, random),
    }));
  }

  /**
   * The host for the first attempt of a call: the first that may be asked. When every host has been failing lately, the
   * first of all is asked all the same.
   *
   * @param mayProbe Whether the call may be the probe of a host that is half open.
   */
  first(mayProbe: boolean, nowMs: number): Host {
    const order = this.inOrder(nowMs).filter(({ breaker }) => mayProbe || breaker.isClosed);
    const passing = order.filter(({ breaker }) => breaker.passesFromMs(nowMs) <= nowMs);
    return (passing[0] ?? order[0] ?? this.inOrder(nowMs)[0]) as Host;
  }

  /**
   * The host for a further attempt: one that may be asked and was not yet, else the one whose turn is longest ago.
   *
   * @param tried Hosts that the call has tried, in order.
   * @returns nothing when every host has been failing lately: clients that all repeat are what a service cannot recover under.
   */
  next(tried: readonly Host[], nowMs: number): Choice | undefined {
    const choices = this.inOrder(nowMs)
      .map((host) => ({ host, fromMs: host.breaker.passesFromMs(nowMs) }))
      .filter(({ fromMs }) => fromMs < Number.POSITIVE_INFINITY);
    const turn = ({ host }: Choice): number => tried.lastIndexOf(host);
    const isBetter = (choice: Choice, best: Choice): boolean =>
      choice.fromMs === best.fromMs ? turn(choice) < turn(best) : choice.fromMs < best.fromMs;
    const [first, ...others] = choices;
    return first && others.reduce<Choice>((best, choice) => (isBetter(choice, best) ? choice : best), first);
  }

  /** An answer names the Region it comes from, be it a failure. */
  heard(host: Host, servedBy: string | null): void {
    if (host === this.shared && servedBy !== null) this.sharedRegion = servedBy;
  }

  /**
   * A host answered, and is well.
   *
   * @param tried Hosts that the call has tried, in order, this one included.
   */
  answered(host: Host, tried: readonly Host[], nowMs: number): void {
    if (host === this.shared) this.refugesTaken = 0;
    else if (tried.some((other) => other !== host)) this.takeRefuge(host, nowMs);
  }

  /** For how long is drawn from the upper half of the time: clients that failed together must not come back together. */
  private takeRefuge(host: Host, nowMs: number): void {
    const { stickyMs, maxStickyMs, random } = this.props;
    const periodMs = Math.min(stickyMs * 2 ** this.refugesTaken++, Math.max(stickyMs, maxStickyMs));
    this.refuge = host;
    this.refugeUntilMs = nowMs + (0.5 + 0.5 * random()) * periodMs;
  }

  private inOrder(nowMs: number): readonly Host[] {
    const { refuge, shared, sharedRegion } = this;
    const others = this.regional.filter((host) => host !== refuge);
    const inRefuge = refuge !== undefined && nowMs < this.refugeUntilMs;
    return [
      ...(inRefuge ? [refuge] : []),
      ...(inRefuge || !shared ? [] : [shared]),
      ...(inRefuge || !refuge ? [] : [refuge]),
      ...others.filter(({ region }) => region !== sharedRegion),
      ...(inRefuge && shared ? [shared] : []),
      ...others.filter(({ region }) => region === sharedRegion),
    ];
  }
}
