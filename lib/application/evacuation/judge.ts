import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { EvacuationLease } from './evacuation-lease';
import { publishProbes, publishShares } from './judge-metrics';
import { type Judgement, type LeaseAnswer, type Minute, type Shares, settle, sharesOf, weigh } from './judgement';
import type { ProbeClient } from './probe-client';
import { type Probed, type ProbedMinute, probeMinute, type Stake } from './probe-minute';
import type { Standing, SwitchParameters } from './switch-parameters';

/**
 * Age in milliseconds below which a judgement is this minute's: schedules deliver at least once, and the same minute must
 * not count twice.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule.html
 */
export const SAME_MINUTE_MS = 20_000;

/** Time in milliseconds after which a minute that is still being probed repeats what the last one decided. */
export const REPEAT_AFTER_MS = 10_000;

/** Period of the alarms on what is published, in milliseconds. */
const METRIC_PERIOD_MS = 60_000;

/** What the judge works with. */
export interface JudgeProps {
  readonly probed: Probed;
  readonly client: ProbeClient;
  readonly parameters: SwitchParameters;
  readonly lease: EvacuationLease;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/**
 * Judges one Region, the ward, from another one, a minute at a time, by what clients of both would see.
 *
 * @see docs/decisions/0019-two-shares-and-a-judge-that-errs-towards-service.md
 */
export class Judge {
  readonly #props: JudgeProps;
  /** What was published last, and in which minute. */
  #published: { readonly minute: number; readonly shares: Shares } | undefined;

  constructor(props: JudgeProps) {
    this.#props = props;
  }

  /** Judges a minute and publishes what follows. It never throws: what could not be judged leaves the ward in service. */
  async judgeMinute(): Promise<void> {
    try {
      const standing = await this.#props.parameters.read();
      if (standing && Date.now() - standing.judgement.judgedAtMs < SAME_MINUTE_MS) {
        this.#publish(standing.judgement);
      } else {
        await this.#judge(standing);
      }
    } catch (error) {
      this.#props.logger.error('minute not judged', { error });
    }
  }

  async #judge(standing: Standing | undefined): Promise<void> {
    const { probed, metrics, logger, parameters } = this.#props;
    const minute = await this.#probe(standing);
    publishProbes(metrics, probed, minute);
    if (!standing) {
      logger.warn('switch not known, nothing published', { ward: probed.ward });
      return;
    }
    const judgement = await this.#decide(standing, this.#evidenceOf(minute));
    this.#publish(judgement);
    this.#logChange(standing, judgement, minute);
    await parameters.keep(judgement);
  }

  /** Probing takes a second, or half a minute in the worst of times: then no minute must be without data. */
  async #probe(standing: Standing | undefined): Promise<ProbedMinute> {
    const { client, probed } = this.#props;
    const isOut = standing !== undefined && standing.hand !== 'in-service' && standing.judgement.phase !== 'in-service';
    const repeat = isOut ? setTimeout(() => this.#publish(standing.judgement), REPEAT_AFTER_MS) : undefined;
    try {
      return await probeMinute(client, probed, stakeOf(standing));
    } finally {
      clearTimeout(repeat);
    }
  }

  #evidenceOf({ judge, ward, shared, lagsSeconds }: ProbedMinute): Minute {
    const lags = lagsSeconds.filter((lag) => lag !== undefined);
    return {
      atMs: Date.now(),
      judgeFails: judge.fails,
      wardFails: ward.fails,
      servedBy: this.#roleOf(shared.servedBy),
      lagSeconds: lags.length === lagsSeconds.length ? Math.max(...lags) : undefined,
    };
  }

  #roleOf(region: string | undefined): Minute['servedBy'] {
    const { probed } = this.#props;
    if (region === undefined) return 'nobody';
    if (region === probed.region) return 'judge';
    return region === probed.ward ? 'ward' : 'other';
  }

  async #decide({ judgement, hand }: Standing, minute: Minute): Promise<Judgement> {
    const { lease, probed } = this.#props;
    const intent = weigh(judgement, minute, hand, probed.settings);
    let answer: LeaseAnswer = { lease: 'unreachable' };
    if (intent.lease === 'hold') answer = await lease.hold(judgement.leaseUntilMs > minute.atMs);
    const judged = settle(intent, answer, hand);
    if (intent.lease === 'release') await lease.release();
    return judged;
  }

  /**
   * CloudWatch takes the greatest value of a minute, and each may be read late. A lesser one in the same minute says nothing when both are
   * there, and brings the ward back for a moment when it is there first: it waits for the next minute.
   */
  #publish({ phase }: Judgement): void {
    const minute = Math.floor(Date.now() / METRIC_PERIOD_MS);
    const now = sharesOf(phase);
    const before = this.#published?.minute === minute ? this.#published.shares : now;
    const shares: Shares = { first: before.first || now.first, rest: before.rest || now.rest };
    this.#published = { minute, shares };
    publishShares(this.#props.metrics, this.#props.probed.ward, shares);
  }

  /** One line for each change, with what it rests on. */
  #logChange({ judgement: before, hand }: Standing, after: Judgement, minute: ProbedMinute): void {
    const { logger, probed } = this.#props;
    if (before.phase === after.phase && before.reason === after.reason) return;
    const line = {
      ward: probed.ward,
      from: before.phase,
      to: after.phase,
      reason: after.reason,
      hand,
      ward_failing_minutes: after.wardFailing,
      ward_clean_minutes: after.wardClean,
      judge_healthy_minutes: after.judgeHealthy,
      ward_requests: minute.ward.tally.requests,
      ward_failures: minute.ward.tally.failures,
      ward_slow: minute.ward.tally.slow,
      served_by: minute.shared.servedBy,
      lag_seconds: minute.lagsSeconds,
    };
    if (before.phase === after.phase) logger.info('ward judged', line);
    else logger.warn('ward moved', line);
  }
}

function stakeOf(standing: Standing | undefined): Stake {
  if (standing?.hand !== 'automatic' || standing.judgement.phase === 'evacuated') return 'settled';
  return standing.judgement.wardFailing > 0 ? 'suspect' : 'trusted';
}
