import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { CfnRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { type App, Validations } from 'aws-cdk-lib/core';
import { regionCapacity, type ZonedConfig } from '../../lib/config';
import { REVIEW_BY } from '../../lib/constructs';
import { Blueprint } from '../../lib/stacks';
import { addRulePacks } from '../../lib/stacks/rule-packs';
import { EVENTUAL_BLUEPRINT, LAVISH_BLUEPRINT, qualified, zoned } from '../helpers/configs';
import { type NormalTemplate, propertiesOf, synthesize, type TemplateResource, testApp } from '../helpers/synthesize';

const CONFIGS: readonly [string, ZonedConfig][] = [
  ['default', qualified()],
  ['eventual', zoned(EVENTUAL_BLUEPRINT)],
  ['Region switch', qualified({ evacuation: 'region-switch' })],
  ['lavish', zoned(LAVISH_BLUEPRINT)],
];

/** Actions that have no resource to name, or none that is known beforehand, with the reason. */
const WITHOUT_RESOURCE: Readonly<Record<string, string>> = {
  'backup:CopyFromBackupVault': 'recovery points are named when they are made; a condition keeps to the account',
  'kms:DescribeKey': 'the key of AWS Backup is made by AWS; a condition names its alias',
  'kms:CreateGrant': 'a condition keeps to grants for AWS services',
  'tag:GetResources': 'finds the targets of experiments; has no resource level',
  's3:ListAllMyBuckets': 'finds the buckets of experiments; has no resource level',
  'dynamodb:InjectError': 'has no resource level; conditions keep to one action of FIS and the table',
  ...Object.fromEntries(
    ['CreateLogDelivery', 'DescribeLogGroups', 'DescribeResourcePolicies', 'PutResourcePolicy'].map((action) => [
      `logs:${action}`,
      "delivery of experiments' logs, as the guide to vended logs grants it",
    ]),
  ),
};

interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly effect: string;
}

describe.each(CONFIGS)('the %s blueprint', (_, config) => {
  const templates = synthesize(config);
  const resources = Object.values(templates).flatMap(({ Resources }) => Object.entries(Resources));
  const ofType = (type: string): [string, TemplateResource][] => resources.filter(([, { Type }]) => Type === type);

  test('has no finding of AwsSolutions, NIST 800-53 R5 and Serverless that is not acknowledged', () => {
    const app = testApp();
    new Blueprint(app, config);
    addRulePacks(app);

    expect(findingsOf(app)).toEqual([]);
  });

  test('allows no action by a wildcard', () => {
    const allowed = resources.flatMap(([, resource]) => statementsIn(resource.Properties));

    expect(allowed.length).toBeGreaterThan(config.regions.length);
    expect(allowed.flatMap(({ actions, effect }) => (effect === 'Allow' ? actions : [])).filter(hasStar)).toEqual([]);
  });

  test('allows actions on everything only where they know no resource', () => {
    const roles = resources.filter(([, { Type }]) => Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::Role');
    const boundless = roles
      .flatMap(([, resource]) => statementsIn(resource.Properties))
      .filter(({ effect, resources: named }) => effect === 'Allow' && named.includes('*'))
      .flatMap(({ actions }) => actions);

    expect(boundless.filter((action) => WITHOUT_RESOURCE[action] === undefined)).toEqual([]);
  });

  test('keeps every log for a while, and not for ever', () => {
    const groups = ofType('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(config.regions.length);
    for (const [, { Properties }] of groups) expect(Properties.RetentionInDays).toBeGreaterThanOrEqual(7);

    const functions = ofType('AWS::Lambda::Function');
    for (const [id, { Properties }] of functions) {
      expect({ [id]: Properties.LoggingConfig }).toEqual({ [id]: { LogGroup: expect.anything() } });
    }
  });

  test('asks the STS of its own Region', () => {
    const environments = ofType('AWS::Lambda::Function').map(
      ([, { Properties }]) => (Properties.Environment as { Variables?: Record<string, string> } | undefined)?.Variables,
    );

    for (const variables of environments) {
      // A function without environment calls AWS by the SDK of its runtime, which knows no other STS since version 3.
      if (variables) expect(variables.AWS_STS_REGIONAL_ENDPOINTS).toBe('regional');
    }
  });

  test('opens no route but the one that Route 53 asks', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    const open = routes.filter(({ AuthorizationType: type }) => type !== 'JWT' && type !== 'AWS_IAM');

    expect(open.map(({ RouteKey }) => RouteKey)).toEqual(config.regions.map(() => 'GET /health'));
    expect(routes.length).toBeGreaterThanOrEqual(config.regions.length * 7);
    for (const route of routes) {
      if (route.AuthorizationType === 'JWT') expect(route.AuthorizerId).toBeDefined();
      if (String(route.RouteKey).includes('/probes/')) expect(route.AuthorizationType).toBe('AWS_IAM');
    }
  });

  test('protects every replica from deletion and lets it be restored', () => {
    const [[, table] = []] = ofType('AWS::DynamoDB::GlobalTable');
    const replicas = table?.Properties.Replicas as Record<string, unknown>[];

    expect(replicas.map(({ Region }) => Region)).toEqual(expect.arrayContaining([...config.regions]));
    for (const replica of replicas) {
      expect(replica).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 35 },
      });
    }
  });

  test('keeps every store when its stack is deleted', () => {
    const stores = [
      'AWS::DynamoDB::GlobalTable',
      'AWS::KMS::Key',
      'AWS::Backup::BackupVault',
      'AWS::Route53::HostedZone',
    ];

    const kept = resources.filter(([, { Type }]) => stores.includes(Type));
    expect(kept.length).toBeGreaterThan(0);
    for (const [, { Type, DeletionPolicy }] of kept) expect(`${Type} ${DeletionPolicy}`).toBe(`${Type} Retain`);
  });

  test('stays reviewable: no Region has more than 200 resources', () => {
    for (const region of config.regions) {
      const { Resources } = templates[`dispatch-${region}`] ?? EMPTY;
      expect(Object.keys(Resources).length).toBeLessThanOrEqual(200);
    }
  });
});

describe('acknowledgements', () => {
  test('all say why and until when', () => {
    const app = testApp();
    new Blueprint(app, zoned(LAVISH_BLUEPRINT));
    const reasons = app.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.values<string>(data));

    expect(reasons.length).toBeGreaterThan(50);
    expect(reasons.filter((reason) => !reason.endsWith(` Review by ${REVIEW_BY}.`))).toEqual([]);
  });

  test.each([
    [REVIEW_BY, 0],
    [`${Number(REVIEW_BY.slice(0, 4)) + 1}${REVIEW_BY.slice(4)}`, 1],
  ])('are asked to be reviewed on %s in %p warnings', (day, warnings) => {
    const app = testApp();
    const { data } = new Blueprint(app, qualified());
    addRulePacks(app, new Date(`${day}T23:59:59Z`));

    expect(Annotations.fromStack(data).findWarning('*', Match.stringLikeRegexp('ReviewOverdue'))).toHaveLength(
      warnings,
    );
  });
});

test('the rules find a route that was opened without acknowledgement', () => {
  const app = testApp();
  const { regions } = new Blueprint(app, qualified());
  const [stack] = regions;
  if (!stack) throw new Error('no Region');
  new CfnRoute(stack, 'Open', { apiId: 'api', routeKey: 'GET /open', authorizationType: 'NONE' });
  addRulePacks(app);

  expect(() => app.synth()).toThrow(/AwsSolutions-APIG4/);
});

describe('keys', () => {
  const everyKeyIn = (templates: Readonly<Record<string, NormalTemplate>>): string =>
    JSON.stringify(templates)
      .match(/:key\/|alias\/dispatch|AWS::KMS::Key/g)
      ?.join(' ') ?? '';

  test('are those of AWS by default', () => {
    expect(everyKeyIn(synthesize(qualified()))).toBe('');
  });

  test('of the account: one in each Region, rotated, named by every replica, log group, bucket and topic there', () => {
    const config = qualified({ encryption: 'customer-managed' });
    const templates = synthesize(config);

    for (const region of config.regions) {
      const keys = templates[`dispatch-key-${region}`] ?? EMPTY;
      expect(propertiesOf(keys, 'AWS::KMS::Key')).toEqual([expect.objectContaining({ EnableKeyRotation: true })]);
      expect(propertiesOf(keys, 'AWS::KMS::Alias')).toEqual([expect.objectContaining({ AliasName: 'alias/dispatch' })]);
    }
    const table = tableOf(templates);
    expect(table?.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    for (const replica of (table?.Replicas ?? []) as Record<string, unknown>[]) {
      const KMSMasterKeyId = `arn:aws:kms:${replica.Region}:111111111111:alias/dispatch`;
      expect(replica.SSESpecification).toEqual({ KMSMasterKeyId });
    }
    for (const region of config.regions) {
      for (const stack of [`dispatch-${region}`, `dispatch-foundation-${region}`]) {
        const template = templates[stack] ?? EMPTY;
        for (const group of propertiesOf(template, 'AWS::Logs::LogGroup')) expect(group.KmsKeyId).toBeDefined();
        for (const topic of propertiesOf(template, 'AWS::SNS::Topic')) expect(topic.KmsMasterKeyId).toBeDefined();
        for (const bucket of propertiesOf(template, 'AWS::S3::Bucket')) {
          expect(JSON.stringify(bucket.BucketEncryption)).toContain('aws:kms');
        }
      }
    }
  });

  test('exist before anything that they encrypt', () => {
    const app = testApp();
    const blueprint = new Blueprint(app, qualified({ encryption: 'customer-managed' }));
    const names = blueprint.data.dependencies.map(({ stackName }) => stackName);

    expect(names).toEqual(['dispatch-key-us-east-2', 'dispatch-key-us-west-2']);
    for (const foundation of blueprint.foundations) {
      expect(foundation.dependencies.map(({ stackName }) => stackName)).toEqual([`dispatch-key-${foundation.region}`]);
    }
  });
});

describe('backups', () => {
  const config = qualified({ backup: { account: '333333333333', region: 'ca-central-1', retentionDays: 90 } });
  const templates = synthesize(config);

  test('are copied each day to a locked vault of another account and Region', () => {
    const [plan] = propertiesOf(templates['dispatch-backup'] ?? EMPTY, 'AWS::Backup::BackupPlan');
    const [vault] = propertiesOf(templates['dispatch-vault'] ?? EMPTY, 'AWS::Backup::BackupVault');

    expect(plan).toMatchObject({
      BackupPlan: {
        BackupPlanRule: [
          {
            ScheduleExpression: 'cron(0 5 * * ? *)',
            CopyActions: [
              {
                DestinationBackupVaultArn: 'arn:aws:backup:ca-central-1:333333333333:backup-vault:dispatch',
                Lifecycle: { DeleteAfterDays: 90 },
              },
            ],
          },
        ],
      },
    });
    expect(vault).toMatchObject({
      BackupVaultName: 'dispatch',
      LockConfiguration: { MinRetentionDays: 90, ChangeableForDays: 7 },
    });
    expect(JSON.stringify(vault?.AccessPolicy)).toContain(':iam::111111111111:root');
  });

  test('select the table alone', () => {
    const [selection] = propertiesOf(templates['dispatch-backup'] ?? EMPTY, 'AWS::Backup::BackupSelection');

    expect(selection).toMatchObject({
      BackupSelection: { Resources: ['arn:aws:dynamodb:us-east-2:111111111111:table/dispatch-data'] },
    });
  });

  test('place the vault where it was asked for, and wait for it and the table', () => {
    const app = testApp();
    new Blueprint(app, config);
    const stacks = app.synth().stacks;
    const backup = stacks.find(({ stackName }) => stackName === 'dispatch-backup');

    expect(stacks.find(({ stackName }) => stackName === 'dispatch-vault')?.environment).toMatchObject({
      account: '333333333333',
      region: 'ca-central-1',
    });
    expect(backup?.dependencies.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['dispatch-data', 'dispatch-vault']),
    );
  });
});

describe('capacity', () => {
  test('reserves, and provisions if asked, what the arithmetic says', () => {
    const config = zoned(LAVISH_BLUEPRINT);
    const held = regionCapacity(config);
    const templates = synthesize(config);

    for (const region of config.regions) {
      const template = templates[`dispatch-${region}`] ?? EMPTY;
      const api = propertiesOf(template, 'AWS::Lambda::Function').find(
        ({ FunctionName }) => FunctionName === 'dispatch-api',
      );
      expect(api?.ReservedConcurrentExecutions).toBe(held.reservedConcurrency);
      expect(propertiesOf(template, 'AWS::Lambda::Alias')).toEqual([
        expect.objectContaining({
          ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: held.provisionedConcurrency },
        }),
      ]);
    }
    expect(tableOf(templates)).toMatchObject({
      WarmThroughput: {
        ReadUnitsPerSecond: held.warmTable?.readUnits,
        WriteUnitsPerSecond: held.warmTable?.writeUnits,
      },
      GlobalSecondaryIndexes: [{ WarmThroughput: { ReadUnitsPerSecond: held.warmIndex?.readUnits } }],
    });
  });

  test('provisions and warms nothing by default', () => {
    const templates = synthesize(qualified());

    expect(JSON.stringify(templates)).not.toMatch(/"ProvisionedConcurrencyConfig":|"WarmThroughput":/);
  });
});

const EMPTY: NormalTemplate = { Resources: {} };

/** Resource and rule of every finding that stops the synthesis. */
function findingsOf(app: App): string[] {
  try {
    app.synth();
  } catch (error) {
    const lines = String(error)
      .split('\n')
      .map((line) => line.trim());
    const found = lines.flatMap((line, index) =>
      line.startsWith('Acknowledge with') ? [`${lines[index - 1]} ${line}`] : [],
    );
    return found.length > 0 ? found : [String(error)];
  }
  return [];
}

function tableOf(templates: Readonly<Record<string, NormalTemplate>>): Record<string, unknown> | undefined {
  return propertiesOf(templates['dispatch-data'] ?? EMPTY, 'AWS::DynamoDB::GlobalTable')[0];
}

function hasStar(action: string): boolean {
  return action.includes('*');
}

/** Every statement of every policy document within a resource. */
function statementsIn(value: unknown): Statement[] {
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  if (typeof value !== 'object' || value === null) return [];
  const { Statement: statements, ...rest } = value as Record<string, unknown>;
  const own =
    statements === undefined ? [] : list(statements).map((entry) => readStatement(entry as Record<string, unknown>));
  return [...own, ...Object.values(rest).flatMap(statementsIn)];
}

function readStatement({ Action, NotAction, Resource, Effect }: Record<string, unknown>): Statement {
  if (NotAction !== undefined) return { actions: ['NotAction:*'], resources: [], effect: String(Effect) };
  return {
    actions: list(Action).map(String),
    resources: list(Resource).map((resource) => (typeof resource === 'string' ? resource : JSON.stringify(resource))),
    effect: String(Effect),
  };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
