import type { HealthCheck } from '../dns/health-check';
import type { World } from '../world/world';

/** When a Region that is followed was out of DNS, in seconds since the strike. */
export interface UnhealthySpan {
  readonly region: string;
  readonly fromSeconds: number;
  /** `null`: until the end of the run. */
  readonly toSeconds: number | null;
}

/** Who saw a Region that is followed fail first, and when, in seconds since the strike. */
export interface DetectionSummary {
  /** First status of an endpoint check that turned; `null`: none did, and whatever failed was too mild for them. */
  readonly endpointCheckSeconds: number | null;
  /** First switch that turned, by its judge or by hand; `null`: none did. */
  readonly switchSeconds: number | null;
}

/** Follows Regions in DNS, as health checks judge them: those that are struck, or all when none is struck more than others. */
export class StruckRegions {
  private readonly spansMs: MutableSpan[] = [];
  private readonly seenMs: MutableSpan[] = [];
  private detectedMs: number | undefined;
  private checkMs: number | undefined;
  private switchMs: number | undefined;

  /**
   * @param regions Regions that are followed.
   * @param strikeMs Virtual time of the strike.
   */
  constructor(
    world: World,
    private readonly regions: readonly string[],
    private readonly strikeMs: number,
  ) {
    const { route53 } = world;
    route53.onStatusChange(({ check, gates, healthy, decidedMs, regions: gated }) => {
      const isStruck = gated.some((region) => regions.includes(region));
      if (!healthy && decidedMs >= strikeMs && isStruck) this.detectedMs ??= decidedMs;
      if (!healthy && decidedMs >= strikeMs && gates.some((region) => regions.includes(region)))
        this.see(check, decidedMs);
      if (check.kind === 'endpoint') for (const region of gates) this.follow(this.seenMs, region, healthy, decidedMs);
    });
    route53.onServedRegionChange(({ region, served, decidedMs }) =>
      this.follow(this.spansMs, region, served, decidedMs),
    );
  }

  /** From the strike to the first verdict that took one of them, or a share of its clients, out of DNS; `null`: none did. */
  get detectedSeconds(): number | null {
    return this.detectedMs === undefined ? null : this.secondsAt(this.detectedMs);
  }

  /** Who saw one of them fail, and when. */
  get detection(): DetectionSummary {
    const seconds = (ms: number | undefined): number | null => (ms === undefined ? null : this.secondsAt(ms));
    return { endpointCheckSeconds: seconds(this.checkMs), switchSeconds: seconds(this.switchMs) };
  }

  private see({ kind }: HealthCheck, decidedMs: number): void {
    if (kind === 'endpoint') this.checkMs ??= decidedMs;
    if (kind === 'metric') this.switchMs ??= decidedMs;
  }

  /** Spans in which health checks kept one of them out of DNS with all its clients. */
  get unhealthy(): readonly UnhealthySpan[] {
    return this.spansMs.map((span) => this.inSeconds(span));
  }

  /** Spans in which endpoint checks said that one of them is unhealthy. */
  get seenByEndpointChecks(): readonly UnhealthySpan[] {
    return this.seenMs.map((span) => this.inSeconds(span));
  }

  private follow(spans: MutableSpan[], region: string, isWell: boolean, decidedMs: number): void {
    if (!this.regions.includes(region)) return;
    const last = spans.findLast((span) => span.region === region);
    if (isWell && last) last.toMs ??= decidedMs;
    else if (!isWell) spans.push({ region, fromMs: decidedMs, toMs: null });
  }

  private inSeconds({ region, fromMs, toMs }: MutableSpan): UnhealthySpan {
    return {
      region,
      fromSeconds: this.secondsAt(fromMs),
      toSeconds: toMs === null ? null : this.secondsAt(toMs),
    };
  }

  private secondsAt(ms: number): number {
    return (ms - this.strikeMs) / 1000;
  }
}

interface MutableSpan {
  readonly region: string;
  readonly fromMs: number;
  toMs: number | null;
}
