import { createServer, type Server } from 'node:http';
import { Logger } from '@aws-lambda-powertools/logger';
import { type Judgement, NOTHING_JUDGED } from '../../../lib/application/evacuation/judgement';
import { toRecord } from '../../../lib/application/evacuation/judgement-record';
import {
  PARAMETER_CALL_LIMITS,
  SwitchParameters,
  TRUST_MS,
} from '../../../lib/application/evacuation/switch-parameters';
import { close, listen, loopback, recordConsole } from '../dispatch-fixture';

const written = recordConsole();

const HAND = '/dispatch/evacuation/us-east-2/hand';
const JUDGEMENT = '/dispatch/evacuation/us-east-2/judgement';

const EVACUATED: Judgement = {
  ...NOTHING_JUDGED,
  phase: 'evacuated',
  reason: 'ward-failing',
  sinceMs: Date.parse('2026-11-22T09:00:00Z'),
  judgedAtMs: Date.parse('2026-11-22T09:30:00Z'),
  wardSeenHealthy: true,
  wardFailing: 30,
  judgeHealthy: 30,
};

/** Parameter Store for two operations, over HTTP as the SDK speaks it. */
class ParameterStore {
  readonly values = new Map<string, string>([
    [HAND, 'automatic'],
    [JUDGEMENT, '{}'],
  ]);
  readonly calls: { readonly operation: string; readonly input: Record<string, unknown> }[] = [];
  state: 'well' | 'failing' | 'silent' | 'refusing-writes' = 'well';
  readonly server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const operation = String(request.headers['x-amz-target']).replace('AmazonSSM.', '');
    const input = JSON.parse(body) as Record<string, unknown>;
    this.calls.push({ operation, input });
    if (this.state === 'silent') return;
    const fails = this.state === 'failing' || (this.state === 'refusing-writes' && operation === 'PutParameter');
    response.writeHead(fails ? 500 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(fails ? { __type: 'InternalServerError' } : this.#serve(operation, input)));
  });

  #serve(operation: string, input: Record<string, unknown>): unknown {
    if (operation === 'GetParameters') {
      const found = (input.Names as string[]).filter((name) => this.values.has(name));
      return { Parameters: found.map((Name) => ({ Name, Value: this.values.get(Name) })) };
    }
    this.values.set(input.Name as string, input.Value as string);
    return { Version: 2 };
  }
}

let store: ParameterStore;
let nowMs = 0;
const opened: SwitchParameters[] = [];
beforeEach(async () => {
  store = new ParameterStore();
  await listen(store.server);
  nowMs = EVACUATED.judgedAtMs + 60_000;
  jest.spyOn(Date, 'now').mockImplementation(() => nowMs);
});
afterEach(async () => {
  for (const parameters of opened.splice(0)) parameters.close();
  await close(store.server);
});

/** The switch as one execution environment of the judge has it. */
function newEnvironment(): SwitchParameters {
  const parameters = new SwitchParameters({
    region: 'us-west-2',
    application: 'dispatch',
    ward: 'us-east-2',
    logger: new Logger({ serviceName: 'dispatch-judge', logLevel: 'INFO' }),
    target: loopback(store.server),
  });
  opened.push(parameters);
  return parameters;
}

test('reads both parameters in one call', async () => {
  store.values.set(JUDGEMENT, toRecord(EVACUATED));

  const standing = await newEnvironment().read();

  expect(standing).toEqual({ hand: 'automatic', judgement: EVACUATED });
  expect(store.calls).toEqual([{ operation: 'GetParameters', input: { Names: [HAND, JUDGEMENT] } }]);
});

test('begins with nothing judged where the parameter is as it was created, and says nothing about it', async () => {
  expect(await newEnvironment().read()).toEqual({ hand: 'automatic', judgement: NOTHING_JUDGED });
  expect(written.lines()).toEqual([]);
});

test('keeps a judgement for every other environment, and overwrites the one before', async () => {
  const parameters = newEnvironment();
  await parameters.read();

  await parameters.keep(EVACUATED);

  expect(store.calls.at(-1)).toEqual({
    operation: 'PutParameter',
    input: { Name: JUDGEMENT, Value: toRecord(EVACUATED), Overwrite: true },
  });
  expect((await newEnvironment().read())?.judgement).toEqual(EVACUATED);
});

test.each(['evacuated', 'in-service', 'automatic'])('takes the hand %j as it is', async (hand) => {
  store.values.set(HAND, hand);

  expect((await newEnvironment().read())?.hand).toBe(hand);
});

test.each(['Evacuated', 'off', ''])('takes the hand %j for automatic, and says so', async (hand) => {
  store.values.set(HAND, hand);

  expect((await newEnvironment().read())?.hand).toBe('automatic');
  expect(written.lines()).toEqual([expect.objectContaining({ level: 'WARN', parameter: HAND })]);
});

test.each(['', 'evacuated', '{"phase":"evacuated"}'])('takes the judgement %j for none, and says so', async (text) => {
  store.values.set(JUDGEMENT, text);

  expect((await newEnvironment().read())?.judgement).toEqual(NOTHING_JUDGED);
  expect(written.lines()).toEqual([expect.objectContaining({ level: 'WARN', parameter: JUDGEMENT })]);
});

test('goes on with what it remembers while Parameter Store does not answer, for a quarter of an hour', async () => {
  const parameters = newEnvironment();
  await parameters.read();
  store.state = 'failing';
  await parameters.keep(EVACUATED);

  nowMs += TRUST_MS;
  expect(await parameters.read()).toEqual({ hand: 'automatic', judgement: EVACUATED });
  nowMs += 1;
  expect(await parameters.read()).toBeUndefined();
});

test('knows nothing in a new environment while Parameter Store does not answer', async () => {
  store.state = 'failing';

  expect(await newEnvironment().read()).toBeUndefined();
  expect(written.lines()).toEqual([expect.objectContaining({ level: 'WARN', message: 'parameters not read' })]);
});

test('believes its memory rather than an older judgement that it could not replace, and the hand at once', async () => {
  store.values.set(
    JUDGEMENT,
    toRecord({ ...EVACUATED, phase: 'in-service', judgedAtMs: EVACUATED.judgedAtMs - 60_000 }),
  );
  const parameters = newEnvironment();
  await parameters.read();
  store.state = 'refusing-writes';
  await parameters.keep(EVACUATED);
  store.values.set(HAND, 'in-service');

  expect(await parameters.read()).toEqual({ hand: 'in-service', judgement: EVACUATED });
});

test('believes a newer judgement than its memory', async () => {
  const parameters = newEnvironment();
  await parameters.read();
  await parameters.keep(EVACUATED);
  const newer: Judgement = { ...EVACUATED, phase: 'returning', judgedAtMs: EVACUATED.judgedAtMs + 60_000 };
  store.values.set(JUDGEMENT, toRecord(newer));

  expect((await parameters.read())?.judgement).toEqual(newer);
});

test('is done within 3 s when Parameter Store never answers', async () => {
  const { answerTimeoutMs, maxAttempts } = PARAMETER_CALL_LIMITS;
  store.state = 'silent';
  const startMs = performance.now();

  expect(await newEnvironment().read()).toBeUndefined();

  expect(performance.now() - startMs).toBeGreaterThan(answerTimeoutMs);
  expect(store.calls).toHaveLength(maxAttempts);
  // The SDK waits at most a second before its second attempt.
  expect(maxAttempts * answerTimeoutMs + 1_000).toBeLessThanOrEqual(3_000);
});
