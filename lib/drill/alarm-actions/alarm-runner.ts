import { type Assembly, addressOf } from '../../assembly';
import type { AsyncInvoker } from '../compute/async-invoker';
import type { AsyncQueues } from '../compute/async-queues';
import { thousandths } from '../kernel/event-log';
import type { AlarmEvent, AlarmState, Monitoring } from '../monitoring';
import { NotModelled } from '../not-modelled';
import { randomUuid } from '../sandbox/realm';
import type { DrillContext } from '../world/context';
import type { AlarmAction, ToldTopic } from './alarm-action';
import { alarmPayload, type Telling } from './alarm-payload';
import { AlarmDescriptions } from './described-alarm';
import { topicPayload } from './topic-payload';

/** An action, and the queue before its function; none where nothing may invoke it. */
interface Acting {
  readonly action: AlarmAction;
  readonly queue?: AsyncInvoker;
}

/**
 * Alarms that set functions going: when one comes to a state, the functions of its actions are invoked as asynchronous events, at once
 * where the alarm names them itself, and when its message arrives where a topic is in between. What comes of each is written to the event log.
 *
 * A function whose own policy does not let the service invoke it is not invoked, and nobody tries again.
 *
 * Simplified: CloudWatch takes no time to invoke a function, and reaches Lambda's queue always, as SNS does.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
 */
export class AlarmRunner {
  private readonly acting: readonly Acting[];
  private readonly telling: Telling;
  private messages = 0;

  /** @throws NotModelled for settings of asynchronous events that are not modelled. */
  constructor(
    assembly: Assembly,
    actions: readonly AlarmAction[],
    queues: AsyncQueues,
    private readonly context: DrillContext,
  ) {
    this.acting = actions.map((action) => ({
      action,
      ...(action.isPermitted ? { queue: queues.before(action) } : {}),
    }));
    const { random, epochMs } = context;
    this.telling = { alarms: new AlarmDescriptions(assembly), random: random.fork('alarm-actions'), epochMs };
  }

  /**
   * Has the alarms evaluated that act, and acts. An assembly without such alarms is left as it is.
   *
   * @throws NotModelled for an alarm that acts and cannot be evaluated.
   */
  follow(monitoring: Monitoring): void {
    if (this.acting.length === 0) return;
    const board = monitoring.watchAlarms(new Set(this.acting.map(({ action }) => action.alarm)));
    for (const { action } of this.acting.filter(({ queue }) => queue)) {
      const left = board.leftOut.find(({ id }) => id === action.alarm);
      if (left) throw new NotModelled(`alarm ${left.id}, which invokes ${action.function.logicalId}: ${left.why}`);
    }
    board.onEvent((event) => {
      for (const one of this.actingOn(event)) this.invoke(one, event, () => alarmPayload(event, this.telling));
    });
    board.onDelivery((topic, event, deliveredMs) => this.deliver(topic, event, deliveredMs));
  }

  private deliver(topic: string, event: AlarmEvent, deliveredMs: number): void {
    const acting = this.actingOn(event, topic);
    if (acting.length === 0) return;
    const messageId = randomUuid(this.telling.random.fork(`message ${this.messages++}`));
    this.context.scheduler.at(deliveredMs, () => {
      for (const one of acting) {
        const action = { ...one.action, topic: one.action.topic as ToldTopic };
        this.invoke(one, event, () => topicPayload(event, action, messageId, this.telling));
      }
    });
  }

  /** What acts on an event, by the alarm itself or by a topic. */
  private actingOn({ alarm, state }: AlarmEvent, topic?: string): readonly Acting[] {
    return this.acting.filter(
      ({ action }) => action.alarm === alarm.id && action.state === state && action.topic?.id === topic,
    );
  }

  private invoke({ action, queue }: Acting, { state }: AlarmEvent, payload: () => object): void {
    const { scheduler } = this.context;
    const sentMs = scheduler.nowMs;
    const write = (outcome: string): void => this.write(action, state, sentMs, outcome);
    if (!queue) {
      write('forbidden');
      return;
    }
    scheduler.spawn(queue.invoke(payload(), ({ kind }) => write(`${kind}, again`)).then(write));
  }

  private write(action: AlarmAction, state: AlarmState, sentMs: number, outcome: string): void {
    const { log, scheduler } = this.context;
    const { alarm, region, topic, function: target } = action;
    log.write(scheduler.nowMs, 'alarm-action', {
      alarm,
      region,
      state,
      function: addressOf(target),
      ...(topic ? { topic: topic.id } : {}),
      outcome,
      sentMs: thousandths(sentMs),
    });
  }
}
