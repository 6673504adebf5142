import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { qualified } from './helpers/configs';
import { ROOT } from './helpers/source-files';
import { type NormalTemplate, propertiesOf, synthesize } from './helpers/synthesize';

interface Item {
  readonly quantity: number;
  readonly free: number;
  readonly price: number;
  readonly dollars: number;
}

const text = readFileSync(join(ROOT, 'docs', 'cost.md'), 'utf8');

/** The rows of the table by the first words of the item. */
const items = new Map<string, Item>(
  [...text.matchAll(/^\| \[([^\]]+)\][^|]*\|([^|]+)\|([^|]+)\|([^|]+)\|([^|]+)\|$/gm)].map(
    ([, name = '', ...cells]) => {
      const [quantity = 0, free = 0, price = 0, dollars = 0] = cells.map((cell) =>
        Number(cell.trim().replace(/,/g, '')),
      );
      return [name, { quantity, free, price, dollars }];
    },
  ),
);

const templates: readonly NormalTemplate[] = Object.values(synthesize(qualified()));

function all(type: string): Record<string, unknown>[] {
  return templates.flatMap((template) => propertiesOf(template, type));
}

test('the sum of the items is what it says, and below 30 dollars', () => {
  for (const { quantity, free, price, dollars } of items.values()) {
    expect(Math.max(0, quantity - free) * price).toBeCloseTo(dollars, 1);
  }
  const sum = [...items.values()].reduce((total, { dollars }) => total + dollars, 0);

  expect(items.size).toBe(13);
  expect(Number(/\*\*sum\*\*.*\*\*([\d.]+)\*\*/.exec(text)?.[1])).toBeCloseTo(sum, 2);
  expect(sum).toBeLessThan(30);
});

test('the quantities are those of the templates', () => {
  const checks = all('AWS::Route53::HealthCheck').map(({ HealthCheckConfig }) => HealthCheckConfig as { Type: string });
  const endpoints = checks.filter(({ Type }) => Type === 'HTTPS_STR_MATCH');
  const alarms = all('AWS::CloudWatch::Alarm').flatMap(({ Metrics }) =>
    Metrics === undefined
      ? [1]
      : (Metrics as { MetricStat?: unknown }[]).filter(({ MetricStat }) => MetricStat).map(() => 1),
  );

  expect({
    'health checks': checks.length,
    'health check features': 3 * endpoints.length,
    'alarms by metric': alarms.length,
    'composite alarms': all('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: all('AWS::CloudWatch::Dashboard').length,
  }).toEqual(
    Object.fromEntries(
      ['health checks', 'health check features', 'alarms by metric', 'composite alarms', 'dashboards'].map((name) => [
        name,
        items.get(name)?.quantity,
      ]),
    ),
  );
});

test('the requests are those of sixteen checkers and of two judges in a month of 730 hours', () => {
  const checkers = 2 * (16 / 10) * 3600 * 730;
  const probes = 2 * 13 * 60 * 730;

  expect(items.get('HTTP API requests')?.quantity).toBe(checkers + probes);
  expect(items.get('Lambda requests')?.quantity).toBe(checkers + probes + 2 * 60 * 730);
});
