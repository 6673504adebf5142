import { Transit } from '../faults/transit';
import { Backlog } from '../kernel/backlog';
import { thousandths } from '../kernel/event-log';
import type { RandomStream } from '../kernel/random';
import { type Lognormal, lognormalConstant, quantilesConstant } from '../model/constants';
import type { DrillContext } from '../world/context';
import type { Bucket, ObjectVersion } from './bucket';
import type { BucketDefinition } from './bucket-definition';
import type { ReplicationRule } from './replication-rule';

/** A bucket at work. */
export interface LiveBucket {
  readonly definition: BucketDefinition;
  readonly bucket: Bucket;
}

/** Standard normal deviates of the 99th and the 99.9th percentile. */
const DEVIATE = { p99: 2.326, p999: 3.09 };

/**
 * Copies versions from bucket to bucket, each after a time of its own.
 *
 * Simplified: S3 tries again for as long as it takes, as it says it does for a day at least; while it fails entirely in
 * one of the two Regions a version waits there, and while requests fail now and then it is tried again after as long as
 * replication takes. Replicas are not replicated further, as S3 does not. Sizes do not count: photos take milliseconds.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */
export class Replication {
  /** Longest time, in milliseconds, from a write to its replica, among those that have arrived. */
  longestLagMs = 0;
  /** Versions that are on their way to each bucket, by its name. */
  readonly backlogs = new Map<string, Backlog>();
  /** Versions that are on their way, by the rule that sends them. */
  private readonly underWay = new Map<string, number>();
  private readonly transit: Transit;
  private readonly random: RandomStream;
  /** How long each version gets through a pause that begins while it is on its way. */
  private readonly lingering: RandomStream;
  private readonly usualLagSeconds = lognormalConstant('s3.crr.typical');
  private readonly controlledLagSeconds = controlled(this.usualLagSeconds);
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly buckets: ReadonlyMap<string, LiveBucket>,
    private readonly context: DrillContext,
  ) {
    this.transit = new Transit(context.scheduler, context.faults);
    this.random = context.random.fork('s3/replication');
    this.lingering = context.random.fork('s3/replication/lingering');
    for (const { definition } of buckets.values()) this.publishPending(definition);
  }

  /** Versions that are on their way. */
  get pending(): number {
    return [...this.underWay.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Sends a version of a bucket's own to every bucket that its rules name; one that is not in the drill is out of sight. */
  send(source: LiveBucket, version: ObjectVersion): void {
    for (const rule of source.definition.rules) {
      const destination = this.buckets.get(rule.destination);
      if (!destination || !version.key.startsWith(rule.prefix)) continue;
      if (version.body === undefined && !rule.deleteMarkers) continue;
      this.count(source, rule, 1);
      this.backlogOf(destination).sent(destination.definition.region);
      const lingers = this.lingering.next();
      this.deliver({ rule, source, destination, version, lingers }, this.lagMs(rule));
    }
  }

  /** Settles once nothing is on its way any more. */
  settled(): Promise<void> {
    if (this.pending === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }

  private deliver(shipment: Shipment, afterMs: number): void {
    const { scheduler } = this.context;
    const dueMs = scheduler.nowMs + afterMs;
    const arrive = (): void => {
      const againMs = this.struckForMs(shipment);
      if (againMs === undefined) this.arrive(shipment);
      else this.deliver(shipment, againMs);
    };
    this.transit.send(dueMs, () => this.heldBackUntilMs(shipment, dueMs), arrive);
  }

  private heldBackUntilMs({ source, destination, version, lingers }: Shipment, dueMs: number): number {
    const { faults } = this.context;
    const { name, region } = source.definition;
    const to = destination.definition;
    const asked = { resource: name, peers: [to.region, to.name], lingers };
    const heldMs = faults.heldBackUntilMs('s3-replication', region, version.writtenMs, dueMs, asked);
    return faults.passageMs(region, to.region, version.writtenMs, heldMs);
  }

  /** How long a shipment waits because S3 fails at its source or destination; nothing when it gets through. */
  private struckForMs({ rule, source, destination }: Shipment): number | undefined {
    const { faults, scheduler } = this.context;
    const places = [
      ['GET', source],
      ['PUT', destination],
    ] as const;
    for (const [operation, { definition }] of places) {
      const asked = { operation, resource: definition.name };
      for (const { fault, share } of faults.active('s3', definition.region, scheduler.nowMs, asked)) {
        if (fault.kind !== 'error') continue;
        if (share >= 1 && fault.pattern === 'steady') return fault.endMs - scheduler.nowMs + this.lagMs(rule);
        if (share > 0 && this.random.next() < share) return this.lagMs(rule);
      }
    }
    return undefined;
  }

  private count({ definition }: LiveBucket, rule: ReplicationRule, change: 1 | -1): void {
    const key = ruleKey(definition.name, rule);
    this.underWay.set(key, (this.underWay.get(key) ?? 0) + change);
  }

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html#s3-cloudwatch-replication-metrics */
  private publishPending({ name, region, rules }: BucketDefinition): void {
    for (const rule of rules) {
      const dimensions = { SourceBucket: name, DestinationBucket: rule.destination, RuleId: rule.id };
      this.context.metrics.gauge(
        { region, namespace: 'AWS/S3', name: 'OperationsPendingReplication', dimensions },
        () => this.underWay.get(ruleKey(name, rule)) ?? 0,
      );
    }
  }

  private arrive({ rule, source, destination, version }: Shipment): void {
    const { scheduler, log } = this.context;
    const lagMs = scheduler.nowMs - version.writtenMs;
    destination.bucket.put(version);
    this.longestLagMs = Math.max(this.longestLagMs, lagMs);
    const [from, to] = [source.definition.region, destination.definition.region];
    log.write(scheduler.nowMs, 'object-replica', { version: version.versionId, from, to, lagMs: thousandths(lagMs) });
    this.backlogOf(destination).arrived(to);
    this.count(source, rule, -1);
    if (this.pending === 0) for (const resolve of this.waiting.splice(0)) resolve();
  }

  private backlogOf({ definition }: LiveBucket): Backlog {
    let backlog = this.backlogs.get(definition.name);
    if (!backlog) {
      backlog = new Backlog();
      this.backlogs.set(definition.name, backlog);
    }
    return backlog;
  }

  private lagMs({ timeControl }: ReplicationRule): number {
    return 1000 * this.random.lognormal(timeControl ? this.controlledLagSeconds : this.usualLagSeconds);
  }
}

function ruleKey(bucket: string, { id }: ReplicationRule): string {
  return `${bucket}/${id}`;
}

/** A version on its way. */
interface Shipment {
  readonly rule: ReplicationRule;
  readonly source: LiveBucket;
  readonly destination: LiveBucket;
  readonly version: ObjectVersion;
  /** Its draw of how long a pause lets it through, from 0 to 1. */
  readonly lingers: number;
}

/** Replication time control has the usual median and keeps to the 99.9th percentile that S3 promises (`s3.rtc`). */
function controlled({ p50 }: Lognormal): Lognormal {
  const { p999 = p50 } = quantilesConstant('s3.rtc');
  return { p50, p99: p50 * Math.exp((Math.log(p999 / p50) * DEVIATE.p99) / DEVIATE.p999) };
}
