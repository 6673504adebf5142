import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { explainCapacity, regionCapacity } from '../../lib/config';
import { configs } from '../helpers/config-arbitrary';
import { EVENTUAL_BLUEPRINT, qualified, zoned } from '../helpers/configs';

const ALL_ASKED = { provisionedConcurrency: true, warmThroughput: true };

const SIX_REGIONS = ['us-east-1', 'us-east-2', 'us-west-2', 'eu-west-1', 'eu-central-1', 'ap-northeast-1'] as const;

function capacityOf(regionCount: number, peakRequestsPerSecond: number, p99DurationMilliseconds: number) {
  const [owner, second, ...more] = SIX_REGIONS.slice(0, regionCount);
  if (owner === undefined || second === undefined) throw new Error('at least two Regions');
  return {
    load: { peakRequestsPerSecond, p99DurationMilliseconds },
    regions: [owner, second, ...more] as const,
    capacity: ALL_ASKED,
  };
}

/** Rows of the page's table of examples, as numbers. */
function examples(): number[][] {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'capacity.md'), 'utf8');
  const [, table = ''] = page.split('## Examples');
  return table
    .split('\n')
    .filter((line) => /^\| \d/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => Number(cell.replace(/[,%\s]/g, ''))),
    );
}

test('the page computes its examples as synthesis does', () => {
  expect(examples()).toHaveLength(4);
  for (const [regions = 0, peak = 0, duration = 0, ...rest] of examples()) {
    const held = regionCapacity(capacityOf(regions, peak, duration));

    expect(rest).toEqual([
      held.survivorShare * 100,
      held.throttle.rate,
      held.reservedConcurrency,
      held.provisionedConcurrency,
      held.table.readUnits,
      held.table.writeUnits,
      held.index.readUnits,
      held.index.writeUnits,
    ]);
  }
});

test('nothing that costs while idle is held unless it is asked for', () => {
  const held = regionCapacity({
    ...capacityOf(2, 50_000, 250),
    capacity: { provisionedConcurrency: false, warmThroughput: false },
  });

  expect(held).toMatchObject({ provisionedConcurrency: undefined, warmTable: undefined, warmIndex: undefined });
});

test('a table is warmed where its load exceeds what a new one takes, never below that', () => {
  expect(regionCapacity(capacityOf(2, 2_000, 100)).warmTable).toBeUndefined();
  expect(regionCapacity(capacityOf(2, 2_001, 100)).warmTable).toEqual({ readUnits: 12_000, writeUnits: 4_002 });
  expect(regionCapacity(capacityOf(2, 960, 100)).warmIndex).toBeUndefined();
  expect(regionCapacity(capacityOf(2, 961, 100)).warmIndex).toEqual({ readUnits: 12_013, writeUnits: 4_000 });
});

test('any one Region may take the whole peak, repeated, and provisions no more than it may run', () => {
  fc.assert(
    fc.property(configs(), (raw) => {
      const config = zoned({ ...raw, capacity: ALL_ASKED });
      const { peakRequestsPerSecond: peak, p99DurationMilliseconds: duration } = config.load;
      const held = regionCapacity(config);

      expect(held.throttle.rate).toBeGreaterThanOrEqual(2 * peak);
      expect(held.throttle.burst).toBeLessThanOrEqual(5_000);
      expect(held.reservedConcurrency).toBeGreaterThanOrEqual((2 * peak * duration) / 1_000);
      expect(held.reservedConcurrency * 10).toBeGreaterThanOrEqual(2 * peak);
      expect(held.provisionedConcurrency).toBeLessThan(held.reservedConcurrency);
      expect(held.survivorShare).toBeGreaterThanOrEqual(2 / config.regions.length);
      expect(held.table.writeUnits).toBeGreaterThanOrEqual(2 * peak);
    }),
  );
});

test('synthesis shows the arithmetic in one line', () => {
  expect(explainCapacity(qualified())).toBe(
    'holds for the loss of one of 2 Regions: peak 200/s × 2 for repetitions = throttle 400/s; ' +
      'max(400/s × 250 ms = 100, 400/s ÷ 10 = 40) + 20 for health checks and probes = 120 executions reserved; ' +
      "survivor's share min(1, 1.5 × 2 ÷ 2) = 100 %: no environments provisioned, " +
      'table 200 reads/s and 400 writes/s, index 2500 reads/s and 200 writes/s',
  );
  expect(explainCapacity({ ...zoned(EVENTUAL_BLUEPRINT), ...capacityOf(2, 3_000, 250) })).toContain('(warmed)');
});
