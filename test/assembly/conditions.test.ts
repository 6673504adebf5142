import { problemsOf, readTemplate } from './write-assembly';

const UNKNOWN = { 'Fn::Equals': [{ Ref: 'Secret' }, 'x'] };
const TRUE = { 'Fn::Equals': ['1', 1] };
const FALSE = { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] };

/** What becomes of a resource with the condition: `holds`, `undecidable`, or undefined when it does not exist. */
function outcomeOf(condition: unknown): string | undefined {
  const assembly = readTemplate({
    Parameters: { Secret: { Type: 'String' } },
    Conditions: { Known: TRUE, It: condition },
    Resources: { Thing: { Type: 'Test::It', Condition: 'It' } },
  });
  return assembly.resources[0]?.condition?.outcome;
}

describe('conditions', () => {
  test.each([
    ['equal scalars, compared as strings', TRUE, 'holds'],
    ['unequal scalars', FALSE, undefined],
    [
      'equal lists',
      {
        'Fn::Equals': [
          ['a', 1],
          ['a', 1],
        ],
      },
      'holds',
    ],
    ['a token and another value', UNKNOWN, 'undecidable'],
    ['a token and itself', { 'Fn::Equals': [{ Ref: 'Secret' }, { Ref: 'Secret' }] }, 'holds'],
    ['Not of false', { 'Fn::Not': [FALSE] }, 'holds'],
    ['Not of unknown', { 'Fn::Not': [UNKNOWN] }, 'undecidable'],
    ['And of true and true', { 'Fn::And': [TRUE, { Condition: 'Known' }] }, 'holds'],
    ['And of unknown and false', { 'Fn::And': [UNKNOWN, FALSE] }, undefined],
    ['And of unknown and true', { 'Fn::And': [UNKNOWN, TRUE] }, 'undecidable'],
    ['Or of unknown and true', { 'Fn::Or': [UNKNOWN, TRUE] }, 'holds'],
    ['Or of unknown and false', { 'Fn::Or': [UNKNOWN, FALSE] }, 'undecidable'],
    ['Or of false and false', { 'Fn::Or': [FALSE, FALSE, FALSE] }, undefined],
  ])('decides %s', (_, condition, expected) => {
    expect(outcomeOf(condition)).toBe(expected);
  });

  test('decide which resources, dependencies and outputs exist', () => {
    const assembly = readTemplate({
      Conditions: { No: FALSE },
      Resources: {
        Gone: { Type: 'Test::It', Condition: 'No' },
        Kept: { Type: 'Test::It', DependsOn: ['Gone', 'Other'] },
        Other: { Type: 'Test::It' },
      },
      Outputs: { Gone: { Condition: 'No', Value: { Ref: 'Gone' } }, Kept: { Value: { Ref: 'Kept' } } },
    });

    expect(assembly.resources.map(({ logicalId, dependsOn }) => [logicalId, dependsOn])).toEqual([
      ['Kept', ['Other']],
      ['Other', []],
    ]);
    expect([...(assembly.stacks[0]?.outputs.keys() ?? [])]).toEqual(['Kept']);
  });

  test('leave a choice they cannot decide as a token that remembers both branches', () => {
    const assembly = readTemplate({
      Parameters: { Secret: { Type: 'String' } },
      Conditions: { Maybe: UNKNOWN },
      Resources: {
        A: { Type: 'Test::A' },
        B: { Type: 'Test::B' },
        It: {
          Type: 'Test::It',
          Properties: { Value: { 'Fn::If': ['Maybe', { Ref: 'A' }, { 'Fn::GetAtt': 'B.Arn' }] } },
        },
      },
    });
    const value = assembly.resourcesOf('Test::It')[0]?.properties.Value;

    expect(assembly.referenceIn(value)).toBeUndefined();
    expect(assembly.referencesIn(value).map(({ resource, attribute }) => [resource.logicalId, attribute])).toEqual([
      ['A', 'Ref'],
      ['B', 'Arn'],
    ]);
  });

  test.each([
    ['a condition that is none', { 'Fn::Contains': [['a'], 'a'] }, 'Conditions.It'],
    ['a condition of no shape', 'yes', 'Conditions.It'],
    ['an unknown condition', { Condition: 'Nowhere' }, 'Conditions.It.Condition'],
    ['a condition that needs itself', { 'Fn::Not': [{ Condition: 'It' }] }, 'Conditions.It.Fn::Not[0].Condition'],
  ])('refuses %s', (_, condition, where) => {
    expect(problemsOf(() => outcomeOf(condition)).map(({ field }) => field)).toEqual([`Stack.json ${where}`]);
  });

  test('refuses a reference to a resource whose condition is false', () => {
    const template = {
      Conditions: { No: FALSE },
      Resources: {
        Gone: { Type: 'Test::It', Condition: 'No' },
        Kept: { Type: 'Test::It', Properties: { Value: { Ref: 'Gone' } } },
      },
    };

    expect(problemsOf(() => readTemplate(template))[0]).toMatchObject({
      field: 'Stack.json Resources.Kept.Properties.Value.Ref',
      allowed: 'a resource that exists; its condition is false',
    });
  });
});
