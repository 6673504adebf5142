import { readHttpApis } from '../../../lib/drill/api/http-api-definition';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { readTemplate } from '../../assembly/write-assembly';

type Properties = Record<string, unknown>;

function resource(type: string, Properties: Properties) {
  return { Type: type, Properties };
}

/** A template of one API, with properties added to some of its resources and resources added to it. */
function templateWith(changes: Record<string, Properties> = {}, more: Record<string, object> = {}) {
  const ApiId = { Ref: 'Api' };
  const resources: Record<string, { Type: string; Properties: Properties }> = {
    Api: resource('AWS::ApiGatewayV2::Api', { Name: 'api', ProtocolType: 'HTTP' }),
    Stage: resource('AWS::ApiGatewayV2::Stage', {
      ApiId,
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 400, ThrottlingBurstLimit: 200 },
      RouteSettings: { 'GET /health': { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 25 } },
    }),
    Function: resource('AWS::Lambda::Function', { Runtime: 'nodejs24.x', Handler: 'index.handler' }),
    Integration: resource('AWS::ApiGatewayV2::Integration', {
      ApiId,
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
      IntegrationUri: { 'Fn::GetAtt': ['Function', 'Arn'] },
    }),
    Health: resource('AWS::ApiGatewayV2::Route', {
      ApiId,
      RouteKey: 'GET /health',
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
    }),
    Parcel: resource('AWS::ApiGatewayV2::Route', {
      ApiId,
      RouteKey: 'GET /parcels/{parcelId}',
      AuthorizationType: 'AWS_IAM',
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
    }),
    Domain: resource('AWS::ApiGatewayV2::DomainName', { DomainName: 'API.example.com' }),
    Mapping: resource('AWS::ApiGatewayV2::ApiMapping', {
      ApiId,
      DomainName: { Ref: 'Domain' },
      Stage: { Ref: 'Stage' },
    }),
  };
  for (const [logicalId, properties] of Object.entries(changes)) {
    Object.assign(resources[logicalId]?.Properties ?? {}, properties);
  }
  return { Resources: { ...resources, ...more } };
}

test('an API is read with its routes, throttles and names', () => {
  const assembly = readTemplate(templateWith({ Integration: { TimeoutInMillis: 12_000 } }));

  const [api, ...others] = readHttpApis(assembly);

  expect(others).toEqual([]);
  const target = { function: assembly.stacks[0]?.resource('Function'), timeoutMs: 12_000 };
  expect(api).toEqual({
    id: 'Stack/Api',
    region: 'us-east-2',
    account: '111122223333',
    stageName: '$default',
    throttle: { ratePerSecond: 400, burst: 200 },
    routes: [
      { routeKey: 'GET /health', authorization: 'NONE', throttle: { ratePerSecond: 50, burst: 25 }, ...target },
      { routeKey: 'GET /parcels/{parcelId}', authorization: 'AWS_IAM', ...target },
    ],
    domainNames: ['api.example.com'],
  });
});

test('an integration without a time-out has the longest, 30 s, and a stage without a throttle none of its own', () => {
  const [api] = readHttpApis(readTemplate(templateWith({ Stage: { DefaultRouteSettings: undefined } })));

  expect(api?.routes.map(({ timeoutMs }) => timeoutMs)).toEqual([30_000, 30_000]);
  expect(api).not.toHaveProperty('throttle');
});

test('routes and names of one API are not those of another', () => {
  const other = {
    Other: resource('AWS::ApiGatewayV2::Api', { Name: 'other', ProtocolType: 'HTTP' }),
    OtherStage: resource('AWS::ApiGatewayV2::Stage', { ApiId: { Ref: 'Other' }, StageName: 'v1' }),
  };

  const apis = readHttpApis(readTemplate(templateWith({}, other)));

  expect(apis.map(({ id, stageName, routes }) => [id, stageName, routes.length])).toEqual([
    ['Stack/Api', '$default', 2],
    ['Stack/Other', 'v1', 0],
  ]);
});

test.each<[string, Record<string, Properties>, string]>([
  ['a WebSocket API', { Api: { ProtocolType: 'WEBSOCKET' } }, 'not modelled: WEBSOCKET API Stack/Api'],
  ['an HTTP integration', { Integration: { IntegrationType: 'HTTP_PROXY' } }, 'integration HTTP_PROXY 2.0 of route'],
  ['payload format 1.0', { Integration: { PayloadFormatVersion: '1.0' } }, 'integration AWS_PROXY 1.0 of route'],
  [
    'a function of nowhere',
    { Integration: { IntegrationUri: 'arn:aws:lambda:us-east-2:111122223333:function:far' } },
    'not modelled: integration of route Stack/Health: no function of the assembly',
  ],
  ['a Lambda authorizer', { Parcel: { AuthorizationType: 'CUSTOM' } }, 'authorization CUSTOM of route Stack/Parcel'],
  ['a route to nowhere', { Health: { Target: undefined } }, 'not modelled: target of route Stack/Health'],
  ['a base path', { Mapping: { ApiMappingKey: 'v1' } }, 'not modelled: mapping key of Stack/Mapping'],
])('refuses %s', (_what, changes, message) => {
  const assembly = readTemplate(templateWith(changes));

  expect(() => readHttpApis(assembly)).toThrow(NotModelled);
  expect(() => readHttpApis(assembly)).toThrow(message);
});

test('refuses an API with two stages, or with none', () => {
  const second = { Second: resource('AWS::ApiGatewayV2::Stage', { ApiId: { Ref: 'Api' }, StageName: 'v2' }) };
  const { Stage: _, Mapping: __, ...rest } = templateWith().Resources;

  expect(() => readHttpApis(readTemplate(templateWith({}, second)))).toThrow('API Stack/Api with 2 stages');
  expect(() => readHttpApis(readTemplate({ Resources: rest }))).toThrow('API Stack/Api with 0 stages');
});
