import { Annotations, Match } from 'aws-cdk-lib/assertions';
import type { Stack } from 'aws-cdk-lib/core';
import fc from 'fast-check';
import { holderOf, type QualifiedConfig } from '../../lib/config';
import { CHECKER_REGIONS } from '../../lib/constructs';
import { Blueprint } from '../../lib/stacks';
import { configs } from '../helpers/config-arbitrary';
import { EVENTUAL_BLUEPRINT, qualified, zoned } from '../helpers/configs';
import { type NormalTemplate, propertiesOf, synthesize, templateOf, testApp } from '../helpers/synthesize';

const DEFAULT = qualified();
const EVENTUAL = zoned(EVENTUAL_BLUEPRINT);

describe.each([
  ['default', DEFAULT],
  ['eventual', EVENTUAL],
])('the %s blueprint', (_, config) => {
  const templates = synthesize(config);
  const regionTemplates = config.regions.map((region) => templateOfRegion(templates, config, region));

  test.each(Object.keys(templates))('synthesizes %s as reviewed', (stack) => {
    expect(templates[stack]).toMatchSnapshot();
  });

  test('has one stack for the table and two for each Region', () => {
    const { application, regions } = config;
    expect(Object.keys(templates)).toEqual(
      expect.arrayContaining([
        `${application}-data`,
        ...regions.flatMap((region) => [`${application}-foundation-${region}`, `${application}-${region}`]),
      ]),
    );
    expect(propertiesOf(templates[`${config.application}-data`] ?? EMPTY, 'AWS::DynamoDB::GlobalTable')).toHaveLength(
      1,
    );
  });

  test('declares the objectives in every Region', () => {
    for (const template of regionTemplates)
      expect(template.Metadata).toEqual({
        Outlast: { objectives: { ...config.objectives, availability: String(config.objectives.availability) } },
      });
  });

  test("grants the function its own replica and its peer's, and their index, item by item", () => {
    for (const [index, template] of regionTemplates.entries()) {
      const own = config.regions[index] ?? '';
      const tables = [own, holderOf(config.regions, own)]
        .sort()
        .map((region) => `arn:aws:dynamodb:${region}:${config.account}:table/dispatch-data`);
      const statements = propertiesOf(template, 'AWS::IAM::Policy').flatMap(
        ({ PolicyDocument }) => (PolicyDocument as { Statement: { Action: string | string[] }[] }).Statement,
      );

      expect(
        statements.filter(({ Action }) => [Action].flat().some((action) => action.startsWith('dynamodb:'))),
      ).toEqual([
        { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], Resource: tables },
        { Effect: 'Allow', Action: 'dynamodb:Query', Resource: tables.map((table) => `${table}/index/byDriver`) },
      ]);
    }
  });

  test('answers with a Region last, when both of its host names are served', () => {
    for (const { Resources } of regionTemplates) {
      const mappings = Object.keys(Resources).filter((id) => Resources[id]?.Type === 'AWS::ApiGatewayV2::ApiMapping');
      const records = Object.values(Resources).filter((resource) => resource.Properties.SetIdentifier !== undefined);

      expect(records).toHaveLength(8);
      for (const record of records) expect(record.DependsOn).toEqual(expect.arrayContaining(mappings));
    }
  });

  test('tags the table in every Region, the functions and the health checks', () => {
    const tags = Object.entries(config.tags).map(([Key, Value]) => ({ Key, Value }));

    const [table] = propertiesOf(templates[`${config.application}-data`] ?? EMPTY, 'AWS::DynamoDB::GlobalTable');
    const replicas = (table?.Replicas ?? []) as { Tags: unknown }[];
    expect(replicas).toHaveLength(config.regions.length);
    for (const replica of replicas) expect(replica.Tags).toEqual(expect.arrayContaining(tags));
    for (const template of regionTemplates) {
      expect(propertiesOf(template, 'AWS::Lambda::Function')[0]?.Tags).toEqual(expect.arrayContaining(tags));
      for (const check of propertiesOf(template, 'AWS::Route53::HealthCheck')) {
        expect(check.HealthCheckTags).toEqual(expect.arrayContaining(tags));
      }
    }
  });
});

describe('any blueprint', () => {
  test('synthesizes from every valid config, and no Region refers to another stack or Region', () => {
    fc.assert(
      fc.property(configs(), (raw) => {
        const config = zoned(raw);
        const templates = synthesize(config);

        expect(Object.keys(templates)).toEqual(expect.arrayContaining([`${config.application}-data`]));
        for (const [stack, template] of Object.entries(templates)) {
          if (stack === `${config.application}-edge`) continue;
          expect(JSON.stringify(template)).not.toMatch(
            /Fn::ImportValue|Fn::GetStackOutput|ExportWriter|ExportReader|resolve:ssm/,
          );
        }
        for (const region of config.regions) {
          const { Resources } = templateOfRegion(templates, config, region);
          for (const [id, resource] of Object.entries(Resources)) {
            if (NAMES_OTHER_REGIONS.test(`${resource.Type} ${id}`)) continue;
            const text = JSON.stringify(withoutCheckers(resource));
            for (const other of [...config.regions, ...config.witnessRegions].filter((name) => name !== region)) {
              expect({ [id]: text }).not.toEqual({ [id]: expect.stringContaining(other) });
            }
          }
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test('orders the deployment of a Region after its replica and what other Regions name, and nothing else', () => {
    const { data, foundations, regions } = new Blueprint(testApp(), DEFAULT);

    for (const stack of [data, ...foundations]) expect(stack.dependencies).toEqual([]);
    for (const stack of regions) expect(stack.dependencies).toEqual([data, ...foundations]);
  });

  test('protects the stack of the table from deletion, and lets a Region leave', () => {
    const blueprint = new Blueprint(testApp(), DEFAULT);

    expect(blueprint.data.terminationProtection).toBe(true);
    for (const stack of blueprint.regions) expect(stack.terminationProtection).toBeFalsy();
  });

  test('places every stack in its account and Region, the table in the first', () => {
    const blueprint = new Blueprint(testApp(), EVENTUAL);

    expect([blueprint.data, ...blueprint.regions].map((stack) => `${stack.account} ${stack.region}`)).toEqual([
      '222222222222 eu-west-1',
      '222222222222 eu-west-1',
      '222222222222 ca-central-1',
      '222222222222 ap-southeast-2',
    ]);
  });
});

describe('synthesis warns of what the account must be prepared for', () => {
  const warning = (id: string) => Match.stringLikeRegexp(`\\[ack: Outlast:${id}\\]`);

  test('a Region that must be enabled first', () => {
    const { data } = new Blueprint(testApp(), { ...EVENTUAL, regions: ['eu-west-1', 'eu-south-2'] });

    Annotations.fromStack(data).hasWarning(
      '*',
      Match.stringLikeRegexp('eu-south-2 must be enabled in account 222222222222'),
    );
  });

  test('a Region without AWS FIS, which then ships no experiments and no extension', () => {
    const regions = ['eu-west-1', 'ca-west-1'] as const;
    const config = { ...EVENTUAL, regions, chaos: { faultHook: true, fisExtension: true } };
    const [equipped, bare] = new Blueprint(testApp(), config).regions;
    const typesOf = (stack: typeof equipped) =>
      Object.values(stack ? templateOf(stack).Resources : {}).map(({ Type }) => Type);

    expect(typesOf(equipped)).toContain('AWS::FIS::ExperimentTemplate');
    expect(typesOf(bare).filter((type) => type.includes('FIS'))).toEqual([]);
    expect(JSON.stringify(bare && templateOf(bare))).not.toContain('aws-fis');
    expect(typesOf(bare)).toContain('AWS::SSM::Parameter');
    expect(Annotations.fromStack(bare as Stack).findWarning('*', warning('NoFaultInjection'))).toHaveLength(1);
    expect(Annotations.fromStack(equipped as Stack).findWarning('*', warning('NoFaultInjection'))).toEqual([]);
  });

  // 2 × 439 × 1 s + 20 = 898 reserved, 1 of the judge and 100 unreserved are 999 of 1,000.
  test.each([
    [439.5, 0],
    [440, 1],
  ])('concurrency at %p requests per second beyond the quota of a new account', (peakRequestsPerSecond, warnings) => {
    const { regions } = new Blueprint(testApp(), {
      ...DEFAULT,
      load: { peakRequestsPerSecond, p99DurationMilliseconds: 1_000 },
    });

    for (const stack of regions) {
      expect(Annotations.fromStack(stack).findWarning('*', warning('LambdaConcurrency'))).toHaveLength(warnings);
    }
  });

  test.each([
    ['eu-west-1', 10_000, 0],
    ['eu-west-1', 10_001, 1],
    ['eu-south-2', 2_500, 0],
    ['eu-south-2', 2_501, 1],
  ])(
    'a rate in %s of %p requests per second beyond the quota of a new account',
    (region, peakRequestsPerSecond, warnings) => {
      const load = { peakRequestsPerSecond, p99DurationMilliseconds: 1 };
      const [stack] = new Blueprint(testApp(), { ...EVENTUAL, regions: [region, 'us-east-2'], load }).regions;
      if (!stack) throw new Error('no Region');

      expect(Annotations.fromStack(stack).findWarning('*', warning('ApiGatewayRate'))).toHaveLength(warnings);
    },
  );

  test.each([
    [3_200, 0],
    [3_201, 1],
  ])('throughput at %p requests per second beyond the quota of a new account', (peakRequestsPerSecond, warnings) => {
    const load = { peakRequestsPerSecond, p99DurationMilliseconds: 1 };
    const { regions } = new Blueprint(testApp(), { ...DEFAULT, load });

    for (const stack of regions) {
      expect(Annotations.fromStack(stack).findWarning('*', warning('TableThroughput'))).toHaveLength(warnings);
    }
  });

  test('and shows what each Region holds ready', () => {
    const { regions } = new Blueprint(testApp(), DEFAULT);

    for (const stack of regions) {
      Annotations.fromStack(stack).hasInfo(
        '*',
        Match.stringLikeRegexp(`${stack.region} holds for the loss of one of 2`),
      );
    }
  });

  test('of nothing in the default blueprint', () => {
    const { data, regions } = new Blueprint(testApp(), DEFAULT);

    for (const stack of [data, ...regions])
      expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});

const EMPTY: NormalTemplate = { Resources: {} };

function templateOfRegion(
  templates: Readonly<Record<string, NormalTemplate>>,
  config: QualifiedConfig,
  region: string,
): NormalTemplate {
  const template = templates[`${config.application}-${region}`];
  if (!template) throw new Error(`no stack for ${region}`);
  return template;
}

/**
 * What a Region's stack says about other Regions: the alarms of its switch, the replica that its function may fall back to, the
 * buckets it replicates to and their alarms, the replicas it may pause, and its dashboard.
 */
const NAMES_OTHER_REGIONS =
  /^(AWS::Route53::HealthCheck Dns(First|Rest)Switch|AWS::(IAM::Policy|Lambda::Function) ApiFunction|\S+ (Replication|Experiments)|AWS::CloudWatch::(Dashboard|Alarm Watch))/;

/** The template without the Regions of Route 53's checkers, which are the same everywhere and say nothing about the application. */
function withoutCheckers(template: unknown): unknown {
  return JSON.parse(JSON.stringify(template).replace(JSON.stringify(CHECKER_REGIONS), '["<checkers>"]'));
}
