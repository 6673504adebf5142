import type { OperationRecord } from '../../../lib/drill/clients/traffic';
import { SecondTally } from '../../../lib/drill/recording/second-tally';
import { drillContext } from '../drill-context';
import { LogRecords } from '../log-records';

/** Lets a test count things, and gives the ticks that come of it. */
function ticks(count: (tally: SecondTally) => void) {
  const log = new LogRecords();
  const context = drillContext({ onLog: log.onLog });
  count(new SecondTally(context.log));
  context.log.sha256();
  return log.of('tick');
}

function operation(endMs: number, tookMs: number, rest: Partial<OperationRecord> = {}): OperationRecord {
  return { ok: true, region: 'us-east-2', weight: 10, startMs: endMs - tookMs, endMs, ...rest } as OperationRecord;
}

test('a second is summed up for each Region, at its end, by what ended in it', () => {
  const found = ticks((tally) => {
    tally.operation(operation(1100, 300));
    tally.operation(operation(1200, 100, { ok: false }));
    tally.operation(operation(1999.9, 200, { region: 'us-west-2', weight: 2.5 }));
    tally.operation(operation(2000, 50));
  });

  expect(found).toEqual([
    {
      t: 2000,
      is: 'tick',
      region: 'us-east-2',
      operations: 2,
      requests: 20,
      failed: 10,
      latency: { p50: 100, p99: 300, max: 300 },
      answers: 0,
    },
    {
      t: 2000,
      is: 'tick',
      region: 'us-west-2',
      operations: 1,
      requests: 2.5,
      failed: 0,
      latency: { p50: 200, p99: 200, max: 200 },
      answers: 0,
    },
    {
      t: 3000,
      is: 'tick',
      region: 'us-east-2',
      operations: 1,
      requests: 10,
      failed: 0,
      latency: { p50: 50, p99: 50, max: 50 },
      answers: 0,
    },
  ]);
});

test('answers of Route 53 are counted in their own second, also where no operation ends', () => {
  const found = ticks((tally) => {
    tally.answer('us-east-2', 500);
    tally.answer('us-east-2', 600);
    tally.answer(undefined, 5600);
  });

  expect(found).toEqual([
    { t: 1000, is: 'tick', region: 'us-east-2', operations: 0, requests: 0, failed: 0, answers: 2 },
    { t: 6000, is: 'tick', operations: 0, requests: 0, failed: 0, answers: 1 },
  ]);
});

test('an operation whose name had no address belongs to no Region', () => {
  const { region: _, ...homeless } = operation(100, 40, { ok: false });

  expect(ticks((tally) => tally.operation(homeless))).toEqual([
    {
      t: 1000,
      is: 'tick',
      operations: 1,
      requests: 10,
      failed: 10,
      latency: { p50: 40, p99: 40, max: 40 },
      answers: 0,
    },
  ]);
});

test('quantiles are values that occurred, by nearest rank', () => {
  const [tick] = ticks((tally) => {
    for (let index = 200; index > 0; index--) tally.operation(operation(900, index));
  });

  expect(tick?.latency).toEqual({ p50: 100, p99: 198, max: 200 });
});
