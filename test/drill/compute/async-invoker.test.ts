import type { Assembly } from '../../../lib/assembly';
import { AsyncInvoker, backOffSeconds, readAsyncPolicy } from '../../../lib/drill/compute/async-invoker';
import type { FunctionResult, LambdaFunction } from '../../../lib/drill/compute/lambda-function';
import type { Fault } from '../../../lib/drill/faults/fault';
import { readTemplate } from '../../assembly/write-assembly';
import { drillContext, settle } from '../data/fixture';
import { fault } from '../drill-context';

type Kind = FunctionResult['kind'];

/** A function that ends its runs as the list says, the last entry for ever. */
function queueBefore(
  results: readonly Kind[],
  policy = { maxRetries: 2, maxAgeMs: 6 * 3_600_000 },
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
  const invoker = new AsyncInvoker(target, policy, context);
  const invoke = () =>
    settle(
      context,
      invoker.invoke({}, ({ kind }) => tries.push(kind)),
    );
  return { invoke, runsMs, tries };
}

test('an event that succeeds runs once', async () => {
  const { invoke, runsMs, tries } = queueBefore(['answer']);

  expect([await invoke(), runsMs, tries]).toEqual(['answer', [0], []]);
});

test.each<Kind>(['function-error', 'timeout'])(
  'a %s is repeated after one and two minutes, and then given up',
  async (kind) => {
    const { invoke, runsMs, tries } = queueBefore([kind]);

    expect([await invoke(), runsMs, tries]).toEqual([kind, [0, 60, 180], [kind, kind]]);
  },
);

test('a function that asked for no retries has none', async () => {
  const { invoke, runsMs } = queueBefore(['function-error'], { maxRetries: 0, maxAgeMs: 60_000 });

  expect([await invoke(), runsMs]).toEqual(['function-error', [0]]);
});

test.each<Kind>(['throttled', 'service-error'])(
  '%s is tried again less and less often, whatever the retries, until the event is too old',
  async (kind) => {
    const { invoke, runsMs } = queueBefore([kind], { maxRetries: 0, maxAgeMs: 60_000 });

    expect([await invoke(), runsMs]).toEqual(['expired', [0, 1, 3, 7, 15, 31]]);
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
  const read = (resources: object, logicalId: string) => {
    const assembly: Assembly = readTemplate({ Resources: { ...functions, ...resources } });
    return () => {
      const target = assembly.stacks[0]?.resource(logicalId);
      if (!target) throw new Error('no function');
      return readAsyncPolicy(assembly, target);
    };
  };

  test('is the one that names it, or what Lambda does by itself', () => {
    const Config = config({ Ref: 'Judge' });

    expect(read({ Config }, 'Judge')()).toEqual({ maxRetries: 0, maxAgeMs: 60_000 });
    expect(read({ Config }, 'Other')()).toEqual({ maxRetries: 2, maxAgeMs: 21_600_000 });
    expect(read({ Config: config({ Ref: 'Other' }) }, 'Other')()).toEqual({ maxRetries: 0, maxAgeMs: 60_000 });
  });

  test('refuses two of them, and destinations', () => {
    const Config = config({ Ref: 'Judge' });

    expect(read({ Config, Again: Config }, 'Judge')).toThrow('not modelled: several configurations');
    expect(read({ Config: config({ Ref: 'Judge' }, { DestinationConfig: {} }) }, 'Judge')).toThrow(
      'not modelled: destinations of asynchronous events of function Stack/Judge',
    );
  });
});
