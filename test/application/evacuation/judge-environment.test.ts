import { readJudgeEnvironment } from '../../../lib/application/evacuation/judge-environment';
import { BadInput } from '../../../lib/bad-input';

const SETTINGS = {
  failingShare: 0.05,
  slowMilliseconds: 2_000,
  dwellMinutes: 2,
  recoveryMinutes: 10,
  returnMinutes: 10,
  maximumLagSeconds: 60,
};

const COMPLETE = {
  AWS_REGION: 'us-west-2',
  WARD: 'us-east-2',
  RECORD_NAME: 'api.example.com',
  APPLICATION: 'dispatch',
  TABLE_NAME: 'dispatch-data',
  CONSISTENCY: 'strong',
  JUDGE_SETTINGS: JSON.stringify(SETTINGS),
  POWERTOOLS_SERVICE_NAME: 'dispatch-judge',
  POWERTOOLS_METRICS_NAMESPACE: 'dispatch',
};

function refusedFields(variables: Record<string, string | undefined>): string[] {
  try {
    readJudgeEnvironment(variables);
  } catch (error) {
    if (error instanceof BadInput) return error.problems.map(({ field }) => field);
    throw error;
  }
  return [];
}

test('reads what the judge needs', () => {
  expect(readJudgeEnvironment(COMPLETE)).toEqual({
    region: 'us-west-2',
    ward: 'us-east-2',
    recordName: 'api.example.com',
    application: 'dispatch',
    tableName: 'dispatch-data',
    consistency: 'strong',
    settings: SETTINGS,
  });
});

test('refuses an empty environment with every variable at once', () => {
  expect(refusedFields({}).sort()).toEqual(Object.keys(COMPLETE).sort());
});

test.each(Object.keys(COMPLETE))('refuses an environment without %s', (name) => {
  for (const value of [undefined, '', '  ']) expect(refusedFields({ ...COMPLETE, [name]: value })).toEqual([name]);
});

test('refuses a judge of its own Region', () => {
  expect(refusedFields({ ...COMPLETE, WARD: 'us-west-2' })).toEqual(['WARD']);
});

test.each([
  ['no JSON', '{'],
  ['a list', '[]'],
  ...Object.keys(SETTINGS).map((name) => [`no ${name}`, JSON.stringify({ ...SETTINGS, [name]: undefined })]),
  ...Object.keys(SETTINGS).map((name) => [`a negative ${name}`, JSON.stringify({ ...SETTINGS, [name]: -1 })]),
  ['a share of nothing', JSON.stringify({ ...SETTINGS, failingShare: 0 })],
  ['a share of more than half', JSON.stringify({ ...SETTINGS, failingShare: 0.51 })],
  ['no dwell time', JSON.stringify({ ...SETTINGS, dwellMinutes: 0 })],
  ['half a minute', JSON.stringify({ ...SETTINGS, recoveryMinutes: 1.5 })],
])('refuses settings with %s', (_, text) => {
  expect(refusedFields({ ...COMPLETE, JUDGE_SETTINGS: text })).toEqual(['JUDGE_SETTINGS']);
});

test('takes a return at once and any lag above none', () => {
  const settings = { ...SETTINGS, returnMinutes: 0, maximumLagSeconds: 0 };

  expect(readJudgeEnvironment({ ...COMPLETE, JUDGE_SETTINGS: JSON.stringify(settings) }).settings).toEqual(settings);
});
