import type { ClientSummary, RecoverySummary } from '../../../lib/drill/verdict/client-score';
import type { ConsistencyCheck } from '../../../lib/drill/verdict/consistency-check';
import type { DataSummary } from '../../../lib/drill/verdict/ledger';
import { declaredObjectives, judge, type Objectives } from '../../../lib/drill/verdict/objectives';
import { readStacks } from '../../assembly/write-assembly';

const OBJECTIVES: Objectives = { availability: 0.995, rtoSeconds: 900, rpoSeconds: 0 };

interface Outcome {
  readonly availability?: number;
  readonly recoverySeconds?: number | null;
  readonly lost?: number;
  readonly rpoSeconds?: number;
  readonly lostObjects?: number;
  readonly linearizability?: ConsistencyCheck['verdict'];
}

function judged(
  {
    availability = 1,
    recoverySeconds = 0,
    lost = 0,
    rpoSeconds = 0,
    lostObjects = 0,
    linearizability = 'holds',
  }: Outcome,
  objectives: Objectives | undefined = OBJECTIVES,
) {
  return judge(
    objectives,
    { availability } as ClientSummary,
    { recoverySeconds } as RecoverySummary,
    {
      lostAcknowledgedWrites: lost,
      rpoSeconds,
      lostAcknowledgedObjects: lostObjects,
      consistency: { linearizability: { verdict: linearizability } },
    } as DataSummary,
  );
}

test.each([
  [0.995, true],
  [0.994_999, false],
  [1, true],
])('an availability of %f against 0.995 is met: %s', (availability, met) => {
  expect(judged({ availability })).toMatchObject({
    met,
    availability: { objective: 0.995, reached: availability, met },
  });
});

test.each([
  [0, true],
  [900, true],
  [901, false],
  [null, false],
])('a recovery after %p s against 900 s is met: %s', (recoverySeconds, met) => {
  expect(judged({ recoverySeconds })).toMatchObject({
    met,
    rtoSeconds: { objective: 900, reached: recoverySeconds, met },
  });
});

test.each([
  ['nothing', 0, 0, 0, true],
  ['nothing', 0, 0, 5, true],
  ['one write of a moment ago', 1, 0.001, 0, false],
  ['one write of exactly the objective', 1, 5, 5, true],
  ['a hundred writes of less than it', 100, 4.9, 5, true],
  ['one write of more', 1, 5.001, 5, false],
])('a loss of %s (%i, %f s) against %i s is met: %s', (_what, lost, rpoSeconds, objective, met) => {
  expect(judged({ lost, rpoSeconds }, { ...OBJECTIVES, rpoSeconds: objective })).toMatchObject({
    met,
    rpoSeconds: { objective, reached: rpoSeconds, met },
  });
});

test('an upload that a Region never gets is more than any recovery point allows', () => {
  const objectives = { ...OBJECTIVES, rpoSeconds: 3_600 };

  expect(judged({ lostObjects: 1 }, objectives)).toMatchObject({ met: false, rpoSeconds: { met: false } });
  expect(judged({ lostObjects: 0, lost: 1, rpoSeconds: 5 }, objectives)).toMatchObject({ met: true });
});

test.each([
  ['holds', true],
  ['not-promised', true],
  ['violated', false],
  ['undecided', false],
] as const)('data whose linearizability is %s keep the recovery point: %s', (linearizability, met) => {
  for (const rpoSeconds of [0, 3_600]) {
    expect(judged({ linearizability }, { ...OBJECTIVES, rpoSeconds })).toMatchObject({ met, rpoSeconds: { met } });
  }
});

test('all objectives together are met only when each one is', () => {
  for (let mask = 0; mask < 8; mask++) {
    const fails = (bit: number): boolean => (mask & bit) !== 0;
    const summary = judged({
      availability: fails(1) ? 0.99 : 0.999,
      recoverySeconds: fails(2) ? 1000 : 100,
      lost: fails(4) ? 1 : 0,
      rpoSeconds: fails(4) ? 3 : 0,
    });

    expect(summary.met).toBe(mask === 0);
    expect(summary.availability?.met).toBe(!fails(1));
    expect(summary.rtoSeconds?.met).toBe(!fails(2));
    expect(summary.rpoSeconds?.met).toBe(!fails(4));
  }
});

test('without objectives there is nothing to meet', () => {
  expect(judge(undefined, {} as ClientSummary, {} as RecoverySummary, {} as DataSummary)).toEqual({ met: null });
});

describe('declared objectives', () => {
  const stack = (Metadata: object) => ({ region: 'us-east-2', template: { Metadata, Resources: {} } });
  const declared = (...metadata: object[]) =>
    declaredObjectives(readStacks(Object.fromEntries(metadata.map((one, index) => [`Stack${index}`, stack(one)]))));

  test('are those of the first stack that declares all three', () => {
    const others = { ...OBJECTIVES, rtoSeconds: 60 };

    expect(declared({}, { Outlast: { objectives: OBJECTIVES } }, { Outlast: { objectives: others } })).toEqual(
      OBJECTIVES,
    );
  });

  test('may write the availability as text', () => {
    const objectives = { ...OBJECTIVES, availability: String(OBJECTIVES.availability) };

    expect(declared({ Outlast: { objectives } })).toEqual(OBJECTIVES);
  });

  test.each<[string, object]>([
    ['no metadata', {}],
    ['metadata of others', { Owner: { team: 'parcels' } }],
    ['metadata without objectives', { Outlast: {} }],
    ['two of three', { Outlast: { objectives: { availability: 0.9, rtoSeconds: 60 } } }],
    ['words', { Outlast: { objectives: { availability: 'high', rtoSeconds: 60, rpoSeconds: 0 } } }],
    ['texts', { Outlast: { objectives: { availability: '0.9', rtoSeconds: '60', rpoSeconds: '0' } } }],
  ])('are not there with %s', (_what, metadata) => {
    expect(declared(metadata)).toBeUndefined();
  });
});
