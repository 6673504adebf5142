import type { AssemblyResource } from '../../assembly';
import type { RandomStream } from '../kernel/random';
import type { Scheduler } from '../kernel/scheduler';
import type { Geography } from '../model/round-trips';
import { answerQuery, type DnsAnswer, type HealthView } from './answer-query';
import { EndpointCheck, type Vote } from './endpoint-check';
import type { EndpointHealthCheck } from './health-check';
import { HealthStatuses, type StatusChange } from './health-status';
import type { Probe } from './probe';
import { normalizeName } from './record';
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
}

/** A status change, with the Regions whose records carry the health check. */
export interface RegionStatusChange extends StatusChange {
  /** Regions in order of declaration; empty for a check that only a calculated one watches. */
  readonly regions: readonly string[];
}

/** Route 53's data plane: health checkers, statuses and answers in virtual time. */
export class Route53 {
  private readonly statuses: HealthStatuses;
  private readonly endpointChecks: readonly EndpointCheck[];
  private readonly voteListeners: ((vote: Vote) => void)[] = [];
  private readonly statusListeners: ((change: RegionStatusChange) => void)[] = [];
  private readonly choices: RandomStream;

  /** @param props The zone and the world around it. */
  constructor(private readonly props: Route53Props) {
    const { zone, random } = props;
    this.choices = random.fork('weighted');
    this.statuses = new HealthStatuses(zone.healthChecks, random.fork('propagation'), (change) => this.changed(change));
    this.endpointChecks = zone.healthChecks.flatMap((check) =>
      check.kind === 'endpoint'
        ? [new EndpointCheck(check, props.probe(check), random.fork(check.id), (vote) => this.voted(vote))]
        : [],
    );
  }

  /** Sets the health checkers going. */
  start(scheduler: Scheduler): void {
    for (const check of this.endpointChecks) check.start(scheduler);
  }

  /** Ends all checking; statuses stay as they are. */
  stop(): void {
    for (const check of this.endpointChecks) check.stop();
  }

  /**
   * The answer to a question that arrives at `nowMs`.
   *
   * @param name Domain name in any case, with or without trailing dot.
   * @param geography Where the asking resolver is.
   */
  answer(name: string, type: string, geography: Geography, nowMs: number): DnsAnswer {
    const view: HealthView = {
      isHealthy: (healthCheckId) => this.statuses.isHealthy(healthCheckId, nowMs),
      targetHealthy: this.props.targetHealthy,
    };
    const draw = (): number => this.choices.next();
    return answerQuery(this.props.zone, view, { name: normalizeName(name), type, geography, draw });
  }

  /** Hears of every checker that changes its mind, before the status it may change. */
  onVote(listener: (vote: Vote) => void): void {
    this.voteListeners.push(listener);
  }

  /** Hears of every status change when it is decided: at the vote that tips the quorum. */
  onStatusChange(listener: (change: RegionStatusChange) => void): void {
    this.statusListeners.push(listener);
  }

  private voted(vote: Vote): void {
    for (const listener of this.voteListeners) listener(vote);
    this.statuses.decide(vote.check.id, vote.quorum, vote.timeMs);
  }

  private changed(change: StatusChange): void {
    const carriers = this.props.zone.records.filter(({ healthCheckId }) => healthCheckId === change.check.id);
    const regions = [...new Set(carriers.map(({ region }) => region))];
    for (const listener of this.statusListeners) listener({ ...change, regions });
  }
}
