import type { TargetDefinition } from '../../../lib/drill/experiments/experiment-definition';
import { resolveTarget } from '../../../lib/drill/experiments/resolve-target';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { EAST, experimentAssembly, lambdaFunction, TABLE, tagged, trialOf, WEST } from './written-assembly';

const RESOURCES = {
  One: lambdaFunction({ app: 'dispatch', role: 'api' }, {}, { FunctionName: 'one', Timeout: 3 }),
  Two: lambdaFunction(
    { app: 'dispatch', role: 'judge' },
    {},
    { FunctionName: 'two', Timeout: 30, Architectures: ['arm64'] },
  ),
  Three: lambdaFunction({ app: 'other', role: 'api' }, {}, { FunctionName: 'three', Timeout: 3 }),
  Photos: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'photos', Tags: [{ Key: 'app', Value: 'dispatch' }] } },
  Parcels: TABLE,
  Single: {
    ...TABLE,
    Properties: { ...TABLE.Properties, TableName: 'single', Replicas: TABLE.Properties.Replicas.slice(0, 1) },
  },
};
const WESTERN = { Far: lambdaFunction({ app: 'dispatch', role: 'api' }) };

/** What a target comes to. */
function resolve(target: unknown, seed = 'seed') {
  const assembly = experimentAssembly({ targets: { it: target }, resources: RESOURCES, west: WESTERN });
  const experiment = trialOf(assembly);
  const [definition] = experiment.targets;
  return resolveTarget(assembly, experiment, definition as TargetDefinition, new RandomStream(seed));
}

const namesOf = (target: unknown, seed?: string): readonly string[] =>
  resolve(target, seed).resources.map(({ name }) => name);

const functions = (tags: Readonly<Record<string, string>>, more = {}) => tagged('aws:lambda:function', tags, more);
const named = (ResourceType: string, ...ResourceArns: readonly unknown[]) => ({
  ResourceType,
  ResourceArns,
  SelectionMode: 'ALL',
});
const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

describe('by tags', () => {
  test.each([
    [{ app: 'dispatch' }, ['East/One', 'East/Two']],
    [{ app: 'dispatch', role: 'api' }, ['East/One']],
    [{ role: 'api' }, ['East/One', 'East/Three']],
    [{ role: 'API' }, []],
    [{ team: 'x' }, []],
  ])('%p, all of them and in the Region of the experiment', (tags, names) => {
    expect(namesOf(functions(tags))).toEqual(names);
  });

  test('buckets, and replicas by the tags of their own Region', () => {
    expect(namesOf(tagged('aws:s3:bucket', { app: 'dispatch' }))).toEqual(['photos']);
    expect(namesOf(tagged('aws:dynamodb:global-table', { role: 'data' }))).toEqual(['parcels']);
    expect(namesOf(tagged('aws:dynamodb:global-table', { role: 'other' }))).toEqual([]);
  });
});

describe('by ARN', () => {
  test('functions that are referred to, and tables by the ARN of their replica', () => {
    expect(namesOf(named('aws:lambda:function', arnOf('Three'), arnOf('One')))).toEqual(['East/One', 'East/Three']);
    expect(namesOf(named('aws:dynamodb:global-table', `arn:aws:dynamodb:${EAST}:111122223333:table/parcels`))).toEqual([
      'parcels',
    ]);
  });

  test('what is not there leaves the target incomplete', () => {
    const far = named('aws:dynamodb:global-table', `arn:aws:dynamodb:${WEST}:111122223333:table/parcels`);
    expect(resolve(far)).toMatchObject({ resources: [], isIncomplete: true, isNamed: true });
    expect(resolve(named('aws:lambda:function', arnOf('One'))).isIncomplete).toBe(false);
    const gone = 'arn:aws:lambda:us-east-2:111122223333:function:gone';
    expect(resolve(named('aws:lambda:function', arnOf('One'), gone)).isIncomplete).toBe(true);
  });

  test('buckets are not found so, as FIS does not', () => {
    expect(() => resolve(named('aws:s3:bucket', arnOf('Photos')))).toThrow(
      new NotModelled('target it of East/Trial: FIS finds aws:s3:bucket by tags only'),
    );
  });
});

describe('filters', () => {
  const filtered = (...filters: readonly (readonly [path: string, ...values: string[]])[]) =>
    functions({}, { Filters: filters.map(([Path, ...Values]) => ({ Path, Values })) });

  test.each<[string, [string, ...string[]][], string[]]>([
    ['one value of several', [['FunctionName', 'two', 'three']], ['East/Two', 'East/Three']],
    ['a number', [['Timeout', '3']], ['East/One', 'East/Three']],
    ['a member of a list', [['Architectures', 'arm64']], ['East/Two']],
    [
      'all of them',
      [
        ['Timeout', '3'],
        ['FunctionName', 'two', 'three'],
      ],
      ['East/Three'],
    ],
  ])('are passed by %s', (_, filters, names) => {
    expect(namesOf(filtered(...filters))).toEqual(names);
  });

  test('on another path are not modelled', () => {
    expect(() => resolve(filtered(['VpcConfig.VpcId', 'vpc-1']))).toThrow(
      new NotModelled('filter VpcConfig.VpcId of target it of East/Trial'),
    );
  });
});

describe('a selection', () => {
  const chosen = (SelectionMode: string, seed: string) => namesOf(functions({}, { SelectionMode }), seed);

  test.each([
    ['COUNT(1)', 1],
    ['COUNT(2)', 2],
    ['COUNT(9)', 3],
    ['PERCENT(100)', 3],
    ['PERCENT(67)', 2],
    ['PERCENT(66)', 1],
    ['PERCENT(33)', 0],
  ])('%s of three takes %d of them, each once', (mode, count) => {
    const names = chosen(mode, 'seed');

    expect(names).toHaveLength(count);
    expect(new Set(names).size).toBe(count);
  });

  test('is drawn: the same by the same seed, and every one by some', () => {
    const picks = Array.from({ length: 30 }, (_, seed) => chosen('COUNT(1)', String(seed)));

    expect(chosen('COUNT(1)', '5')).toEqual(picks[5]);
    expect(new Set(picks.flat())).toEqual(new Set(['East/One', 'East/Two', 'East/Three']));
  });
});

test('another type of resources is not modelled', () => {
  expect(() => resolve(tagged('aws:ec2:instance', {}))).toThrow(
    new NotModelled('targets of type aws:ec2:instance (target it of East/Trial)'),
  );
});
