import type { CalculatedHealthCheck, HealthCheck } from '../../../lib/drill/dns/health-check';
import { HealthStatuses, type StatusChange } from '../../../lib/drill/dns/health-status';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { endpoint } from './fleet';

const calculated = (healthThreshold: number, rest: Partial<CalculatedHealthCheck> = {}): CalculatedHealthCheck => ({
  kind: 'calculated',
  id: 'parent',
  children: ['a', 'b', 'c'],
  healthThreshold,
  inverted: false,
  ...rest,
});
const children = ['a', 'b', 'c'].map((id) => endpoint({ id }));

function statuses(checks: readonly HealthCheck[], seed = '1') {
  const changes: StatusChange[] = [];
  return { changes, health: new HealthStatuses(checks, new RandomStream(seed), (change) => changes.push(change)) };
}

test('a new check is healthy, and a new inverted check unhealthy', () => {
  const { health } = statuses([endpoint({ id: 'plain' }), endpoint({ id: 'inverted', inverted: true })]);

  expect(health.isHealthy('plain', 0)).toBe(true);
  expect(health.isHealthy('inverted', 0)).toBe(false);
});

test('a change reaches DNS answers between two and ten seconds after it was decided', () => {
  const delays = Array.from({ length: 200 }, (_, seed) => {
    const { changes, health } = statuses([endpoint({ id: 'a' })], String(seed));
    health.decide('a', false, 1000);
    const publishedMs = changes[0]?.publishedMs ?? 0;

    expect(health.isHealthy('a', publishedMs - 0.001)).toBe(true);
    expect(health.isHealthy('a', publishedMs)).toBe(false);
    return publishedMs - 1000;
  });

  expect(Math.min(...delays)).toBeGreaterThanOrEqual(2000);
  expect(Math.max(...delays)).toBeLessThan(10_000);
  // The mean of 200 uniform draws over eight seconds strays by 0.16 s; four times that is allowed.
  expect(Math.abs(delays.reduce((sum, delay) => sum + delay, 0) / 200 - 6000)).toBeLessThan(650);
});

test('a later change never overtakes an earlier one', () => {
  for (let seed = 0; seed < 100; seed++) {
    const { changes, health } = statuses([endpoint({ id: 'a' })], String(seed));
    health.decide('a', false, 0);
    health.decide('a', true, 500);

    expect(changes[1]?.publishedMs).toBeGreaterThanOrEqual(changes[0]?.publishedMs ?? Number.NaN);
    expect(health.isHealthy('a', 20_000)).toBe(true);
  }
});

test('repeating a verdict changes nothing', () => {
  const { changes, health } = statuses([endpoint({ id: 'a' })]);
  health.decide('a', true, 0);

  expect(changes).toEqual([]);
});

test.each([
  [0, [true, true, true, true]],
  [1, [true, true, true, false]],
  [2, [true, true, false, false]],
  [3, [true, false, false, false]],
  [4, [false, false, false, false]],
])(
  'a calculated check of threshold %d is, with none to all three of its children failing, %p',
  (threshold, expected) => {
    const { health } = statuses([calculated(threshold), ...children]);
    const seen = [health.isHealthy('parent', 0)];
    for (const [index, child] of ['a', 'b', 'c'].entries()) {
      const nowMs = 60_000 * (index + 1);
      health.decide(child, false, nowMs);
      seen.push(health.isHealthy('parent', nowMs + 10_000));
    }

    expect(seen).toEqual(expected);
  },
);

test('a calculated check counts an inverted child by its inverted status', () => {
  const inverted = endpoint({ id: 'a', inverted: true });
  const { health, changes } = statuses([calculated(1, { children: ['a'] }), inverted]);

  expect(health.isHealthy('parent', 0)).toBe(false);
  health.decide('a', false, 0);
  expect(health.isHealthy('parent', 10_000)).toBe(true);
  expect(changes.map(({ check, healthy }) => [check.id, healthy])).toEqual([
    ['a', true],
    ['parent', true],
  ]);
});

test('an inverted calculated check turns its sum round', () => {
  const { health } = statuses([calculated(3, { inverted: true }), ...children]);

  expect(health.isHealthy('parent', 0)).toBe(false);
  health.decide('b', false, 0);
  expect(health.isHealthy('parent', 10_000)).toBe(true);
});
