import type { World } from '../world/world';
import type { Evacuations } from './evacuations';
import { StruckRegions } from './struck-regions';

/** A span of a run, in seconds since the strike; negative before it. */
export interface DnsSpan {
  readonly fromSeconds: number;
  /** `null`: until the end of the run. */
  readonly toSeconds: number | null;
}

/** What health checks and switches did with a Region that serves clients; all of it is empty when none of them turned. */
export interface RegionInDns {
  readonly region: string;
  /** From the strike to the first verdict that took it, or a share of its clients, out of DNS; `null`: none did. */
  readonly detectedSeconds: number | null;
  /** Spans in which endpoint checks said that it is unhealthy. */
  readonly seenByEndpointChecks: readonly DnsSpan[];
  /** Spans in which its switches kept it, or a share of its clients, out of DNS. */
  readonly evacuated: readonly DnsSpan[];
  /** Spans in which health checks kept it out of DNS with all its clients. */
  readonly outOfDns: readonly DnsSpan[];
}

/** Follows every Region that serves clients in DNS, struck or not. */
export class RegionsInDns {
  private readonly followed: readonly { readonly region: string; readonly course: StruckRegions }[];

  /** @param strikeMs Virtual time of the strike. */
  constructor(
    world: World,
    strikeMs: number,
    private readonly evacuations: Evacuations,
  ) {
    this.followed = world.servingRegions.map((region) => ({
      region,
      course: new StruckRegions(world, [region], strikeMs),
    }));
  }

  /** Each of them, in the assembly's order. */
  get regions(): readonly RegionInDns[] {
    return this.followed.map(({ region, course }) => ({
      region,
      detectedSeconds: course.detectedSeconds,
      seenByEndpointChecks: course.seenByEndpointChecks.map(spanOf),
      evacuated: this.evacuations.spans.filter((span) => span.region === region).map(spanOf),
      outOfDns: course.unhealthy.map(spanOf),
    }));
  }
}

/** Seconds that spans and a stretch have in common. */
export function secondsWithin(spans: readonly DnsSpan[], startSeconds: number, endSeconds: number): number {
  return spans.reduce((sum, { fromSeconds, toSeconds }) => {
    const from = Math.max(fromSeconds, startSeconds);
    const to = Math.min(toSeconds ?? Number.POSITIVE_INFINITY, endSeconds);
    return sum + Math.max(0, to - from);
  }, 0);
}

function spanOf({ fromSeconds, toSeconds }: DnsSpan): DnsSpan {
  return { fromSeconds, toSeconds };
}
