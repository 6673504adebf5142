import type { AssemblyResource } from '../../../lib/assembly';
import { AccountThrottle } from '../../../lib/drill/api/account-throttle';
import { HttpApi } from '../../../lib/drill/api/http-api';
import type { RouteDefinition } from '../../../lib/drill/api/http-api-definition';
import type { HttpAnswer } from '../../../lib/drill/api/http-event';
import type { FunctionResult, LambdaFunction, PriorInvocation } from '../../../lib/drill/compute/lambda-function';
import type { Rate } from '../../../lib/drill/kernel/token-bucket';
import type { DrillContext } from '../../../lib/drill/world/context';
import { drillContext, fault } from '../drill-context';

const FUNCTION = { logicalId: 'Function' } as AssemblyResource;
const OK: FunctionResult = { kind: 'answer', payload: { statusCode: 200, body: 'ok' } };
const REQUEST = { method: 'GET', path: '/parcels/2', host: 'api.example.com' };

interface ApiProps {
  readonly account?: AccountThrottle;
  readonly invoke?: (event: unknown) => Promise<FunctionResult>;
  readonly occupy?: () => FunctionResult | undefined;
  readonly context?: DrillContext;
  readonly stageThrottle?: Rate;
  readonly routes?: readonly Partial<RouteDefinition>[];
}

/** An API in us-east-2 before a function that the test plays. */
function startApi({
  invoke = async () => OK,
  occupy = () => undefined,
  context = drillContext(),
  stageThrottle,
  routes = [{}],
  account,
}: ApiProps = {}) {
  const invoked: unknown[] = [];
  const occupied: PriorInvocation[] = [];
  const played = {
    invoke(event: unknown): Promise<FunctionResult> {
      invoked.push(event);
      return invoke(event);
    },
    async occupy(like: PriorInvocation): Promise<FunctionResult | undefined> {
      occupied.push(like);
      return occupy();
    },
  } as Pick<LambdaFunction, 'invoke' | 'occupy'> as LambdaFunction;
  const api = new HttpApi(
    {
      id: 'Stack/Api',
      region: 'us-east-2',
      account: '111122223333',
      stageName: '$default',
      ...(stageThrottle ? { throttle: stageThrottle } : {}),
      routes: routes.map((route) => ({
        routeKey: 'GET /parcels/{parcelId}',
        authorization: 'NONE',
        function: FUNCTION,
        timeoutMs: 30_000,
        ...route,
      })),
      domainNames: ['api.example.com'],
    },
    new Map([[FUNCTION, played]]),
    context,
    account,
  );
  const { scheduler } = context;
  const ask = (path = '/parcels/1', wayMs = 0): Promise<HttpAnswer> =>
    api.handle({ method: 'GET', path, host: 'api.example.com' }, wayMs);
  const settle = <T>(work: Promise<T>): Promise<T> => scheduler.runUntilSettled(work, scheduler.nowMs + 120_000);
  return { api, ask, settle, scheduler, invoked, occupied };
}

const UNAVAILABLE = { status: 503, body: '{"message":"Service Unavailable"}' };
const INTERNAL = { status: 500, body: '{"message":"Internal Server Error"}' };

test.each<[string, FunctionResult, object]>([
  ['an answer', { kind: 'answer', payload: { statusCode: 404, body: 'none' } }, { status: 404, body: 'none' }],
  ['an error of the function', { kind: 'function-error', message: 'Error: no' }, INTERNAL],
  ['a time-out of the function', { kind: 'timeout' }, INTERNAL],
  ['an error of the Lambda service', { kind: 'service-error', phaseId: 'p14' }, { ...INTERNAL, phaseId: 'p14' }],
  ['a throttled function', { kind: 'throttled' }, UNAVAILABLE],
])('%s reaches the client as the gateway puts it', async (_what, result, expected) => {
  const { ask, settle } = startApi({ invoke: async () => result });

  expect(await settle(ask())).toMatchObject(expected);
});

test('metrics count a request for as many as it stands for, but for those that are counted on their own', async () => {
  const context = drillContext();
  const { api, settle } = startApi({ context });
  const heard: number[][] = [];
  const metric = {
    region: 'us-east-2',
    namespace: 'AWS/ApiGateway',
    name: 'Count',
    dimensions: { ApiId: 'Stack/Api' },
  };
  context.metrics.listen(metric, (...value) => heard.push(value));
  const request = { method: 'GET', path: '/parcels/1', host: 'api.example.com' };

  await settle(api.handle(request));
  await settle(api.handle({ ...request, standsFor: 10 }));
  await settle(api.handle({ ...request, standsFor: 10, countsFor: 1 }));
  await settle(api.repeat(request, 0));

  expect(heard).toEqual([
    [1, 1],
    [1, 10],
    [1, 1],
    [1, 1],
  ]);
});

test('an answer that a fault shaped carries the phase, one that no fault touched does not', async () => {
  const { ask, settle } = startApi({ invoke: async () => ({ ...OK, phaseId: 'p1' }) });
  const whole = startApi();

  expect(await settle(ask())).toMatchObject({ status: 200, phaseId: 'p1' });
  expect(await whole.settle(whole.ask())).not.toHaveProperty('phaseId');
});

test('a request that repeats the last one takes its time and its throttle, and an environment for as long, and runs nothing', async () => {
  const context = drillContext();
  const { api, ask, settle, scheduler, invoked, occupied } = startApi({
    context,
    stageThrottle: { ratePerSecond: 0, burst: 2 },
    invoke: async () => {
      await context.scheduler.sleep(42);
      return OK;
    },
  });
  await settle(ask());
  const startMs = scheduler.nowMs;

  await settle(api.repeat(REQUEST, 1000));

  expect(scheduler.nowMs).toBeGreaterThan(startMs + 1000);
  expect([invoked.length, occupied]).toEqual([1, [{ durationMs: expect.closeTo(42, 6), kind: 'answer', status: 200 }]]);
  expect(await settle(ask())).toMatchObject({ status: 429 });
  expect(await settle(api.repeat(REQUEST, 0))).toMatchObject({ status: 429 });
  expect(await settle(api.repeat({ ...REQUEST, path: '/nothing' }, 0))).toMatchObject({ status: 404 });
  expect(occupied).toHaveLength(1);
});

test('a request that repeats the last one is answered where that does not hang on the code', async () => {
  const refused: FunctionResult = { kind: 'throttled', phaseId: 'p1', isDecided: true };
  const lambda = startApi({ occupy: () => refused });
  const gateway = startApi({
    context: drillContext({ faults: [fault({ target: 'api-gateway', region: 'us-east-2' })] }),
  });
  const whole = startApi();
  const answer = { status: 503, phaseId: 'p1', isDecided: true };

  expect(await lambda.settle(lambda.api.repeat(REQUEST, 0))).toMatchObject(answer);
  expect(await gateway.settle(gateway.api.repeat(REQUEST, 0))).toMatchObject(answer);
  expect(gateway.occupied).toEqual([]);
  expect(await whole.settle(whole.api.repeat(REQUEST, 0))).toBeUndefined();
});

test('what fails each time fails in the metrics of those that repeat it, a fault that struck the last one does not', async () => {
  const context = drillContext();
  const results: FunctionResult[] = [
    { kind: 'function-error', message: 'broken' },
    { kind: 'function-error', message: 'Fault injected', isDecided: true },
  ];
  const { api, ask, settle } = startApi({ context, invoke: async () => results.shift() ?? OK });
  const heard: number[] = [];
  const metric = { region: 'us-east-2', namespace: 'AWS/ApiGateway', name: '5xx', dimensions: { ApiId: 'Stack/Api' } };
  context.metrics.listen(metric, (value) => heard.push(value));
  const repeat = () => settle(api.repeat(REQUEST, 0));

  await settle(ask());
  await repeat();
  await settle(ask());
  await repeat();
  await settle(ask());
  await repeat();

  expect(heard).toEqual([1, 1, 1, 1, 0, 0]);
});

test('a request without a route is not found and wakes no function', async () => {
  const { ask, settle, invoked } = startApi();

  expect(await settle(ask('/nothing'))).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
  expect(invoked).toEqual([]);
});

describe('a route with an authorizer', () => {
  const routes = [{ authorization: 'AWS_IAM' }, { routeKey: 'GET /health', authorization: 'NONE' }] as const;
  const request = { method: 'GET', path: '/parcels/1', host: 'api.example.com' };

  test('refuses whom it does not know, wakes no function and spends no token of the throttle', async () => {
    const { api, ask, settle, invoked } = startApi({ routes, stageThrottle: { ratePerSecond: 0, burst: 1 } });

    expect(await settle(ask())).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect(invoked).toEqual([]);
    expect(await settle(api.handle(api.signedByClient(request)))).toMatchObject({ status: 200 });
    expect(await settle(api.handle(api.signedByClient(request)))).toMatchObject({ status: 429 });
  });

  test('lets rightful clients pass, whose credentials the function sees; open routes ask for none', async () => {
    const { api, settle, invoked } = startApi({ routes });

    await settle(api.handle(api.signedByClient(request)));
    expect(invoked).toMatchObject([{ headers: { authorization: expect.stringContaining('/us-east-2/execute-api/') } }]);
    const health = { ...request, path: '/health' };
    expect(api.signedByClient(health)).toBe(health);
  });
});

test('a failing gateway answers 503 with its phase and wakes no function', async () => {
  const context = drillContext({ faults: [fault({ target: 'api-gateway', phaseId: 'p7' })] });
  const { ask, settle, invoked } = startApi({ context });

  expect(await settle(ask())).toMatchObject({ ...UNAVAILABLE, phaseId: 'p7' });
  expect(invoked).toEqual([]);
});

test('a request meets the gateway as it is when the request arrives', async () => {
  const context = drillContext({ faults: [fault({ target: 'api-gateway', startMs: 1000, endMs: 2000 })] });
  const { ask, settle, scheduler } = startApi({ context });

  const answers = await settle(Promise.all([0, 1000, 2000].map((wayMs) => ask('/parcels/1', wayMs))));

  expect(answers.map(({ status }) => status)).toEqual([200, 503, 200]);
  expect(scheduler.nowMs).toBeGreaterThan(2000);
  expect(scheduler.nowMs).toBeLessThan(2500);
});

test('a function that is silent for 30 s costs the client a 503, one that answers before does not', async () => {
  for (const [delayMs, status] of [
    [29_999, 200],
    [30_001, 503],
  ] as const) {
    const context = drillContext();
    const { scheduler } = context;
    const { ask, settle } = startApi({ context, invoke: () => scheduler.sleep(delayMs).then(() => OK) });

    const answer = await settle(ask());

    expect(answer.status).toBe(status);
    expect(scheduler.nowMs).toBeGreaterThanOrEqual(Math.min(delayMs, 30_000));
    expect(scheduler.nowMs).toBeLessThan(30_000 + 500);
  }
});

test("a route's own integration time-out counts", async () => {
  const { ask, settle, scheduler } = startApi({ routes: [{ timeoutMs: 2000 }], invoke: () => new Promise(() => {}) });

  expect(await settle(ask())).toMatchObject(UNAVAILABLE);
  expect(scheduler.nowMs).toBeGreaterThanOrEqual(2000);
  expect(scheduler.nowMs).toBeLessThan(2500);
});

test('a defect behind the gateway is not an answer', async () => {
  const { ask, settle } = startApi({ invoke: () => Promise.reject(new Error('defect')) });

  await expect(settle(ask())).rejects.toThrow('defect');
});

/** How many of a number of simultaneous requests get through at an instant. */
async function passed(started: ReturnType<typeof startApi>, atMs: number, requests: number, path?: string) {
  const { scheduler, ask, settle } = started;
  await scheduler.run(atMs);
  const answers = await settle(Promise.all(Array.from({ length: requests }, () => ask(path))));
  return answers.filter(({ status }) => status === 200).length;
}

test('the throttle lets a burst through, refuses the rest and refills at its rate up to the burst', async () => {
  const started = startApi({ stageThrottle: { ratePerSecond: 1, burst: 3 } });

  expect(await passed(started, 0, 5)).toBe(3);
  // 2.5 s later there are 2.5 tokens: two get through, and the half is kept.
  expect(await passed(started, 2500, 5)).toBe(2);
  // 0.7 s on, it is 1.2.
  expect(await passed(started, 3200, 5)).toBe(1);
  // However long nobody comes, there are three and no more.
  expect(await passed(started, 60_000, 5)).toBe(3);
});

test('a throttled client is told 429', async () => {
  const { ask, settle } = startApi({ stageThrottle: { ratePerSecond: 1, burst: 1 } });

  const answers = await settle(Promise.all([ask(), ask()]));

  expect(answers.map(({ status }) => status).sort()).toEqual([200, 429]);
  expect(answers.find(({ status }) => status === 429)?.body).toBe('{"message":"Too Many Requests"}');
});

test('each route has a bucket of its own, of its own size when it declares one', async () => {
  const started = startApi({
    stageThrottle: { ratePerSecond: 1, burst: 2 },
    routes: [{}, { routeKey: 'GET /health', throttle: { ratePerSecond: 1, burst: 4 } }],
  });

  expect(await passed(started, 0, 6)).toBe(2);
  expect(await passed(started, 0, 6, '/health')).toBe(4);
});

test("without a throttle of the stage the account's burst of 5,000 binds", async () => {
  const started = startApi();

  const through = await passed(started, 0, 20_000);

  // The burst, and at most what 10,000 a second refill until the last of them has come through the gateway.
  expect(through).toBeGreaterThanOrEqual(5000);
  expect(through).toBeLessThanOrEqual(5000 + 10 * started.scheduler.nowMs);
  expect(started.scheduler.nowMs).toBeLessThan(1000);
});

test("the account's burst is one for all routes and APIs of a Region, whatever their own throttles allow", async () => {
  const [account, context] = [new AccountThrottle(), drillContext()];
  const stageThrottle = { ratePerSecond: 50_000, burst: 50_000 };
  const routes = [{}, { routeKey: 'GET /health' }];
  const [first, second] = [
    startApi({ account, context, stageThrottle, routes }),
    startApi({ account, context, stageThrottle, routes }),
  ] as const;

  const through = await Promise.all([
    passed(first, 0, 4000),
    passed(first, 0, 4000, '/health'),
    passed(second, 0, 4000),
  ]);

  const sum = through.reduce((left, right) => left + right, 0);
  expect(sum).toBeGreaterThanOrEqual(5000);
  expect(sum).toBeLessThanOrEqual(5000 + 10 * context.scheduler.nowMs);
});

test('the gateway is unavailable for EvaluateTargetHealth only while all of it fails', async () => {
  const context = drillContext({
    faults: [
      fault({ target: 'api-gateway', startMs: 1000, endMs: 2000 }),
      fault({ target: 'api-gateway', startMs: 3000, endMs: 4000, share: 0.99 }),
      fault({ target: 'api-gateway', region: 'us-west-2', startMs: 5000, endMs: 6000 }),
      fault({ target: 'lambda', startMs: 7000, endMs: 8000 }),
    ],
  });
  const { api, scheduler } = startApi({ context });
  const available: Record<number, boolean> = {};
  for (const atMs of [999, 1000, 1999, 2000, 3500, 5500, 7500]) {
    await scheduler.run(atMs);
    available[atMs] = api.isAvailable();
  }

  expect(available).toEqual({ 999: true, 1000: false, 1999: false, 2000: true, 3500: true, 5500: true, 7500: true });
});
