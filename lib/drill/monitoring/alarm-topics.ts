import { type Assembly, addressOf } from '../../assembly';
import { subscriptionsOf } from '../faults/acting-alarms';
import { thousandths } from '../kernel/event-log';
import type { RandomStream } from '../kernel/random';
import { lognormalConstant } from '../model/constants';
import type { DrillContext } from '../world/context';
import type { AlarmState } from './alarm-state';

/** From a message's publication to its delivery, in milliseconds. */
const LATENCY_MS = lognormalConstant('sns.latency');

/** What an alarm tells a topic. */
export interface AlarmMessage {
  /** Stack id and logical id. */
  readonly alarm: string;
  readonly region: string;
  readonly state: AlarmState;
}

/**
 * The topics that alarms tell of their states, on to whoever subscribes to them: a message arrives some time later, held back or lost
 * while SNS fails in its Region.
 *
 * Simplified: all subscribers of a topic get a message at one moment. What SNS does not accept, CloudWatch does not send again. Policies
 * and keys of topics are not looked at.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-actions.html
 */
export class AlarmTopics {
  private readonly random: RandomStream;
  private readonly protocols: ReadonlyMap<string, readonly string[]>;

  constructor(
    assembly: Assembly,
    private readonly context: DrillContext,
  ) {
    this.random = context.random.fork('sns');
    this.protocols = new Map(
      assembly
        .resourcesOf('AWS::SNS::Topic')
        .map((topic) => [addressOf(topic), subscriptionsOf(assembly, topic).map(({ Protocol }) => String(Protocol))]),
    );
  }

  /**
   * Tells a topic.
   *
   * @param topic Stack id and logical id.
   * @returns the virtual time at which subscribers get the message; nothing when it is lost.
   */
  tell(topic: string, message: AlarmMessage): number | undefined {
    const { scheduler, faults, log } = this.context;
    const { nowMs } = scheduler;
    const asked = { resource: topic };
    const usualMs = nowMs + this.random.lognormal(LATENCY_MS);
    const lost = faults.strikes('sns', message.region, nowMs, () => this.random.next(), asked);
    const deliveredMs = faults.heldBackUntilMs('sns', message.region, nowMs, usualMs, asked);
    log.write(nowMs, 'notification', {
      topic,
      ...message,
      to: this.protocols.get(topic) ?? [],
      deliveredMs: lost ? null : thousandths(deliveredMs),
    });
    return lost ? undefined : deliveredMs;
  }
}
