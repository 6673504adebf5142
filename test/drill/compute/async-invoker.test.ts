import type { Assembly } from '../../../lib/assembly';
import {
  AsyncInvoker,
  type AsyncPolicy,
  backOffSeconds,
  readAsyncPolicy,
} from '../../../lib/drill/compute/async-invoker';
import type { FunctionResult, LambdaFunction } from '../../../lib/drill/compute/lambda-function';
import type { Fault } from '../../../lib/drill/faults/fault';
import { readTemplate } from '../../assembly/write-assembly';
import { drillContext, settle } from '../data/fixture';
import { fault } from '../drill-context';

type Kind = FunctionResult['kind'];

/** A function that ends its runs as the list says, the last entry for ever. */
function queueBefore(
  results: readonly Kind[],
  policy: Omit<AsyncPolicy, 'destinations'> = { maxRetries: 2, maxAgeMs: 6 * 3_600_000 },
  faults: readonly Fault[] = [],
) {
  const context = drillContext({ faults });
  const runsMs: number[] = [];
  const target = {
    definition: { id: 'judge/Function', region: 'us-east-2' },
    invoke: async () => {
      const kind = results[Math.min(runsMs.length, results.length - 1)];
      runsMs.push(context.scheduler.nowMs / 1000);
      return { kind };
    },
  } as unknown as LambdaFunction;
  const tries: Kind[] = [];
  const ends: string[] = [];
  const invoker = new AsyncInvoker(
    target,
    { ...policy, destinations: {} },
    context,
    undefined,
    ({ condition, tries: made, endMs }) => ends.push(`${condition} after ${made} at ${endMs / 1000}`),
  );
  const invoke = () =>
    settle(
      context,
      invoker.invoke({}, ({ kind }) => tries.push(kind)),
    );
  return { invoke, runsMs, tries, ends };
}

test('an event that succeeds runs once', async () => {
  const { invoke, runsMs, tries, ends } = queueBefore(['answer']);

  expect([await invoke(), runsMs, tries]).toEqual(['answer', [0], []]);
  expect(ends).toEqual(['Success after 1 at 0']);
});

test.each<Kind>(['function-error', 'timeout'])(
  'a %s is repeated after one and two minutes, and then given up',
  async (kind) => {
    const { invoke, runsMs, tries, ends } = queueBefore([kind]);

    expect([await invoke(), runsMs, tries]).toEqual([kind, [0, 60, 180], [kind, kind]]);
    expect(ends).toEqual(['RetriesExhausted after 3 at 180']);
  },
);

test('a function that asked for no retries has none', async () => {
  const { invoke, runsMs } = queueBefore(['function-error'], { maxRetries: 0, maxAgeMs: 60_000 });

  expect([await invoke(), runsMs]).toEqual(['function-error', [0]]);
});

test.each<Kind>(['throttled', 'service-error'])(
  '%s is tried again less and less often, whatever the retries, until the event is too old',
  async (kind) => {
    const { invoke, runsMs, ends } = queueBefore([kind], { maxRetries: 0, maxAgeMs: 60_000 });

    expect([await invoke(), runsMs]).toEqual(['expired', [0, 1, 3, 7, 15, 31]]);
    expect(ends).toEqual(['EventAgeExceeded after 6 at 60']);
  },
);

test('a throttled event runs as soon as its next try finds an environment', async () => {
  const { invoke, runsMs, tries } = queueBefore(['throttled', 'throttled', 'answer']);

  expect([await invoke(), runsMs, tries]).toEqual(['answer', [0, 1, 3], ['throttled', 'throttled']]);
});

test('an event that a fault holds back runs when it lets go, and is dropped when it is too old by then', async () => {
  const late = fault({ target: 'lambda-events', kind: 'delay', endMs: 3_600_000, delayMs: 90_000 });
  const patient = queueBefore(['answer'], { maxRetries: 0, maxAgeMs: 90_000 }, [late]);
  const hasty = queueBefore(['answer'], { maxRetries: 0, maxAgeMs: 89_999 }, [late]);

  expect([await patient.invoke(), patient.runsMs]).toEqual(['answer', [90]]);
  expect([await hasty.invoke(), hasty.runsMs]).toEqual(['expired', []]);
  expect(hasty.ends).toEqual(['EventAgeExceeded after 0 at 89.999']);
});

test('the wait doubles up to its longest', () => {
  expect([0, 1, 8, 9, 100].map((earlier) => backOffSeconds([1, 300], earlier))).toEqual([1, 2, 256, 300, 300]);
});

describe('the policy of a function', () => {
  const functions = {
    Judge: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'judge' } },
    Other: { Type: 'AWS::Lambda::Function', Properties: {} },
  };
  const config = (FunctionName: unknown, rest: object = {}) => ({
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: { FunctionName, Qualifier: '$LATEST', MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60, ...rest },
  });
  const read = (resources: object, logicalId: string, qualifier?: string) => {
    const assembly: Assembly = readTemplate({ Resources: { ...functions, ...resources } });
    return () => {
      const target = assembly.stacks[0]?.resource(logicalId);
      if (!target) throw new Error('no function');
      return readAsyncPolicy(assembly, target, qualifier);
    };
  };

  test('is the one that names it, or what Lambda does by itself', () => {
    const Config = config({ Ref: 'Judge' });

    const short = { maxRetries: 0, maxAgeMs: 60_000, destinations: {} };
    const usual = { maxRetries: 2, maxAgeMs: 21_600_000, destinations: {} };

    expect(read({ Config }, 'Judge')()).toEqual(short);
    expect(read({ Config }, 'Other')()).toEqual(usual);
    expect(read({ Config: config({ Ref: 'Other' }) }, 'Other')()).toEqual(short);
  });

  test('is one of its own for each alias and version', () => {
    const resources = {
      Live: { Type: 'AWS::Lambda::Alias', Properties: { Name: 'live', FunctionName: { Ref: 'Judge' } } },
      First: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Judge' } } },
      Latest: config({ Ref: 'Judge' }, { MaximumEventAgeInSeconds: 61 }),
      OfLive: config({ Ref: 'Judge' }, { MaximumEventAgeInSeconds: 62, Qualifier: 'live' }),
      OfFirst: config(
        { Ref: 'Judge' },
        { MaximumEventAgeInSeconds: 63, Qualifier: { 'Fn::GetAtt': ['First', 'Version'] } },
      ),
    };
    const ages = [undefined, 'live', 'Stack/First', 'next'].map(
      (qualifier) => read(resources, 'Judge', qualifier)().maxAgeMs / 1000,
    );

    expect(ages).toEqual([61, 62, 63, 21_600]);
  });

  test('refuses two of them for the same', () => {
    const Config = config({ Ref: 'Judge' });

    expect(read({ Config, Again: Config }, 'Judge')).toThrow('not modelled: several configurations');
  });

  describe('with destinations', () => {
    const Mourner = { Type: 'AWS::Lambda::Function', Properties: {} };
    const resources = (Judge: object, DestinationConfig: object | undefined, more: object = {}) => ({
      Judge: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'judge', ...Judge } },
      Mourner,
      Alias: { Type: 'AWS::Lambda::Alias', Properties: { Name: 'live', FunctionName: { Ref: 'Mourner' } } },
      Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
      Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
      Fifo: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
      Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'records' } },
      Table: { Type: 'AWS::DynamoDB::Table', Properties: {} },
      ...(DestinationConfig ? { Config: config({ Ref: 'Judge' }, { DestinationConfig }) } : {}),
      ...more,
    });
    const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
    const to = (Destination: unknown) => ({ Destination });

    test('knows functions, also by alias, and what else is told', () => {
      const dead = { DeadLetterConfig: { TargetArn: arnOf('Queue') } };
      const both = { OnSuccess: to({ Ref: 'Topic' }), OnFailure: to({ Ref: 'Alias' }) };
      const { destinations } = read(resources(dead, both), 'Judge')();

      expect(destinations).toMatchObject({
        onSuccess: { service: 'sns', id: 'Stack/Topic' },
        onFailure: { service: 'lambda', id: 'Stack/Mourner', qualifier: 'live' },
        deadLetters: { service: 'sqs', id: 'Stack/Queue' },
      });
      const far = 'arn:aws:events:us-east-2:111122223333:event-bus/far';
      expect(read(resources({}, { OnFailure: to(far) }), 'Judge')().destinations).toEqual({
        onFailure: { service: 'events', id: far },
      });
    });

    test.each<[string, object, object | undefined, string]>([
      ['a bucket on success', {}, { OnSuccess: to(arnOf('Bucket')) }, 'Lambda cannot send to Stack/Bucket'],
      [
        'a function for dead letters',
        { DeadLetterConfig: { TargetArn: arnOf('Mourner') } },
        undefined,
        'Lambda cannot send to Stack/Mourner',
      ],
      [
        'a queue that keeps order',
        {},
        { OnFailure: to(arnOf('Fifo')) },
        'function Stack/Judge: Stack/Fifo, which is FIFO',
      ],
      ['what tells nothing', {}, { OnFailure: to(arnOf('Table')) }, 'AWS::DynamoDB::Table Stack/Table'],
      [
        'a function that no template has',
        {},
        { OnFailure: to('arn:aws:lambda:us-east-2:111122223333:function:far') },
        'function Stack/Judge: "arn:aws:lambda:us-east-2:111122223333:function:far"',
      ],
      [
        'a function that may not run',
        { ReservedConcurrentExecutions: 0 },
        { OnFailure: to({ Ref: 'Topic' }) },
        'which reserves no environment',
      ],
    ])('refuses %s', (_, judge, destinations, why) => {
      expect(read(resources(judge, destinations), 'Judge')).toThrow(`not modelled: `);
      expect(read(resources(judge, destinations), 'Judge')).toThrow(why);
    });
  });
});
