import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Stack } from 'aws-cdk-lib/core';
import { LiveAlias, type LiveAliasProps } from '../../lib/constructs';
import { propertiesOf, testApp } from '../helpers/synthesize';

interface RawTemplate {
  readonly Parameters: Record<string, Record<string, unknown>>;
  readonly Conditions: Record<string, unknown>;
  readonly Resources: Record<
    string,
    { Type: string; Properties: Record<string, unknown>; UpdatePolicy?: unknown; DependsOn?: string[] }
  >;
}

function cell(): Stack {
  return new Stack(testApp(), 'Cell', { env: { account: '111111111111', region: 'us-east-2' } });
}

function liveAlias(
  stack: Stack,
  id = 'orders',
  props: Partial<LiveAliasProps> = {},
  source = 'exports.handler = 1',
): LiveAlias {
  const handler = new LambdaFunction(stack, `${id}-function`, {
    functionName: `${id}-api`,
    code: Code.fromInline(source),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });
  return new LiveAlias(stack, id, { function: handler, name: `${id}-api`, ...props });
}

/** The template with its parameters, which other tests leave out: the CDK's own are not part of a review. */
function templateOf(stack: Stack): RawTemplate {
  const app = stack.node.root as ReturnType<typeof testApp>;
  return app.synth({ force: true }).getStackByName(stack.stackName).template;
}

const idOf = ({ Resources }: RawTemplate, type: string): string =>
  Object.keys(Resources).find((id) => Resources[id]?.Type === type) ?? '';

describe('the alias live', () => {
  const stack = cell();
  liveAlias(stack);
  const template = templateOf(stack);

  test('points to the version that was deployed last', () => {
    expect(propertiesOf(template, 'AWS::Lambda::Alias')).toEqual([
      {
        Name: 'live',
        FunctionName: expect.anything(),
        FunctionVersion: { 'Fn::GetAtt': [idOf(template, 'AWS::Lambda::Version'), 'Version'] },
      },
    ]);
  });

  test('gets another version with every change of the code, and keeps it without one', () => {
    const versionOf = (source: string): string => {
      const other = cell();
      liveAlias(other, 'orders', {}, source);
      return idOf(templateOf(other), 'AWS::Lambda::Version');
    };

    expect(versionOf('exports.handler = 1')).toBe(versionOf('exports.handler = 1'));
    expect(versionOf('exports.handler = 2')).not.toBe(versionOf('exports.handler = 1'));
  });

  test('sends a tenth of the requests to a new version for five minutes, and all of them back on an alarm', () => {
    expect(propertiesOf(template, 'AWS::CodeDeploy::DeploymentGroup')).toEqual([
      expect.objectContaining({
        DeploymentGroupName: 'live',
        DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
        AlarmConfiguration: { Enabled: true, Alarms: [{ Name: { Ref: idOf(template, 'AWS::CloudWatch::Alarm') } }] },
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
        },
      }),
    ]);
    expect(propertiesOf(template, 'AWS::CodeDeploy::Application')).toEqual([
      { ApplicationName: 'orders-api', ComputePlatform: 'Lambda' },
    ]);
  });

  test('moves at once and without CodeDeploy where the parameter of the stack says so', () => {
    expect(template.Parameters.TrafficShift).toMatchObject({
      Type: 'String',
      Default: 'canary',
      AllowedValues: ['canary', 'all-at-once'],
    });
    expect(template.Conditions).toEqual({ ShiftsByCanary: { 'Fn::Equals': [{ Ref: 'TrafficShift' }, 'canary'] } });
    expect(template.Resources[idOf(template, 'AWS::Lambda::Alias')]?.UpdatePolicy).toEqual({
      'Fn::If': [
        'ShiftsByCanary',
        {
          CodeDeployLambdaAliasUpdate: {
            ApplicationName: { Ref: idOf(template, 'AWS::CodeDeploy::Application') },
            DeploymentGroupName: { Ref: idOf(template, 'AWS::CodeDeploy::DeploymentGroup') },
          },
        },
        { Ref: 'AWS::NoValue' },
      ],
    });
  });

  test('rings when over 1 % of requests fail in two of three minutes, a tenth of what the new version may', () => {
    const [alarm] = propertiesOf(template, 'AWS::CloudWatch::Alarm');
    const metrics = (alarm?.Metrics ?? []) as {
      Expression?: string;
      MetricStat?: { Metric: unknown; Period: number };
    }[];

    expect(alarm).toMatchObject({
      AlarmName: 'orders-api-live-errors',
      Threshold: 0.01,
      ComparisonOperator: 'GreaterThanThreshold',
      DatapointsToAlarm: 2,
      EvaluationPeriods: 3,
      TreatMissingData: 'notBreaching',
    });
    expect(metrics.map(({ Expression }) => Expression)).toEqual(['failures / requests', undefined, undefined]);
    expect(metrics.slice(1).map(({ MetricStat }) => MetricStat)).toEqual(
      ['Errors', 'Invocations'].map((name) => ({
        Metric: {
          Namespace: 'AWS/Lambda',
          MetricName: name,
          Dimensions: [
            { Name: 'FunctionName', Value: { Ref: idOf(template, 'AWS::Lambda::Function') } },
            {
              Name: 'Resource',
              Value: { 'Fn::Join': ['', [{ Ref: idOf(template, 'AWS::Lambda::Function') }, ':live']] },
            },
          ],
        },
        Period: 60,
        Stat: 'Sum',
      })),
    );
  });

  test('lets CodeDeploy move this function and read alarms, nothing else', () => {
    const role = Object.entries(template.Resources).find(([, { Properties }]) =>
      JSON.stringify(Properties.AssumeRolePolicyDocument ?? '').includes('codedeploy.amazonaws.com'),
    );
    const [policy] = propertiesOf(template, 'AWS::IAM::Policy');
    const arn = { 'Fn::GetAtt': [idOf(template, 'AWS::Lambda::Function'), 'Arn'] };

    expect(role?.[1].Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(policy).toMatchObject({ Roles: [{ Ref: role?.[0] }] });
    expect(policy?.PolicyDocument).toHaveProperty('Statement', [
      {
        Effect: 'Allow',
        Action: ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
        Resource: [arn, { 'Fn::Join': ['', [arn, ':live']] }],
      },
      {
        Effect: 'Allow',
        Action: 'cloudwatch:DescribeAlarms',
        Resource: 'arn:aws:cloudwatch:us-east-2:111111111111:alarm:*',
      },
    ]);
  });

  test('has its policy before CodeDeploy needs it', () => {
    const group = template.Resources[idOf(template, 'AWS::CodeDeploy::DeploymentGroup')];

    expect(group?.DependsOn).toContain(idOf(template, 'AWS::IAM::Policy'));
  });

  test('keeps nothing initialized unless asked to', () => {
    const warm = cell();
    liveAlias(warm, 'orders', { provisionedConcurrency: 7 });

    expect(propertiesOf(template, 'AWS::Lambda::Alias')[0]).not.toHaveProperty('ProvisionedConcurrencyConfig');
    expect(propertiesOf(templateOf(warm), 'AWS::Lambda::Alias')[0]).toMatchObject({
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 7 },
    });
  });
});

describe('several of them', () => {
  test('follow one parameter of their stack', () => {
    const stack = cell();
    liveAlias(stack, 'orders');
    liveAlias(stack, 'parcels');

    const template = templateOf(stack);

    expect(Object.keys(template.Conditions)).toEqual(['ShiftsByCanary']);
    expect(propertiesOf(template, 'AWS::CodeDeploy::Application').map((own) => own.ApplicationName)).toEqual([
      'orders-api',
      'parcels-api',
    ]);
  });

  test('are each turned back by further alarms', () => {
    const stack = cell();
    const metric = new Metric({ namespace: 'Shop', metricName: 'Complaints' });
    const alarm = new Alarm(stack, 'Complaints', { metric, threshold: 1, evaluationPeriods: 1 });

    liveAlias(stack).rollBackOn(alarm);

    const template = templateOf(stack);
    const [group] = propertiesOf(template, 'AWS::CodeDeploy::DeploymentGroup');
    const complaints = Object.keys(template.Resources).find((id) => id.startsWith('Complaints'));
    expect(group?.AlarmConfiguration).toHaveProperty('Alarms', [
      { Name: { Ref: expect.stringMatching(/Errors/) } },
      { Name: { Ref: complaints } },
    ]);
  });
});
