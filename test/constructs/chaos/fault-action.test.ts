import { Duration, Lazy } from 'aws-cdk-lib/core';
import { FaultAction, FaultTarget } from '../../../lib/constructs';
import type { ActionSpec } from '../../../lib/constructs/chaos/catalogue/action-spec';
import { type ActionId, FAULT_ACTIONS } from '../../../lib/constructs/chaos/catalogue/fault-actions';
import type { ParameterSpec } from '../../../lib/constructs/chaos/catalogue/parameter-spec';
import { TARGET_TYPES, type TargetTypeSpec } from '../../../lib/constructs/chaos/catalogue/target-types';
import { codeOf, functions, Laboratory } from './fixture';

const ACTIONS: Readonly<Record<string, ActionSpec>> = FAULT_ACTIONS;
const TYPES: Readonly<Record<string, TargetTypeSpec>> = TARGET_TYPES;
const EACH = Object.entries(ACTIONS).map(([id, spec]) => ({ id, spec }));

describe('the catalogue', () => {
  test('has the fifty actions and the twenty-four types of target that the guide lists', () => {
    expect(EACH).toHaveLength(50);
    expect(Object.keys(TYPES)).toHaveLength(24);
    expect(new Set(EACH.map(({ spec }) => Object.values(spec.target)[0] ?? 'none')).size).toBe(25);
  });

  test.each(EACH)('$id acts on a known type, under one key, and knows how long it lasts', ({ spec }) => {
    const targets = Object.entries(spec.target);
    const parameters = { ...spec.required, ...spec.optional };

    expect(targets.length).toBeLessThanOrEqual(1);
    for (const [key, type] of targets) {
      expect(key).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(TYPES).toHaveProperty([type]);
    }
    if (spec.lasts) expect(parameters[spec.lasts]?.type).toBe('duration');
    else expect(parameters).not.toHaveProperty('duration');
    expect(Object.keys(spec.required).filter((name) => name in spec.optional)).toEqual([]);
  });

  test.each(EACH)('$id asks for permissions by name, and fills in what it has', ({ spec }) => {
    const places = ['partition', 'region', 'account', 'target', 'targets', 'configuration'];
    for (const { actions, resources, conditions = {}, when } of spec.permissions) {
      for (const action of actions) expect(action).toMatch(/^[a-z0-9-]+:[A-Z][A-Za-z]+$/);
      const texts = [...resources, ...Object.values(conditions).flatMap((keys) => Object.values(keys).flat())];
      const named = texts.flatMap((text) => text.match(/(?<=\{)[^}]+/g) ?? []);
      for (const name of named) {
        const [, parameter] = /^parameter:(.+)$/.exec(name) ?? [];
        if (parameter) expect(spec.required).toHaveProperty(parameter);
        else expect(places).toContain(name);
      }
      if (when && 'parameter' in when) expect({ ...spec.required, ...spec.optional }).toHaveProperty(when.parameter);
    }
  });

  test.each(EACH)('$id conflicts with actions that conflict with it', ({ id, spec }) => {
    for (const other of spec.conflictsWith ?? []) {
      expect(ACTIONS).toHaveProperty([other]);
      expect(ACTIONS[other]?.conflictsWith).toContain(id);
    }
  });
});

describe('the role of an experiment with each action', () => {
  test.each(EACH)(
    '$id: what the catalogue lists, without gaps, wildcards of actions or open placeholders',
    ({ id, spec }) => {
      const laboratory = new Laboratory();
      laboratory.experiment({ actions: { action: minimal(id as ActionId) }, maximumDuration: Duration.hours(12) });
      const statements = laboratory.statements();
      const granted = statements.flatMap(({ Action }) => Action);
      const always = spec.permissions.filter(({ when }) => when === undefined).flatMap(({ actions }) => actions);

      expect(granted).toEqual(expect.arrayContaining([...always, 'logs:CreateLogDelivery']));
      expect(granted.filter((action) => action.includes('*'))).toEqual([]);
      expect(JSON.stringify(statements)).not.toMatch(/\{(?:partition|region|account|target|parameter|configuration)/);
      for (const { Resource } of statements) expect([Resource].flat().length).toBeGreaterThan(0);
    },
  );

  test('conditions are kept', () => {
    const laboratory = new Laboratory();
    laboratory.experiment({
      actions: { action: minimal('aws:network:disrupt-connectivity') },
      maximumDuration: Duration.hours(12),
    });

    expect(laboratory.statements()).toContainEqual(
      expect.objectContaining({
        Action: 'ec2:CreateTags',
        Condition: { StringEquals: { 'ec2:CreateAction': 'CreateNetworkAcl', 'aws:RequestTag/managedByFIS': 'true' } },
      }),
    );
  });

  test('what depends on a parameter is granted when the parameter has that value', () => {
    const command = (documentArn: string): string[] => {
      const action = FaultAction.of('aws:ssm:send-command', {
        parameters: { documentArn, duration: Duration.minutes(5) },
        targets: { Instances: instances() },
      });
      return action.permissions.flatMap(({ actions }) => actions);
    };

    expect(command('arn:aws:ssm:us-east-2::document/AWSFIS-Run-Network-Latency-Sources')).toContain(
      'ec2:DescribeSubnets',
    );
    expect(command('arn:aws:ssm:us-east-2::document/AWSFIS-Run-CPU-Stress')).not.toContain('ec2:DescribeSubnets');
  });
});

/** The action with the least that it takes. */
function minimal(id: ActionId): FaultAction {
  const spec: ActionSpec = FAULT_ACTIONS[id];
  const parameters = Object.fromEntries(Object.entries(spec.required).map(([name, one]) => [name, sample(one)]));
  const targets = Object.fromEntries(Object.entries(spec.target).map(([key, type]) => [key, targetOf(type, spec)]));
  return FaultAction.of(id, { parameters, targets } as never);
}

function sample(spec: ParameterSpec): unknown {
  switch (spec.type) {
    case 'duration':
      return Duration.seconds(spec.minimumSeconds);
    case 'integer':
    case 'number':
      return spec.minimum ?? 1;
    case 'boolean':
      return true;
    case 'enum':
      return spec.values[0];
    case 'list':
      return [spec.values?.[0] ?? 'one'];
    case 'document':
      return {};
    case 'text':
      return spec.pattern ? 'arn:aws:ssm:us-east-2::document/AWSFIS-Run-CPU-Stress' : 'text';
  }
}

function targetOf(type: string, { arnsOnly }: ActionSpec): FaultTarget {
  const spec = TYPES[type] as TargetTypeSpec;
  const parameters = Object.fromEntries(spec.required.map((name) => [name, 'text']));
  const arn = 'arn:aws:service:us-east-2:111111111111:thing/one';
  if (spec.arns && (arnsOnly || !spec.tags)) return FaultTarget.arns(type as never, [arn]);
  if (spec.tags) {
    return FaultTarget.tagged(type as 'aws:lambda:function', { tag: 'one' }, { elsewhere: [arn], parameters } as never);
  }
  return FaultTarget.described(type as never, parameters as never);
}

function instances(): FaultTarget<'aws:ec2:instance'> {
  return FaultTarget.tagged('aws:ec2:instance', { tag: 'one' });
}

describe('parameters', () => {
  const fails = (parameters: Record<string, unknown>) => () =>
    FaultAction.of('aws:lambda:invocation-error', {
      parameters: { duration: Duration.minutes(1), preventExecution: true, ...parameters } as never,
      targets: { Functions: functions() },
    });

  test.each<[string, Record<string, unknown>, string]>([
    ['no share at all', { invocationPercentage: 0 }, 'FaultParameter'],
    ['the smallest share', { invocationPercentage: 1 }, 'accepted'],
    ['every invocation', { invocationPercentage: 100 }, 'accepted'],
    ['more than every invocation', { invocationPercentage: 101 }, 'FaultParameter'],
    ['half a percent', { invocationPercentage: 0.5 }, 'FaultParameter'],
    ['what is left out', { invocationPercentage: undefined }, 'accepted'],
    ['a time of zero', { duration: Duration.seconds(0) }, 'FaultParameter'],
    ['twelve hours', { duration: Duration.hours(12) }, 'accepted'],
    ['more than twelve hours', { duration: Duration.minutes(721) }, 'FaultParameter'],
    ['a missing duration', { duration: undefined }, 'FaultParameter'],
    ['a parameter of another action', { statusCode: 503 }, 'FaultParameter'],
  ])('refuses, or takes, %s', (_, parameters, code) => {
    expect(codeOf(fails(parameters))).toBe(code);
  });

  test.each<[string, () => unknown, string]>([
    ['a zone that is none of the scopes', () => disrupts({ scope: 'everything' }), 'FaultParameter'],
    ['a prefix list that is not named', () => disrupts({ scope: 'prefix-list' }), 'FaultParameter'],
    ['a prefix list that is', () => disrupts({ scope: 'prefix-list', prefixListIdentifier: 'pl-1' }), 'accepted'],
    ['six alarms to assert', () => asserts(6), 'FaultParameter'],
    ['five alarms to assert', () => asserts(5), 'accepted'],
    ['no alarm to assert', () => asserts(0), 'FaultParameter'],
    ['a document that is no ARN', () => commands({ documentArn: 'AWSFIS-Run-CPU-Stress' }), 'FaultParameter'],
    [
      'a document known at deployment',
      () => commands({ documentArn: Lazy.string({ produce: () => 'later' }) }),
      'accepted',
    ],
    ['a long value', () => commands({ documentParameters: { text: 'x'.repeat(1_025) } }), 'FaultParameter'],
    ['an item with a comma', () => pauses({ prefixes: ['a,b'] }), 'FaultParameter'],
  ])('refuses, or takes, %s', (_, make, code) => {
    expect(codeOf(make)).toBe(code);
  });

  test('are text on the wire', () => {
    expect(pauses({ destinationBuckets: ['one', 'two'] }).parameters).toEqual({
      duration: 'PT10M',
      region: 'us-west-2',
      destinationBuckets: 'one,two',
    });
    expect(commands({ documentParameters: { DurationSeconds: '60' } }).parameters.documentParameters).toBe(
      '{"DurationSeconds":"60"}',
    );
    const stress = FaultAction.of('aws:ecs:task-cpu-stress', {
      parameters: { duration: Duration.minutes(1), installDependencies: true },
      targets: { Tasks: FaultTarget.tagged('aws:ecs:task', { tag: 'one' }) },
    });
    expect(stress.parameters.installDependencies).toBe('True');
  });
});

function disrupts(parameters: Record<string, unknown>): FaultAction {
  return FaultAction.of('aws:network:disrupt-connectivity', {
    parameters: { duration: Duration.minutes(10), ...parameters } as never,
    targets: { Subnets: FaultTarget.tagged('aws:ec2:subnet', { tag: 'one' }) },
  });
}

function asserts(count: number): FaultAction {
  const alarmArns = Array.from({ length: count }, (_, index) => `arn:aws:cloudwatch:us-east-2:1:alarm:${index}`);
  return FaultAction.of('aws:cloudwatch:assert-alarm-state', { parameters: { alarmArns, alarmStates: ['OK'] } });
}

function commands(parameters: Record<string, unknown>): FaultAction {
  return FaultAction.of('aws:ssm:send-command', {
    parameters: {
      documentArn: 'arn:aws:ssm:us-east-2::document/AWSFIS-Run-CPU-Stress',
      duration: Duration.minutes(5),
      ...parameters,
    },
    targets: { Instances: instances() },
  });
}

function pauses(parameters: Record<string, unknown>): FaultAction {
  return FaultAction.of('aws:s3:bucket-pause-replication', {
    parameters: { duration: Duration.minutes(10), region: 'us-west-2', ...parameters },
    targets: { Buckets: FaultTarget.tagged('aws:s3:bucket', { tag: 'one' }) },
  });
}

function functionsWith(selection: { count: number } | { percent: number }): FaultTarget {
  return FaultTarget.tagged('aws:lambda:function', { tag: 'one' }, { selection });
}

describe('targets', () => {
  const ARN = 'arn:aws:lambda:us-east-2:111111111111:function:one';
  const manyTags = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag-${index}`, 'one']));

  test.each<[string, () => unknown, string]>([
    ['no tag', () => functions({}), 'FaultTargetTags'],
    ['fifty tags', () => functions(manyTags(50)), 'accepted'],
    ['fifty-one tags', () => functions(manyTags(51)), 'FaultTargetTags'],
    ['no ARN', () => FaultTarget.arns('aws:lambda:function', []), 'FaultTargetArns'],
    ['five ARNs', () => FaultTarget.arns('aws:lambda:function', Array(5).fill(ARN)), 'accepted'],
    ['six ARNs', () => FaultTarget.arns('aws:lambda:function', Array(6).fill(ARN)), 'FaultTargetArns'],
    ['a name for an ARN', () => FaultTarget.arns('aws:lambda:function', ['dispatch-api']), 'FaultTargetArns'],
    ['two clusters of EKS', () => FaultTarget.arns('aws:eks:cluster', [ARN, ARN]), 'FaultTargetArns'],
    ['buckets by ARN', () => FaultTarget.arns('aws:s3:bucket' as never, ['arn:aws:s3:::one']), 'FaultTargetChoice'],
    [
      'clusters of EKS by tag',
      () => FaultTarget.tagged('aws:eks:cluster' as never, { tag: 'one' }),
      'FaultTargetChoice',
    ],
    [
      'ARNs and tags',
      () => FaultTarget.custom('new:type', TARGET_TYPES['aws:lambda:function'], { arns: [ARN], tags: { tag: 'one' } }),
      'FaultTargetChoice',
    ],
    [
      'ARNs and filters',
      () =>
        FaultTarget.custom('new:type', TARGET_TYPES['aws:lambda:function'], {
          arns: [ARN],
          filters: [{ path: 'Runtime', values: ['nodejs24.x'] }],
        }),
      'FaultTargetChoice',
    ],
    [
      'nothing that chooses',
      () => FaultTarget.custom('new:type', TARGET_TYPES['aws:ec2:subnet'], {}),
      'FaultTargetChoice',
    ],
    [
      'a parameter of another type',
      () => FaultTarget.tagged('aws:ec2:subnet', { tag: 'one' }, { parameters: { cluster: 'one' } as never }),
      'FaultTargetParameters',
    ],
    [
      'a cache without its zone',
      () => FaultTarget.tagged('aws:elasticache:replicationgroup', { tag: 'one' }, {} as never),
      'FaultTargetParameters',
    ],
    ['no resource of many', () => functionsWith({ count: 0 }), 'FaultTargetSelection'],
    ['one resource of many', () => functionsWith({ count: 1 }), 'accepted'],
    ['one and a half', () => functionsWith({ count: 1.5 }), 'FaultTargetSelection'],
    ['a hundred percent', () => functionsWith({ percent: 100 }), 'accepted'],
    ['more than all', () => functionsWith({ percent: 101 }), 'FaultTargetSelection'],
    [
      'a capacity error on tagged roles',
      () =>
        FaultAction.custom('aws:ec2:api-insufficient-instance-capacity-error', {
          spec: FAULT_ACTIONS['aws:ec2:api-insufficient-instance-capacity-error'],
          parameters: { duration: Duration.minutes(1), availabilityZoneIdentifiers: ['use2-az1'], percentage: 10 },
          targets: {
            Roles: FaultTarget.custom(
              'aws:iam:role',
              { ...TARGET_TYPES['aws:iam:role'], tags: true },
              { tags: { tag: 'one' } },
            ),
          },
        }),
      'FaultTargetChoice',
    ],
  ])('refuses, or takes, %s', (_, make, code) => {
    expect(codeOf(make)).toBe(code);
  });

  test.each<[string, Record<string, FaultTarget>, string]>([
    ['another key', { Function: functions() }, 'FaultTargetKey'],
    ['no target', {}, 'FaultTargetKey'],
    ['one target more', { Functions: functions(), Tables: functions() }, 'FaultTargetKey'],
    ['another type', { Functions: instances() }, 'FaultTargetType'],
  ])('refuses %s under an action', (_, targets, code) => {
    const spec = FAULT_ACTIONS['aws:lambda:invocation-add-delay'];
    const make = () =>
      FaultAction.custom('aws:lambda:invocation-add-delay', {
        spec,
        parameters: { duration: Duration.minutes(1) },
        targets,
      });

    expect(codeOf(make)).toBe(code);
  });
});

describe('an action', () => {
  test('refuses circumstances that change nothing for it, and descriptions that FIS would', () => {
    const delay = (props: object) => () =>
      FaultAction.of('aws:lambda:invocation-add-delay', {
        parameters: { duration: Duration.minutes(1) },
        targets: { Functions: functions() },
        ...props,
      });

    expect(codeOf(delay({ circumstances: ['strong-table'] }))).toBe('FaultCircumstance');
    expect(codeOf(delay({ description: '' }))).toBe('FaultDescription');
    expect(codeOf(delay({ description: 'x'.repeat(512) }))).toBe('accepted');
    expect(codeOf(delay({ description: 'x'.repeat(513) }))).toBe('FaultDescription');
  });

  test('that is newer than the catalogue can be written out', () => {
    const laboratory = new Laboratory();
    const burst = FaultAction.custom('aws:sqs:queue-delay', {
      spec: {
        page: 'queue-delay',
        target: { Queues: 'aws:sqs:queue' },
        required: { duration: { type: 'duration', minimumSeconds: 60, maximumSeconds: 3_600 } },
        optional: {},
        lasts: 'duration',
        permissions: [{ actions: ['sqs:InjectDelay'], resources: ['{target}'] }],
      },
      parameters: { duration: Duration.minutes(5) },
      targets: {
        Queues: FaultTarget.custom(
          'aws:sqs:queue',
          {
            arns: true,
            tags: true,
            required: [],
            optional: [],
            arn: 'arn:{partition}:sqs:{region}:{account}:*',
            resources: {},
          },
          { arns: ['arn:aws:sqs:us-east-2:111111111111:queue'] },
        ),
      },
    });
    laboratory.experiment({ actions: { burst } });

    expect(burst.seconds).toBe(300);
    expect(laboratory.statements()).toContainEqual({
      Effect: 'Allow',
      Action: 'sqs:InjectDelay',
      Resource: 'arn:aws:sqs:us-east-2:111111111111:queue',
    });
  });
});

test('what the guide does not list does not compile', () => {
  const compiled = (): unknown[] => [
    FaultAction.of('aws:lambda:invocation-error', {
      // @ts-expect-error: preventExecution is required
      parameters: { duration: Duration.minutes(1) },
      targets: { Functions: functions() },
    }),
    FaultAction.of('aws:lambda:invocation-add-delay', {
      // @ts-expect-error: the parameter is startupDelayMilliseconds
      parameters: { duration: Duration.minutes(1), delayMilliseconds: 1 },
      targets: { Functions: functions() },
    }),
    FaultAction.of('aws:lambda:invocation-add-delay', {
      // @ts-expect-error: a time is a Duration
      parameters: { duration: 'PT1M' },
      targets: { Functions: functions() },
    }),
    FaultAction.of('aws:lambda:invocation-add-delay', {
      parameters: { duration: Duration.minutes(1) },
      // @ts-expect-error: the key is Functions
      targets: { Function: functions() },
    }),
    FaultAction.of('aws:lambda:invocation-add-delay', {
      parameters: { duration: Duration.minutes(1) },
      // @ts-expect-error: an instance is no function
      targets: { Functions: instances() },
    }),
    // @ts-expect-error: a target is required
    FaultAction.of('aws:lambda:invocation-add-delay', { parameters: { duration: Duration.minutes(1) } }),
    // @ts-expect-error: there is no such action
    FaultAction.of('aws:lambda:invocation-crash', { parameters: {}, targets: {} }),
    FaultAction.of('aws:network:disrupt-connectivity', {
      // @ts-expect-error: there is no such scope
      parameters: { duration: Duration.minutes(1), scope: 'everything' },
      targets: { Subnets: FaultTarget.tagged('aws:ec2:subnet', { tag: 'one' }) },
    }),
    // @ts-expect-error: buckets are found by tag alone
    FaultTarget.arns('aws:s3:bucket', ['arn:aws:s3:::one']),
    // @ts-expect-error: pods are described
    FaultTarget.tagged('aws:eks:pod', { tag: 'one' }),
    // @ts-expect-error: a replication group needs its zone
    FaultTarget.tagged('aws:elasticache:replicationgroup', { tag: 'one' }),
    // @ts-expect-error: subnets have no cluster
    FaultTarget.tagged('aws:ec2:subnet', { tag: 'one' }, { parameters: { cluster: 'one' } }),
  ];

  // And what it does list, compiles and is taken.
  expect(FaultAction.of('aws:ec2:reboot-instances', { targets: { Instances: instances() } }).parameters).toEqual({});
  expect(codeOf(compiled)).not.toBe('accepted');
});
