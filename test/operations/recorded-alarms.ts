import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AlarmHistoryItem, CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { type AlarmReader, alarmReader } from '../../lib/operations/alarm-reader';

/** Time that passes only when somebody waits. */
export class VirtualClock {
  #nowMs: number;

  constructor(start: string) {
    this.#nowMs = Date.parse(start);
  }

  readonly now = (): number => this.#nowMs;

  readonly sleep = async (ms: number): Promise<void> => {
    this.#nowMs += ms;
  };
}

/** Regions whose CloudWatch answers with an error from one time to another. */
export interface Disturbance {
  readonly region: string;
  readonly from: string;
  readonly to: string;
  readonly error: Error;
  /** How many calls fail. @default - all of that time */
  readonly times?: number;
}

/**
 * CloudWatch of several Regions, as it was recorded: what `aws cloudwatch describe-alarm-history` printed in each of them, told as far as
 * the clock has come. The real client asks; its requests are answered where they would leave the machine.
 */
export class RecordedAlarms {
  /** Calls that reached a Region, repetitions included. */
  readonly calls: string[] = [];

  readonly #failed = new Map<Disturbance, number>();
  readonly #histories: Readonly<
    Record<string, { readonly AlarmHistoryItems: readonly AlarmHistoryItem[] } | undefined>
  >;

  /**
   * @param recording File of `alarm-histories`, without its ending. A Region it lacks has no alarm.
   * @param pageSize History items in one answer.
   */
  constructor(
    recording: string,
    readonly clock: VirtualClock,
    readonly disturbances: readonly Disturbance[] = [],
    readonly pageSize: number = 2,
  ) {
    this.#histories = JSON.parse(readFileSync(join(__dirname, 'alarm-histories', `${recording}.json`), 'utf8'));
  }

  /** The reader of a Region's alarm, over the real client. */
  readonly alarm = (region: string, alarmName: string): AlarmReader => {
    const client = new CloudWatchClient({
      region,
      maxAttempts: 2,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    });
    client.middlewareStack.add(
      (_next, context) => async (args) => {
        this.calls.push(`${region} ${context.commandName}`);
        this.#disturb(region);
        const output =
          context.commandName === 'DescribeAlarmsCommand'
            ? this.#describe(region, alarmName)
            : this.#page(region, args.input as { StartDate: Date; NextToken?: string });
        return { output: { $metadata: {}, ...output }, response: {} } as never;
      },
      { step: 'deserialize', name: 'recorded', priority: 'high' },
    );
    return alarmReader(client, alarmName);
  };

  #disturb(region: string): void {
    const nowMs = this.clock.now();
    for (const disturbance of this.disturbances) {
      const { from, to, error, times = Number.POSITIVE_INFINITY } = disturbance;
      const failed = this.#failed.get(disturbance) ?? 0;
      const hit = disturbance.region === region && Date.parse(from) <= nowMs && nowMs < Date.parse(to);
      if (!hit || failed >= times) continue;
      this.#failed.set(disturbance, failed + 1);
      throw error;
    }
  }

  #until(region: string): AlarmHistoryItem[] {
    return (this.#histories[region]?.AlarmHistoryItems ?? [])
      .filter(({ Timestamp }) => new Date(Timestamp ?? 0).getTime() <= this.clock.now())
      .toReversed();
  }

  #describe(region: string, alarmName: string): object {
    const changes = this.#until(region).filter(({ HistoryItemType }) => HistoryItemType === 'StateUpdate');
    const last = changes[changes.length - 1];
    if (!this.#histories[region]) return { CompositeAlarms: [], MetricAlarms: [] };
    const StateValue = /to (\w+)$/.exec(last?.HistorySummary ?? '')?.[1] ?? 'INSUFFICIENT_DATA';
    const StateTransitionedTimestamp = new Date(last?.Timestamp ?? 0);
    return { CompositeAlarms: [{ AlarmName: alarmName, StateValue, StateTransitionedTimestamp }], MetricAlarms: [] };
  }

  #page(region: string, { StartDate, NextToken }: { StartDate: Date; NextToken?: string }): object {
    const items = this.#until(region)
      .filter(({ HistoryItemType }) => HistoryItemType === 'StateUpdate')
      .map((item) => ({ ...item, Timestamp: new Date(item.Timestamp ?? 0) }))
      .filter(({ Timestamp }) => Timestamp >= StartDate);
    const start = Number(NextToken ?? 0);
    const next = start + this.pageSize;
    return {
      AlarmHistoryItems: items.slice(start, next),
      ...(next < items.length ? { NextToken: String(next) } : {}),
    };
  }
}
