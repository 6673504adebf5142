import { type Assembly, readAssembly } from '../../../lib/assembly';
import { functionsBehind } from '../../../lib/drill/compute/async-queues';
import type { EnvironmentHost } from '../../../lib/drill/compute/execution-environment';
import type { Fault } from '../../../lib/drill/faults/fault';
import { SharedSdk } from '../../../lib/drill/sdk/shared-sdk';
import { deployFunctions } from '../../../lib/drill/world/deployed-functions';
import { checkInventory } from '../../../lib/drill/world/inventory';
import { readTemplate, stackArtifact, writeFiles } from '../../assembly/write-assembly';
import { drillContext, fault } from '../drill-context';
import { recordErrors } from '../event-schema';
import { LogRecords } from '../log-records';
import { awsServices } from '../network/aws-services';

/** Calendar time of virtual time zero. */
const EPOCH = '2025-10-20T06:48:00.000Z';

const ARN = 'arn:aws:lambda:us-east-2:111122223333:function';

/** Prints its event and its request id, then does what the rest says. */
const telling = (rest: string): string =>
  `exports.handler = async (event, context) => {
    console.log(JSON.stringify({ id: context.awsRequestId, event }));
    event.touched = true;
    ${rest}
  };`;

interface Written {
  /** What handlers do, by function. */
  readonly code: Readonly<Record<string, string>>;
  /** Where what becomes of the events of each goes. */
  readonly destinations?: Readonly<Record<string, object>>;
  /** Other properties of function `Worker`. */
  readonly worker?: object;
  readonly faults?: readonly Fault[];
}

const to = (id: string) => ({ Destination: { 'Fn::GetAtt': [id, 'Arn'] } });

function assemblyOf({ code, destinations = {}, worker = {} }: Written): Assembly {
  const functions = Object.keys(code).map((name) => [
    name,
    {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: name.toLowerCase(),
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { S3Bucket: 'assets', S3Key: `${name}.zip` },
        ...(name === 'Worker' ? worker : {}),
      },
    },
  ]);
  const configs = Object.entries(destinations).map(([name, DestinationConfig]) => [
    `${name}Config`,
    {
      Type: 'AWS::Lambda::EventInvokeConfig',
      Properties: { FunctionName: { Ref: name }, Qualifier: '$LATEST', DestinationConfig },
    },
  ]);
  const Order = {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'cron(0/30 * * * ? *)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: { 'Fn::GetAtt': ['Worker', 'Arn'] }, Input: '{"order":1}' },
    },
  };
  const resources = { Topic: { Type: 'AWS::SNS::Topic' }, Queue: { Type: 'AWS::SQS::Queue' }, Order };
  const assets = Object.keys(code).map((name) => [
    name,
    { source: { path: `asset.${name}`, packaging: 'zip' }, destinations: {} },
  ]);
  return readAssembly(
    writeFiles({
      'manifest.json': {
        version: '55.0.0',
        artifacts: {
          Stack: stackArtifact('aws://111122223333/us-east-2', 'Stack.json', { dependencies: ['Stack.assets'] }),
          'Stack.assets': { type: 'cdk:asset-manifest', properties: { file: 'Stack.assets.json' } },
        },
      },
      'Stack.json': { Resources: { ...resources, ...Object.fromEntries([...functions, ...configs]) } },
      'Stack.assets.json': { files: Object.fromEntries(assets) },
      ...Object.fromEntries(Object.entries(code).map(([name, text]) => [`asset.${name}/index.js`, text])),
    }),
  );
}

/** Lets the schedule give the worker one event, and a day pass; what functions printed, and what the log says of destinations. */
async function live(written: Written) {
  const log = new LogRecords();
  const context = drillContext({
    epochMs: Date.parse(EPOCH),
    onLog: log.onLog,
    ...(written.faults ? { faults: written.faults } : {}),
  });
  const printed: { readonly by: string; readonly id: string; readonly event: Record<string, unknown> }[] = [];
  const host: EnvironmentHost = {
    context,
    sdk: new SharedSdk(context),
    services: awsServices(context),
    internet: {
      serverOf: () => {
        throw new Error('nobody is asked');
      },
    },
    shortCut: true,
    onOutput: (label, text) => printed.push({ by: label.replace(/#.*/, ''), ...JSON.parse(text) }),
  };
  const { schedules } = await deployFunctions(assemblyOf(written), [], host);
  for (const schedule of schedules) schedule.start();
  await context.scheduler.run(1_200_000);
  for (const schedule of schedules) schedule.stop();
  await context.scheduler.run(24 * 3_600_000);
  context.log.sha256();
  return { printed, told: log.of('destination') };
}

const MOURNER = telling('');

test('the record of an event whose runs failed is given to a function, whose code runs', async () => {
  const { printed, told } = await live({
    code: { Worker: telling(`throw new TypeError('no such order');`), Mourner: MOURNER },
    destinations: { Worker: { OnFailure: to('Mourner'), OnSuccess: to('Topic') } },
  });
  const runs = printed.filter(({ by }) => by === 'Stack/Worker');
  const [first] = runs;
  const records = printed.filter(({ by }) => by === 'Stack/Mourner').map(({ event }) => event);

  // Tries of one event have one request id, and none sees what another did to the event.
  expect(runs).toEqual(Array.from({ length: 3 }, () => ({ by: 'Stack/Worker', id: first?.id, event: { order: 1 } })));
  expect(records).toEqual([
    {
      version: '1.0',
      timestamp: expect.stringMatching(/^2025-10-20T07:03:/),
      requestContext: {
        requestId: first?.id,
        functionArn: `${ARN}:worker:$LATEST`,
        condition: 'RetriesExhausted',
        approximateInvokeCount: 3,
      },
      requestPayload: { order: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: 'TypeError', errorMessage: 'no such order' },
    },
  ]);
  expect(told).toEqual([
    {
      t: expect.any(Number),
      is: 'destination',
      function: 'Stack/Worker',
      region: 'us-east-2',
      condition: 'RetriesExhausted',
      service: 'lambda',
      target: 'Stack/Mourner',
    },
  ]);
  expect(told.flatMap(recordErrors)).toEqual([]);
});

test('success is told along a chain, each link with its own record', async () => {
  const { printed, told } = await live({
    code: { Worker: telling('return { done: true };'), Next: telling('') },
    destinations: { Worker: { OnSuccess: to('Next') }, Next: { OnSuccess: { Destination: { Ref: 'Topic' } } } },
  });

  expect(printed.at(-1)?.event).toMatchObject({
    requestContext: { condition: 'Success', approximateInvokeCount: 1 },
    requestPayload: { order: 1 },
    responseContext: { statusCode: 200, executedVersion: '$LATEST' },
    responsePayload: { done: true },
  });
  expect(printed.at(-1)?.event.responseContext).not.toHaveProperty('functionError');
  expect(told.map(({ function: of, service, target }) => [of, service, target])).toEqual([
    ['Stack/Worker', 'lambda', 'Stack/Next'],
    ['Stack/Next', 'sns', 'Stack/Topic'],
  ]);
});

test('a run that takes too long is told as Lambda tells it', async () => {
  const { printed } = await live({
    code: { Worker: telling('await new Promise(() => setTimeout(() => {}, 1e9));'), Mourner: MOURNER },
    destinations: { Worker: { OnFailure: to('Mourner') } },
    worker: { Timeout: 5 },
  });
  const { event } = printed.at(-1) ?? {};

  expect(event?.responsePayload).toEqual({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${printed[0]?.id} Error: Task timed out after 5.00 seconds`,
  });
});

test('an event that never ran is told when it is too old, without a response', async () => {
  const held = fault({ target: 'lambda-events', kind: 'delay', endMs: 20 * 3_600_000 });
  const { printed } = await live({
    code: { Worker: telling(''), Mourner: MOURNER },
    destinations: { Worker: { OnFailure: to('Mourner') } },
    faults: [{ ...held, resources: ['Stack/Worker'] }],
  });

  expect(printed.map(({ by }) => by)).toEqual(['Stack/Mourner']);
  const [{ event }] = printed as [(typeof printed)[0]];
  expect(event).toMatchObject({
    // Six hours after seven o'clock.
    timestamp: expect.stringMatching(/^2025-10-20T13:00:/),
    requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 0 },
    requestPayload: { order: 1 },
  });
  expect(event).not.toHaveProperty('responseContext');
  expect(event).not.toHaveProperty('responsePayload');
});

test('a dead letter is the event, with what went wrong in its attributes', async () => {
  const dead = { worker: { DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } } } };
  const failed = await live({ code: { Worker: telling(`throw new Error('${'x'.repeat(2000)}');`) }, ...dead });
  const throttled = await live({
    code: { Worker: telling('') },
    ...dead,
    faults: [fault({ target: 'lambda', kind: 'throttle', endMs: 20 * 3_600_000 })],
  });
  const fine = await live({ code: { Worker: telling('') }, ...dead });

  expect(failed.told).toMatchObject([
    {
      condition: 'RetriesExhausted',
      service: 'sqs',
      target: 'Stack/Queue',
      deadLetter: { requestId: failed.printed[0]?.id, errorCode: 200, errorMessage: 'x'.repeat(1024) },
    },
  ]);
  expect(failed.told.flatMap(recordErrors)).toEqual([]);
  expect(throttled.told).toMatchObject([{ condition: 'EventAgeExceeded', deadLetter: { errorCode: 429 } }]);
  expect(throttled.told[0]?.deadLetter).not.toHaveProperty('errorMessage');
  expect(fine.told).toEqual([]);
});

test('refuses destinations that lead in a circle', async () => {
  const circle = live({
    code: { Worker: telling(''), Next: telling('') },
    destinations: { Worker: { OnSuccess: to('Next') }, Next: { OnFailure: to('Worker') } },
  });

  await expect(circle).rejects.toThrow(
    'not modelled: destinations that lead in a circle: Stack/Worker, Stack/Next, Stack/Worker',
  );
});

test('refuses a topic that hands records on to another function', () => {
  const assembly = (protocol: string) =>
    readTemplate({
      Resources: {
        Worker: { Type: 'AWS::Lambda::Function', Properties: { DeadLetterConfig: { TargetArn: { Ref: 'Topic' } } } },
        Topic: { Type: 'AWS::SNS::Topic', Properties: { Subscription: [{ Protocol: protocol, Endpoint: 'x' }] } },
      },
    });
  const behind = (read: Assembly) => () =>
    functionsBehind(
      read,
      read.resourcesOf('AWS::Lambda::Function').map((worker) => ({ function: worker })),
    );

  expect(behind(assembly('email'))).not.toThrow();
  expect(behind(assembly('lambda'))).toThrow(
    'not modelled: a destination of asynchronous events of function Stack/Worker: Stack/Topic, which invokes a function',
  );
});

test('a queue may be in an assembly where functions leave records, and nowhere else', () => {
  const Worker = {
    Type: 'AWS::Lambda::Function',
    Properties: { DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['Queue', 'Arn'] } } },
  };
  const Queue = { Type: 'AWS::SQS::Queue' };
  const Policy = { Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [{ Ref: 'Queue' }] } };
  const check = (Resources: object) => () => checkInventory(readTemplate({ Resources }));

  expect(check({ Worker, Queue, Policy })).not.toThrow();
  expect(check({ Worker, Queue, Work: Queue })).toThrow('not modelled: AWS::SQS::Queue (Stack/Work)');
  expect(check({ Queue, Policy })).toThrow('not modelled: AWS::SQS::Queue (Stack/Queue), AWS::SQS::QueuePolicy');
});
