import type { Assembly, AssemblyResource } from '../../assembly';
import { thousandths } from '../kernel/event-log';
import type { RandomStream } from '../kernel/random';
import type { Scheduler } from '../kernel/scheduler';
import { numberConstant, uniformConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import type { DrillContext } from '../world/context';
import { AlarmBoard, type EvaluatedAlarm } from './alarm-board';
import { ALARM_TYPES, type AlarmSettings, type MetricAlarm } from './alarm-definition';
import type { AlarmState } from './alarm-state';
import { AlarmStream, type DataPoint, type Signal, statisticOf } from './alarm-stream';
import { AlarmTopics } from './alarm-topics';
import { MARK, readEmbeddedMetrics } from './embedded-metrics';
import { describeMetric, type MetricDatum, type MetricIdentity, metricKey } from './metric';
import { evaluateMath } from './metric-math';
import { MetricSeries, MetricStore, MINUTE_MS } from './metric-store';
import { ServiceFeed } from './service-feed';
import {
  type LeftOutAlarm,
  type MetricTerm,
  readWatchedAlarm,
  type WatchedAlarm,
  type WatchedMetricAlarm,
} from './watched-alarm';

/** An alarm whose state changed. */
export interface AlarmChange {
  readonly alarm: Pick<AlarmSettings, 'id' | 'region'>;
  readonly state: AlarmState;
  /** When CloudWatch evaluated it, in virtual milliseconds. */
  readonly timeMs: number;
  /** The data points that it went by, oldest first. @default - it goes by other alarms */
  readonly points?: readonly DataPoint[];
}

/**
 * CloudWatch in every Region: metrics that functions print, and the alarms that something in the world depends on.
 *
 * Simplified: a printed document becomes readable as a whole. Metric filters and `PutMetricData` are not there, and of AWS's own services
 * only what the drill's services publish; an alarm that needs more stops the drill once something in the world depends on it. Alarms that
 * inform people are evaluated when somebody asks for it.
 */
export class Monitoring {
  private readonly store = new MetricStore();
  private readonly streams = new Map<string, AlarmStream>();
  private readonly random: RandomStream;
  private readonly delaySeconds = uniformConstant('cw.emf.delay');
  private readonly intervalMs = 1000 * numberConstant('cw.eval.interval');
  private readonly listeners: ((change: AlarmChange) => void)[] = [];
  private readonly feeds = new Map<string, ServiceFeed>();
  private board: AlarmBoard | undefined;
  private boardListens = false;
  private stopped = false;

  constructor(
    private readonly assembly: Assembly,
    private readonly context: DrillContext,
  ) {
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
    const signal = this.signalOf(alarm.region, alarm);
    if (typeof signal === 'string') throw new NotModelled(`AWS::CloudWatch::Alarm ${alarm.id}: ${signal}`);
    const stream = new AlarmStream(alarm, signal, this.context.epochMs);
    this.streams.set(alarm.id, stream);
    return stream;
  }

  /**
   * Evaluates alarms, those that only inform people included, and all under them. To be asked before the start; who asks again for an alarm
   * changes nothing.
   *
   * @param ids Stack ids and logical ids. @default - every alarm of the assembly that can be evaluated
   */
  watchAlarms(ids?: ReadonlySet<string>): AlarmBoard {
    const board = this.board ?? this.makeBoard();
    const watched: EvaluatedAlarm[] = [];
    const leftOut: LeftOutAlarm[] = [];
    for (const alarm of this.readAlarms(ids)) {
      if (board.stateOf(alarm.id) !== undefined) continue;
      const why = alarm.kind === 'left-out' ? alarm.why : alarm.kind === 'metric' ? this.evaluated(alarm) : undefined;
      const { id, name, region } = alarm;
      if (alarm.kind === 'left-out' || why !== undefined)
        leftOut.push({ kind: 'left-out', id, name, region, why: why ?? '' });
      else watched.push(alarm);
    }
    leaveOutAbove(watched, leftOut);
    board.add(watched, leftOut);
    if (ids === undefined) this.letBoardListen(board);
    return board;
  }

  /**
   * Takes what a function in a Region prints, and finds the metrics in it.
   *
   * @param standsFor How many invocations the one stands for that prints.
   */
  record(region: string, printed: string, standsFor = 1): void {
    if (!printed.includes(MARK) || !this.namesWatched(printed)) return;
    for (const event of printed.split('\n')) {
      if (!event.includes(MARK)) continue;
      const embedded = readEmbeddedMetrics(event);
      if (embedded?.kind === 'metrics') this.publish(region, embedded.data, standsFor);
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
    if (this.board) this.letBoardListen(this.board);
    this.board?.start();
    if (this.context.metrics.isHeard) this.sample(scheduler);
  }

  /** Ends all evaluation. */
  stop(): void {
    this.stopped = true;
  }

  /** The alarms that are evaluated, each with its Region. */
  get alarms(): readonly Pick<AlarmSettings, 'id' | 'region'>[] {
    const all = [...[...this.streams.values()].map(({ alarm }) => alarm), ...(this.board?.watched ?? [])];
    return [...new Map(all.map(({ id, region }) => [id, { id, region }])).values()];
  }

  /** Hears of every alarm whose state changes. */
  onAlarmChange(listener: (change: AlarmChange) => void): void {
    this.listeners.push(listener);
  }

  private evaluate(scheduler: Scheduler, stream: AlarmStream, current: AlarmState): void {
    if (this.stopped) return;
    const timeMs = scheduler.nowMs;
    const state = stream.evaluate(timeMs, current);
    if (state !== current) this.tell({ alarm: stream.alarm, state, timeMs, points: stream.points(timeMs) });
    scheduler.after(this.intervalMs, () => this.evaluate(scheduler, stream, state));
  }

  private makeBoard(): AlarmBoard {
    const topics = new AlarmTopics(this.assembly, this.context);
    const board = new AlarmBoard(this.context, topics, (alarm, state) =>
      this.tell({ alarm, state, timeMs: this.context.scheduler.nowMs }),
    );
    this.board = board;
    return board;
  }

  /** Once only, and after those who write down that a state has changed: what comes of it follows in the log. */
  private letBoardListen(board: AlarmBoard): void {
    if (this.boardListens) return;
    this.boardListens = true;
    this.listeners.push(({ alarm, state, points = [] }) => board.take(alarm.id, state, { kind: 'data', points }));
  }

  /** The alarms of these ids and those under them, in the assembly's order; without ids every alarm. */
  private readAlarms(ids?: ReadonlySet<string>): readonly WatchedAlarm[] {
    const all = ALARM_TYPES.flatMap((type) => this.assembly.resourcesOf(type)).map((resource) =>
      readWatchedAlarm(this.assembly, resource),
    );
    if (!ids) return all;
    const wanted = new Set(ids);
    // A set grows while it is gone through: those under an alarm come after it.
    for (const id of wanted) {
      const alarm = all.find((candidate) => candidate.id === id);
      if (alarm?.kind === 'composite') for (const below of Object.values(alarm.alarms)) wanted.add(below);
    }
    return all.filter(({ id }) => wanted.has(id));
  }

  private tell(change: AlarmChange): void {
    for (const listener of this.listeners) listener(change);
  }

  /** Levels are published once a minute. */
  private sample(scheduler: Scheduler): void {
    if (this.stopped) return;
    this.context.metrics.sample();
    scheduler.after(MINUTE_MS, () => this.sample(scheduler));
  }

  /** Has an alarm evaluated; says why it cannot be, if so. */
  private evaluated({ id, settings, terms, math }: WatchedMetricAlarm): string | undefined {
    if (this.streams.has(id)) return undefined;
    const signals = new Map<string, Signal>();
    for (const [term, watched] of Object.entries(terms)) {
      const signal = this.signalOf(settings.region, watched);
      if (typeof signal === 'string') return signal;
      signals.set(term, signal);
    }
    const signal: Signal = {
      point: (...period) => evaluateMath(math, (term) => signals.get(term)?.point(...period)),
    };
    this.streams.set(id, new AlarmStream(settings, signal, this.context.epochMs));
    return undefined;
  }

  private signalOf(region: string, { metric, statistic, unit }: MetricTerm): Signal | string {
    if (metric.namespace.startsWith('AWS/')) {
      const feed = this.feedOf(region, metric);
      return feed
        ? statisticOf(feed.series, statistic)
        : `${describeMetric(metric)}, which no service of the drill publishes`;
    }
    const filter = this.filterOf(region, metric);
    if (filter) return `${describeMetric(metric)}, made by metric filter ${filter.stack.id}/${filter.logicalId}`;
    return statisticOf(this.store.watch(region, metric, unit), statistic);
  }

  private feedOf(region: string, metric: MetricIdentity): ServiceFeed | undefined {
    const key = `${region} ${metricKey(metric)}`;
    const known = this.feeds.get(key);
    if (known) return known;
    const feed = new ServiceFeed(new MetricSeries(metric), region, this.random.fork(key), this.context);
    if (!this.context.metrics.listen({ region, ...metric }, (value, weight) => feed.take(value, weight)))
      return undefined;
    this.feeds.set(key, feed);
    return feed;
  }

  private publish(region: string, data: readonly MetricDatum[], weight: number): void {
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
      if (!lost) series.add(datum, epochMs + readableMs, weight);
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

  private filterOf(region: string, metric: MetricIdentity): AssemblyResource | undefined {
    return this.assembly
      .resourcesOf('AWS::Logs::MetricFilter')
      .find(({ stack, properties }) => stack.region === region && transforms(properties.MetricTransformations, metric));
  }
}

/** Leaves out what stands on alarms that are left out: its state would be a guess. */
function leaveOutAbove(watched: EvaluatedAlarm[], leftOut: LeftOutAlarm[]): void {
  for (;;) {
    const position = watched.findIndex(
      (alarm) =>
        alarm.kind === 'composite' &&
        Object.values(alarm.alarms).some((id) => leftOut.some((other) => other.id === id)),
    );
    const [alarm] = position < 0 ? [] : watched.splice(position, 1);
    if (!alarm) return;
    const { id, name, region } = alarm;
    leftOut.push({ kind: 'left-out', id, name, region, why: 'it stands on an alarm that is left out' });
  }
}

function transforms(transformations: unknown, { namespace, name }: MetricAlarm['metric']): boolean {
  return (
    Array.isArray(transformations) &&
    transformations.some((entry) => entry?.MetricNamespace === namespace && entry?.MetricName === name)
  );
}
