import { Alarm, AlarmRule, CompositeAlarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Duration, Stack, Tags, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag/lib/packs/aws-solutions';
import { type ExperimentReport, FaultAction, FaultTarget } from '../../../lib/constructs';
import { testApp } from '../../helpers/synthesize';
import { ACCOUNT, alarmIn, codeOf, errors, functionIn, functions, Laboratory, TAGS, waiting } from './fixture';

const ARN = `arn:aws:lambda:us-east-2:${ACCOUNT}:function:dispatch-api`;

describe('the template of an experiment', () => {
  test('says what happens, to what, and what stops it', () => {
    const laboratory = new Laboratory();
    laboratory.experiment();

    expect(laboratory.templateProperties()).toEqual({
      Description: 'Some invocations fail.',
      RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^ExperimentRole/), 'Arn'] },
      Targets: { Functions: { ResourceType: 'aws:lambda:function', ResourceTags: TAGS, SelectionMode: 'ALL' } },
      Actions: {
        fail: {
          ActionId: 'aws:lambda:invocation-error',
          Parameters: { duration: 'PT10M', invocationPercentage: '50', preventExecution: 'true' },
          Targets: { Functions: 'Functions' },
        },
      },
      StopConditions: [
        { Source: 'aws:cloudwatch:alarm', Value: { 'Fn::GetAtt': [expect.stringMatching(/^Alarm/), 'Arn'] } },
      ],
      LogConfiguration: {
        LogSchemaVersion: 2,
        CloudWatchLogsConfiguration: { LogGroupArn: { 'Fn::GetAtt': [expect.stringMatching(/^Log/), 'Arn'] } },
      },
      ExperimentOptions: { AccountTargeting: 'single-account', EmptyTargetResolutionMode: 'fail' },
      Tags: { Name: 'errors' },
    });
  });

  test('names a target once however many actions share it, and others apart', () => {
    const laboratory = new Laboratory();
    functionIn(laboratory.stack, 'judge', { role: 'judge' });
    const shared = functions();
    laboratory.experiment({
      actions: {
        first: errors({ target: shared }),
        second: errors({ target: shared, startAfter: ['first'] }),
        third: errors({ target: functions({ role: 'judge' }), startAfter: ['second'] }),
      },
    });
    const { Actions, Targets } = laboratory.templateProperties() as Record<string, Record<string, object>>;

    expect(Object.keys(Targets ?? {})).toEqual(['Functions', 'Functions-2']);
    expect(Actions).toMatchObject({
      first: { Targets: { Functions: 'Functions' } },
      second: { Targets: { Functions: 'Functions' }, StartAfter: ['first'] },
      third: { Targets: { Functions: 'Functions-2' }, StartAfter: ['second'] },
    });
  });

  test('writes selection, filters and parameters of a target as FIS takes them', () => {
    const laboratory = new Laboratory();
    const target = FaultTarget.tagged('aws:lambda:function', TAGS, {
      selection: { percent: 50 },
      filters: [{ path: 'Runtime', values: ['nodejs24.x'] }],
      parameters: { functionQualifier: 'live' },
    });
    laboratory.experiment({ actions: { fail: errors({ target }) } });

    expect(laboratory.templateProperties()).toMatchObject({
      Targets: {
        Functions: {
          SelectionMode: 'PERCENT(50)',
          Filters: [{ Path: 'Runtime', Values: ['nodejs24.x'] }],
          Parameters: { functionQualifier: 'live' },
        },
      },
    });
  });

  test('writes a report with the names CloudFormation has, and grants it', () => {
    const laboratory = new Laboratory();
    const { stack } = laboratory;
    const encryptionKey = new Key(stack, 'Key');
    const bucket = new Bucket(stack, 'Reports', { encryption: BucketEncryption.KMS, encryptionKey });
    laboratory.experiment({
      report: { bucket, prefix: 'chaos', dashboard: new Dashboard(stack, 'Dashboard'), before: Duration.minutes(30) },
    });

    expect(laboratory.templateProperties().ExperimentReportConfiguration).toEqual({
      Outputs: { ExperimentReportS3Configuration: { BucketName: expect.anything(), Prefix: 'chaos' } },
      DataSources: { CloudWatchDashboards: [{ DashboardIdentifier: expect.anything() }] },
      PreExperimentDuration: 'PT30M',
    });
    const actions = laboratory.statements().flatMap(({ Action }) => Action);
    expect(actions).toEqual(
      expect.arrayContaining([
        's3:PutObject',
        'cloudwatch:GetDashboard',
        'cloudwatch:GetMetricWidgetImage',
        'kms:Decrypt',
      ]),
    );
  });
});

describe('the role of an experiment', () => {
  test('can be had by experiments of this account and Region alone', () => {
    const laboratory = new Laboratory();
    const { role } = laboratory.experiment();

    expect(laboratory.stack.resolve(role.assumeRolePolicy)).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'fis.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': ACCOUNT },
            ArnLike: { 'aws:SourceArn': expect.anything() },
          },
        },
      ],
    });
    expect(JSON.stringify(laboratory.stack.resolve(role.assumeRolePolicy))).toContain(
      `:fis:us-east-2:${ACCOUNT}:experiment/*`,
    );
  });

  test('is kept to what the tags match, found by name in another stack of the Region', () => {
    const laboratory = new Laboratory();
    const bucket = new Bucket(new Stack(laboratory.app, 'Foundation', { env: here() }), 'Bucket', {
      bucketName: 'dispatch-objects',
    });
    Tags.of(bucket).add('FaultInjection', 'dispatch');
    laboratory.experiment({
      actions: {
        pause: FaultAction.of('aws:s3:bucket-pause-replication', {
          parameters: { duration: Duration.minutes(10), region: 'us-west-2' },
          targets: { Buckets: FaultTarget.tagged('aws:s3:bucket', TAGS) },
        }),
      },
    });

    expect(laboratory.statements()).toContainEqual({
      Effect: 'Allow',
      Action: 's3:PauseReplication',
      Resource: 'arn:aws:s3:::dispatch-objects',
      Condition: { StringLike: { 's3:DestinationRegion': 'us-west-2' } },
    });
  });

  test('is kept to named targets, and to the pattern of the type when nothing names them', () => {
    const named = new Laboratory();
    named.experiment({ actions: { fail: errors({ target: FaultTarget.arns('aws:lambda:function', [ARN]) }) } });
    const open = new Laboratory();
    const unnamed = new Bucket(new Stack(open.app, 'Foundation', { env: here() }), 'Bucket');
    Tags.of(unnamed).add('FaultInjection', 'dispatch');
    open.experiment({
      actions: {
        pause: FaultAction.of('aws:s3:bucket-pause-replication', {
          parameters: { duration: Duration.minutes(10), region: 'us-west-2' },
          targets: { Buckets: FaultTarget.tagged('aws:s3:bucket', TAGS) },
        }),
      },
    });

    expect(named.statements()).toContainEqual({
      Effect: 'Allow',
      Action: 'lambda:GetFunction',
      Resource: [ARN, `${ARN}:*`],
    });
    expect(JSON.stringify(open.statements())).toContain(':s3:::*"');
  });

  test('needs no tags to be read for targets that are named', () => {
    const named = new Laboratory();
    named.experiment({ actions: { fail: errors({ target: FaultTarget.arns('aws:lambda:function', [ARN]) }) } });
    const tagged = new Laboratory();
    tagged.experiment();

    expect(JSON.stringify(named.statements())).not.toContain('tag:GetResources');
    expect(JSON.stringify(tagged.statements())).toContain('tag:GetResources');
  });

  test('may inject errors into a table only when it is said to be strongly consistent', () => {
    const statementsFor = (circumstances: readonly 'strong-table'[]): string => {
      const laboratory = new Laboratory();
      tableIn(laboratory, ['us-east-2']);
      laboratory.experiment({ actions: { pause: tablePause(circumstances) } });
      return JSON.stringify(laboratory.statements());
    };

    expect(statementsFor([])).not.toContain('dynamodb:InjectError');
    expect(statementsFor(['strong-table'])).toContain(
      '"dynamodb:FisActionId":"aws:dynamodb:global-table-pause-replication"',
    );
  });

  test('leaves no finding of the rule packs unanswered', () => {
    const laboratory = new Laboratory();
    const { role } = laboratory.experiment();
    const pack = new AwsSolutionsChecks();
    const found = (): string[] => pack.validateScope(role).violations.map(({ ruleName }) => ruleName);

    expect(found()).not.toEqual([]);
    const report = reportOf(laboratory, pack);
    expect(report.filter((path) => path.includes('/dispatch-api/'))).not.toEqual([]);
    expect(report.filter((path) => path.includes('/Experiment/'))).toEqual([]);
  });
});

/** Paths of constructs with findings after synthesis. */
function reportOf({ app }: Laboratory, pack: AwsSolutionsChecks): string[] {
  Validations.of(app).addPlugins(pack);
  try {
    app.synth();
  } catch (error) {
    return String(error).match(/Laboratory-\S+/g) ?? [];
  }
  return [];
}

describe('tags must find something', () => {
  const synthesized = (arrange: (laboratory: Laboratory) => void): string => {
    const laboratory = new Laboratory();
    arrange(laboratory);
    return codeOf(() => laboratory.app.synth());
  };

  test('a resource of the type with all tags is enough, however its tags came to it', () => {
    expect(synthesized((laboratory) => laboratory.experiment())).toBe('accepted');
    expect(
      synthesized((laboratory) => {
        laboratory.experiment({ actions: { fail: errors({ target: functions({ owner: 'logistics' }) }) } });
        Tags.of(laboratory.app).add('owner', 'logistics');
      }),
    ).toBe('accepted');
  });

  test.each<[string, Record<string, string>]>([
    ['another value', { FaultInjection: 'other' }],
    ['one tag more', { ...TAGS, tier: 'one' }],
  ])('refuses %s', (_, tags) => {
    expect(
      synthesized((laboratory) => laboratory.experiment({ actions: { fail: errors({ target: functions(tags) }) } })),
    ).toBe('FaultTargetMatchesNothing');
  });

  test('refuses a match in another Region, and one of another type', () => {
    expect(
      synthesized((laboratory) => {
        const elsewhere = new Stack(laboratory.app, 'Elsewhere', { env: here('us-west-2') });
        functionIn(elsewhere, 'far', { place: 'far' });
        laboratory.experiment({ actions: { fail: errors({ target: functions({ place: 'far' }) }) } });
      }),
    ).toBe('FaultTargetMatchesNothing');
    expect(
      synthesized((laboratory) => {
        Tags.of(new Bucket(laboratory.stack, 'Bucket')).add('kind', 'bucket');
        laboratory.experiment({ actions: { fail: errors({ target: functions({ kind: 'bucket' }) }) } });
      }),
    ).toBe('FaultTargetMatchesNothing');
  });

  test.each([
    [['us-east-2'], 'accepted'],
    [['us-west-2'], 'FaultTargetMatchesNothing'],
  ])('a table is there with a tagged replica: %s', (tagged, code) => {
    expect(
      synthesized((laboratory) => {
        tableIn(laboratory, tagged);
        laboratory.experiment({ actions: { pause: tablePause() } });
      }),
    ).toBe(code);
  });

  test('a second synthesis sees what was tagged since the first', () => {
    const laboratory = new Laboratory();
    laboratory.experiment({ actions: { fail: errors({ target: functions({ since: 'now' }) }) } });

    expect(codeOf(() => laboratory.app.synth())).toBe('FaultTargetMatchesNothing');
    Tags.of(functionIn(laboratory.stack, 'late')).add('since', 'now');
    expect(codeOf(() => laboratory.app.synth({ force: true }))).toBe('accepted');
    expect(JSON.stringify(laboratory.statements())).toContain('"Ref":"late');
  });

  test('somebody may answer for what another app creates', () => {
    const target = FaultTarget.tagged('aws:lambda:function', { owner: 'others' }, { elsewhere: [ARN] });

    expect(synthesized((laboratory) => laboratory.experiment({ actions: { fail: errors({ target }) } }))).toBe(
      'accepted',
    );
  });
});

/** A global table of another stack and Region whose replicas are tagged one by one. */
function tableIn({ app }: Laboratory, tagged: readonly string[]): void {
  const data = new Stack(app, 'Data', { env: here('us-east-1') });
  new TableV2(data, 'Table', {
    tableName: 'dispatch-data',
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    replicas: ['us-east-2', 'us-west-2'].map((region) => ({
      region,
      tags: tagged.includes(region) ? [{ key: 'FaultInjection', value: 'dispatch' }] : [],
    })),
  });
}

function tablePause(circumstances: readonly 'strong-table'[] = []): FaultAction {
  return FaultAction.of('aws:dynamodb:global-table-pause-replication', {
    parameters: { duration: Duration.minutes(10) },
    targets: { Tables: FaultTarget.tagged('aws:dynamodb:global-table', TAGS) },
    circumstances,
  });
}

function here(region = 'us-east-2') {
  return { account: ACCOUNT, region };
}

describe('an experiment must be stopped by something', () => {
  const experimentWith =
    (stopAlarms: (laboratory: Laboratory) => readonly Alarm[] | readonly CompositeAlarm[]) => () => {
      const laboratory = new Laboratory();
      laboratory.experiment({ stopAlarms: stopAlarms(laboratory) });
    };

  test.each<[string, Parameters<typeof experimentWith>[0], string]>([
    ['no alarm', () => [], 'StopAlarms'],
    ['six alarms', ({ stack }) => [1, 2, 3, 4, 5, 6].map((id) => alarmIn(stack, `Alarm${id}`)), 'StopAlarms'],
    [
      'a composite alarm',
      ({ stack, alarm }) => [new CompositeAlarm(stack, 'Composite', { alarmRule: AlarmRule.anyOf(alarm) })],
      'StopAlarmIsComposite',
    ],
    [
      'an alarm of another Region',
      ({ app }) => [alarmIn(new Stack(app, 'Elsewhere', { env: here('us-west-2') }))],
      'ExperimentElsewhere',
    ],
    [
      'the ARN of an alarm of another Region',
      ({ stack }) => [Alarm.fromAlarmArn(stack, 'Far', `arn:aws:cloudwatch:us-west-2:${ACCOUNT}:alarm:far`) as Alarm],
      'ExperimentElsewhere',
    ],
    ['five alarms', ({ stack }) => [1, 2, 3, 4, 5].map((id) => alarmIn(stack, `Alarm${id}`)), 'accepted'],
  ])('refuses, or takes, %s', (_, stopAlarms, code) => {
    expect(codeOf(experimentWith(stopAlarms))).toBe(code);
  });
});

describe('an experiment must end', () => {
  const timed = (actions: Record<string, FaultAction>, maximumDuration?: Duration) => () =>
    new Laboratory().experiment({ actions, ...(maximumDuration && { maximumDuration }) });

  test.each<[string, () => unknown, string]>([
    ['an hour in one action', timed({ a: waiting(60) }), 'accepted'],
    ['more than an hour in one action', timed({ a: waiting(61) }), 'ExperimentDuration'],
    ['an hour side by side', timed({ a: waiting(60), b: waiting(60) }), 'accepted'],
    ['more than an hour one after the other', timed({ b: waiting(30, ['a']), a: waiting(31) }), 'ExperimentDuration'],
    ['two hours when they are allowed', timed({ a: waiting(120) }, Duration.hours(2)), 'accepted'],
    ['an allowance beyond the quota', timed({ a: waiting(60) }, Duration.hours(13)), 'ExperimentMaximum'],
    ['an action after one that is not there', timed({ a: waiting(1, ['b']) }), 'StartAfterUnknown'],
    ['an action after itself', timed({ a: waiting(1, ['a']) }), 'StartAfterCycle'],
    [
      'actions after each other',
      timed({ a: waiting(1, ['c']), b: waiting(1, ['a']), c: waiting(1, ['b']) }),
      'StartAfterCycle',
    ],
    ['no action', timed({}), 'ExperimentActions'],
    ['twenty-one actions', timed(numbered(21)), 'ExperimentActions'],
    ['eleven actions at a time', timed(numbered(11)), 'ExperimentParallelActions'],
    ['ten actions at a time', timed(numbered(10)), 'accepted'],
    ['a name with a space', timed({ 'a b': waiting(1) }), 'ExperimentActionName'],
  ])('refuses, or takes, %s', (_, make, code) => {
    expect(codeOf(make)).toBe(code);
  });

  test.each<[string, Record<string, FaultAction>, string]>([
    ['two errors at a time on one target', { a: errors(), b: errors() }, 'ExperimentConflict'],
    ['one after the other', { a: errors(), b: errors({ startAfter: ['a'] }) }, 'accepted'],
    ['two targets', { a: errors(), b: errors({ target: functions({ role: 'judge' }) }) }, 'accepted'],
    ['an error beside a delay', { a: errors(), b: delays() }, 'accepted'],
    ['an error beside an answer', { a: errors(), b: answers() }, 'ExperimentConflict'],
  ])('refuses, or takes, %s', (_, actions, code) => {
    expect(codeOf(timed(actions))).toBe(code);
  });
});

function numbered(count: number): Record<string, FaultAction> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`wait-${index}`, waiting(1)]));
}

function delays(): FaultAction {
  return FaultAction.of('aws:lambda:invocation-add-delay', {
    parameters: { duration: Duration.minutes(10) },
    targets: { Functions: functions() },
  });
}

function answers(): FaultAction {
  return FaultAction.of('aws:lambda:invocation-http-integration-response', {
    parameters: {
      duration: Duration.minutes(10),
      statusCode: 503,
      contentTypeHeader: 'text/plain',
      preventExecution: true,
    },
    targets: { Functions: functions() },
  });
}

describe('an experiment refuses', () => {
  const reporting = (report: (stack: Stack) => ExperimentReport) => () => {
    const laboratory = new Laboratory();
    laboratory.experiment({ report: report(laboratory.stack) });
  };
  const bucketIn = (stack: Stack): Bucket => new Bucket(stack, 'Reports');

  test.each<[string, () => unknown, string]>([
    ['an empty name', () => new Laboratory().experiment({ name: '' }), 'ExperimentText'],
    ['a long description', () => new Laboratory().experiment({ description: 'x'.repeat(513) }), 'ExperimentText'],
    [
      'faults of functions without the extension',
      () => new Laboratory().experiment({ extensionConfigurationArn: undefined }),
      'FaultWithoutExtension',
    ],
    [
      'a log group of another Region',
      () => {
        const laboratory = new Laboratory();
        const elsewhere = new Stack(laboratory.app, 'Elsewhere', { env: here('us-west-2') });
        laboratory.experiment({ logGroup: new LogGroup(elsewhere, 'Log') });
      },
      'ExperimentElsewhere',
    ],
    [
      'a report to another Region',
      reporting((stack) => ({
        bucket: bucketIn(new Stack(stack.node.root, 'Elsewhere', { env: here('us-west-2') })),
      })),
      'ExperimentElsewhere',
    ],
    [
      'a report on 31 minutes before',
      reporting((stack) => ({ bucket: bucketIn(stack), before: Duration.minutes(31) })),
      'ReportDuration',
    ],
    [
      'a report on 3 hours after',
      reporting((stack) => ({ bucket: bucketIn(stack), after: Duration.hours(3) })),
      'ReportDuration',
    ],
    ['a long prefix', reporting((stack) => ({ bucket: bucketIn(stack), prefix: 'x'.repeat(257) })), 'ReportPrefix'],
  ])('%s', (_, make, code) => {
    expect(codeOf(make)).toBe(code);
  });

  test('nothing that one app of several Regions would ship in each', () => {
    const app = testApp();
    for (const region of ['us-east-2', 'us-west-2']) new Laboratory(app, region).experiment();

    expect(codeOf(() => app.synth())).toBe('accepted');
  });
});
