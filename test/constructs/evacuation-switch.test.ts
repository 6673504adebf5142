import { Key } from 'aws-cdk-lib/aws-kms';
import { Stack } from 'aws-cdk-lib/core';
import { BlueprintError, EvacuationSwitch, type EvacuationSwitchProps } from '../../lib/constructs';
import { type NormalTemplate, propertiesOf, templateOf, testApp } from '../helpers/synthesize';

const SETTINGS = {
  failingShare: 0.05,
  slowMilliseconds: 2_000,
  dwellMinutes: 2,
  recoveryMinutes: 10,
  returnMinutes: 10,
  maximumLagSeconds: 60,
};

function switchWith(props: Partial<EvacuationSwitchProps> = {}): {
  holder: EvacuationSwitch;
  template: NormalTemplate;
} {
  const stack = new Stack(testApp(), 'Holder', { env: { account: '111111111111', region: 'us-west-2' } });
  const holder = new EvacuationSwitch(stack, 'Evacuation', {
    application: 'orders',
    ward: 'us-east-2',
    regions: ['us-east-2', 'us-west-2'],
    recordName: 'orders.example.com',
    tableName: 'orders-data',
    consistency: 'strong',
    settings: SETTINGS,
    entry: __filename,
    ...props,
  });
  return { holder, template: templateOf(stack) };
}

function statementsOf(template: NormalTemplate): Record<string, unknown>[] {
  return propertiesOf(template, 'AWS::IAM::Policy').flatMap(
    ({ PolicyDocument }) => (PolicyDocument as { Statement: Record<string, unknown>[] }).Statement,
  );
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof BlueprintError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('the judge of a switch', () => {
  const { template } = switchWith();

  test('is a function that knows its ward, its table and its settings', () => {
    expect(propertiesOf(template, 'AWS::Lambda::Function')).toEqual([
      expect.objectContaining({
        FunctionName: 'orders-judge',
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Timeout: 55,
        ReservedConcurrentExecutions: 1,
        Environment: {
          Variables: {
            APPLICATION: 'orders',
            WARD: 'us-east-2',
            RECORD_NAME: 'orders.example.com',
            TABLE_NAME: 'orders-data',
            CONSISTENCY: 'strong',
            JUDGE_SETTINGS: JSON.stringify(SETTINGS),
            POWERTOOLS_SERVICE_NAME: 'orders-judge',
            POWERTOOLS_METRICS_NAMESPACE: 'orders',
            POWERTOOLS_LOG_LEVEL: 'INFO',
            AWS_STS_REGIONAL_ENDPOINTS: 'regional',
          },
        },
      }),
    ]);
  });

  test('runs once a minute, and neither the schedule nor the function tries again', () => {
    expect(propertiesOf(template, 'AWS::Scheduler::Schedule')).toEqual([
      expect.objectContaining({
        Name: 'orders-judge',
        ScheduleExpression: 'rate(1 minute)',
        State: 'ENABLED',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: expect.objectContaining({
          Arn: { 'Fn::GetAtt': [expect.stringMatching(/^EvacuationJudgeFunction/), 'Arn'] },
          RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        }),
      }),
    ]);
    expect(propertiesOf(template, 'AWS::Lambda::EventInvokeConfig')).toEqual([
      expect.objectContaining({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 }),
    ]);
  });

  test('is scheduled once it may be invoked', () => {
    const schedule = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Scheduler::Schedule');

    expect(schedule?.DependsOn).toEqual([expect.stringMatching(/^EvacuationJudgeScheduleRoleDefaultPolicy/)]);
  });

  test('keeps its log for a month, under a key of the account if there is one', () => {
    const keyStack = new Stack();
    const encryptionKey = Key.fromKeyArn(keyStack, 'Key', 'arn:aws:kms:us-west-2:111111111111:key/1');

    expect(propertiesOf(template, 'AWS::Logs::LogGroup')).toEqual([
      { LogGroupName: '/aws/lambda/orders-judge', RetentionInDays: 30 },
    ]);
    expect(propertiesOf(switchWith({ encryptionKey }).template, 'AWS::Logs::LogGroup')).toEqual([
      expect.objectContaining({ KmsKeyId: 'arn:aws:kms:us-west-2:111111111111:key/1' }),
    ]);
  });

  test('may do nothing but read the hand, keep its judgement, probe and hold the lease', () => {
    const parameter = (name: RegExp) => ({
      'Fn::Join': ['', ['arn:aws:ssm:us-west-2:111111111111:parameter', { Ref: expect.stringMatching(name) }]],
    });
    const route = (region: string, method: string) =>
      `arn:aws:execute-api:${region}:111111111111:*/$default/${method}/probes/*`;

    expect(statementsOf(template)).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^EvacuationJudgeLog/), 'Arn'] },
      },
      {
        Effect: 'Allow',
        Action: 'ssm:GetParameters',
        Resource: [parameter(/^EvacuationHand/), parameter(/^EvacuationJudgement/)],
      },
      { Effect: 'Allow', Action: 'ssm:PutParameter', Resource: parameter(/^EvacuationJudgement/) },
      {
        Effect: 'Allow',
        Action: 'execute-api:Invoke',
        Resource: [
          route('us-east-2', 'GET'),
          route('us-east-2', 'PUT'),
          route('us-west-2', 'GET'),
          route('us-west-2', 'PUT'),
        ],
      },
      {
        Effect: 'Allow',
        Action: 'dynamodb:UpdateItem',
        Resource: 'arn:aws:dynamodb:us-west-2:111111111111:table/orders-data',
        Condition: {
          'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['EVACUATION'] },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      },
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: [
          { 'Fn::GetAtt': [expect.stringMatching(/^EvacuationJudgeFunction/), 'Arn'] },
          {
            'Fn::Join': [
              '',
              [{ 'Fn::GetAtt': [expect.stringMatching(/^EvacuationJudgeFunction/), 'Arn'] }, ':$LATEST'],
            ],
          },
        ],
      },
    ]);
  });

  test('may be scheduled by its own account alone', () => {
    const roles = propertiesOf(template, 'AWS::IAM::Role').map(
      ({ AssumeRolePolicyDocument }) => AssumeRolePolicyDocument,
    );

    expect(roles).toContainEqual(
      expect.objectContaining({
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
          },
        ],
      }),
    );
  });
});

describe('a switch', () => {
  const { holder, template } = switchWith();

  test.each(['first', 'rest'] as const)(
    'has an alarm on the gauge of the %s share that Route 53 can follow',
    (share) => {
      expect(propertiesOf(template, 'AWS::CloudWatch::Alarm')).toContainEqual({
        AlarmName: `orders-evacuated-us-east-2-${share}`,
        AlarmDescription: expect.stringContaining('us-east-2'),
        Namespace: 'orders',
        MetricName: 'Evacuated',
        Dimensions: [
          { Name: 'Share', Value: share },
          { Name: 'Ward', Value: 'us-east-2' },
        ],
        Statistic: 'Maximum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
      });
      expect(holder.alarms?.[share]).toEqual({ name: `orders-evacuated-us-east-2-${share}`, region: 'us-west-2' });
    },
  );

  test('has a hand with three positions, at first automatic, and an empty memory', () => {
    expect(propertiesOf(template, 'AWS::SSM::Parameter')).toEqual([
      expect.objectContaining({
        Name: '/orders/evacuation/us-east-2/hand',
        Type: 'String',
        Value: 'automatic',
        AllowedPattern: '^(automatic|evacuated|in-service)$',
      }),
      expect.objectContaining({ Name: '/orders/evacuation/us-east-2/judgement', Type: 'String', Value: '{}' }),
    ]);
  });

  test('that only probes has no alarms, and a hand that nobody can move', () => {
    const { holder: probe, template: probing } = switchWith({ probesOnly: true });

    expect(probe.alarms).toBeUndefined();
    expect(propertiesOf(probing, 'AWS::CloudWatch::Alarm')).toEqual([]);
    expect(propertiesOf(probing, 'AWS::SSM::Parameter')[0]).toMatchObject({
      Name: '/orders/evacuation/us-east-2/hand',
      Value: 'in-service',
      AllowedPattern: '^in-service$',
    });
    expect(propertiesOf(probing, 'AWS::Scheduler::Schedule')).toHaveLength(1);
  });

  test('refuses to lie in the Region it takes out', () => {
    expect(codeOf(() => switchWith({ ward: 'us-west-2' }))).toBe('SwitchInControlledRegion');
  });

  test('refuses a ward that is no active Region', () => {
    expect(codeOf(() => switchWith({ ward: 'us-east-1' }))).toBe('WardUnknown');
  });
});
