import { LEASE_KEY } from '../../lib/application/evacuation/evacuation-lease';
import { readJudgeEnvironment } from '../../lib/application/evacuation/judge-environment';
import { holderOf, type ZonedConfig } from '../../lib/config';
import { Blueprint } from '../../lib/stacks';
import { EVENTUAL_BLUEPRINT, qualified } from '../helpers/configs';
import { type NormalTemplate, propertiesOf, synthesize, testApp } from '../helpers/synthesize';

type Templates = Readonly<Record<string, NormalTemplate>>;

const RING: ZonedConfig = qualified({
  ...EVENTUAL_BLUEPRINT,
  regions: ['eu-west-1', 'ca-central-1', 'ap-southeast-2', 'eu-central-1', 'us-west-2', 'sa-east-1'],
  witnessRegion: undefined,
});
const PLANNED: ZonedConfig = qualified({ evacuation: 'region-switch' });

function templateOf(templates: Templates, stack: string): NormalTemplate {
  const template = templates[stack];
  if (!template) throw new Error(`no stack ${stack}`);
  return template;
}

/** Every record of the assembly, by the name that DNS has for it. */
function recordsOf(templates: Templates): { stack: string; name: string; record: Record<string, unknown> }[] {
  return Object.entries(templates).flatMap(([stack, template]) =>
    propertiesOf(template, 'AWS::Route53::RecordSet').map((record) => ({
      stack,
      name: String(record.Name).replace(/\.$/, ''),
      record,
    })),
  );
}

function aliasNameOf(record: Record<string, unknown>): string | undefined {
  const { DNSName } = record.AliasTarget as { readonly DNSName: unknown };
  return typeof DNSName === 'string' ? DNSName : undefined;
}

describe.each([
  ['default', qualified()],
  ['six-Region', RING],
])('the switches of the %s blueprint', (_, config) => {
  const { application, regions, recordName } = config;
  const templates = synthesize(config);

  test('are each followed by their ward alone: its checks name alarms that exist where they say', () => {
    for (const ward of regions) {
      const holder = holderOf(regions, ward);
      const alarms = propertiesOf(
        templateOf(templates, `${application}-foundation-${holder}`),
        'AWS::CloudWatch::Alarm',
      );
      const followed = propertiesOf(templateOf(templates, `${application}-${ward}`), 'AWS::Route53::HealthCheck')
        .map((check) => check.HealthCheckConfig as Record<string, unknown>)
        .filter(({ Type }) => Type === 'CLOUDWATCH_METRIC');

      expect(followed.map(({ AlarmIdentifier }) => AlarmIdentifier)).toEqual(
        ['first', 'rest'].map((share) => ({ Name: `${application}-evacuated-${ward}-${share}`, Region: holder })),
      );
      for (const { AlarmIdentifier, InsufficientDataHealthStatus } of followed) {
        const { Name } = AlarmIdentifier as { readonly Name: string };
        const alarm = alarms.find(({ AlarmName }) => AlarmName === Name);

        expect(InsufficientDataHealthStatus).toBe('Healthy');
        expect(alarm).toMatchObject({
          Namespace: application,
          MetricName: 'Evacuated',
          TreatMissingData: 'notBreaching',
        });
        expect(alarm?.Dimensions).toEqual([
          { Name: 'Share', Value: Name.endsWith('-first') ? 'first' : 'rest' },
          { Name: 'Ward', Value: ward },
        ]);
      }
    }
  });

  test('have a judge in each Region, which understands its environment and may probe every Region', () => {
    for (const region of regions) {
      const foundation = templateOf(templates, `${application}-foundation-${region}`);
      const [{ Environment } = { Environment: {} }] = propertiesOf(foundation, 'AWS::Lambda::Function');
      const { Variables } = Environment as { Variables: Record<string, string> };
      const read = readJudgeEnvironment({ AWS_REGION: region, ...Variables });

      expect(holderOf(regions, read.ward)).toBe(region);
      expect(read).toMatchObject({ application, recordName, consistency: config.consistency, settings: config.judge });
      for (const probed of regions) expect(JSON.stringify(foundation)).toContain(`:execute-api:${probed}:`);
    }
  });

  test("have parameters where the judge looks for them, and a lease under the judge's key", () => {
    for (const ward of regions) {
      const foundation = templateOf(templates, `${application}-foundation-${holderOf(regions, ward)}`);

      expect(propertiesOf(foundation, 'AWS::SSM::Parameter').map(({ Name }) => Name)).toEqual([
        `/${application}/evacuation/${ward}/hand`,
        `/${application}/evacuation/${ward}/judgement`,
      ]);
      expect(JSON.stringify(foundation)).toContain(`"dynamodb:LeadingKeys":["${LEASE_KEY}"]`);
    }
  });

  test('leave ten records to each Region, which close into one tree', () => {
    const records = recordsOf(templates);
    const known = new Set(records.map(({ name, record }) => `${name} ${record.Type}`));

    expect(records).toHaveLength(10 * regions.length);
    for (const { record } of records) {
      const target = aliasNameOf(record);
      if (target !== undefined) expect(known).toContain(`${target} ${record.Type}`);
    }
    for (const type of ['A', 'AAAA']) {
      const shared = records.filter(({ name, record }) => name === recordName && record.Type === type);
      const weights = (share: string) =>
        shared
          .filter(({ record }) => aliasNameOf(record) === `${share}.${recordName}`)
          .reduce((sum, { record }) => sum + Number(record.Weight), 0);

      expect(shared).toHaveLength(2 * regions.length);
      expect([weights('first'), weights('rest')]).toEqual([10 * regions.length, 90 * regions.length]);
      expect(new Set(shared.map(({ record }) => record.SetIdentifier)).size).toBe(shared.length);
    }
  });
});

describe.each<[string, Parameters<typeof qualified>[0]]>([
  ['tokens', {}],
  ['signatures', { authorization: { type: 'iam' } }],
])('an API that is called with %s', (_, changes) => {
  const config = qualified(changes);
  const templates = synthesize(config);

  test('is probed with signatures, and open for its health alone', () => {
    for (const region of config.regions) {
      const routes = propertiesOf(templateOf(templates, `${config.application}-${region}`), 'AWS::ApiGatewayV2::Route');
      const kinds = new Map(routes.map(({ RouteKey, AuthorizationType }) => [RouteKey, AuthorizationType]));

      expect(kinds.get('GET /probes/{probeId}')).toBe('AWS_IAM');
      expect(kinds.get('PUT /probes/{probeId}')).toBe('AWS_IAM');
      expect([...kinds].filter(([, kind]) => kind === 'NONE')).toEqual([['GET /health', 'NONE']]);
      expect(kinds.get('POST /deliveries')).toBe(config.authorization.type === 'iam' ? 'AWS_IAM' : 'JWT');
    }
  });
});

describe('a blueprint that is evacuated by a plan', () => {
  const { application, regions, recordName } = PLANNED;
  const templates = synthesize(PLANNED);

  test('has the plan and the records of the shared name in one stack, in us-east-1, deployed after both Regions', () => {
    const app = testApp();
    const blueprint = new Blueprint(app, PLANNED);
    const plan = app.synth().getStackByName(`${application}-plan`);

    expect(plan.environment.region).toBe('us-east-1');
    expect(plan.dependencies.map(({ id }) => id)).toEqual(
      expect.arrayContaining(blueprint.regions.map(({ stackName }) => stackName)),
    );
    expect(propertiesOf(templateOf(templates, `${application}-plan`), 'AWS::ARCRegionSwitch::Plan')).toHaveLength(1);
    expect(
      recordsOf(templates)
        .filter(({ name }) => name === recordName)
        .map(({ stack, record }) => [stack, record.Region, record.Type]),
    ).toEqual(regions.flatMap((region) => ['A', 'AAAA'].map((type) => [`${application}-plan`, region, type])));
  });

  test('leads to names that the Regions have', () => {
    const records = recordsOf(templates);
    const known = new Set(records.map(({ name, record }) => `${name} ${record.Type}`));

    for (const { record } of records) {
      const target = aliasNameOf(record);
      if (target !== undefined) expect(known).toContain(`${target} ${record.Type}`);
    }
  });

  test('follows no alarm, and its judges only probe', () => {
    for (const region of regions) {
      const checks = propertiesOf(templateOf(templates, `${application}-${region}`), 'AWS::Route53::HealthCheck');
      const foundation = templateOf(templates, `${application}-foundation-${region}`);

      expect(JSON.stringify(checks)).not.toContain('CLOUDWATCH_METRIC');
      expect(JSON.stringify(foundation)).not.toContain('-evacuated-');
      expect(propertiesOf(foundation, 'AWS::Scheduler::Schedule')).toHaveLength(1);
    }
  });
});

describe('the order of deployment', () => {
  test('has every foundation before every Region, and no foundation after another stack of the ring', () => {
    const { data, foundations, regions } = new Blueprint(testApp(), RING);

    for (const foundation of foundations) {
      expect(foundation.dependencies).not.toContain(data);
      for (const other of [...foundations, ...regions]) expect(foundation.dependencies).not.toContain(other);
    }
    for (const region of regions) {
      expect(region.dependencies).toEqual(expect.arrayContaining([data, ...foundations]));
      for (const other of regions) expect(region.dependencies).not.toContain(other);
    }
  });
});
