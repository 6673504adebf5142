// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes its placeholders like this.
import { readAssembly } from '../../lib/assembly';
import { problemsOf, readStacks, readTemplate, resolveValue, writeFiles } from './write-assembly';

const named = (Type: string, Properties: object) => ({ Named: { Type, Properties } });

describe('physical names', () => {
  test.each([
    [
      'AWS::DynamoDB::Table',
      { TableName: 'parcels' },
      'parcels',
      'arn:aws:dynamodb:us-east-2:111122223333:table/parcels',
    ],
    [
      'AWS::DynamoDB::GlobalTable',
      { TableName: 'parcels' },
      'parcels',
      'arn:aws:dynamodb:us-east-2:111122223333:table/parcels',
    ],
    ['AWS::Lambda::Function', { FunctionName: 'api' }, 'api', 'arn:aws:lambda:us-east-2:111122223333:function:api'],
    ['AWS::Logs::LogGroup', { LogGroupName: '/api' }, '/api', 'arn:aws:logs:us-east-2:111122223333:log-group:/api:*'],
    ['AWS::S3::Bucket', { BucketName: 'photos' }, 'photos', 'arn:aws:s3:::photos'],
    ['AWS::IAM::Role', { RoleName: 'api' }, 'api', 'arn:aws:iam::111122223333:role/api'],
    ['AWS::IAM::Role', { RoleName: 'api', Path: '/team/' }, 'api', 'arn:aws:iam::111122223333:role/team/api'],
    ['AWS::CloudWatch::Alarm', { AlarmName: 'late' }, 'late', 'arn:aws:cloudwatch:us-east-2:111122223333:alarm:late'],
    ['AWS::Kinesis::Stream', { Name: 'events' }, 'events', 'arn:aws:kinesis:us-east-2:111122223333:stream/events'],
    ['AWS::Events::EventBus', { Name: 'bus' }, 'bus', 'arn:aws:events:us-east-2:111122223333:event-bus/bus'],
  ])('of %s answer Ref and Arn', (type, properties, name, arn) => {
    const value = [{ Ref: 'Named' }, { 'Fn::GetAtt': ['Named', 'Arn'] }];

    expect(resolveValue(value, { Resources: named(type, properties) })).toEqual([name, arn]);
  });

  test.each([
    ['AWS::SNS::Topic', { TopicName: 'alerts' }, 'TopicName', ['arn:aws:sns:us-east-2:111122223333:alerts', 'alerts']],
    ['AWS::SQS::Queue', { QueueName: 'work' }, 'QueueName', ['{{us-east-2/Stack/Named.Ref}}', 'work']],
    [
      'AWS::ApiGatewayV2::DomainName',
      { DomainName: 'a.example.com' },
      'RegionalDomainName',
      ['a.example.com', '{{us-east-2/Stack/Named.RegionalDomainName}}'],
    ],
    [
      'AWS::Route53::HealthCheck',
      { Name: 'x' },
      'HealthCheckId',
      ['{{us-east-2/Stack/Named.Ref}}', '{{us-east-2/Stack/Named.HealthCheckId}}'],
    ],
  ])('of %s answer what the type documents', (type, properties, attribute, expected) => {
    const value = [{ Ref: 'Named' }, { 'Fn::GetAtt': ['Named', attribute] }];

    expect(resolveValue(value, { Resources: named(type, properties) })).toEqual(expected);
  });

  test('stay tokens when the name is not set, holds a token, or the account is unknown', () => {
    const value = { 'Fn::GetAtt': ['Named', 'Arn'] };
    const token = '{{us-east-2/Stack/Named.Arn}}';
    const tokenName = { FunctionName: { 'Fn::Sub': 'fn-${AWS::StackId}' } };

    expect(resolveValue(value, { Resources: named('AWS::Lambda::Function', {}) })).toBe(token);
    expect(resolveValue(value, { Resources: named('AWS::Lambda::Function', tokenName) })).toBe(token);
    expect(
      resolveValue(
        value,
        { Resources: named('AWS::Lambda::Function', { FunctionName: 'f' }) },
        'aws://unknown-account/us-east-2',
      ),
    ).toBe(token);
  });

  test('refuses names that need each other', () => {
    const template = {
      Resources: {
        A: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: { Ref: 'B' } } },
        B: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: { 'Fn::Sub': '${A}-copy' } } },
      },
    };

    expect(problemsOf(() => readTemplate(template)).map(({ found }) => found)).toContain(
      'circular reference A → B → A',
    );
  });
});

describe('references', () => {
  const fn = (name: string) => ({ Type: 'AWS::Lambda::Function', Properties: { FunctionName: name } });
  const api = (region: string) => ({
    region,
    template: {
      Resources: {
        Handler: fn('dispatch'),
        Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'dispatch' } },
        Check: { Type: 'AWS::Route53::HealthCheck' },
        Uri: {
          Type: 'Test::Integration',
          Properties: {
            Direct: { 'Fn::GetAtt': ['Handler', 'Arn'] },
            Path: {
              'Fn::Sub':
                'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Handler.Arn}/invocations',
            },
            Check: { Ref: 'Check' },
            Written: `arn:aws:lambda:${region}:111122223333:function:dispatch:live`,
            Other: `arn:aws:lambda:${region}:111122223333:function:dispatch-2`,
            Hidden: { 'Fn::Select': [6, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Check', 'Arn'] }] }] },
          },
        },
      },
    },
  });
  const assembly = readStacks({ East: api('us-east-2'), West: api('us-west-2') });
  const west = assembly.stacks[1];
  const properties = west?.resource('Uri')?.properties ?? {};
  const names = (value: unknown) =>
    assembly
      .referencesIn(value)
      .map(({ resource, attribute }) => `${resource.stack.id}/${resource.logicalId}.${attribute}`);

  test('follow a token, an ARN and a name to the resource of the right Region', () => {
    expect(assembly.referenceIn(properties.Check)).toEqual({ resource: west?.resource('Check'), attribute: 'Ref' });
    expect(assembly.referenceIn(properties.Direct)).toEqual({
      resource: west?.resource('Handler'),
      attribute: 'Arn',
    });
  });

  test('find an ARN inside a longer text, with or without a qualifier, but not a longer name', () => {
    expect(names(properties.Path)).toEqual(['West/Handler.Arn']);
    expect(names(properties.Written)).toEqual(['West/Handler.Arn']);
    expect(names(properties.Other)).toEqual([]);
  });

  test('find what an unresolved function would look into', () => {
    expect(names(properties.Hidden)).toEqual(['West/Check.Arn']);
  });

  test('find everything in a whole resource once', () => {
    expect(names(properties)).toEqual(['West/Handler.Arn', 'West/Check.Ref', 'West/Check.Arn']);
  });

  test('do not guess between resources of one name, unless the query tells them apart', () => {
    expect(assembly.referenceIn('dispatch')).toBeUndefined();
    expect(assembly.referenceIn('dispatch', { from: west })).toBeUndefined();
    expect(assembly.referenceIn('dispatch', { from: west, type: 'AWS::Lambda::Function' })?.resource).toBe(
      west?.resource('Handler'),
    );
    expect(assembly.referenceIn({ not: 'a text' })).toBeUndefined();
  });

  test('name stacks by account where Region and stack name are shared', () => {
    const template = { Resources: { It: { Type: 'Test::It' } }, Outputs: { Out: { Value: { Ref: 'It' } } } };
    const shared = { type: 'aws:cloudformation:stack', properties: { templateFile: 'T.json', stackName: 'Same' } };
    const artifacts = {
      A: { ...shared, environment: 'aws://111122223333/us-east-2' },
      B: { ...shared, environment: 'aws://444455556666/us-east-2' },
    };
    const both = readAssembly(writeFiles({ 'manifest.json': { version: '55.0.0', artifacts }, 'T.json': template }));
    const values = both.stacks.map((stack) => stack.outputs.get('Out')?.value);

    expect(values).toEqual(['{{111122223333/us-east-2/Same/It.Ref}}', '{{444455556666/us-east-2/Same/It.Ref}}']);
    expect(both.referenceIn(values[1])?.resource.stack.id).toBe('B');
  });
});
