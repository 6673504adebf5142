import type { DrillContext } from '../world/context';
import { holds } from './alarm-rule';
import type { AlarmState } from './alarm-state';
import type { DataPoint } from './alarm-stream';
import type { AlarmTopics } from './alarm-topics';
import type { LeftOutAlarm, WatchedCompositeAlarm, WatchedMetricAlarm } from './watched-alarm';

/** An alarm that is evaluated. */
export type EvaluatedAlarm = WatchedMetricAlarm | WatchedCompositeAlarm;

/** A state of an alarm, when it came to it, in virtual milliseconds, and by what. */
export interface AlarmCondition {
  readonly state: AlarmState;
  readonly timeMs: number;
  readonly cause: AlarmCause;
}

/** What brought an alarm to a state. */
export type AlarmCause =
  /** It was made, and nothing was evaluated yet. */
  | { readonly kind: 'creation' }
  /** The data points of its evaluation range, oldest first. */
  | { readonly kind: 'data'; readonly points: readonly DataPoint[] }
  /** Its rule: when it was first evaluated, with all alarms under it, or when one of these had changed. */
  | { readonly kind: 'rule'; readonly isFirst: boolean; readonly alarms: readonly Below[] };

/** An alarm under a composite. */
interface Below extends Pick<AlarmCondition, 'state' | 'timeMs'> {
  readonly alarm: EvaluatedAlarm;
}

/** A change of state of an alarm. */
export interface AlarmEvent extends AlarmCondition {
  readonly alarm: EvaluatedAlarm;
  readonly before: AlarmCondition;
}

/** Hears that a topic has told its subscribers of an event, or will have at a virtual time. */
export type DeliveryListener = (topic: string, event: AlarmEvent, deliveredMs: number) => void;

const CREATION: AlarmCondition = { state: 'INSUFFICIENT_DATA', timeMs: 0, cause: { kind: 'creation' } };

/**
 * The alarms that are watched in a drill, composite ones included, with their states. A composite follows the alarms under it at once;
 * a topic that is told is a line of the event log.
 */
export class AlarmBoard {
  private readonly alarms = new Map<string, EvaluatedAlarm>();
  private readonly conditions = new Map<string, AlarmCondition>();
  private readonly events: AlarmEvent[] = [];
  private readonly left: LeftOutAlarm[] = [];
  private readonly eventListeners: ((event: AlarmEvent) => void)[] = [];
  private readonly deliveryListeners: DeliveryListener[] = [];

  /** @param onChange Hears of every change of a composite. */
  constructor(
    private readonly context: DrillContext,
    private readonly topics: AlarmTopics,
    private readonly onChange: (alarm: WatchedCompositeAlarm, state: AlarmState) => void,
  ) {}

  /** Changes of state so far, in order. */
  get history(): readonly AlarmEvent[] {
    return this.events;
  }

  /** The alarms that are watched. */
  get watched(): readonly EvaluatedAlarm[] {
    return [...this.alarms.values()];
  }

  /** Alarms that cannot be evaluated. */
  get leftOut(): readonly LeftOutAlarm[] {
    return this.left;
  }

  /** Watches further alarms, and takes note of those that cannot be. */
  add(alarms: readonly EvaluatedAlarm[], leftOut: readonly LeftOutAlarm[]): void {
    for (const alarm of alarms) {
      this.alarms.set(alarm.id, alarm);
      this.conditions.set(alarm.id, CREATION);
    }
    this.left.push(...leftOut);
  }

  /** The state of an alarm by its id; nothing for one that is not watched. */
  stateOf(id: string): AlarmState | undefined {
    return this.conditions.get(id)?.state;
  }

  /** Hears of every change of state, once topics are told of it. */
  onEvent(listener: (event: AlarmEvent) => void): void {
    this.eventListeners.push(listener);
  }

  /** Hears of every message that reaches subscribers of a topic. */
  onDelivery(listener: DeliveryListener): void {
    this.deliveryListeners.push(listener);
  }

  /** Lets composites take their first state. */
  start(): void {
    for (const alarm of this.alarms.values()) if (alarm.kind === 'composite') this.follow(alarm);
  }

  /** Takes the new state of an alarm on metrics, and lets those above it follow. */
  take(id: string, state: AlarmState, cause: AlarmCause): void {
    const alarm = this.alarms.get(id);
    const before = this.conditions.get(id);
    if (!alarm || !before || before.state === state) return;
    const { nowMs: timeMs } = this.context.scheduler;
    const event: AlarmEvent = { alarm, state, timeMs, cause, before };
    this.conditions.set(id, event);
    this.events.push(event);
    for (const topic of alarm.topics[state]) this.tell(topic, event);
    for (const listener of this.eventListeners) listener(event);
    for (const above of this.alarms.values()) {
      if (above.kind === 'composite' && Object.values(above.alarms).includes(id)) this.follow(above, id);
    }
  }

  private tell(topic: string, event: AlarmEvent): void {
    const { id, region } = event.alarm;
    const deliveredMs = this.topics.tell(topic, { alarm: id, region, state: event.state });
    if (deliveredMs === undefined) return;
    for (const listener of this.deliveryListeners) listener(topic, event, deliveredMs);
  }

  /** @param changed The alarm that has changed. @default - the composite takes its first state */
  private follow(alarm: WatchedCompositeAlarm, changed?: string): void {
    const stateOf = (name: string): AlarmState => this.stateOf(alarm.alarms[name] ?? '') ?? 'INSUFFICIENT_DATA';
    const state = holds(alarm.rule, stateOf) ? 'ALARM' : 'OK';
    if (state === this.stateOf(alarm.id)) return;
    const below = changed === undefined ? Object.values(alarm.alarms) : [changed];
    const cause = {
      kind: 'rule',
      isFirst: changed === undefined,
      alarms: below.flatMap((id) => this.below(id)),
    } as const;
    this.take(alarm.id, state, cause);
    this.onChange(alarm, state);
  }

  private below(id: string): readonly Below[] {
    const alarm = this.alarms.get(id);
    const condition = this.conditions.get(id);
    return alarm && condition ? [{ alarm, state: condition.state, timeMs: condition.timeMs }] : [];
  }
}
