import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Assembly, readAssembly } from '../../../lib/assembly';
import { stackArtifact, writeFiles } from '../../assembly/write-assembly';

/** Name that clients ask for. */
export const HOST = 'api.example.com';

/** A service in several Regions, as a test wants it. */
export interface WrittenService {
  /** Text of the function. @default - `parcel-handler.js` beside this file */
  readonly handler?: string;
  /** @default ['us-east-2', 'us-west-2'] */
  readonly regions?: readonly string[];
  /** Seconds between two requests of a health checker. @default 10 */
  readonly intervalSeconds?: number;
  /** @default 3 */
  readonly failureThreshold?: number;
  /** Regions whose records have a health check. @default - every Region */
  readonly checked?: readonly string[];
  /** Resources of a Region beside these, or instead of them. @default - none */
  readonly more?: (region: string) => Resources;
}

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>;

const ROUTES = [
  'GET /health',
  'PUT /parcels/{parcelId}',
  'POST /parcels/{parcelId}',
  'GET /parcels/{parcelId}',
  'GET /routes/{driverId}',
];

/** Writes a cloud assembly by hand: the same bytes whatever the CDK and its bundler make of the blueprint. */
export function writeService(service: WrittenService = {}): Assembly {
  const { regions = ['us-east-2', 'us-west-2'], handler } = service;
  const artifacts: Record<string, object> = {};
  const files: Record<string, unknown> = {
    'asset.parcels/index.js': handler ?? readFileSync(join(__dirname, 'parcel-handler.js'), 'utf8'),
  };
  for (const region of regions) {
    artifacts[region] = stackArtifact(`aws://111122223333/${region}`, `${region}.template.json`, {
      dependencies: [`${region}.assets`],
    });
    artifacts[`${region}.assets`] = { type: 'cdk:asset-manifest', properties: { file: `${region}.assets.json` } };
    const withTable = region === regions[0] ? tableIn(regions) : {};
    files[`${region}.template.json`] = {
      Resources: { ...withTable, ...serviceIn(region, service), ...service.more?.(region) },
    };
    files[`${region}.assets.json`] = {
      files: { parcels: { source: { path: 'asset.parcels', packaging: 'zip' }, destinations: {} } },
    };
  }
  return readAssembly(writeFiles({ 'manifest.json': { version: '55.0.0', artifacts }, ...files }));
}

function serviceIn(region: string, service: WrittenService): Resources {
  const { intervalSeconds = 10, failureThreshold = 3, checked } = service;
  const ApiId = { Ref: 'Api' };
  const AliasTarget = {
    DNSName: { 'Fn::GetAtt': ['Domain', 'RegionalDomainName'] },
    HostedZoneId: { 'Fn::GetAtt': ['Domain', 'RegionalHostedZoneId'] },
    EvaluateTargetHealth: true,
  };
  const record = (Name: string, rest: object): Resources[string] => ({
    Type: 'AWS::Route53::RecordSet',
    Properties: { HostedZoneId: 'Z1', Type: 'A', Name, AliasTarget, ...rest },
  });
  const mapping = (domain: string): Resources[string] => ({
    Type: 'AWS::ApiGatewayV2::ApiMapping',
    Properties: { ApiId, DomainName: { Ref: domain }, Stage: '$default' },
  });
  const domain = (DomainName: string): Resources[string] => ({
    Type: 'AWS::ApiGatewayV2::DomainName',
    Properties: { DomainName },
  });
  const isChecked = checked === undefined || checked.includes(region);
  const route = (RouteKey: string): Resources[string] => ({
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: { ApiId, RouteKey, Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] } },
  });
  return {
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { S3Bucket: 'assets', S3Key: 'parcels.zip' },
        Timeout: 5,
        Environment: { Variables: { TABLE_NAME: 'parcels' } },
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'parcels', ProtocolType: 'HTTP' } },
    Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId, StageName: '$default', AutoDeploy: true } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId,
        IntegrationType: 'AWS_PROXY',
        PayloadFormatVersion: '2.0',
        IntegrationUri: { 'Fn::GetAtt': ['Function', 'Arn'] },
      },
    },
    ...Object.fromEntries(ROUTES.map((key, index) => [`Route${index}`, route(key)])),
    Domain: domain(HOST),
    Mapping: mapping('Domain'),
    OwnDomain: domain(`${region}.${HOST}`),
    OwnMapping: mapping('OwnDomain'),
    Own: record(`${region}.${HOST}.`, {
      AliasTarget: { ...AliasTarget, DNSName: { 'Fn::GetAtt': ['OwnDomain', 'RegionalDomainName'] } },
    }),
    Record: record(`${HOST}.`, {
      Region: region,
      SetIdentifier: region,
      ...(isChecked ? { HealthCheckId: { Ref: 'Check' } } : {}),
    }),
    ...(isChecked
      ? {
          Check: {
            Type: 'AWS::Route53::HealthCheck',
            Properties: {
              HealthCheckConfig: {
                Type: 'HTTPS_STR_MATCH',
                FullyQualifiedDomainName: `${region}.${HOST}`,
                ResourcePath: '/health',
                SearchString: '"status":"healthy"',
                RequestInterval: intervalSeconds,
                FailureThreshold: failureThreshold,
              },
            },
          },
        }
      : {}),
  };
}

/** A strongly consistent table; the third Region of it holds a witness. */
function tableIn(regions: readonly string[]): Resources {
  const attribute = (AttributeName: string): object => ({ AttributeName, AttributeType: 'S' });
  return {
    Table: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        TableName: 'parcels',
        BillingMode: 'PAY_PER_REQUEST',
        MultiRegionConsistency: 'STRONG',
        Replicas: regions.map((Region) => ({ Region })),
        GlobalTableWitnesses: [{ Region: 'us-east-1' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: ['pk', 'driverId'].map(attribute),
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byDriver',
            KeySchema: [
              { AttributeName: 'driverId', KeyType: 'HASH' },
              { AttributeName: 'pk', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      },
    },
  };
}
