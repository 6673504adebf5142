import { readEnvironment } from '../../lib/application/environment';
import { BadInput } from '../../lib/bad-input';

const COMPLETE = {
  AWS_REGION: 'us-east-2',
  PEER_REGION: 'us-west-2',
  TABLE_NAME: 'dispatch',
  BUCKET_NAME: 'dispatch-objects',
  CONSISTENCY: 'strong',
  POWERTOOLS_SERVICE_NAME: 'dispatch',
  POWERTOOLS_METRICS_NAMESPACE: 'Dispatch',
};

function refusalOf(variables: Record<string, string | undefined>): BadInput {
  try {
    readEnvironment(variables);
  } catch (error) {
    if (error instanceof BadInput) return error;
    throw error;
  }
  throw new Error('the environment was taken');
}

test.each(['strong', 'eventual'])('reads Region, table, bucket and the consistency %s', (consistency) => {
  const environment = readEnvironment({ ...COMPLETE, CONSISTENCY: consistency });

  expect(environment).toEqual({
    region: 'us-east-2',
    peerRegion: 'us-west-2',
    tableName: 'dispatch',
    bucketName: 'dispatch-objects',
    consistency,
  });
});

test('refuses an empty environment with every variable at once', () => {
  const refusal = refusalOf({});

  expect(refusal.problems.map(({ field }) => field).sort()).toEqual(Object.keys(COMPLETE).sort());
});

test.each(Object.keys(COMPLETE))('refuses an environment without %s and says what belongs there', (name) => {
  for (const value of [undefined, '', '  ']) {
    const refusal = refusalOf({ ...COMPLETE, [name]: value });

    expect(refusal.problems).toHaveLength(1);
    expect(refusal.message).toContain(name);
  }
});

test('refuses a consistency that no table has', () => {
  const refusal = refusalOf({ ...COMPLETE, CONSISTENCY: 'STRONG' });

  expect(refusal.message).toContain('"STRONG"');
  expect(refusal.message).toContain('"strong" or "eventual"');
});
