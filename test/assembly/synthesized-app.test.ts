import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomainName, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type CfnFunction, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ARecord, CfnHealthCheck, PublicHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { App, Aws, CfnCondition, CfnOutput, Fn, NestedStack, Stack, Stage } from 'aws-cdk-lib/core';
import { type Assembly, type AssemblyStack, codeOf, readAssembly } from '../../lib/assembly';

const ACCOUNT = '111122223333';
const REGIONS = ['us-east-2', 'us-west-2'] as const;

/** One Region of an application that fronts a function with an HTTP API and a health-checked record. */
class RegionStack extends Stack {
  constructor(scope: App | Stage, region: string, sources: string) {
    super(scope, `Api-${region}`, { env: { account: ACCOUNT, region }, stackName: `api-${region}` });
    this.addMetadata('Owner', { team: 'parcels' });

    const table = new TableV2(this, 'Table', {
      tableName: 'parcels',
      partitionKey: { name: 'pk', type: AttributeType.STRING },
    });
    const handler = new LambdaFunction(this, 'Handler', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromAsset(sources),
      environment: { TABLE_NAME: table.tableName, ENDPOINT: `https://dynamodb.${Aws.REGION}.${Aws.URL_SUFFIX}` },
    });
    const data = new Asset(this, 'Data', { path: join(sources, 'index.js') });
    new CfnOutput(this, 'DataKey', { value: data.s3ObjectKey });

    const api = new HttpApi(this, 'HttpApi', { defaultIntegration: new HttpLambdaIntegration('Integration', handler) });
    const name = `${region}.example.com`;
    const domain = new DomainName(this, 'Domain', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(
        this,
        'Certificate',
        `arn:aws:acm:${region}:${ACCOUNT}:certificate/1`,
      ),
    });
    const check = new CfnHealthCheck(this, 'Check', {
      healthCheckConfig: { type: 'HTTPS', fullyQualifiedDomainName: name, resourcePath: '/health' },
    });
    const record = new ARecord(this, 'Record', {
      zone: PublicHostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' }),
      recordName: 'api',
      target: RecordTarget.fromAlias(
        new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId),
      ),
      region,
    });
    Object.assign(record.node.defaultChild ?? {}, { healthCheckId: check.ref });
    new CfnOutput(this, 'Url', { value: api.apiEndpoint });

    const onlyWest = new CfnCondition(this, 'OnlyWest', {
      expression: Fn.conditionEquals(Aws.REGION, 'us-west-2'),
    });
    const nested = new NestedStack(this, 'Nested');
    const inline = new LambdaFunction(nested, 'Inline', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => {};'),
      environment: { PEER: handler.functionArn },
    });
    (inline.node.defaultChild as CfnFunction).addPropertyOverride('ReservedConcurrentExecutions', 2);
    const west = new CfnHealthCheck(this, 'WestOnly', { healthCheckConfig: { type: 'RECOVERY_CONTROL' } });
    west.cfnOptions.condition = onlyWest;

    const consumer = new Stack(scope, `Consumer-${region}`, { env: { account: ACCOUNT, region } });
    new CfnOutput(consumer, 'HandlerArn', { value: handler.functionArn });
  }
}

describe('an assembly that the CDK wrote', () => {
  const directory = mkdtempSync(join(tmpdir(), 'outlast-synthesized-'));
  let assembly: Assembly;
  let stackIn: (region: string) => AssemblyStack;

  beforeAll(() => {
    const sources = join(directory, 'sources');
    mkdirSync(sources);
    writeFileSync(join(sources, 'index.js'), 'exports.handler = async () => ({ statusCode: 200 });');
    const app = new App({ outdir: join(directory, 'cdk.out') });
    new RegionStack(app, 'us-east-2', sources);
    new RegionStack(new Stage(app, 'Live'), 'us-west-2', sources);
    app.synth();

    assembly = readAssembly(join(directory, 'cdk.out'));
    stackIn = (region) => {
      const stack = assembly.stacks.find(({ name }) => name.endsWith(`api-${region}`));
      if (!stack) throw new Error(`no stack in ${region}`);
      return stack;
    };
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const only = (stack: AssemblyStack, type: string) => {
    const found = stack.resources.filter((resource) => resource.type === type);
    const [resource] = found;
    if (!resource || found.length > 1) throw new Error(`${found.length} resources of type ${type}`);
    return resource;
  };

  test('has its Regions, stages and nested stacks', () => {
    expect([...assembly.regions].sort()).toEqual([...REGIONS]);
    for (const region of REGIONS) {
      expect(stackIn(region).metadata).toEqual({ Owner: { team: 'parcels' } });
      expect(assembly.stacks.filter(({ parent }) => parent === stackIn(region))).toHaveLength(1);
    }
  });

  test.each(REGIONS)('leads from the integration to the function and its code in %s', (region) => {
    const integration = only(stackIn(region), 'AWS::ApiGatewayV2::Integration');
    const handler = assembly.referenceIn(integration.properties.IntegrationUri)?.resource;

    expect(handler).toBe(only(stackIn(region), 'AWS::Lambda::Function'));
    if (!handler) throw new Error('no function');
    expect(handler.constructPath).toMatch(/Api-us-(east|west)-2\/Handler\/Resource$/);
    expect(handler.properties.Environment).toEqual({
      Variables: { TABLE_NAME: 'parcels', ENDPOINT: `https://dynamodb.${region}.amazonaws.com` },
    });
    const code = codeOf(handler);
    if (code.kind !== 'asset') throw new Error(`${code.kind} code`);
    expect(code.asset.packaging).toBe('zip');
    expect(readFileSync(join(code.asset.path, 'index.js'), 'utf8')).toContain('statusCode: 200');
  });

  test.each(REGIONS)('leads from the record to the domain and the health check in %s', (region) => {
    const record = only(stackIn(region), 'AWS::Route53::RecordSet');
    const { DNSName } = record.properties.AliasTarget as { DNSName: string };

    expect(record.properties).toMatchObject({ Name: 'api.example.com.', Region: region, HostedZoneId: 'Z1' });
    expect(assembly.referenceIn(DNSName)).toEqual({
      resource: only(stackIn(region), 'AWS::ApiGatewayV2::DomainName'),
      attribute: 'RegionalDomainName',
    });
    expect(assembly.referenceIn(record.properties.HealthCheckId)?.resource.logicalId).toBe('Check');
  });

  test.each(REGIONS)('leads from the function’s policy to the table it may use in %s', (region) => {
    const arn = `arn:aws:dynamodb:${region}:${ACCOUNT}:table/parcels`;

    expect(assembly.referenceIn(arn)).toEqual({
      resource: only(stackIn(region), 'AWS::DynamoDB::GlobalTable'),
      attribute: 'Arn',
    });
  });

  test('keeps tokens visible inside longer texts', () => {
    const url = stackIn('us-east-2').outputs.get('Url')?.value;

    expect(url).toMatch(
      /^https:\/\/\{\{us-east-2\/api-us-east-2\/HttpApi\w+\.(Ref|ApiId)\}\}\.execute-api\.us-east-2\.amazonaws\.com\/?$|^\{\{us-east-2\/api-us-east-2\/HttpApi\w+\.ApiEndpoint\}\}$/,
    );
    expect(assembly.referencesIn(url).map(({ resource }) => resource.type)).toEqual(['AWS::ApiGatewayV2::Api']);
  });

  test('resolves values between stacks and into nested stacks', () => {
    for (const region of REGIONS) {
      const handler = only(stackIn(region), 'AWS::Lambda::Function');
      const consumer = assembly.stacks.find((stack) => stack.region === region && stack.name.includes('Consumer'));
      const nested = assembly.stacks.find(({ parent }) => parent === stackIn(region));
      if (!nested) throw new Error('no nested stack');
      const inline = only(nested, 'AWS::Lambda::Function');

      expect(assembly.referenceIn(consumer?.outputs.get('HandlerArn')?.value)?.resource).toBe(handler);
      expect(assembly.referencesIn(inline.properties.Environment)).toContainEqual({
        resource: handler,
        attribute: 'Arn',
      });
      expect(codeOf(inline)).toEqual({ kind: 'inline', source: 'exports.handler = async () => {};' });
      expect(inline.properties.ReservedConcurrentExecutions).toBe(2);
    }
  });

  test('leaves out what a condition leaves out', () => {
    expect(stackIn('us-east-2').resource('WestOnly')).toBeUndefined();
    expect(stackIn('us-west-2').resource('WestOnly')?.condition).toEqual({ name: 'OnlyWest', outcome: 'holds' });
  });

  test('finds a file asset by the key that an output names', () => {
    const stack = stackIn('us-west-2');
    const asset = stack.asset(String(stack.outputs.get('DataKey')?.value));

    expect(asset?.packaging).toBe('file');
    expect(readFileSync(asset?.path ?? '', 'utf8')).toContain('statusCode: 200');
  });
});
