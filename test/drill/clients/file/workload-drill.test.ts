import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assembly, readAssembly } from '../../../../lib/assembly';
import { readWorkloadFile } from '../../../../lib/drill/clients/file/read-workload-file';
import type { WorkloadDefinition } from '../../../../lib/drill/clients/file/workload-definition';
import type { Sampling } from '../../../../lib/drill/clients/sampling';
import { runWorld, type WorldResult } from '../../../../lib/drill/run-world';
import { outageScenario } from '../../../../lib/drill/scenarios/outage-scenario';
import { writeFiles } from '../../../assembly/write-assembly';
import { qualified } from '../../../helpers/configs';
import { ROOT, textOf } from '../../../helpers/source-files';
import { LogRecords } from '../../log-records';
import { outOfDns } from '../../out-of-dns';
import { synthesizeInto } from '../../synthesized';

jest.setTimeout(120_000);

const ORDERS = readWorkloadFile(join(ROOT, 'docs/examples/orders.workload.json'));
const FIXTURE = 'test/fixtures/orders';

/** Lives through the beginning of 20 October 2025 at ten operations a second, of which some are made. */
async function live(
  assembly: Assembly,
  struckRegion: string,
  workload: WorkloadDefinition | undefined,
  limitSeconds = 600,
  sampling: Sampling = { nearChanges: 2, elsewhere: 2 },
): Promise<WorldResult & { readonly log: LogRecords }> {
  const log = new LogRecords();
  const result = await runWorld({
    assembly,
    scenario: outageScenario({ outageId: 'aws-2025-10-20', struckRegion }),
    seed: '7',
    ratePerSecond: 10,
    sampling,
    limitSeconds,
    onLog: log.onLog,
    ...(workload ? { workload } : {}),
  });
  return { ...result, log };
}

/** The orders of the fixture with other properties of their table. */
function ordersWith(properties: object): Assembly {
  const name = 'Orders-eu-west-1.template.json';
  const template = JSON.parse(textOf(`${FIXTURE}/${name}`));
  Object.assign(template.Resources.Table.Properties, properties);
  const others = ['manifest.json', 'Orders-eu-west-1.assets.json', 'Orders-eu-central-1.assets.json'];
  const files = [...others, 'Orders-eu-central-1.template.json', 'asset.orders/index.js'];
  return readAssembly(
    writeFiles({
      ...Object.fromEntries(files.map((file) => [file, readFileSync(join(ROOT, FIXTURE, file), 'utf8')])),
      [name]: template,
    }),
  );
}

const orders = (): Assembly => readAssembly(join(ROOT, FIXTURE));

describe("a stranger's application", () => {
  test('lives through an outage with its own workload, and its ledger is read back from where it survived', async () => {
    const sampling = { nearChanges: 1, elsewhere: 0.1 };
    const { clients, recovery, data, dns, log } = await live(orders(), 'eu-west-1', ORDERS, 3 * 3600, sampling);

    expect(clients.requests).toBeGreaterThan(100_000);
    expect(clients.availability).toBeGreaterThan(0.95);
    expect(clients.availability).toBeLessThan(1);
    expect(recovery.detectedSeconds).toBeLessThan(60);
    expect(outOfDns({ dns })[0]).toMatchObject({ region: 'eu-west-1' });
    expect(data).toMatchObject({ divergentItems: 0, acknowledgedObjects: 0 });
    expect(data.acknowledgedWrites).toBeGreaterThan(1000);
    // A note written in a Region where its order had not arrived yet makes an item of its own, which then wins against the order.
    expect(data.lostAcknowledgedWrites).toBeGreaterThan(0);
    expect(data.lostAcknowledgedWrites).toBeLessThan(50);
    const done = log.of('operation').filter(({ ok, region }) => ok && region === 'eu-central-1');
    expect(new Set(done.map(({ kind }) => kind))).toEqual(
      new Set(['place-order', 'change-note', 'read-order', 'list-orders']),
    );
    // A Region that catches up takes hours of writes at the pace of replication, which its capacity bears.
    expect(log.of('throttled')).toEqual([]);
  });

  test('shows a table that cannot bear the load, and SDKs that try again', async () => {
    const capacity = (units: number): object => ({
      MinCapacity: units,
      MaxCapacity: units,
      TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
    });
    const indexes = JSON.parse(textOf(`${FIXTURE}/Orders-eu-west-1.template.json`)).Resources.Table.Properties
      .GlobalSecondaryIndexes;
    const write = (units: number): object => ({
      WriteProvisionedThroughputSettings: { WriteCapacityAutoScalingSettings: capacity(units) },
    });
    const read = { ReadProvisionedThroughputSettings: { ReadCapacityUnits: 100 } };
    const poor = ordersWith({
      BillingMode: 'PROVISIONED',
      ...write(1),
      GlobalSecondaryIndexes: indexes.map((index: object) => ({ ...index, ...write(100) })),
      Replicas: ['eu-west-1', 'eu-central-1'].map((Region) => ({
        Region,
        ...read,
        GlobalSecondaryIndexes: [{ IndexName: 'byCustomer', ...read }],
      })),
    });
    // The witness of the outage is a Region that has nothing to do with orders.
    const { clients, causes, log } = await live(poor, 'us-east-2', { ...ORDERS, requestsPerSecond: 10 });

    expect(log.of('throttled')[0]).toMatchObject({
      by: 'dynamodb',
      region: 'eu-west-1',
      what: 'orders TableWriteProvisionedThroughputExceeded',
    });
    expect(clients.availability).toBeLessThan(0.95);
    expect(causes[0]).toMatchObject({ region: 'eu-west-1' });
  });

  test('whose routes nobody knows is not drilled, and the message says what to give', async () => {
    await expect(live(orders(), 'eu-west-1', undefined)).rejects.toThrow(
      /not modelled: a workload for orders\.example\.com in eu-west-1: it has no route GET \/routes\/\{driverId\}.*--workload FILE \(docs\/workload\.md\).*GET \/health, POST \/orders/,
    );
  });

  test('is not asked for what it does not serve, all of it said at once', async () => {
    const operations = ORDERS.operations.map((operation) => ({
      ...operation,
      request: { ...operation.request, path: operation.request.path.replace('orders', 'baskets') },
    }));

    await expect(live(orders(), 'eu-west-1', { ...ORDERS, operations })).rejects.toMatchObject({
      source: 'workload orders',
      problems: expect.arrayContaining([
        expect.objectContaining({ field: 'operations[0].request', found: 'POST /baskets' }),
        expect.objectContaining({ field: 'operations[1].request', found: 'PUT /baskets/{order.orderId}/note' }),
        expect.objectContaining({ field: 'operations[3].request', found: 'GET /customers/{customerId}/baskets' }),
      ]),
    });
    await expect(live(orders(), 'eu-west-1', { ...ORDERS, host: 'shop.example.com' })).rejects.toMatchObject({
      problems: expect.arrayContaining([expect.objectContaining({ field: 'host', found: '"shop.example.com"' })]),
    });
  });
});

test("Dispatch's drivers can be put into a file, and drill the default blueprint as they do themselves", async () => {
  const healthCheck = { intervalSeconds: 30, failureThreshold: 3 } as const;
  const assembly = readAssembly(synthesizeInto(qualified({ healthCheck })));
  const byFile = readWorkloadFile(join(ROOT, 'docs/examples/dispatch.workload.json'));
  const [own, file] = [
    await live(assembly, 'us-east-2', undefined, 120),
    await live(assembly, 'us-east-2', byFile, 120),
  ];

  expect(file.data).toMatchObject({ lostAcknowledgedWrites: 0, lostAcknowledgedObjects: 0 });
  expect(file.data.acknowledgedWrites / own.data.acknowledgedWrites).toBeCloseTo(1, 0);
  expect(file.data.acknowledgedObjects).toBeGreaterThan(0);
  expect(Math.abs(file.clients.availability - own.clients.availability)).toBeLessThan(0.02);
});
