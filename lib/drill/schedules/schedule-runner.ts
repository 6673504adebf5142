import { type AsyncInvoker, backOffSeconds } from '../compute/async-invoker';
import { thousandths } from '../kernel/event-log';
import type { RandomStream } from '../kernel/random';
import { modelConstant, uniformConstant } from '../model/constants';
import { randomUuid } from '../sandbox/realm';
import type { DrillContext } from '../world/context';
import type { ScheduleDefinition } from './schedule-definition';

const MINUTE_MS = 60_000;

/** When within its minute a schedule's target is invoked, in seconds. */
const PRECISION = {
  scheduler: uniformConstant('eb.scheduler.precision'),
  events: uniformConstant('eb.rule.precision'),
} as const;

const BACK_OFF = modelConstant('eb.scheduler.backoff').value as readonly number[];

/** One time a schedule was due, on its way. */
interface Tick {
  /** When it was due, in virtual milliseconds. */
  readonly dueMs: number;
  /** When it left, in virtual milliseconds. */
  readonly sentMs: number;
  /** Deliveries that failed so far. */
  readonly failures: number;
}

/**
 * A schedule at work. Each time it is due, its function is invoked at some second of that minute, another one each time;
 * what comes of it is written to the event log.
 *
 * While delivery fails in the Region (fault target `scheduler`), a delivery is tried again by the schedule's retry
 * policy, or dropped; while it is delayed, it waits, and is dropped when it is too old by then. What the function's policy forbids is not
 * tried again.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export class ScheduleRunner {
  private readonly random: RandomStream;
  private stopped = false;

  constructor(
    private readonly definition: ScheduleDefinition,
    private readonly target: AsyncInvoker,
    private readonly context: DrillContext,
  ) {
    this.random = context.random.fork(`schedule/${definition.id}`);
  }

  /** Sets it going. */
  start(): void {
    const { periodMinutes, minute } = this.definition.recurrence;
    const { scheduler, epochMs } = this.context;
    const phase = minute ?? this.random.index(periodMinutes);
    const nowMinute = Math.ceil((epochMs + scheduler.nowMs) / MINUTE_MS);
    const wait = (((phase - nowMinute) % periodMinutes) + periodMinutes) % periodMinutes;
    const firstMs = (nowMinute + wait) * MINUTE_MS - epochMs;
    scheduler.at(firstMs, () => this.due(firstMs));
  }

  /** Nothing further falls due; what is under way goes on. */
  stop(): void {
    this.stopped = true;
  }

  private due(dueMs: number): void {
    if (this.stopped) return;
    const { scheduler } = this.context;
    const { service, recurrence } = this.definition;
    const { min, max } = PRECISION[service];
    const sentMs = dueMs + 1000 * this.random.uniform(min, max);
    scheduler.at(sentMs, () => this.deliver({ dueMs, sentMs, failures: 0 }));
    const nextMs = dueMs + recurrence.periodMinutes * MINUTE_MS;
    scheduler.at(nextMs, () => this.due(nextMs));
  }

  private deliver(tick: Tick): void {
    const { scheduler, faults } = this.context;
    const { region, maxAgeMs, isForbidden } = this.definition;
    const { nowMs } = scheduler;
    if (isForbidden) {
      this.write(tick, 'forbidden');
      return;
    }
    if (faults.strikes('scheduler', region, nowMs, () => this.random.next())) {
      this.retry(tick);
      return;
    }
    const arrivalMs = faults.heldBackUntilMs('scheduler', region, nowMs, nowMs);
    if (arrivalMs - tick.sentMs > maxAgeMs) this.write(tick, 'dropped');
    else if (arrivalMs > nowMs) scheduler.at(arrivalMs, () => this.invoke(tick));
    else this.invoke(tick);
  }

  private retry(tick: Tick): void {
    const { scheduler } = this.context;
    const { maxRetries, maxAgeMs } = this.definition;
    const nextMs = scheduler.nowMs + 1000 * backOffSeconds(BACK_OFF, tick.failures);
    if (tick.failures >= maxRetries || nextMs - tick.sentMs > maxAgeMs) this.write(tick, 'dropped');
    else scheduler.at(nextMs, () => this.deliver({ ...tick, failures: tick.failures + 1 }));
  }

  private invoke(tick: Tick): void {
    const { scheduler } = this.context;
    const done = this.target
      .invoke(this.event(tick), ({ kind }) => this.write(tick, `${kind}, again`))
      .then((outcome) => this.write(tick, outcome));
    scheduler.spawn(done);
  }

  /** What the function gets. @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html */
  private event({ dueMs }: Tick): unknown {
    const { input, service, account, region, id } = this.definition;
    if (input !== undefined) return JSON.parse(input);
    const time = new Date(this.context.epochMs + dueMs).toISOString().replace('.000Z', 'Z');
    return {
      version: '0',
      id: randomUuid(this.random),
      'detail-type': 'Scheduled Event',
      source: service === 'scheduler' ? 'aws.scheduler' : 'aws.events',
      account,
      time,
      region,
      resources: [id],
      detail: service === 'scheduler' ? '{}' : {},
    };
  }

  private write({ dueMs }: Tick, outcome: string): void {
    const { log, scheduler } = this.context;
    log.write(scheduler.nowMs, 'schedule', { schedule: this.definition.id, outcome, dueMs: thousandths(dueMs) });
  }
}
