import type { DrillContext } from '../world/context';
import { holds } from './alarm-rule';
import type { AlarmState } from './alarm-state';
import type { AlarmTopics } from './alarm-topics';
import type { LeftOutAlarm, WatchedCompositeAlarm, WatchedMetricAlarm } from './watched-alarm';

/** A change of state of an alarm, and whom it told. */
export interface AlarmEvent {
  readonly alarm: WatchedMetricAlarm | WatchedCompositeAlarm;
  readonly state: AlarmState;
  /** When, in virtual milliseconds. */
  readonly timeMs: number;
}

/**
 * All alarms that are watched in a drill, composite ones included, with their states. A composite follows the alarms under it at once;
 * a topic that is told is a line of the event log.
 */
export class AlarmBoard {
  private readonly alarms = new Map<string, WatchedMetricAlarm | WatchedCompositeAlarm>();
  private readonly states = new Map<string, AlarmState>();
  private readonly events: AlarmEvent[] = [];

  /**
   * @param leftOut Alarms that cannot be evaluated.
   * @param onChange Hears of every change of a composite.
   */
  constructor(
    alarms: readonly (WatchedMetricAlarm | WatchedCompositeAlarm)[],
    readonly leftOut: readonly LeftOutAlarm[],
    private readonly context: DrillContext,
    private readonly topics: AlarmTopics,
    private readonly onChange: (alarm: WatchedCompositeAlarm, state: AlarmState) => void,
  ) {
    for (const alarm of alarms) {
      this.alarms.set(alarm.id, alarm);
      this.states.set(alarm.id, 'INSUFFICIENT_DATA');
    }
  }

  /** Changes of state so far, in order. */
  get history(): readonly AlarmEvent[] {
    return this.events;
  }

  /** The alarms that are watched. */
  get watched(): readonly (WatchedMetricAlarm | WatchedCompositeAlarm)[] {
    return [...this.alarms.values()];
  }

  /** The state of an alarm by its id; nothing for one that is not watched. */
  stateOf(id: string): AlarmState | undefined {
    return this.states.get(id);
  }

  /** Lets composites take their first state. */
  start(): void {
    for (const alarm of this.alarms.values()) if (alarm.kind === 'composite') this.follow(alarm);
  }

  /** Takes the new state of an alarm on metrics, and lets those above it follow. */
  take(id: string, state: AlarmState): void {
    const alarm = this.alarms.get(id);
    if (!alarm || this.states.get(id) === state) return;
    this.states.set(id, state);
    const timeMs = this.context.scheduler.nowMs;
    this.events.push({ alarm, state, timeMs });
    const { region } = alarm;
    for (const topic of alarm.topics[state]) this.topics.tell(topic, { alarm: id, region, state });
    for (const above of this.alarms.values()) {
      if (above.kind === 'composite' && Object.values(above.alarms).includes(id)) this.follow(above);
    }
  }

  private follow(alarm: WatchedCompositeAlarm): void {
    const stateOf = (name: string): AlarmState => this.states.get(alarm.alarms[name] ?? '') ?? 'INSUFFICIENT_DATA';
    const state = holds(alarm.rule, stateOf) ? 'ALARM' : 'OK';
    if (state === this.states.get(alarm.id)) return;
    this.take(alarm.id, state);
    this.onChange(alarm, state);
  }
}
