import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import fc from 'fast-check';
import { type QualifiedConfig, qualifyConfig } from '../../lib/config';
import { CHECKER_REGIONS } from '../../lib/constructs';
import { Blueprint } from '../../lib/stacks';
import { configs } from '../helpers/config-arbitrary';
import { EVENTUAL_BLUEPRINT, qualified } from '../helpers/configs';
import { type NormalTemplate, propertiesOf, synthesize, testApp } from '../helpers/synthesize';

const DEFAULT = qualified();
const EVENTUAL = qualifyConfig(EVENTUAL_BLUEPRINT, 'test.config.ts');

describe.each([
  ['default', DEFAULT],
  ['eventual', EVENTUAL],
])('the %s blueprint', (_, config) => {
  const templates = synthesize(config);
  const regionTemplates = config.regions.map((region) => templateOfRegion(templates, config, region));

  test.each(Object.keys(templates))('synthesizes %s as reviewed', (stack) => {
    expect(templates[stack]).toMatchSnapshot();
  });

  test('has one stack for the table and one for each Region', () => {
    expect(Object.keys(templates).sort()).toEqual(
      [`${config.application}-data`, ...config.regions.map((region) => `${config.application}-${region}`)].sort(),
    );
    expect(propertiesOf(templates[`${config.application}-data`] ?? EMPTY, 'AWS::DynamoDB::GlobalTable')).toHaveLength(
      1,
    );
  });

  test('is the same in every Region but for the name of the Region', () => {
    const [first, ...others] = regionTemplates.map((template, index) =>
      withoutRegion(template, config.regions[index] ?? ''),
    );

    for (const other of others) expect(other).toEqual(first);
  });

  test('declares the objectives in every Region', () => {
    for (const template of regionTemplates)
      expect(template.Metadata).toEqual({ Outlast: { objectives: config.objectives } });
  });

  test('grants the function its own replica and index, item by item', () => {
    for (const [index, template] of regionTemplates.entries()) {
      const table = `arn:aws:dynamodb:${config.regions[index]}:${config.account}:table/dispatch-data`;
      const [{ PolicyDocument } = { PolicyDocument: {} }] = propertiesOf(template, 'AWS::IAM::Policy');
      const { Statement } = PolicyDocument as { Statement: unknown[] };

      expect(Statement.slice(1)).toEqual([
        { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], Resource: table },
        { Effect: 'Allow', Action: 'dynamodb:Query', Resource: `${table}/index/byDriver` },
      ]);
    }
  });

  test('answers with a Region last, when both of its host names are served', () => {
    for (const { Resources } of regionTemplates) {
      const mappings = Object.keys(Resources).filter((id) => Resources[id]?.Type === 'AWS::ApiGatewayV2::ApiMapping');
      const records = Object.values(Resources).filter((resource) => resource.Properties.SetIdentifier !== undefined);

      expect(records).toHaveLength(2);
      for (const record of records) expect(record.DependsOn).toEqual(expect.arrayContaining(mappings));
    }
  });

  test('tags the table in every Region, the functions and the health checks', () => {
    const tags = Object.entries(config.tags).map(([Key, Value]) => ({ Key, Value }));

    const [table] = propertiesOf(templates[`${config.application}-data`] ?? EMPTY, 'AWS::DynamoDB::GlobalTable');
    const replicas = (table?.Replicas ?? []) as { Tags: unknown }[];
    expect(replicas).toHaveLength(config.regions.length);
    for (const replica of replicas) expect(replica.Tags).toEqual(tags);
    for (const template of regionTemplates) {
      expect(propertiesOf(template, 'AWS::Lambda::Function')[0]?.Tags).toEqual(tags);
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
        const config = qualifyConfig(raw, 'test.config.ts');
        const templates = synthesize(config);

        expect(Object.keys(templates)).toHaveLength(config.regions.length + 1);
        for (const template of Object.values(templates)) {
          expect(JSON.stringify(template)).not.toMatch(
            /Fn::ImportValue|Fn::GetStackOutput|ExportWriter|ExportReader|Custom::|"Outputs"|resolve:ssm/,
          );
        }
        for (const region of config.regions) {
          const text = JSON.stringify(withoutCheckers(templateOfRegion(templates, config, region)));
          for (const other of [...config.regions, ...config.witnessRegions].filter((name) => name !== region)) {
            expect(text).not.toContain(other);
          }
        }
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test('orders the deployment of a Region after its replica, and nothing else', () => {
    const blueprint = new Blueprint(testApp(), DEFAULT);

    expect(blueprint.data.dependencies).toEqual([]);
    for (const stack of blueprint.regions) expect(stack.dependencies).toEqual([blueprint.data]);
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

  test.each([
    [999.9, 0],
    [1_000, 0],
    [1_001, 1],
  ])('concurrency of %p executions beyond the quota of a new account', (peakRequestsPerSecond, warnings) => {
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

  test('of nothing in the default blueprint', () => {
    const { data, regions } = new Blueprint(testApp(), DEFAULT);

    for (const stack of [data, ...regions])
      expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});

describe('the AwsSolutions rules of cdk-nag', () => {
  test.each([
    ['default', DEFAULT],
    ['eventual', EVENTUAL],
  ])('find nothing in the %s blueprint that is not acknowledged', (_, config) => {
    const app = testApp();
    new Blueprint(app, config);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

    expect(() => app.synth()).not.toThrow();
  });

  test('find a route that was opened without acknowledgement', () => {
    const app = testApp();
    const { regions } = new Blueprint(app, DEFAULT);
    const [stack] = regions;
    if (!stack) throw new Error('no Region');
    new CfnRoute(stack, 'Open', { apiId: 'api', routeKey: 'GET /open', authorizationType: 'NONE' });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

    expect(() => app.synth()).toThrow(/AwsSolutions-APIG4/);
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

/** The template without the Regions of Route 53's checkers, which are the same everywhere and say nothing about the application. */
function withoutCheckers(template: NormalTemplate): unknown {
  return JSON.parse(JSON.stringify(template).replace(JSON.stringify(CHECKER_REGIONS), '["<checkers>"]'));
}

function withoutRegion(template: NormalTemplate, region: string): unknown {
  return JSON.parse(JSON.stringify(withoutCheckers(template)).replaceAll(region, '<region>'));
}
