import type { Assembly } from '../../assembly';
import { thousandths } from '../kernel/event-log';
import type { RandomStream } from '../kernel/random';
import type { Scheduler } from '../kernel/scheduler';
import { numberConstant, uniformConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import type { DrillContext } from '../world/context';
import { type MetricAlarm, refuseAlarmsThatAct } from './alarm-definition';
import type { AlarmState } from './alarm-state';
import { AlarmStream } from './alarm-stream';
import { MARK, readEmbeddedMetrics } from './embedded-metrics';
import { describeMetric, type MetricDatum } from './metric';
import { MetricStore } from './metric-store';

/** An alarm whose state changed. */
export interface AlarmChange {
  readonly alarm: MetricAlarm;
  readonly state: AlarmState;
  /** When CloudWatch evaluated it, in virtual milliseconds. */
  readonly timeMs: number;
}

/**
 * CloudWatch in every Region: metrics that functions print, and the alarms that something in the world depends on.
 *
 * Simplified: a printed document becomes readable as a whole. Metrics of AWS's own services, metric filters and
 * `PutMetricData` are not there, and an alarm that needs them stops the drill once a health check names it; alarms that
 * only inform people are not evaluated.
 */
export class Monitoring {
  private readonly store = new MetricStore();
  private readonly streams = new Map<string, AlarmStream>();
  private readonly random: RandomStream;
  private readonly delaySeconds = uniformConstant('cw.emf.delay');
  private readonly intervalMs = 1000 * numberConstant('cw.eval.interval');
  private readonly listeners: ((change: AlarmChange) => void)[] = [];
  private stopped = false;

  /** @throws NotModelled for an alarm that sets a function going. */
  constructor(
    private readonly assembly: Assembly,
    private readonly context: DrillContext,
  ) {
    refuseAlarmsThatAct(assembly);
    this.random = context.random.fork('cloudwatch');
  }

  /**
   * The data an alarm is evaluated on; its metric is kept from now on.
   *
   * @throws NotModelled for an alarm on a metric that the drill does not make.
   */
  stream(alarm: MetricAlarm): AlarmStream {
    const known = this.streams.get(alarm.id);
    if (known) return known;
    this.refuseForeignMetric(alarm);
    const series = this.store.watch(alarm.region, alarm.metric, alarm.unit);
    const stream = new AlarmStream(alarm, series, this.context.epochMs);
    this.streams.set(alarm.id, stream);
    return stream;
  }

  /** Takes what a function in a Region prints, and finds the metrics in it. */
  record(region: string, printed: string): void {
    if (!printed.includes(MARK) || !this.namesWatched(printed)) return;
    for (const event of printed.split('\n')) {
      if (!event.includes(MARK)) continue;
      const embedded = readEmbeddedMetrics(event);
      if (embedded?.kind === 'metrics') this.publish(region, embedded.data);
      if (embedded?.kind === 'malformed') {
        const { log, scheduler } = this.context;
        log.write(scheduler.nowMs, 'metric-malformed', { region, why: embedded.why });
      }
    }
  }

  /** Lets every alarm be evaluated once a minute, each at a second of its own. */
  start(scheduler: Scheduler): void {
    for (const stream of this.streams.values()) {
      const phaseMs = this.random.fork(stream.alarm.id).uniform(0, this.intervalMs);
      scheduler.after(phaseMs, () => this.evaluate(scheduler, stream, 'INSUFFICIENT_DATA'));
    }
  }

  /** Ends all evaluation. */
  stop(): void {
    this.stopped = true;
  }

  /** Hears of every alarm whose state changes. */
  onAlarmChange(listener: (change: AlarmChange) => void): void {
    this.listeners.push(listener);
  }

  private evaluate(scheduler: Scheduler, stream: AlarmStream, current: AlarmState): void {
    if (this.stopped) return;
    const timeMs = scheduler.nowMs;
    const state = stream.evaluate(timeMs, current);
    if (state !== current) for (const listener of this.listeners) listener({ alarm: stream.alarm, state, timeMs });
    scheduler.after(this.intervalMs, () => this.evaluate(scheduler, stream, state));
  }

  private publish(region: string, data: readonly MetricDatum[]): void {
    const { scheduler, faults, epochMs, log } = this.context;
    const watched = data.flatMap((datum) =>
      this.store.seriesOf(region, datum.metric).map((series) => ({ series, datum })),
    );
    if (watched.length === 0) return;
    const { min, max } = this.delaySeconds;
    const printedMs = scheduler.nowMs;
    const usualMs = printedMs + 1000 * this.random.uniform(min, max);
    const lost = faults.strikes('cloudwatch', region, printedMs, () => this.random.next());
    const readableMs = faults.heldBackUntilMs('cloudwatch', region, printedMs, usualMs);
    for (const { series, datum } of watched) {
      // Not thrown: a handler that guards its printing would swallow it.
      if (datum.highResolution) {
        scheduler.fail(
          new NotModelled(`metric ${describeMetric(datum.metric)} of high resolution, which an alarm watches`),
        );
      }
      if (!lost) series.add(datum, epochMs + readableMs);
      log.write(printedMs, 'metric', {
        region,
        metric: describeMetric(datum.metric),
        values: datum.values,
        readableMs: lost ? null : thousandths(readableMs),
      });
    }
  }

  private namesWatched(printed: string): boolean {
    for (const name of this.store.names) if (printed.includes(name)) return true;
    return false;
  }

  private refuseForeignMetric({ id, region, metric }: MetricAlarm): void {
    const place = `AWS::CloudWatch::Alarm ${id}: ${describeMetric(metric)}`;
    if (metric.namespace.startsWith('AWS/')) throw new NotModelled(`${place}, a metric of AWS's own`);
    const filter = this.assembly
      .resourcesOf('AWS::Logs::MetricFilter')
      .find(({ stack, properties }) => stack.region === region && transforms(properties.MetricTransformations, metric));
    if (filter) throw new NotModelled(`${place}, made by metric filter ${filter.stack.id}/${filter.logicalId}`);
  }
}

function transforms(transformations: unknown, { namespace, name }: MetricAlarm['metric']): boolean {
  return (
    Array.isArray(transformations) &&
    transformations.some((entry) => entry?.MetricNamespace === namespace && entry?.MetricName === name)
  );
}
