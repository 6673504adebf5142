import type { MetricHealthCheck } from '../../../lib/drill/dns/health-check';
import { MetricCheck } from '../../../lib/drill/dns/metric-check';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { Scheduler } from '../../../lib/drill/kernel/scheduler';
import { AlarmStream, statisticOf } from '../../../lib/drill/monitoring/alarm-stream';
import { MetricSeries } from '../../../lib/drill/monitoring/metric-store';
import { metricAlarm } from '../monitoring/alarms';

const alarm = metricAlarm({ TreatMissingData: 'missing' });

/**
 * The verdicts of a check on a metric whose minutes have these values, `-` for none; each can be read when its minute is over.
 * A letter stands for the verdict of one evaluation: healthy or unhealthy.
 */
async function verdicts(
  minutes: string,
  insufficientDataStatus: MetricHealthCheck['insufficientDataStatus'],
  seed = '1',
): Promise<{ letters: string; times: readonly number[] }> {
  const series = new MetricSeries(alarm.metric);
  for (const [minute, sign] of [...minutes].entries()) {
    const datum = { metric: alarm.metric, unit: 'None', timestampMs: 60_000 * minute + 1, highResolution: false };
    if (sign !== '-') series.add({ ...datum, values: [Number(sign)] }, 60_000 * (minute + 1));
  }
  const scheduler = new Scheduler();
  const heard: { healthy: boolean; timeMs: number }[] = [];
  const check: MetricHealthCheck = { kind: 'metric', id: 'Check', alarm, insufficientDataStatus, inverted: false };
  const stream = new AlarmStream(alarm, statisticOf(series, alarm.statistic), 0);
  const metricCheck = new MetricCheck(check, stream, new RandomStream(seed), (healthy, timeMs) =>
    heard.push({ healthy, timeMs }),
  );
  metricCheck.start(scheduler);
  await scheduler.run(60_000 * minutes.length);
  metricCheck.stop();
  await scheduler.run(60_000 * (minutes.length + 10));
  return {
    letters: heard.map(({ healthy }) => (healthy ? 'h' : 'u')).join(''),
    times: heard.map(({ timeMs }) => timeMs),
  };
}

// An evaluation in minute n reads the minutes before n: five of them, of which the latest with a value decides.
test.each([
  ['0011100', 'hhhuuuh'],
  ['01-----', 'hhuuuuu'],
  ['01------', 'hhuuuuuh'],
  ['10------', 'huhhhhhh'],
])('of minutes %s, evaluations say %s', async (minutes, expected) => {
  expect((await verdicts(minutes, 'Healthy')).letters).toBe(expected);
});

test.each([
  ['Healthy', 'hhuuuuuhhh'],
  ['Unhealthy', 'uhuuuuuuuu'],
  ['LastKnownStatus', 'hhuuuuuuuu'],
] as const)('without data in its range it is %s', async (status, expected) => {
  expect((await verdicts('01--------', status)).letters).toBe(expected);
});

test('evaluates once a minute, at a second of its own', async () => {
  const phases = await Promise.all(
    Array.from({ length: 20 }, async (_, seed) => {
      const { times } = await verdicts('000', 'Healthy', String(seed));
      const [first = Number.NaN] = times;
      expect(times).toEqual([first, first + 60_000, first + 120_000]);
      return first;
    }),
  );

  expect(Math.min(...phases)).toBeLessThan(20_000);
  expect(Math.max(...phases)).toBeGreaterThan(40_000);
  expect(Math.max(...phases)).toBeLessThan(60_000);
});
