import type { AssemblyResource } from '../../assembly';
import { FaultPlan } from '../faults/fault-plan';
import type { RandomStream } from '../kernel/random';
import type { Scheduler } from '../kernel/scheduler';
import type { Geography } from '../model/round-trips';
import type { AlarmStream, MetricAlarm } from '../monitoring';
import { answerQuery, type DnsAnswer, type HealthView } from './answer-query';
import { EndpointCheck, type Vote } from './endpoint-check';
import type { EndpointHealthCheck, HealthCheck } from './health-check';
import { HealthStatuses, type StatusChange } from './health-status';
import { MetricCheck } from './metric-check';
import { NameServerFaults } from './name-server-faults';
import type { Probe } from './probe';
import { normalizeName } from './record';
import type { FailingNameServer } from './resolver';
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
  /** What is broken. @default - nothing is */
  readonly faults?: FaultPlan;
  /** When a Region's records and checks are deployed, in virtual milliseconds. @default - all of them before the drill begins */
  readonly joinsMs?: (region: string) => number;
}

/** A status change, with the Regions whose records carry the health check. */
export interface RegionStatusChange extends StatusChange {
  /** Regions in order of declaration; empty for a check that only a calculated one watches. */
  readonly regions: readonly string[];
  /** The Regions whose records it gates, by itself or as a child of a calculated check; in order of declaration. */
  readonly gates: readonly string[];
}

/** A checker that changed its mind, with the Regions whose records its health check decides on. */
export interface RegionVote extends Vote {
  /** By itself or as a child of a calculated check; in order of declaration. */
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

/** Route 53's data plane: health checkers, statuses and answers in virtual time. */
export class Route53 {
  private readonly statuses: HealthStatuses;
  private readonly checks: readonly (EndpointCheck | MetricCheck)[];
  private served: ReadonlySet<string>;
  private scheduler: Scheduler | undefined;
  private readonly voteListeners: ((vote: RegionVote) => void)[] = [];
  private readonly statusListeners: ((change: RegionStatusChange) => void)[] = [];
  private readonly regionListeners: ((change: ServedRegionChange) => void)[] = [];
  private readonly choices: RandomStream;
  private readonly falseVerdicts: RandomStream;
  private readonly faults: FaultPlan;
  private readonly nameServers: NameServerFaults;

  /** @param props The zone and the world around it. */
  constructor(private readonly props: Route53Props) {
    const { zone, random } = props;
    this.choices = random.fork('weighted');
    this.faults = props.faults ?? new FaultPlan([]);
    this.nameServers = new NameServerFaults(this.faults, random.fork('name-servers'));
    this.falseVerdicts = random.fork('false-verdicts');
    this.statuses = new HealthStatuses(
      zone.healthChecks,
      random.fork('propagation'),
      (change) => this.changed(change),
      (check, decidedMs, usualMs) => this.publishedMs(check, decidedMs, usualMs),
    );
    this.checks = zone.healthChecks.flatMap((check) => this.checkAtWork(check) ?? []);
    this.served = this.servedNow();
  }

  /** Sets the checks going. */
  start(scheduler: Scheduler): void {
    this.scheduler = scheduler;
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
    return this.troubleAt(geography, nowMs) ?? this.properAnswer(name, type, geography, nowMs);
  }

  /** What a question gets for an answer while the name servers fail; nothing when it is answered properly. */
  troubleAt(geography: Geography, nowMs: number): DnsAnswer | undefined {
    return this.nameServers.troubleAt(geography, nowMs);
  }

  /** Itself, if its name servers fail at some time of the run. */
  get failing(): FailingNameServer | undefined {
    return this.nameServers.areThere ? this : undefined;
  }

  /** The answer of name servers that do not fail. */
  properAnswer(name: string, type: string, geography: Geography, nowMs: number): DnsAnswer {
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

  /** Whether a check counts as healthy, whatever name servers know of it by now. */
  isHealthy(healthCheckId: string): boolean {
    return this.statuses.isDecidedHealthy(healthCheckId);
  }

  /** Every health check, with the Regions whose records it gates and what it counts as, whatever name servers know of it by now. */
  get healthChecks(): readonly Pick<RegionStatusChange, 'check' | 'gates' | 'healthy'>[] {
    const { zone } = this.props;
    return zone.healthChecks.map((check) => ({
      check,
      gates: zone.gatedRegions(check.id),
      healthy: this.isHealthy(check.id),
    }));
  }

  /** Hears of every checker that changes its mind, before the status it may change. */
  onVote(listener: (vote: RegionVote) => void): void {
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
      const believed = this.withFalseVerdicts(check, probe(check));
      return new EndpointCheck(check, believed, random.fork(check.id), (vote) => this.voted(vote));
    }
    if (check.kind === 'metric') {
      const decide = (healthy: boolean, timeMs: number): void => this.statuses.decide(check.id, healthy, timeMs);
      return new MetricCheck(check, alarmStream(check.alarm), random.fork(check.id), decide);
    }
    return undefined;
  }

  /** A probe of checkers that a fault lets say unhealthy, whatever the endpoint answers. */
  private withFalseVerdicts({ id }: EndpointHealthCheck, probe: Probe): Probe {
    const regions = this.props.zone.gatedRegions(id);
    return (checkerRegion, connected) => {
      const nowMs = this.scheduler?.nowMs ?? 0;
      const draw = (): number => this.falseVerdicts.next();
      const asked = { resource: id, peers: [checkerRegion] };
      const isFalse = regions.some((region) => this.faults.strikes('health-checks', region, nowMs, draw, asked));
      return isFalse ? { brokenMs: 0 } : probe(checkerRegion, connected);
    };
  }

  /** When DNS answers follow a status that was decided. */
  private publishedMs({ id }: HealthCheck, decidedMs: number, usualMs: number): number {
    const asked = { resource: id };
    return Math.max(
      usualMs,
      ...this.props.zone
        .gatedRegions(id)
        .map((region) => this.faults.heldBackUntilMs('health-checks', region, decidedMs, usualMs, asked)),
    );
  }

  private voted(vote: Vote): void {
    const gates = this.props.zone.gatedRegions(vote.check.id);
    for (const listener of this.voteListeners) listener({ ...vote, gates });
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
