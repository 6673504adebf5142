import { CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnFileSystem } from 'aws-cdk-lib/aws-efs';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { type Assembly, readAssembly } from '../../../lib/assembly';
import type { HttpAnswer } from '../../../lib/drill/api/http-event';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { runWorld } from '../../../lib/drill/run-world';
import { outageScenario } from '../../../lib/drill/scenarios/outage-scenario';
import { checkInventory } from '../../../lib/drill/world/inventory';
import { restrictToRegion } from '../../../lib/drill/world/single-region';
import { World, type WorldOptions } from '../../../lib/drill/world/world';
import { qualified } from '../../helpers/configs';
import { geography } from '../dns/records';
import { drillContext, fault } from '../drill-context';
import { synthesizeInto } from '../synthesized';

jest.setTimeout(60_000);

const HOST = 'api.example.com';
const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;

/** Health checks of the default blueprint: every 10 s, three in a row; a request takes at most 4 s and 2 s. */
const DETECTION_BOUND_SECONDS = 3 * (10 + 4 + 2);

let blueprint: Assembly;
let stranger: Assembly;

beforeAll(() => {
  blueprint = readAssembly(synthesizeInto(qualified()));
  stranger = readAssembly(
    synthesizeInto(qualified(), ({ regions }) => {
      const [, west] = regions;
      for (const route of west?.node.findAll() ?? []) {
        if (route instanceof CfnRoute && route.routeKey === 'POST /deliveries') route.routeKey = 'POST /orders';
      }
      if (west) new CfnQueue(west, 'Orders');
      if (west) new CfnFileSystem(west, 'Labels');
    }),
  );
});

interface Standing {
  readonly assembly?: Assembly;
  readonly faults?: readonly Fault[];
  readonly options?: WorldOptions;
}

/** A world with a way to ask it and to watch its health. */
async function stand({ assembly = blueprint, faults = [], options }: Standing = {}) {
  const context = drillContext({ faults });
  const { scheduler } = context;
  const world = await World.build(assembly, context, options);
  const statuses: { region: string; healthy: boolean; atSeconds: number }[] = [];
  world.route53.onServedRegionChange(({ region, served, decidedMs }) =>
    statuses.push({ region, healthy: served, atSeconds: decidedMs / 1000 }),
  );
  const settle = <T>(work: Promise<T>): Promise<T> => scheduler.runUntilSettled(work, scheduler.nowMs + 60_000);
  const ask = async (region: string, method: string, path: string, body?: object): Promise<HttpAnswer> =>
    settle(world.ask(region, { method, path, host: HOST, ...(body ? { body: JSON.stringify(body) } : {}) }));
  const answered = (from: string): string | undefined =>
    world.route53.answer(HOST, 'A', geography(from), scheduler.nowMs).record?.region;
  return { world, scheduler, statuses, ask, answered };
}

const PARCEL = { driverId: 'driver-1', recipient: 'Ada', address: '12 Analytical Row' };

/** An outage of one Region's table endpoint, in virtual seconds. */
function tableFault(fromSeconds: number, toSeconds: number): Fault {
  return fault({
    target: 'dynamodb',
    region: EAST,
    kind: 'name',
    startMs: 1000 * fromSeconds,
    endMs: 1000 * toSeconds,
  });
}

describe('a world from the templates alone', () => {
  test('serves every Region with the real handlers, on one table', async () => {
    const { world, ask } = await stand();

    expect(world.servingRegions).toEqual([EAST, WEST]);
    expect(world.serviceNames).toEqual([HOST]);
    expect(await ask(EAST, 'PUT', '/parcels/p-1', PARCEL)).toMatchObject({ status: 200 });
    const read = await ask(WEST, 'GET', '/parcels/p-1');
    expect(JSON.parse(read.body)).toEqual({ parcelId: 'p-1', ...PARCEL, status: 'registered' });
    expect(await ask(WEST, 'GET', '/parcels/p-2')).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json' },
    });
  });

  test('knows which API stands behind a name in a Region', async () => {
    const { world, ask } = await stand();

    expect(world.apiIn(EAST, 'API.example.com')).toBe(world.apiIn(EAST, `${EAST}.${HOST}`));
    expect(world.apiIn(EAST, HOST)).not.toBe(world.apiIn(WEST, HOST));
    expect(world.apiIn(EAST, `${WEST}.${HOST}`)).toBeUndefined();
    await expect(ask('us-east-1', 'GET', '/health')).rejects.toThrow(
      new NotModelled(`reading back from us-east-1: no API serves ${HOST} there`),
    );
  });

  test('sends clients to the nearest Region and knows its API', async () => {
    const { world, answered } = await stand();

    expect(answered('us-central')).toBe(EAST);
    expect(answered('us-west')).toBe(WEST);
    const { record } = world.route53.answer(HOST, 'A', geography('us-west'), 0);
    expect(record && world.endpointOf(record)).toEqual({ api: world.apiIn(WEST, HOST), region: WEST });
  });

  test('gives handlers their voice', async () => {
    const said: string[] = [];
    const { ask } = await stand({ options: { onOutput: (label, text) => said.push(`${label} ${text}`) } });
    await ask(EAST, 'GET', '/parcels/p-1');

    expect(said.length).toBeGreaterThan(0);
    expect(said.every((line) => line.startsWith(`dispatch-${EAST}/`))).toBe(true);
  });
});

describe('health checks', () => {
  test('run the handler of their own Region, and find everything well', async () => {
    const { world, scheduler, statuses } = await stand();
    expect(world.coldStarts(EAST)).toBe(0);
    world.route53.start(scheduler);
    await scheduler.run(120_000);

    expect(world.coldStarts(EAST)).toBeGreaterThan(0);
    expect(world.coldStarts(WEST)).toBeGreaterThan(0);
    expect(statuses).toEqual([]);
  });

  test('turn the Region whose table fails within the bound, leave the other, and turn back', async () => {
    const { world, scheduler, statuses, answered } = await stand({ faults: [tableFault(60, 300)] });
    world.route53.start(scheduler);
    await scheduler.run(200_000);
    const during = ['us-central', 'us-west'].map(answered);
    await scheduler.run(500_000);

    expect(statuses.map(({ region, healthy }) => [region, healthy])).toEqual([
      [EAST, false],
      [EAST, true],
    ]);
    const [turned, back] = statuses.map(({ atSeconds }) => atSeconds);
    // The first of three failures can come right at the strike, so two intervals are the least.
    expect(turned).toBeGreaterThan(60 + 20);
    expect(turned).toBeLessThan(60 + DETECTION_BOUND_SECONDS);
    expect(back).toBeGreaterThan(300 + 20);
    expect(back).toBeLessThan(300 + DETECTION_BOUND_SECONDS);
    expect(during).toEqual([WEST, WEST]);
    expect(answered('us-central')).toBe(EAST);
  });

  test('turn on a strong table that lost its quorum, in that Region alone', async () => {
    const cut = fault({ target: 'dynamodb-replication', region: EAST, kind: 'delay', delayMs: 1, startMs: 60_000 });
    const { world, scheduler, statuses, ask } = await stand({ faults: [cut] });
    world.route53.start(scheduler);
    await scheduler.run(200_000);

    expect(statuses).toMatchObject([{ region: EAST, healthy: false }]);
    expect(await ask(EAST, 'GET', '/health')).toMatchObject({ status: 503 });
    expect(await ask(WEST, 'GET', '/health')).toMatchObject({
      status: 200,
      body: expect.stringContaining('"status":"healthy"'),
    });
  });

  test('pass by errors of three in ten, which most requests in a row do not meet', async () => {
    const partial = fault({ target: 'lambda', region: EAST, share: 0.3 });
    const { world, scheduler, statuses } = await stand({ faults: [partial] });
    world.route53.start(scheduler);
    await scheduler.run(900_000);

    expect(statuses).toEqual([]);
  });

  test('stop when they are told to', async () => {
    const { world, scheduler, statuses } = await stand({ faults: [tableFault(60, 600)] });
    world.route53.start(scheduler);
    await scheduler.run(59_000);
    world.route53.stop();
    await scheduler.run(300_000);

    expect(statuses).toEqual([]);
  });
});

test('a Region whose gateway is gone is answered no more at once, without any health check', async () => {
  const gone = fault({ target: 'api-gateway', region: EAST, startMs: 10_000, endMs: 20_000 });
  const { scheduler, answered } = await stand({ faults: [gone] });
  const seen: (string | undefined)[] = [];
  for (const atMs of [9999, 10_000, 19_999, 20_000]) {
    await scheduler.run(atMs);
    seen.push(answered('us-central'));
  }

  expect(seen).toEqual([EAST, WEST, WEST, EAST]);
});

describe('a single-Region twin', () => {
  test('keeps its own stacks and resources, every table, and alarms that its health checks may name', () => {
    const twin = restrictToRegion(blueprint, WEST);

    expect(twin.regions).toEqual([WEST]);
    expect(twin.stacks.map(({ id }) => id).sort()).toEqual([`dispatch-foundation-${WEST}`, `dispatch-${WEST}`]);
    expect(twin.resourcesOf('AWS::ApiGatewayV2::Api').map(({ stack }) => stack.region)).toEqual([WEST]);
    expect(twin.resourcesOf('AWS::Route53::RecordSet')).toEqual(
      blueprint.resourcesOf('AWS::Route53::RecordSet').filter(({ stack }) => stack.region === WEST),
    );
    expect(twin.resourcesOf('AWS::DynamoDB::GlobalTable')).toHaveLength(1);
    const stays = ['AWS::DynamoDB::GlobalTable', 'AWS::CloudWatch::Alarm'];
    expect(twin.resources.filter(({ stack }) => stack.region !== WEST)).toEqual(
      blueprint.resources.filter(({ type, stack }) => stack.region !== WEST && stays.includes(type)),
    );
  });

  test('answers everyone with its Region and has one copy of the data, which no other Region can hold up', async () => {
    const cut = fault({ target: 'dynamodb-replication', region: WEST, kind: 'delay', delayMs: 1 });
    const { world, ask, answered } = await stand({
      assembly: restrictToRegion(blueprint, WEST),
      options: { onlyRegion: WEST },
      faults: [cut],
    });

    expect(world.servingRegions).toEqual([WEST]);
    expect(['us-central', 'us-west', 'eu-west'].map(answered)).toEqual([WEST, WEST, WEST]);
    expect(world.dynamoDb.all.map(({ copies }) => copies.length)).toEqual([1]);
    expect(await ask(WEST, 'PUT', '/parcels/p-1', PARCEL)).toMatchObject({ status: 200 });
  });
});

describe('refuses', () => {
  test('every resource that matters and is not modelled, all at once', () => {
    expect(() => checkInventory(blueprint)).not.toThrow();
    expect(() => checkInventory(stranger)).toThrow(
      new NotModelled(`AWS::SQS::Queue (dispatch-${WEST}/Orders), AWS::EFS::FileSystem (dispatch-${WEST}/Labels)`),
    );
  });

  test('to build a world of what is not modelled', async () => {
    await expect(World.build(stranger, drillContext())).rejects.toThrow('not modelled: AWS::SQS::Queue');
  });

  test('an application whose routes the workload does not know, in any Region', async () => {
    const known = (type: string): boolean => !/SQS|EFS/.test(type);
    const assembly: Assembly = { ...stranger, resources: stranger.resources.filter(({ type }) => known(type)) };

    const run = runWorld({
      assembly,
      scenario: outageScenario({ outageId: 'aws-2025-10-20', struckRegion: EAST }),
      seed: '1',
      ratePerSecond: 1,
      sampling: { nearChanges: 1, elsewhere: 1 },
      limitSeconds: 60,
    });

    await expect(run).rejects.toThrow(
      `not modelled: a workload for ${HOST} in ${WEST}: it has no route POST /deliveries; --workload FILE (docs/workload.md)`,
    );
  });

  test('a name that a Region does not serve at all', async () => {
    const { world } = await stand();

    expect(() => world.require('other.example.com', ['GET /health'])).toThrow(
      `not modelled: a workload for other.example.com in ${EAST}: it has no route GET /health`,
    );
    expect(() => world.require(HOST, ['GET /health'])).not.toThrow();
  });
});
