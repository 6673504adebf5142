import { readSchedules } from '../../../lib/drill/schedules/schedule-definition';
import { readTemplate } from '../../assembly/write-assembly';

const FUNCTIONS = {
  Judge: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'judge' } },
  Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Judge' }, Name: 'live' } },
};
const ARN = { 'Fn::GetAtt': ['Judge', 'Arn'] };

function schedule(properties: object = {}, target: object = {}) {
  const Properties = {
    ScheduleExpression: 'rate(1 minute)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: ARN, RoleArn: 'arn:aws:iam::111122223333:role/x', ...target },
    ...properties,
  };
  return { Type: 'AWS::Scheduler::Schedule', Properties };
}

function rule(properties: object = {}, target: object = {}) {
  const Properties = {
    ScheduleExpression: 'rate(1 minute)',
    Targets: [{ Id: 'T', Arn: ARN, ...target }],
    ...properties,
  };
  return { Type: 'AWS::Events::Rule', Properties };
}

const read = (It: object) => readSchedules(readTemplate({ Resources: { ...FUNCTIONS, It } }));

describe('a schedule', () => {
  test('is read with its function, its input and its retries', () => {
    const RetryPolicy = { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 };

    expect(read(schedule({}, { RetryPolicy, Input: '{"a":1}' }))).toEqual([
      {
        id: 'Stack/It',
        region: 'us-east-2',
        account: '111122223333',
        service: 'scheduler',
        recurrence: { periodMinutes: 1 },
        function: expect.objectContaining({ logicalId: 'Judge' }),
        input: '{"a":1}',
        maxRetries: 0,
        maxAgeMs: 60_000,
      },
    ]);
  });

  test('has 185 retries in a day when it says nothing, and may name an alias', () => {
    expect(read(schedule({}, { Arn: { Ref: 'Live' } }))).toMatchObject([
      { function: { logicalId: 'Judge' }, maxRetries: 185, maxAgeMs: 86_400_000 },
    ]);
  });

  test('that is switched off is none', () => {
    expect(read(schedule({ State: 'DISABLED' }))).toEqual([]);
    expect(read(rule({ State: 'DISABLED', EventPattern: {} }))).toEqual([]);
  });
});

test('a rule with a schedule invokes each of its targets', () => {
  const Targets = [
    { Id: 'A', Arn: ARN },
    { Id: 'B', Arn: { Ref: 'Live' }, Input: '{}' },
  ];

  expect(read(rule({ Targets }))).toMatchObject([
    { service: 'events', function: { logicalId: 'Judge' } },
    { service: 'events', function: { logicalId: 'Judge' }, input: '{}' },
  ]);
});

describe('refuses', () => {
  test.each([
    [schedule({ ScheduleExpression: 'cron(0 8 * * ? *)' }), 'schedule Stack/It at cron(0 8 * * ? *)'],
    [schedule({ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }), 'schedule Stack/It with a flexible time window'],
    [schedule({ StartDate: '2026-01-01T00:00:00Z' }), 'StartDate of schedule Stack/It'],
    [schedule({}, { DeadLetterConfig: {} }), 'DeadLetterConfig of schedule Stack/It'],
    [
      schedule({}, { Arn: 'arn:aws:scheduler:::aws-sdk:lambda:invoke' }),
      'target of schedule Stack/It: no function of the assembly',
    ],
    [rule({ EventPattern: {} }), 'EventPattern of rule Stack/It'],
    [rule({}, { InputTransformer: {} }), 'InputTransformer of rule Stack/It'],
  ])('%j', (resource, what) => {
    expect(() => read(resource)).toThrow(`not modelled: ${what}`);
  });
});

test.each([
  ['lets the rule', 'events.amazonaws.com', undefined],
  ['lets nobody but alarms', 'lambda.alarms.cloudwatch.amazonaws.com', true],
])('a rule whose function %s invoke it', (_what, Principal, isForbidden) => {
  const Permission = {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: { Ref: 'Judge' },
      Action: 'lambda:InvokeFunction',
      Principal,
      SourceArn: { 'Fn::GetAtt': ['It', 'Arn'] },
    },
  };
  const [read] = readSchedules(readTemplate({ Resources: { ...FUNCTIONS, It: rule(), Permission } }));

  expect(read?.isForbidden).toBe(isForbidden);
});
