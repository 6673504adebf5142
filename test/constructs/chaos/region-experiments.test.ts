import { Match, Annotations as SynthAnnotations, Template } from 'aws-cdk-lib/assertions';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Stack } from 'aws-cdk-lib/core';
import {
  allowFaults,
  BlueprintError,
  FaultSwitch,
  FisExtension,
  ObjectiveAlarm,
  RegionExperiments,
  type RegionExperimentsProps,
} from '../../../lib/constructs';
import { qualified } from '../../helpers/configs';
import { propertiesOf, synthesize } from '../../helpers/synthesize';
import { ACCOUNT, Laboratory } from './fixture';

const ON_REPLICATION = ['table-replication-pause', 'bucket-replication-pause'];
const ON_FUNCTION = [
  'region-impairment',
  'slow-dependency',
  'failing-dependency-10',
  'failing-dependency-50',
  'fail-after-commit',
];

interface Experiment {
  readonly Actions: Record<string, { readonly ActionId: string; readonly Parameters: Record<string, string> }>;
  readonly Description: string;
  readonly StopConditions: readonly unknown[];
  readonly Tags: Record<string, string>;
}

/** A Region with all that the experiments act on; the bucket and the table are of other stacks. */
function regionWith(props: Partial<RegionExperimentsProps> = {}): Laboratory {
  const laboratory = new Laboratory();
  const foundation = new Stack(laboratory.app, 'Foundation', { env: { account: ACCOUNT, region: 'us-east-2' } });
  allowFaults(new Bucket(foundation, 'Bucket', { bucketName: 'dispatch-objects' }), 'dispatch');
  const data = new Stack(laboratory.app, 'Data', { env: { account: ACCOUNT, region: 'us-west-2' } });
  const table = new TableV2(data, 'Table', {
    tableName: 'dispatch-data',
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    replicas: [{ region: 'us-east-2' }],
  });
  allowFaults(table, 'dispatch');
  new RegionExperiments(laboratory.stack, 'Experiments', {
    application: 'dispatch',
    consistency: 'strong',
    peers: ['us-west-2', 'us-east-1'],
    functionQualifier: 'live',
    stopAlarms: [laboratory.alarm],
    logGroupName: '/aws/vendedlogs/fis/dispatch',
    ...props,
  });
  return laboratory;
}

const EXTENSION = { extensionConfigurationArn: 'arn:aws:s3:::configuration/FisConfigs/' };

function experimentsOf({ stack }: Laboratory): Map<string, Experiment> {
  const templates = Object.values(Template.fromStack(stack).findResources('AWS::FIS::ExperimentTemplate'));
  return new Map(templates.map(({ Properties }) => [Properties.Tags.Name, Properties]));
}

describe('the experiments of a Region', () => {
  test('are those on replication while the function carries no extension, and the synthesis says so', () => {
    const laboratory = regionWith();

    expect([...experimentsOf(laboratory).keys()].sort()).toEqual([...ON_REPLICATION].sort());
    SynthAnnotations.fromStack(laboratory.stack).hasInfo('*', Match.stringLikeRegexp('chaos.fisExtension: true'));
  });

  test('are all of them with the extension', () => {
    const laboratory = regionWith(EXTENSION);

    expect([...experimentsOf(laboratory).keys()].sort()).toEqual([...ON_REPLICATION, ...ON_FUNCTION].sort());
    SynthAnnotations.fromStack(laboratory.stack).hasNoInfo('*', Match.anyValue());
  });

  test('have an alarm that stops them, an application and a description', () => {
    for (const [name, { StopConditions, Description, Tags }] of experimentsOf(regionWith(EXTENSION))) {
      expect(StopConditions).toEqual([{ Source: 'aws:cloudwatch:alarm', Value: expect.anything() }]);
      expect(Description).toMatch(/^dispatch: \S.+\.$/);
      expect(Tags).toMatchObject({ Name: name, FaultInjection: 'dispatch' });
    }
  });

  test('impair the Region by answering 503 and holding back its writes and objects', () => {
    const impairment = experimentsOf(regionWith(EXTENSION)).get('region-impairment');

    expect(Object.values(impairment?.Actions ?? {})).toEqual([
      expect.objectContaining({
        ActionId: 'aws:lambda:invocation-http-integration-response',
        Parameters: expect.objectContaining({
          statusCode: '503',
          invocationPercentage: '100',
          preventExecution: 'true',
        }),
      }),
      expect.objectContaining({ ActionId: 'aws:dynamodb:global-table-pause-replication' }),
      ...['us-west-2', 'us-east-1'].map((region) =>
        expect.objectContaining({
          ActionId: 'aws:s3:bucket-pause-replication',
          Parameters: { duration: 'PT30M', region },
        }),
      ),
    ]);
  });

  test('are slow beyond what health checkers wait, fail in part, or fail after they have done their work', () => {
    const experiments = experimentsOf(regionWith(EXTENSION));
    const parameters = (name: string) => Object.values(experiments.get(name)?.Actions ?? {})[0]?.Parameters;

    expect(Number(parameters('slow-dependency')?.startupDelayMilliseconds)).toBeGreaterThan(2_000);
    expect(parameters('failing-dependency-10')).toMatchObject({ invocationPercentage: '10', preventExecution: 'true' });
    expect(parameters('failing-dependency-50')).toMatchObject({ invocationPercentage: '50', preventExecution: 'true' });
    expect(parameters('fail-after-commit')).toMatchObject({ preventExecution: 'false' });
  });

  test('pause the bucket towards every other Region', () => {
    const pause = experimentsOf(regionWith()).get('bucket-replication-pause');

    expect(Object.values(pause?.Actions ?? {}).map(({ Parameters }) => Parameters.region)).toEqual([
      'us-west-2',
      'us-east-1',
    ]);
  });

  test.each([
    ['strong', true],
    ['eventual', false],
  ] as const)('may inject errors into a %s table: %s', (consistency, may) => {
    const roles = Template.fromStack(regionWith({ consistency }).stack).findResources('AWS::IAM::Role');

    expect(JSON.stringify(roles).includes('dynamodb:InjectError')).toBe(may);
  });

  test('refuse to be shipped to a Region whose resources do not let them', () => {
    const laboratory = new Laboratory();
    new RegionExperiments(laboratory.stack, 'Experiments', {
      application: 'dispatch',
      consistency: 'strong',
      peers: ['us-west-2'],
      functionQualifier: 'live',
      stopAlarms: [laboratory.alarm],
      logGroupName: '/aws/vendedlogs/fis/dispatch',
    });

    expect(() => laboratory.app.synth()).toThrow(BlueprintError);
  });
});

describe('the extension', () => {
  const template = (architecture?: Architecture) => {
    const { stack, function: handler } = new Laboratory();
    const target = architecture ? functionOn(stack, architecture) : handler;
    new FisExtension(stack, 'Extension', { function: target });
    return Template.fromStack(stack);
  };

  test('is told where to read, and read from the parameter of each Region', () => {
    const [handler] = Object.values(template(Architecture.ARM_64).findResources('AWS::Lambda::Function')).slice(-1);
    const { Parameters } = template(Architecture.ARM_64).toJSON();

    expect(handler?.Properties).toMatchObject({
      Layers: [{ Ref: expect.stringContaining('SsmParameterValue') }],
      Environment: {
        Variables: {
          AWS_FIS_CONFIGURATION_LOCATION: { 'Fn::Join': ['', [expect.anything(), '/FisConfigs/']] },
          AWS_LAMBDA_EXEC_WRAPPER: '/opt/aws-fis/bootstrap',
          AWS_FIS_POLL_MAX_WAIT_MILLISECONDS: '2000',
        },
      },
    });
    expect(Object.values(Parameters)).toContainEqual({
      Type: 'AWS::SSM::Parameter::Value<String>',
      Default: '/aws/service/fis/lambda-extension/AWS-FIS-extension-arm64/1.x.x',
    });
    expect(JSON.stringify(template().toJSON().Parameters)).toContain('AWS-FIS-extension-x86_64/1.x.x');
  });

  test('may read its folder and nothing else', () => {
    const policies = Object.values(template().findResources('AWS::IAM::Policy'));
    const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

    expect(statements).toEqual([
      {
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Extension/), 'Arn'] },
        Condition: { StringLike: { 's3:prefix': ['FisConfigs/*'] } },
      },
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: {
          'Fn::Join': ['', [{ 'Fn::GetAtt': [expect.stringMatching(/^Extension/), 'Arn'] }, '/FisConfigs/*']],
        },
      },
    ]);
  });
});

function functionOn(stack: Stack, architecture: Architecture): LambdaFunction {
  return new LambdaFunction(stack, 'ZFunction', {
    architecture,
    code: Code.fromInline('exports.handler = async () => {};'),
    handler: 'index.handler',
    runtime: Runtime.NODEJS_24_X,
  });
}

describe('the switch of the application', () => {
  test('is off, and read by its function alone', () => {
    const { stack, function: handler } = new Laboratory();
    new FaultSwitch(stack, 'Faults', { parameterName: '/dispatch/faults', function: handler });
    const template = Template.fromStack(stack);

    template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/dispatch/faults', Type: 'String', Value: 'off' });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { FAULT_PARAMETER: '/dispatch/faults' } },
    });
    const [policy] = Object.values(template.findResources('AWS::IAM::Policy'));
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: 'ssm:GetParameter', Resource: expect.anything() },
    ]);
  });
});

describe('the alarm that stops experiments', () => {
  test.each([
    [900, 15],
    [901, 16],
    [60, 1],
  ])('rings when the shared name has failed for %i s, and when nobody looks', (rtoSeconds, minutes) => {
    const { stack } = new Laboratory();
    new ObjectiveAlarm(stack, 'Objective', { application: 'dispatch', rtoSeconds });

    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'dispatch-objective-missed',
      EvaluationPeriods: minutes,
      TreatMissingData: 'breaching',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      Period: 60,
      Statistic: 'Sum',
      Namespace: 'dispatch',
      MetricName: 'ProbeFailures',
      Dimensions: [{ Name: 'Target', Value: 'global' }],
    });
  });
});

describe('the blueprint', () => {
  const config = qualified();
  const plain = synthesize(config);
  const hookless = synthesize(qualified({ chaos: { faultHook: false } }));
  const extended = synthesize(qualified({ chaos: { fisExtension: true } }));
  const names = (templates: typeof plain, region: string): unknown[] =>
    propertiesOf(templates[`dispatch-${region}`] as never, 'AWS::FIS::ExperimentTemplate').map(
      ({ Tags }) => (Tags as { Name: string }).Name,
    );

  test.each(config.regions)('ships what it should to %s', (region) => {
    expect(names(plain, region).sort()).toEqual([...ON_REPLICATION].sort());
    expect(names(extended, region).sort()).toEqual([...ON_REPLICATION, ...ON_FUNCTION].sort());
  });

  test.each(config.regions)('has a switch in %s unless it is asked not to', (region) => {
    const parameters = (templates: typeof plain) =>
      propertiesOf(templates[`dispatch-${region}`] as never, 'AWS::SSM::Parameter').map(({ Name }) => Name);

    expect(parameters(plain)).toEqual(['/dispatch/faults']);
    expect(parameters(hookless)).toEqual([]);
    expect(JSON.stringify(hookless)).not.toContain('FAULT_PARAMETER');
  });

  test('tags every replica, bucket and API function, for the experiments, and no judge', () => {
    const replicas = propertiesOf(plain['dispatch-data'] as never, 'AWS::DynamoDB::GlobalTable').flatMap(
      ({ Replicas }) => Replicas as { Tags: unknown[] }[],
    );
    const tagged = expect.arrayContaining([{ Key: 'FaultInjection', Value: 'dispatch' }]);

    expect(replicas).toHaveLength(config.regions.length);
    for (const { Tags } of replicas) expect(Tags).toEqual(tagged);
    for (const region of config.regions) {
      const foundation = plain[`dispatch-foundation-${region}`] as never;
      for (const { Tags } of propertiesOf(foundation, 'AWS::S3::Bucket')) expect(Tags).toEqual(tagged);
      for (const { Tags } of propertiesOf(foundation, 'AWS::Lambda::Function')) expect(Tags ?? []).not.toEqual(tagged);
      const [api] = propertiesOf(plain[`dispatch-${region}`] as never, 'AWS::Lambda::Function').filter(
        ({ FunctionName }) => FunctionName === 'dispatch-api',
      );
      expect(api?.Tags).toEqual(tagged);
    }
  });

  test('gives no role two tags that differ in case alone, which IAM refuses', () => {
    for (const template of Object.values(extended)) {
      for (const { Tags = [] } of propertiesOf(template, 'AWS::IAM::Role')) {
        const keys = (Tags as { Key: string }[]).map(({ Key }) => Key.toLowerCase());
        expect(new Set(keys).size).toBe(keys.length);
      }
    }
  });
});
