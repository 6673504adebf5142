import { plannedMs } from '../../../lib/drill/experiments/action-models';
import { findExperiment, readExperiments, refuseBroken } from '../../../lib/drill/experiments/read-experiments';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { problemsOf, readStacks } from '../../assembly/write-assembly';
import {
  EAST,
  experimentAssembly,
  pause,
  TABLES,
  tagged,
  trialOf,
  WEST,
  type WrittenExperiment,
  wait,
} from './written-assembly';

test('an experiment is read with its actions, targets and stop conditions', () => {
  const assembly = experimentAssembly({
    actions: { pause: pause('PT10M', 'rest'), rest: wait('PT2M') },
    targets: TABLES,
    stop: [{ 'Fn::GetAtt': ['Alarm', 'Arn'] }],
  });

  expect(trialOf(assembly)).toMatchObject({
    id: 'East/Trial',
    name: 'trial',
    region: EAST,
    description: 'A trial',
    emptyTargets: 'fail',
    actions: [
      { name: 'pause', targets: { Tables: 'tables' }, startAfter: ['rest'], parameters: { duration: 'PT10M' } },
      { name: 'rest', targets: {}, startAfter: [] },
    ],
    targets: [{ name: 'tables', tags: { role: 'data' }, filters: [], selectionMode: 'ALL' }],
    stopAlarms: ['arn:aws:cloudwatch:us-east-2:111122223333:alarm:dispatch-evacuated-us-east-2-rest'],
  });
});

test('stop conditions that are none, and an empty target that is to be skipped', () => {
  const none = experimentAssembly({
    options: { AccountTargeting: 'single-account', EmptyTargetResolutionMode: 'skip' },
  });
  const [experiment] = readExperiments(none);

  expect(experiment).toMatchObject({ stopAlarms: [], emptyTargets: 'skip' });
});

test('over several accounts it is not modelled', () => {
  const assembly = experimentAssembly({ options: { AccountTargeting: 'multi-account' } });

  expect(() => readExperiments(assembly)).toThrow(new NotModelled('experiment East/Trial over several accounts'));
});

describe('the length of an experiment', () => {
  test.each([
    ['of one action is its own', { only: wait('PT7M') }, 420],
    ['of actions side by side is the longest', { one: wait('PT7M'), other: wait('PT9M') }, 540],
    [
      'of actions after each other is their sum',
      { one: wait('PT1M', 'two'), two: wait('PT2M', 'three'), three: wait('PT4M') },
      420,
    ],
    [
      'counts an action after two of them from the later',
      { a: wait('PT1M'), b: wait('PT5M'), c: wait('PT1M', 'a', 'b') },
      360,
    ],
  ])('%s', (_, actions, seconds) => {
    expect(plannedMs(trialOf(experimentAssembly({ actions })))).toBe(1000 * seconds);
  });

  test('is not modelled where it is known only after deployment', () => {
    const actions = { rest: { ActionId: 'aws:fis:wait', Parameters: { duration: { 'Fn::ImportValue': 'length' } } } };

    expect(() => plannedMs(trialOf(experimentAssembly({ actions })))).toThrow(
      /^not modelled: duration .* of action rest/,
    );
  });
});

describe('finds an experiment', () => {
  const template = (Name: string) => ({
    Type: 'AWS::FIS::ExperimentTemplate',
    Properties: { Actions: { rest: wait('PT1M') }, StopConditions: [{ Source: 'none' }], Tags: { Name } },
  });
  const both = { Pause: template('pause-table'), Slow: template('slow-function') };
  const assembly = readStacks({
    East: { region: EAST, template: { Resources: { ...both, Bucket: template('pause-bucket') } } },
    West: { region: WEST, template: { Resources: both } },
  });

  test.each([
    ['slow-function', WEST, 'West/Slow'],
    ['slow', EAST, 'East/Slow'],
    ['Pause', EAST, 'East/Pause'],
    ['pause-bucket', undefined, 'East/Bucket'],
  ])('by %s in %s', (name, region, id) => expect(findExperiment(assembly, name, region).id).toBe(id));

  test.each([
    [
      'a name that several Regions have',
      'slow',
      undefined,
      '--region',
      'one of us-east-2, us-west-2, which all have slow',
    ],
    ['a Region without any', 'slow', 'us-east-1', '--region', 'a Region with experiments: us-east-2, us-west-2'],
    ['a beginning of two', 'pause', EAST, '--experiment', 'one experiment: pause-table, pause-bucket'],
    ['an unknown name', 'fast', WEST, '--experiment', 'one experiment: pause-table, slow-function'],
  ])('but refuses %s', (_, name, region, field, allowed) => {
    expect(problemsOf(() => findExperiment(assembly, name, region))).toMatchObject([{ field, allowed }]);
  });

  test('but says so where there is none', () => {
    const none = readStacks({
      East: { region: EAST, template: { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } } },
    });

    expect(problemsOf(() => findExperiment(none, 'slow', undefined))).toMatchObject([
      { allowed: 'an experiment, and the assembly has none' },
    ]);
  });
});

describe('what FIS would refuse is refused', () => {
  const refused = (written: WrittenExperiment) =>
    problemsOf(() => refuseBroken(trialOf(experimentAssembly(written)))).map(
      ({ field, found }) => `${field}: ${found}`,
    );

  test.each([
    ['no action', { actions: {} }, ['East/Trial.Actions: []']],
    [
      'an order that has no beginning',
      { actions: { a: wait('PT1M', 'c'), b: wait('PT1M', 'a'), c: wait('PT1M', 'b'), d: wait('PT1M', 'c') } },
      ['East/Trial.Actions.a.StartAfter: ["a","c","b","a"]'],
    ],
    [
      'an action that waits for itself',
      { actions: { a: wait('PT1M', 'a') } },
      ['East/Trial.Actions.a.StartAfter: ["a","a"]'],
    ],
    [
      'unknown actions and targets, all at once',
      { actions: { a: pause('PT1M', 'b'), c: wait('PT1M', 'd') } },
      [
        'East/Trial.Actions.a.StartAfter: "b"',
        'East/Trial.Actions.a.Targets: "tables"',
        'East/Trial.Actions.c.StartAfter: "d"',
      ],
    ],
    [
      'a target by ARN and by tag',
      {
        actions: { a: pause('PT1M') },
        targets: { tables: tagged('aws:dynamodb:global-table', {}, { ResourceArns: [] }) },
      },
      ['East/Trial.Targets.tables: "ResourceArns and ResourceTags"'],
    ],
  ])('%s', (_, written, problems) => expect(refused(written)).toEqual(problems));

  test('and what it takes is not', () => {
    const written = { actions: { a: pause('PT1M', 'b', 'c'), b: wait('PT1M'), c: wait('PT1M', 'b') }, targets: TABLES };

    expect(() => refuseBroken(trialOf(experimentAssembly(written)))).not.toThrow();
  });
});
