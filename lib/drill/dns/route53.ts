import type { AssemblyResource } from '../../assembly';
import type { RandomStream } from '../kernel/random';
import type { Scheduler } from '../kernel/scheduler';
import type { Geography } from '../model/round-trips';
import type { AlarmStream, MetricAlarm } from '../monitoring';
import { answerQuery, type DnsAnswer, type HealthView } from './answer-query';
import { EndpointCheck, type Vote } from './endpoint-check';
import type { EndpointHealthCheck, HealthCheck } from './health-check';
import { HealthStatuses, type StatusChange } from './health-status';
import { MetricCheck } from './metric-check';
import type { Probe } from './probe';
import { normalizeName } from './record';
import { servedRegions } from './served-regions';
import type { Zone } from './zone';

/** What Route 53 needs of the world around it. */
export interface Route53Props {
  /** Names and health checks. */
  readonly zone: Zone;
  /** Source of the checkers' phases, propagation delays and weighted choices; a stream of its own. */
  readonly random: RandomStream;
  /** The transport of an endpoint check's requests. */
  readonly probe: (check: EndpointHealthCheck) => Probe;
  /** Health of an aliased resource, asked only for aliases that evaluate it. */
  readonly targetHealthy: (resource: AssemblyResource) => boolean;
  /** The data of an alarm that a health check evaluates. */
  readonly alarmStream: (alarm: MetricAlarm) => Pick<AlarmStream, 'evaluate'>;
  /** When a Region's records and checks are deployed, in virtual milliseconds. @default - all of them before the drill begins */
  readonly joinsMs?: (region: string) => number;
  /** Whether a question that arrives now is lost, at this name server and at every other one that is tried. @default - none is */
  readonly isLost?: (nowMs: number) => boolean;
}

/** A status change, with the Regions whose records carry the health check. */
export interface RegionStatusChange extends StatusChange {
  /** Regions in order of declaration; empty for a check that only a calculated one watches. */
  readonly regions: readonly string[];
  /** The Regions whose records it gates, by itself or as a child of a calculated check; in order of declaration. */
  readonly gates: readonly string[];
}

/** A Region that health checks take out of the answers to the names clients ask for, or give back to them. */
export interface ServedRegionChange {
  readonly region: string;
  /** Whether it is among the answers from now on, by its health checks. */
  readonly served: boolean;
  /** When the status change that decided it was itself decided, in virtual milliseconds. */
  readonly decidedMs: number;
  /** When DNS answers begin to follow that status change, in virtual milliseconds. */
  readonly publishedMs: number;
}

/** What somebody gets whom no name server answers. */
const LOST: DnsAnswer = { ttlSeconds: 0, isLost: true };

/** Route 53's data plane: health checkers, statuses and answers in virtual time. */
export class Route53 {
  private readonly statuses: HealthStatuses;
  private readonly checks: readonly (EndpointCheck | MetricCheck)[];
  private served: ReadonlySet<string>;
  private readonly voteListeners: ((vote: Vote) => void)[] = [];
  private readonly statusListeners: ((change: RegionStatusChange) => void)[] = [];
  private readonly regionListeners: ((change: ServedRegionChange) => void)[] = [];
  private readonly choices: RandomStream;

  /** @param props The zone and the world around it. */
  constructor(private readonly props: Route53Props) {
    const { zone, random } = props;
    this.choices = random.fork('weighted');
    this.statuses = new HealthStatuses(zone.healthChecks, random.fork('propagation'), (change) => this.changed(change));
    this.checks = zone.healthChecks.flatMap((check) => this.checkAtWork(check) ?? []);
    this.served = this.servedNow();
  }

  /** Sets the checks going. */
  start(scheduler: Scheduler): void {
    for (const check of this.checks) {
      const joinsMs = Math.min(...this.props.zone.gatedRegions(check.check.id).map((region) => this.joinsMs(region)));
      if (joinsMs > scheduler.nowMs && joinsMs < Number.POSITIVE_INFINITY)
        scheduler.at(joinsMs, () => check.start(scheduler));
      else check.start(scheduler);
    }
  }

  /** Ends all checking; statuses stay as they are. */
  stop(): void {
    for (const check of this.checks) check.stop();
  }

  /**
   * The answer to a question that arrives at `nowMs`.
   *
   * @param name Domain name in any case, with or without trailing dot.
   * @param geography Where the asking resolver is.
   */
  answer(name: string, type: string, geography: Geography, nowMs: number): DnsAnswer {
    if (this.props.isLost?.(nowMs)) return LOST;
    const draw = (): number => this.choices.next();
    return answerQuery(this.props.zone, this.viewAt(nowMs), { name: normalizeName(name), type, geography, draw });
  }

  /** Health as name servers see it at a virtual time; times must not go back. */
  viewAt(nowMs: number): HealthView {
    return {
      isHealthy: (healthCheckId) => this.statuses.isHealthy(healthCheckId, nowMs),
      targetHealthy: this.props.targetHealthy,
      isDeployed: ({ region }) => nowMs >= this.joinsMs(region),
    };
  }

  /** Hears of every checker that changes its mind, before the status it may change. */
  onVote(listener: (vote: Vote) => void): void {
    this.voteListeners.push(listener);
  }

  /** Hears of every status change when it is decided: at the vote that tips the quorum, or when an alarm's data does. */
  onStatusChange(listener: (change: RegionStatusChange) => void): void {
    this.statusListeners.push(listener);
  }

  /**
   * Hears when health checks take a Region out of DNS with all its shares of the clients, and when they give it the first one
   * back; after the status change that did it.
   */
  onServedRegionChange(listener: (change: ServedRegionChange) => void): void {
    this.regionListeners.push(listener);
  }

  private joinsMs(region: string): number {
    return this.props.joinsMs?.(region) ?? 0;
  }

  /** What finds out about a check by itself; a calculated one only follows others. */
  private checkAtWork(check: HealthCheck): EndpointCheck | MetricCheck | undefined {
    const { random, probe, alarmStream } = this.props;
    if (check.kind === 'endpoint') {
      return new EndpointCheck(check, probe(check), random.fork(check.id), (vote) => this.voted(vote));
    }
    if (check.kind === 'metric') {
      const decide = (healthy: boolean, timeMs: number): void => this.statuses.decide(check.id, healthy, timeMs);
      return new MetricCheck(check, alarmStream(check.alarm), random.fork(check.id), decide);
    }
    return undefined;
  }

  private voted(vote: Vote): void {
    for (const listener of this.voteListeners) listener(vote);
    this.statuses.decide(vote.check.id, vote.quorum, vote.timeMs);
  }

  private changed(change: StatusChange): void {
    const carriers = this.props.zone.records.filter(({ healthCheckId }) => healthCheckId === change.check.id);
    const regions = [...new Set(carriers.map(({ region }) => region))];
    const gates = this.props.zone.gatedRegions(change.check.id);
    for (const listener of this.statusListeners) listener({ ...change, regions, gates });
    if (regions.length > 0) this.compareServedRegions(change);
  }

  private compareServedRegions({ decidedMs, publishedMs }: StatusChange): void {
    const before = this.served;
    this.served = this.servedNow();
    for (const region of new Set([...before, ...this.served])) {
      const served = this.served.has(region);
      if (served === before.has(region)) continue;
      for (const listener of this.regionListeners) listener({ region, served, decidedMs, publishedMs });
    }
  }

  private servedNow(): ReadonlySet<string> {
    return servedRegions(this.props.zone, (healthCheckId) => this.statuses.isDecidedHealthy(healthCheckId));
  }
}
