import { HealthStatuses } from '../../../lib/drill/dns/health-status';
import { readZone } from '../../../lib/drill/dns/zone';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { assemblyOf, healthCheck, type Resources } from './written-assembly';

const read = (resources: Resources) => readZone(assemblyOf({ 'us-east-2': resources }));
const BARE = { SearchString: undefined, ResourcePath: undefined };

describe('an endpoint', () => {
  test('may be an address, which is its own host unless another is named', () => {
    const zone = read({
      Alone: healthCheck({ IPAddress: '198.51.100.7', FullyQualifiedDomainName: undefined }),
      Named: healthCheck({ IPAddress: '2001:db8::1', FullyQualifiedDomainName: 'API.example.com.' }),
    });

    expect(zone.healthCheck('us-east-2/Alone')).toMatchObject({
      ipAddress: '198.51.100.7',
      fullyQualifiedDomainName: '198.51.100.7',
    });
    expect(zone.healthCheck('us-east-2/Named')).toMatchObject({
      ipAddress: '2001:db8::1',
      fullyQualifiedDomainName: 'api.example.com',
    });
  });

  test('may be an address or a host that a resource gets when it is deployed', () => {
    const zone = read({
      Address: { Type: 'AWS::EC2::EIP', Properties: {} },
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: {} },
      ByAddress: healthCheck({ IPAddress: { Ref: 'Address' }, FullyQualifiedDomainName: undefined }),
      ByHost: healthCheck({
        FullyQualifiedDomainName: {
          'Fn::Join': ['.', [{ Ref: 'Api' }, 'execute-api', { Ref: 'AWS::Region' }, 'amazonaws.com']],
        },
      }),
    });

    expect(zone.healthCheck('us-east-2/ByAddress')).toMatchObject({ resource: { logicalId: 'Address' } });
    expect(zone.healthCheck('us-east-2/ByHost')).toMatchObject({
      resource: { logicalId: 'Api' },
      fullyQualifiedDomainName: expect.stringContaining('/Api.Ref}}.execute-api.us-east-2.amazonaws.com'),
    });
    expect(zone.healthCheck('us-east-2/ByHost')).not.toHaveProperty('ipAddress');
  });

  test('may be asked for nothing but a connection', () => {
    expect(read({ C: healthCheck({ ...BARE, Type: 'TCP', Port: 443 }) }).healthCheck('us-east-2/C')).toMatchObject({
      protocol: 'TCP',
      port: 443,
    });
  });
});

describe('a disabled health check', () => {
  const zone = read({
    On: healthCheck({ Disabled: 'true' }),
    Off: healthCheck({ Disabled: true, Inverted: true }),
    Both: {
      Type: 'AWS::Route53::HealthCheck',
      Properties: {
        HealthCheckConfig: {
          Type: 'CALCULATED',
          ChildHealthChecks: [{ Ref: 'On' }, { Ref: 'Off' }],
          HealthThreshold: 2,
        },
      },
    },
  });

  test('is healthy, or unhealthy when it is inverted, and counts as such', () => {
    const statuses = new HealthStatuses(zone.healthChecks, new RandomStream('test'), () => {});

    expect(zone.healthCheck('us-east-2/On')).toEqual({ kind: 'disabled', id: 'us-east-2/On', inverted: false });
    expect(['On', 'Off', 'Both'].map((id) => statuses.isHealthy(`us-east-2/${id}`, 0))).toEqual([true, false, false]);
  });
});
