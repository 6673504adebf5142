import { join } from 'node:path';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Stack } from 'aws-cdk-lib/core';
import { RegionalApi, type RegionalApiProps } from '../../lib/constructs';
import { type NormalTemplate, propertiesOf, templateOf, testApp } from '../helpers/synthesize';

function templateWith(props: Partial<RegionalApiProps> = {}): NormalTemplate {
  const stack = new Stack(testApp(), 'Cell', { env: { account: '111111111111', region: 'us-east-2' } });
  new RegionalApi(stack, 'Api', {
    name: 'orders-api',
    entry: join(__dirname, '..', '..', 'lib', 'application', 'handler.ts'),
    environment: { TABLE_NAME: 'orders' },
    routes: [
      { method: HttpMethod.GET, path: '/orders/{orderId}' },
      { method: HttpMethod.POST, path: '/orders' },
    ],
    healthRoute: { method: HttpMethod.GET, path: '/health', requestsPerSecond: 100 },
    authorization: { type: 'iam' },
    zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' }),
    recordName: 'orders.example.com',
    regionalHost: 'us-east-2.orders.example.com',
    peakRequestsPerSecond: 120,
    functionLogGroupName: '/aws/lambda/orders-api',
    accessLogGroupName: '/aws/vendedlogs/apigateway/orders-api',
    ...props,
  });
  return templateOf(stack);
}

const propertiesWith = (type: string, props?: Partial<RegionalApiProps>) => propertiesOf(templateWith(props), type);

function authorizationByRoute(props?: Partial<RegionalApiProps>): Record<string, unknown> {
  const routes = propertiesWith('AWS::ApiGatewayV2::Route', props);
  return Object.fromEntries(routes.map((route) => [route.RouteKey, route.AuthorizationType]));
}

describe('the API of a Region', () => {
  test('signs every caller in but the health checkers', () => {
    expect(authorizationByRoute()).toEqual({
      'GET /health': 'NONE',
      'GET /orders/{orderId}': 'AWS_IAM',
      'POST /orders': 'AWS_IAM',
    });
  });

  test('takes the tokens of an issuer instead', () => {
    const authorization = { type: 'jwt', issuer: 'https://issuer.example', audience: ['app', 'web'] } as const;

    expect(authorizationByRoute({ authorization })).toEqual({
      'GET /health': 'NONE',
      'GET /orders/{orderId}': 'JWT',
      'POST /orders': 'JWT',
    });
    expect(propertiesWith('AWS::ApiGatewayV2::Authorizer', { authorization })).toEqual([
      expect.objectContaining({ JwtConfiguration: { Issuer: 'https://issuer.example', Audience: ['app', 'web'] } }),
    ]);
  });

  test('is reached by its two host names alone, under one certificate that DNS validates', () => {
    const template = templateWith();

    expect(propertiesOf(template, 'AWS::ApiGatewayV2::Api')).toEqual([
      expect.objectContaining({ DisableExecuteApiEndpoint: true, IpAddressType: 'dualstack' }),
    ]);
    expect(propertiesOf(template, 'AWS::CertificateManager::Certificate')).toEqual([
      expect.objectContaining({
        DomainName: 'orders.example.com',
        SubjectAlternativeNames: ['us-east-2.orders.example.com'],
        ValidationMethod: 'DNS',
        DomainValidationOptions: [
          { DomainName: 'orders.example.com', HostedZoneId: 'Z1' },
          { DomainName: 'us-east-2.orders.example.com', HostedZoneId: 'Z1' },
        ],
      }),
    ]);
    const names = propertiesOf(template, 'AWS::ApiGatewayV2::DomainName');
    expect(names.map((name) => name.DomainName)).toEqual(['orders.example.com', 'us-east-2.orders.example.com']);
    for (const name of names) {
      expect(name.DomainNameConfigurations).toEqual([
        expect.objectContaining({ EndpointType: 'REGIONAL', IpAddressType: 'dualstack', SecurityPolicy: 'TLS_1_2' }),
      ]);
    }
  });

  test('lets the whole peak in twice over, but gives the health checkers a throttle of their own', () => {
    const [stage] = propertiesWith('AWS::ApiGatewayV2::Stage');

    expect(stage).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 240, ThrottlingBurstLimit: 240 },
      RouteSettings: { 'GET /health': { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 100 } },
    });
  });

  test('gives a throttle of its own to each route that asks for one, and to no other', () => {
    const [stage] = propertiesWith('AWS::ApiGatewayV2::Stage', {
      routes: [
        { method: HttpMethod.PUT, path: '/probes/{probeId}', requestsPerSecond: 50 },
        { method: HttpMethod.POST, path: '/orders' },
      ],
      healthRoute: { method: HttpMethod.GET, path: '/health' },
    });

    expect(stage?.RouteSettings).toEqual({
      'PUT /probes/{probeId}': { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 50 },
    });
  });

  test('asks for no larger burst than API Gateway grants', () => {
    const [stage] = propertiesWith('AWS::ApiGatewayV2::Stage', { peakRequestsPerSecond: 4_000 });

    expect(stage).toMatchObject({ DefaultRouteSettings: { ThrottlingRateLimit: 8_000, ThrottlingBurstLimit: 5_000 } });
  });

  test('names its routes to the stage before the stage throttles one of them', () => {
    const { Resources } = templateWith();
    const idsOf = (type: string) => Object.keys(Resources).filter((id) => Resources[id]?.Type === type);

    const [stage] = idsOf('AWS::ApiGatewayV2::Stage');

    expect(Resources[stage ?? '']?.DependsOn).toEqual(expect.arrayContaining(idsOf('AWS::ApiGatewayV2::Route')));
  });

  test('logs each access as JSON without path, address or caller', () => {
    const [{ AccessLogSettings } = { AccessLogSettings: {} }] = propertiesWith('AWS::ApiGatewayV2::Stage');
    const { Format } = AccessLogSettings as { Format: string };

    expect(Object.values(JSON.parse(Format))).toEqual(expect.arrayContaining(['$context.routeKey', '$context.status']));
    expect(Format).not.toMatch(/context\.(path|identity|authorizer\.claims)/);
  });
});

describe('a new version of the function', () => {
  test('is reached by its alias, which API Gateway may invoke', () => {
    const { Resources } = templateWith();
    const alias = Object.keys(Resources).find((id) => Resources[id]?.Type === 'AWS::Lambda::Alias');

    expect(alias).toBeDefined();
    for (const { Properties } of Object.values(Resources)) {
      if ('IntegrationUri' in Properties) expect(Properties.IntegrationUri).toEqual({ Ref: alias });
    }
    const permissions = propertiesWith('AWS::Lambda::Permission');
    expect(permissions.map(({ FunctionName }) => FunctionName)).toEqual(permissions.map(() => ({ Ref: alias })));
    expect(propertiesWith('AWS::ApiGatewayV2::Integration').length * permissions.length).toBeGreaterThan(0);
  });

  test('is turned back by errors of the function and by server errors of the API', () => {
    const template = templateWith();
    const [group] = propertiesOf(template, 'AWS::CodeDeploy::DeploymentGroup');
    const { Alarms = [] } = (group?.AlarmConfiguration ?? {}) as { Alarms?: { Name: { Ref: string } }[] };
    const alarms = Alarms.map(({ Name }) => template.Resources[Name.Ref]?.Properties);

    expect(alarms.map((alarm) => alarm?.AlarmName)).toEqual(['orders-api-live-errors', 'orders-api-live-5xx']);
    expect(JSON.stringify(alarms[1]?.Metrics)).toMatch(/"MetricName":"5xx","Namespace":"AWS\/ApiGateway"/);
    expect(alarms[1]).toMatchObject({ Threshold: 0.01, DatapointsToAlarm: 2, EvaluationPeriods: 3 });
  });

  test('keeps as many environments initialized as asked', () => {
    expect(propertiesWith('AWS::Lambda::Alias', { provisionedConcurrency: 12 })).toEqual([
      expect.objectContaining({ ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 12 } }),
    ]);
  });
});

describe('the function of a Region', () => {
  test('runs on Node.js 24 and arm64 within 10 s', () => {
    expect(propertiesWith('AWS::Lambda::Function')).toEqual([
      expect.objectContaining({
        FunctionName: 'orders-api',
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: 1024,
        Timeout: 10,
        Handler: 'index.handler',
        Environment: { Variables: { TABLE_NAME: 'orders' } },
      }),
    ]);
  });

  test('may write its own log and nothing else, without managed policies or wildcards', () => {
    const template = templateWith();

    const [role] = propertiesOf(template, 'AWS::IAM::Role');
    const policies = propertiesOf(template, 'AWS::IAM::Policy').filter(({ Roles }) =>
      JSON.stringify(Roles).includes('ApiFunctionRole'),
    );

    expect(role).not.toHaveProperty('ManagedPolicyArns');
    expect(policies.map((policy) => policy.PolicyDocument)).toEqual([
      {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: { 'Fn::GetAtt': [expect.stringMatching(/^ApiFunctionLog/), 'Arn'] },
          },
        ],
      },
    ]);
  });

  test('keeps its logs for a month and gives their names back when its Region leaves', () => {
    const groups = Object.values(templateWith().Resources).filter(
      (resource) => resource.Type === 'AWS::Logs::LogGroup',
    );

    expect(
      groups.map((group) => [group.Properties.LogGroupName, group.Properties.RetentionInDays, group.DeletionPolicy]),
    ).toEqual([
      ['/aws/lambda/orders-api', 30, 'Delete'],
      ['/aws/vendedlogs/apigateway/orders-api', 30, 'Delete'],
    ]);
  });
});
