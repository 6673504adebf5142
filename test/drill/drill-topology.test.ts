import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import { BadInput } from '../../lib/bad-input';
import { drillTopology } from '../../lib/drill/drill-topology';
import { renderTopology } from '../../lib/drill/report/render-topology';
import { runDrill } from '../../lib/drill/run-drill';
import schema from '../../lib/drill/topology/topology-report.schema.json';
import { ROOT, textOf } from '../helpers/source-files';
import { findingsIn, nameIn } from './topology/judged';

const OUTAGE = 'aws-2025-10-20-dynamodb-dns-us-east-1';
const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema);

function options(fixture: string, rest: { readonly struckRegion?: string; readonly hours?: number } = {}) {
  return { assemblyDirectory: join(ROOT, 'test/fixtures', fixture), outageId: OUTAGE, hours: 2, ...rest };
}

describe.each([
  ['shop-python', 'eu-west-1', 'runtime python3.13 of function Shop-eu-west-1/Function'],
  ['store-container', 'us-east-1', 'the container image of function Store-us-west-2/Function'],
  ['books-rest', 'ap-southeast-2', 'AWS::ApiGateway::RestApi (Books-ap-northeast-1/Api)'],
])('the assembly %s', (fixture, struckRegion, reason) => {
  test('is not drilled, and each reason is named, the one that stopped the drill included', async () => {
    const refusal = await runDrill({ ...options(fixture), threads: false }).catch((error: Error) => error.message);
    const { notModelled } = await drillTopology(options(fixture), String(refusal).replace('not modelled: ', ''));

    expect(refusal).toMatch(/^not modelled: /);
    expect(notModelled).toContain(reason);
    expect(notModelled.some((what) => String(refusal).includes(what))).toBe(true);
  });

  test('is judged by its topology, for its first Region, in the published form, the same with the same seed', async () => {
    const [report, again] = await Promise.all([drillTopology(options(fixture)), drillTopology(options(fixture))]);

    expect(report.scenario).toMatchObject({ struckRegions: [struckRegion], durationSeconds: 7200 });
    expect(validate(report) || validate.errors).toBe(true);
    expect(again).toEqual(report);
  });

  test('is shown with what is not judged before anything that is', async () => {
    const text = renderTopology(await drillTopology(options(fixture), 'something else'));

    expect(text.indexOf('NOT judged: clients, acknowledged writes, objectives.')).toBeGreaterThan(0);
    expect(text.indexOf('NOT judged:')).toBeLessThan(text.indexOf('Names:'));
    expect(text).toContain(`\n  ${reason}\n`);
    expect(text).toContain('\n  something else\n');
    expect(text).toMatch(/^Verdict on .+\nIt is no verdict on clients, acknowledged writes/ms);
    expect(text).not.toMatch(/surviv|availability|objectives met/i);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(116);
  });
});

test('Python handlers do not keep names, replicas and missing Regions from being judged', async () => {
  const report = await drillTopology(options('shop-python'));

  expect(nameIn(report, 'shop.example.com')).toMatchObject({ verdict: 'fails-over', findings: [] });
  expect(nameIn(report, 'www.shop.example.com').verdict).toBe('fails-over');
  expect(nameIn(report, 'admin.shop.example.com').verdict).toBe('nowhere-else');
  expect(report.names).toHaveLength(3);
  expect(report.tables).toMatchObject([{ name: 'baskets', outcome: 'serves', left: ['eu-central-1', 'us-east-1'] }]);
  expect(report.buckets).toMatchObject([{ name: 'Shop-eu-west-1/Invoices', outcome: 'gone' }]);
  expect(report.otherStores.map(({ id }) => id)).toEqual(['Shop-eu-west-1/Payments', 'Shop-eu-central-1/Payments']);
  expect(report.missingRegions).toEqual([{ region: 'us-east-1', namedBy: ['a replica of table baskets'] }]);
  expect(report.verdict).toEqual({
    outcome: 'lost',
    judged: { names: 3, tables: 1, buckets: 1 },
    lost: ['name admin.shop.example.com', 'bucket Shop-eu-west-1/Invoices'],
  });
});

test('of two Regions, the one whose alias is evaluated is left and the other stays', async () => {
  const [east, west] = await Promise.all(
    ['us-east-1', 'us-west-2'].map((struckRegion) => drillTopology(options('store-container', { struckRegion }))),
  );
  if (!east || !west) throw new Error('both were judged');

  expect(nameIn(east, 'store.example.com').verdict).toBe('fails-over');
  expect(east.verdict).toEqual({ outcome: 'nothing-lost', judged: { names: 1, tables: 1, buckets: 2 }, lost: [] });
  expect(nameIn(west, 'store.example.com').verdict).toBe('stays');
  expect(findingsIn(west, 'store.example.com')).toEqual(['target-not-evaluated']);
  expect(west.verdict.lost).toEqual(['name store.example.com']);
});

test('a REST API by latency stays, a table of one Region is gone, and what nobody can place is left out', async () => {
  const report = await drillTopology(options('books-rest'));

  expect(nameIn(report, 'books.example.com').verdict).toBe('stays');
  expect(findingsIn(report, 'books.example.com')).toEqual(['gateway-health-only']);
  expect(report.tables).toMatchObject([{ name: 'books', outcome: 'gone' }]);
  expect(report.leftNames.map(({ name }) => name)).toEqual(['nearby.books.example.com', 'mirror.books.example.com']);
});

test('what the drill does model loses nothing of its topology, and no reason is made up', async () => {
  const report = await drillTopology(options('orders'));
  const text = renderTopology(report);

  expect(report.notModelled).toEqual([]);
  expect(report.verdict.outcome).toBe('nothing-lost');
  expect(text).toMatch(/NOT judged, as it was not asked for: clients/);
});

test('the whole outage is judged by default, and a Region that nothing uses is refused', async () => {
  const { hours: _, ...whole } = options('orders');
  const { scenario } = await drillTopology(whole);
  const refused = drillTopology(options('orders', { struckRegion: 'ap-south-1' }));

  expect(scenario.durationSeconds).toBeGreaterThan(14 * 3600);
  await expect(refused).rejects.toThrow(BadInput);
  await expect(refused).rejects.toThrow(/--strike: found "ap-south-1"; allowed: .+: eu-west-1, eu-central-1/);
});

test('docs/topology.md shows what is printed of the shop', async () => {
  const { hours: _, ...whole } = options('shop-python', { struckRegion: 'eu-west-1' });
  const [, shown] =
    /<!-- shop -->\s*```text\n([\s\S]*?)```\s*<!-- end of shop -->/.exec(textOf('docs/topology.md')) ?? [];

  expect(shown).toBe(`${renderTopology(await drillTopology(whole))}\n`);
});

test('a drill that stops at an operation names it, and names nothing twice that it had found in the templates', async () => {
  const operation = 'DynamoDB operation TransactGetItems';
  const [met, found] = await Promise.all([
    drillTopology(options('orders'), operation),
    drillTopology(options('shop-python'), 'time to live of Shop-eu-west-1/Baskets, runtime python3.13'),
  ]);

  expect(met.notModelled).toEqual([operation]);
  expect(found.notModelled.filter((what) => what.includes('time to live'))).toHaveLength(1);
});
