import fc from 'fast-check';
import type { JsonValue } from '../../lib/assembly';
import { BadInput } from '../../lib/bad-input';
import { readTemplate, resolveValue } from './write-assembly';

const FUNCTIONS = [
  'Ref',
  'Fn::Base64',
  'Fn::Cidr',
  'Fn::FindInMap',
  'Fn::GetAZs',
  'Fn::GetAtt',
  'Fn::GetStackOutput',
  'Fn::If',
  'Fn::ImportValue',
  'Fn::Join',
  'Fn::Length',
  'Fn::Select',
  'Fn::Split',
  'Fn::Sub',
  'Fn::ToJsonString',
  'Fn::Transform',
  'Fn::Equals',
];
const TEMPLATE = {
  Parameters: { Known: { Type: 'String', Default: 'known' }, Unknown: { Type: 'CommaDelimitedList' } },
  Conditions: { Yes: { 'Fn::Equals': [1, 1] }, Maybe: { 'Fn::Equals': [{ Ref: 'Unknown' }, 'x'] } },
  Mappings: { Map: { a: { b: 'c' } } },
  Resources: {
    Thing: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'thing' } },
    Other: { Type: 'Test::Other' },
  },
};

const text = fc.oneof(
  fc.constantFrom('Thing', 'Other', 'Known', 'Unknown', 'Yes', 'Maybe', 'Map', 'a', 'b', '', ',', '0', '10.0.0.0/16'),
  fc.constantFrom('AWS::Region', 'AWS::NoValue', 'AWS::StackId', 'Thing.Arn', 'Other.Id', '__proto__', 'constructor'),
  // Placeholders in text are built here and not written out, so that no linter takes them for a mistake.
  fc.constantFrom('Known', 'Other.Id', '!Kept', 'AWS::NoValue', '').map((name) => `a$\u007b${name}}b`),
  fc.string({ maxLength: 8 }),
);
const { value } = fc.letrec<{ value: JsonValue; call: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    text,
    fc.integer({ min: -1, max: 20 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
    tie('call'),
  ),
  call: fc
    .tuple(fc.constantFrom(...FUNCTIONS), fc.oneof(text, fc.array(tie('value'), { maxLength: 4 }), tie('value')))
    .map(([name, argument]) => ({ [name]: argument })),
}));

/** The resolved value, `undefined` for no value, or the problems for which it is refused. */
function outcome(input: unknown): { resolved: unknown } | { refused: number } {
  try {
    return { resolved: resolveValue(input, TEMPLATE) };
  } catch (error) {
    if (error instanceof BadInput) return { refused: error.problems.length };
    throw error;
  }
}

describe('resolving', () => {
  test('ends with a value or with a refusal, for any value whatever', () => {
    let resolved = 0;
    let refused = 0;
    fc.assert(
      fc.property(value, (input) => {
        if ('resolved' in outcome(input)) resolved++;
        else refused++;
      }),
      { numRuns: 400 },
    );
    // Both must be common, or the generator has lost its aim.
    expect(resolved).toBeGreaterThan(40);
    expect(refused).toBeGreaterThan(40);
  });

  test('leaves a resolved value as it is', () => {
    fc.assert(
      fc.property(value, (input) => {
        const first = outcome(input);
        if (!('resolved' in first) || first.resolved === undefined) return;
        expect(outcome(first.resolved)).toEqual({ resolved: first.resolved });
      }),
      { numRuns: 400 },
    );
  });

  test('gives the same answer every time', () => {
    fc.assert(
      fc.property(value, (input) => {
        expect(outcome(input)).toEqual(outcome(input));
      }),
      { numRuns: 100 },
    );
  });

  test('refuses or reads any template, whatever its sections hold', () => {
    const section = fc.oneof(
      value,
      fc.dictionary(
        text,
        fc.dictionary(
          fc.constantFrom('Type', 'Properties', 'Condition', 'DependsOn', 'Default', 'Value', 'Export'),
          value,
        ),
      ),
    );
    const template = fc.record(
      {
        Resources: section,
        Outputs: section,
        Parameters: section,
        Conditions: section,
        Mappings: section,
        Metadata: value,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(template, (written) => {
        try {
          readTemplate(written);
        } catch (error) {
          if (!(error instanceof BadInput)) throw error;
        }
      }),
      { numRuns: 400 },
    );
  });
});
