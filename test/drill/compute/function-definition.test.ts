import type { Assembly, AssemblyResource } from '../../../lib/assembly';
import { functionIn, qualifierIn, readFunction } from '../../../lib/drill/compute/function-definition';
import { readTemplate } from '../../assembly/write-assembly';

const ASSET = { path: '/assembly/asset.1', packaging: 'zip' };
const PROPERTIES = { Runtime: 'nodejs24.x', Handler: 'index.handler', Code: { S3Bucket: 'b', S3Key: '1.zip' } };

function resource(properties: Record<string, unknown> = {}, asset: object | undefined = ASSET): AssemblyResource {
  return {
    type: 'AWS::Lambda::Function',
    logicalId: 'Function',
    properties: { ...PROPERTIES, ...properties },
    stack: {
      id: 'Region',
      region: 'us-east-2',
      account: '111122223333',
      asset: (key: string) => (key === '1.zip' ? asset : undefined),
    },
  } as unknown as AssemblyResource;
}

describe("a function's declaration", () => {
  test("is read with Lambda's defaults where the template is silent", () => {
    expect(readFunction(resource())).toEqual({
      id: 'Region/Function',
      name: 'Function',
      region: 'us-east-2',
      account: '111122223333',
      codeDirectory: '/assembly/asset.1',
      handler: 'index.handler',
      env: expect.objectContaining({
        AWS_REGION: 'us-east-2',
        _HANDLER: 'index.handler',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
        TZ: ':UTC',
      }),
      timeoutMs: 3000,
      memoryMb: 128,
    });
  });

  test('may carry the extension of AWS FIS, which does nothing while no experiment runs', () => {
    const environment = (wrapper: string) => ({ Variables: { AWS_LAMBDA_EXEC_WRAPPER: wrapper } });
    const read = (layers: readonly string[], wrapper: string) => () =>
      readFunction(resource({ Layers: layers, Environment: environment(wrapper) }));

    expect(read(['extension'], '/opt/aws-fis/bootstrap')).not.toThrow();
    expect(read(['extension', 'another'], '/opt/aws-fis/bootstrap')).toThrow('Layers');
    expect(read(['extension'], '/opt/another')).toThrow('Layers');
  });

  test('is read as the template gives it', () => {
    const declared = readFunction(
      resource({
        FunctionName: 'dispatch',
        Timeout: 10,
        MemorySize: 512,
        ReservedConcurrentExecutions: 0,
        Environment: { Variables: { TABLE_NAME: 'parcels', LIMIT: 5, AWS_REGION: 'never' } },
      }),
    );

    expect(declared).toMatchObject({ name: 'dispatch', timeoutMs: 10_000, memoryMb: 512, reservedConcurrency: 0 });
    expect(declared.env).toMatchObject({
      TABLE_NAME: 'parcels',
      LIMIT: '5',
      AWS_REGION: 'us-east-2',
      AWS_LAMBDA_FUNCTION_NAME: 'dispatch',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    });
  });

  test.each(['Layers', 'VpcConfig', 'FileSystemConfigs', 'ImageConfig', 'SnapStart', 'DurableConfig'])(
    'refuses %s, which would change what an invocation does',
    (setting) => {
      expect(() => readFunction(resource({ [setting]: {} }))).toThrow(
        `not modelled: ${setting} of function Region/Function`,
      );
    },
  );

  test.each([
    [{ Runtime: 'python3.13' }, ASSET, 'runtime python3.13 of function Region/Function'],
    [{ Code: { ZipFile: 'x' } }, ASSET, 'code of function Region/Function: not a directory asset'],
    [{ Code: { S3Key: 'other.zip' } }, ASSET, 'code of function Region/Function: not a directory asset'],
    [{}, { path: '/assembly/file', packaging: 'file' }, 'code of function Region/Function: not a directory asset'],
  ])('refuses %j with %j', (properties, asset, what) => {
    expect(() => readFunction(resource(properties, asset))).toThrow(`not modelled: ${what}`);
  });
});

test('the environment holds the credentials of the role, as Lambda puts them there', () => {
  expect(readFunction(resource()).env).toMatchObject({
    AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
    AWS_SECRET_ACCESS_KEY: expect.any(String),
    AWS_SESSION_TOKEN: expect.any(String),
  });
});

describe('the function a value names', () => {
  const live = (FunctionName: unknown) => ({
    Api: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'api' } },
    Other: { Type: 'AWS::Lambda::Function', Properties: {} },
    Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName } },
    Live: {
      Type: 'AWS::Lambda::Alias',
      Properties: { FunctionName, FunctionVersion: { Ref: 'Version' }, Name: 'live' },
    },
  });

  test.each([
    ['by a reference', { Ref: 'Api' }, 'Api'],
    ['by its name', 'api', 'Api'],
    ['by its ARN', { 'Fn::GetAtt': ['Api', 'Arn'] }, 'Api'],
    ['without a name of its own', { Ref: 'Other' }, 'Other'],
  ])('may be named by an alias or a version, which name it %s', (_, name, logicalId) => {
    const uri = { 'Fn::Join': ['', ['arn:aws:apigateway:path/', { Ref: 'Live' }, '/invocations']] };
    const It = { Type: 'Test::It', Properties: { Live: { Ref: 'Live' }, Version: { Ref: 'Version' }, uri } };
    const assembly = readTemplate({ Resources: { ...live(name), It } });
    const values = Object.values(assembly.stacks[0]?.resource('It')?.properties ?? {});

    expect(values.map((value) => functionIn(assembly, value)?.logicalId)).toEqual([logicalId, logicalId, logicalId]);
  });

  const assemblyOf = (...types: string[]): Assembly =>
    ({ referencesIn: () => types.map((type) => ({ resource: { type } })) }) as unknown as Assembly;

  test('is the only one it refers to', () => {
    expect(functionIn(assemblyOf('AWS::Lambda::Function', 'AWS::IAM::Role'), {})).toEqual({
      type: 'AWS::Lambda::Function',
    });
    expect(functionIn(assemblyOf('AWS::Lambda::Function', 'AWS::Lambda::Function'), {})).toBeUndefined();
    expect(functionIn(assemblyOf('AWS::IAM::Role'), {})).toBeUndefined();
  });
});

test.each([
  ['arn:aws:lambda:us-east-2:111122223333:function:healer', undefined],
  ['arn:aws:lambda:us-east-2:111122223333:function:healer:live', 'live'],
  ['arn:aws:lambda:us-east-2:111122223333:function:healer:$LATEST', undefined],
  ['arn:aws:lambda:us-east-2:111122223333:function:healer:3', undefined],
  [
    'arn:aws:apigateway:us-east-2:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-2:111122223333:function:healer:live/invocations',
    'live',
  ],
  [
    'arn:aws:apigateway:us-east-2:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-2:111122223333:function:healer/invocations',
    undefined,
  ],
  ['{{us-east-2/Stack/Healer.Arn}}:live', 'live'],
])('%s names alias %p', (value, alias) => {
  expect(qualifierIn(readTemplate({ Resources: {} }), value)).toBe(alias);
});
