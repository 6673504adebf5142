import type { EventKind, EventRecord } from '../../../lib/drill/kernel/event-record';
import { type AlarmChange, Monitoring } from '../../../lib/drill/monitoring';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { type ContextProps, drillContext, fault } from '../drill-context';
import { LogRecords } from '../log-records';
import { alarmTemplate, evacuatedDocument, metricAlarm, westernAssembly } from './alarms';

const EPOCH = Date.UTC(2025, 9, 20, 6, 38);
/** The longest that a printed metric takes to be readable, and the longest to the next evaluation, in seconds. */
const DELAY = 120;
const EVALUATION = 60;

/** CloudWatch with one watched alarm; `print` prints the document of this minute's value at a second of virtual time. */
function stand(props: ContextProps = {}, rest: Record<string, unknown> = {}) {
  const log = new LogRecords();
  const context = drillContext({ epochMs: EPOCH, onLog: log.onLog, ...props });
  const { scheduler } = context;
  const monitoring = new Monitoring(westernAssembly({ Alarm: alarmTemplate(rest) }), context);
  const stream = monitoring.stream(metricAlarm(rest));
  const changes: AlarmChange[] = [];
  monitoring.onAlarmChange((change) => changes.push(change));
  monitoring.start(scheduler);
  const printAt = (seconds: number, text: string | ((timestampMs: number) => string), region = 'us-west-2'): void => {
    scheduler.at(1000 * seconds, () => {
      monitoring.record(region, typeof text === 'string' ? text : text(EPOCH + scheduler.nowMs));
    });
  };
  const print = (seconds: number, value: number): void =>
    printAt(seconds, (timestampMs) => evacuatedDocument(timestampMs, value));
  /** Prints a value in every minute from one second to another, ten seconds into the minute. */
  const printFrom = (fromSeconds: number, toSeconds: number, value: number): void => {
    for (let seconds = fromSeconds + 10; seconds < toSeconds; seconds += 60) print(seconds, value);
  };
  const states = (): string[] => changes.map(({ state }) => state);
  const secondsOf = (index: number): number => (changes[index]?.timeMs ?? Number.NaN) / 1000;
  const logged = <Kind extends EventKind>(kind: Kind): readonly EventRecord<Kind>[] => {
    context.log.sha256();
    return log.of(kind);
  };
  return { scheduler, monitoring, stream, printAt, print, printFrom, states, secondsOf, logged };
}

test('a metric of the watched alarm raises it once its minute is over and it can be read, and lowers it in the same way', async () => {
  for (let seed = 0; seed < 40; seed++) {
    const { scheduler, printFrom, states, secondsOf } = stand({ seed: String(seed) });
    printFrom(0, 600, 0);
    printFrom(600, 1200, 1);
    printFrom(1200, 1800, 0);
    await scheduler.run(1_800_000);

    expect(states()).toEqual(['OK', 'ALARM', 'OK']);
    const [raised, lowered] = [secondsOf(1), secondsOf(2)];
    for (const [changed, published] of [
      [raised, 610],
      [lowered, 1210],
    ] as const) {
      expect(changed).toBeGreaterThanOrEqual(published + 50);
      expect(changed).toBeLessThanOrEqual(published + DELAY + EVALUATION);
    }
  }
});

test('an alarm outlives the silence of its metric by the points of its evaluation range', async () => {
  const { scheduler, printFrom, states, secondsOf } = stand();
  printFrom(0, 600, 1);
  await scheduler.run(1_800_000);

  expect(states()).toEqual(['OK', 'ALARM', 'OK']);
  // The last value is in the minute before 600 s; five minutes without one must have ended. Measured on AWS: 300 to 540 s
  // after the end of the breach (`cw.alarm.measured.off`).
  expect(secondsOf(2)).toBeGreaterThanOrEqual(600 + 5 * 60);
  expect(secondsOf(2)).toBeLessThanOrEqual(600 + 5 * 60 + EVALUATION);
});

test('evaluates nothing after it is stopped', async () => {
  const { scheduler, monitoring, printFrom, states } = stand();
  monitoring.stop();
  printFrom(0, 600, 1);
  await scheduler.run(900_000);

  expect(states()).toEqual([]);
});

describe('what functions print', () => {
  test('is looked through line by line, and ordinary lines are passed over', async () => {
    const { scheduler, printAt, logged } = stand();
    printAt(10, (time) => `START\n${evacuatedDocument(time, 1)}\nREPORT "CloudWatchMetrics" and Evacuated\n`);
    await scheduler.run(20_000);

    expect(logged('metric')).toEqual([
      {
        t: 10_000,
        is: 'metric',
        region: 'us-west-2',
        metric: 'dispatch/Evacuated{Ward=us-east-2,Share=rest}',
        values: [1],
        readableMs: expect.any(Number),
      },
    ]);
    expect(logged('metric-malformed')).toEqual([]);
  });

  test('counts in the Region of the alarm and with exactly its dimensions', async () => {
    const { scheduler, printAt, logged } = stand();
    printAt(10, (time) => evacuatedDocument(time, 1), 'us-east-2');
    printAt(20, (time) => evacuatedDocument(time, 1, 'first'));
    await scheduler.run(30_000);

    expect(logged('metric')).toEqual([]);
  });

  test('is noted in the log when it breaks the format', async () => {
    const { scheduler, printAt, logged, states } = stand();
    for (let seconds = 10; seconds < 600; seconds += 60) printAt(seconds, (time) => evacuatedDocument(time, 'one'));
    await scheduler.run(600_000);

    expect(logged('metric-malformed')[0]).toEqual({
      t: 10_000,
      is: 'metric-malformed',
      region: 'us-west-2',
      why: 'metric Evacuated is no number',
    });
    expect(states()).toEqual(['OK']);
  });

  test('stops the drill when a watched metric is of high resolution', async () => {
    const { scheduler, printAt } = stand();
    printAt(10, (time) => evacuatedDocument(time, 1, 'rest', { StorageResolution: 1 }));

    await expect(scheduler.run(20_000)).rejects.toThrow(
      new NotModelled(
        'metric dispatch/Evacuated{Ward=us-east-2,Share=rest} of high resolution, which an alarm watches',
      ),
    );
  });
});

describe('CloudWatch in trouble', () => {
  const readable = async (faults: ContextProps['faults'], seconds: number): Promise<number> => {
    const { scheduler, print, logged } = stand({ ...(faults ? { faults } : {}) });
    print(seconds, 1);
    await scheduler.run(1000 * (seconds + 1));
    return (logged('metric')[0]?.readableMs ?? Number.NaN) / 1000 - seconds;
  };
  const late = fault({
    target: 'cloudwatch',
    region: 'us-west-2',
    kind: 'delay',
    startMs: 600_000,
    endMs: 20_000_000,
    delayMs: 3_600_000,
  });

  test('holds a point back by its delay, at the latest until it ends', async () => {
    expect(await readable([late], 700)).toBe(3600);
    expect(await readable([late], 19_000)).toBe(1000);
  });

  test('leaves earlier points and other Regions alone', async () => {
    const usual = await readable([], 100);
    expect(usual).toBeGreaterThanOrEqual(5);
    expect(usual).toBeLessThanOrEqual(DELAY);
    expect(await readable([late], 100)).toBe(usual);
    expect(await readable([{ ...late, region: 'us-east-2' }], 700)).toBe(await readable([], 700));
  });

  test('leaves an alarm without data, and late points do not bring it back', async () => {
    const { scheduler, printFrom, states } = stand({ faults: [late] }, { TreatMissingData: 'missing' });
    printFrom(0, 6000, 1);
    await scheduler.run(6_000_000);

    expect(states()).toEqual(['ALARM', 'INSUFFICIENT_DATA']);
  });

  test('loses points by the share of its errors', async () => {
    const { scheduler, printFrom, logged } = stand({
      faults: [fault({ target: 'cloudwatch', region: 'us-west-2', share: 0.3, endMs: 60_000_000 })],
    });
    printFrom(0, 60_000, 0);
    await scheduler.run(60_000_000);

    const lost = logged('metric').filter(({ readableMs }) => readableMs === null).length;
    // A thousand points: 300 are expected, with a standard deviation of 14.5; four times that is allowed.
    expect(Math.abs(lost - 300)).toBeLessThan(58);
  });
});

/** A metric that an API publishes about itself. */
const ON_API = { Namespace: 'AWS/ApiGateway', Dimensions: [{ Name: 'ApiId', Value: 'West/Api' }] };

test('what a function prints counts for as many invocations as the one stands for that prints', async () => {
  const printed = { Statistic: 'Sum', Threshold: 10 };
  const { scheduler, monitoring, stream } = stand({}, printed);
  const states = [9, 10].map((standsFor, minute) => {
    const atMs = 600_000 * (minute + 1);
    scheduler.at(atMs, () => monitoring.record('us-west-2', evacuatedDocument(EPOCH + atMs, 1), standsFor));
    return scheduler.run(atMs + 180_000).then(() => stream.evaluate(scheduler.nowMs, 'OK'));
  });

  expect([await states[0], await states[1]]).toEqual(['OK', 'ALARM']);
});

test.each([
  ['Sum', 29, 31],
  ['SampleCount', 39, 41],
  ['Average', 0.74, 0.76],
])('%s of a service metric counts a value as often as it stands for others', async (Statistic, below, above) => {
  const states = [below, above].map((Threshold) => {
    const context = drillContext({ epochMs: EPOCH });
    const { metrics, scheduler } = context;
    metrics.declare('AWS/ApiGateway', ['5xx'], ['ApiId']);
    const monitoring = new Monitoring(westernAssembly({}), context);
    const stream = monitoring.stream(
      metricAlarm({ ...ON_API, MetricName: '5xx', Statistic, Threshold, ComparisonOperator: 'GreaterThanThreshold' }),
    );
    const put = (value: number, weight: number): void =>
      metrics.put(
        { region: 'us-west-2', namespace: 'AWS/ApiGateway', name: '5xx', dimensions: { ApiId: 'West/Api' } },
        value,
        weight,
      );
    scheduler.at(10_000, () => {
      put(1, 30);
      put(0, 10);
    });
    return scheduler.run(300_000).then(() => stream.evaluate(300_000, 'OK'));
  });

  expect(await Promise.all(states)).toEqual(['ALARM', 'OK']);
});

describe('refuses', () => {
  test('an alarm on a metric of AWS that no service of the drill publishes, by the name of the metric', () => {
    const alarm = (MetricName: string) => metricAlarm({ ...ON_API, MetricName, TreatMissingData: 'missing' });
    const context = drillContext();
    context.metrics.declare('AWS/ApiGateway', ['5xx'], ['ApiId']);
    const monitoring = new Monitoring(westernAssembly({}), context);

    expect(() => monitoring.stream(alarm('IntegrationLatency'))).toThrow(
      /^not modelled: AWS::CloudWatch::Alarm West\/Alarm: AWS\/ApiGateway\/IntegrationLatency\{ApiId=West\/Api\}, which no service/,
    );
    expect(() => monitoring.stream(alarm('5xx'))).not.toThrow();
  });

  test('an alarm on a metric that a metric filter of its Region makes', () => {
    const filter = {
      Type: 'AWS::Logs::MetricFilter',
      Properties: {
        LogGroupName: 'judge',
        FilterPattern: 'evacuated',
        MetricTransformations: [{ MetricNamespace: 'dispatch', MetricName: 'Evacuated', MetricValue: '1' }],
      },
    };
    const monitoring = new Monitoring(westernAssembly({ Filter: filter }), drillContext());

    expect(() => monitoring.stream(metricAlarm())).toThrow(/made by metric filter West\/Filter$/);
    expect(() => monitoring.stream(metricAlarm({ MetricName: 'Returned' }))).not.toThrow();
  });
});
