import { DispatchHistory, LEDGER } from '../../../lib/drill/clients/dispatch-history';
import type { ParcelInput, ParcelOperation } from '../../../lib/drill/clients/parcel-model';
import { type ConsistencyProps, judgeConsistency } from '../../../lib/drill/verdict/consistency';

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;
const STRIKE_MS = 600_000;

type Spoken = readonly [
  who: string,
  what: ParcelInput['kind'],
  told: string | undefined,
  atSeconds: number,
  region?: string,
];

/** One parcel's operations, each of which takes a tenth of a second; what nobody was told is unknown. */
function operations(key: string, ...spoken: readonly Spoken[]): ParcelOperation[] {
  return spoken.map(([client, kind, output, atSeconds, region = EAST]) => {
    const input: ParcelInput = kind === 'deliver' ? { kind, deliveryId: `delivery-${key}` } : { kind };
    const invokeMs = STRIKE_MS + 1000 * atSeconds;
    const asked = { client, key, kind, input, invokeMs, completeMs: invokeMs + 100, region };
    return output === undefined ? { ...asked, outcome: 'unknown' } : { ...asked, outcome: 'ok', output };
  });
}

/** What the ledger reads of a parcel in each Region when all is over. */
const readBack = (east: string, west: string): Spoken[] => [
  [LEDGER, 'read', east, 1000, EAST],
  [LEDGER, 'read', west, 1000, WEST],
];

function judge(parcels: readonly ParcelOperation[], rest: Partial<ConsistencyProps> = {}) {
  const history = new DispatchHistory();
  for (const operation of parcels) history.operations.add(operation);
  return judgeConsistency({ history, consistency: 'strong', divergentItems: 0, strikeMs: STRIKE_MS, ...rest });
}

const WELL = [
  ...operations(
    'p1',
    ['driver-1', 'register', 'done', 0],
    ['driver-1', 'read', 'registered', 1],
    ['driver-1', 'deliver', undefined, 2],
    ['driver-1', 'deliver', 'done', 3, WEST],
    ['driver-1', 'read', 'delivered by delivery-p1', 4],
    ...readBack('delivered by delivery-p1', 'delivered by delivery-p1'),
  ),
  ...operations('p2', ['driver-2', 'register', 'done', 0], ...readBack('registered', 'registered')),
];

/** Registered in the east, and not there for its driver in the west. */
const STALE = operations(
  'p3',
  ['driver-3', 'register', 'done', 0, EAST],
  ['driver-3', 'read', 'registered', 1, EAST],
  ['driver-3', 'read', 'not registered', 5, WEST],
  ...readBack('registered', 'registered'),
);

test('a strong table whose clients saw nothing amiss has kept every promise', () => {
  expect(judge(WELL)).toEqual({
    operations: 10,
    failed: 0,
    unknown: 1,
    linearizability: { verdict: 'holds', checked: 2, violations: 0, undecided: 0, examples: [] },
    convergence: { verdict: 'holds', checked: 2, violations: 0, undecided: 0, examples: [] },
    lastWriterWins: { superseded: 0, lost: 0, losses: [], supersessions: [] },
    duplicatedDeliveries: 0,
    readYourWrites: { verdict: 'holds', checked: 2, violations: 0, undecided: 0, examples: [] },
    monotonicReads: { verdict: 'holds', checked: 1, violations: 0, undecided: 0, examples: [] },
    deliveries: { verdict: 'holds', checked: 1, violations: 0, undecided: 0, examples: [] },
  });
});

test('a read that is behind breaks three promises of a strong table, and none of an eventual one', () => {
  const broken = { verdict: 'violated', violations: 1 };
  const anomaly = { verdict: 'not-promised', violations: 1 };

  expect(judge([...WELL, ...STALE])).toMatchObject({
    linearizability: { ...broken, checked: 3 },
    convergence: { verdict: 'holds' },
    readYourWrites: broken,
    monotonicReads: broken,
  });
  for (const consistency of ['eventual', 'single'] as const) {
    expect(judge([...WELL, ...STALE], { consistency })).toMatchObject({
      linearizability: { ...anomaly, checked: 3 },
      convergence: { verdict: 'holds' },
      readYourWrites: anomaly,
      monotonicReads: anomaly,
      deliveries: { verdict: 'holds' },
    });
  }
});

test('what went wrong is told in words, with times since the strike', () => {
  const { linearizability, readYourWrites } = judge(STALE);

  expect(linearizability.examples[0]?.split('\n')).toEqual([
    'p3 is not linearizable: no order explains the last of these operations',
    '  driver-3: register: done, from 0.000 s to 0.100 s, us-east-2',
    '  driver-3: read: not registered, from 5.000 s to 5.100 s, us-west-2',
    '  It could only have been: registered.',
  ]);
  expect(readYourWrites.examples).toEqual([
    'p3: driver-3: read: not registered, from 5.000 s to 5.100 s, us-west-2, ' +
      'after driver-3: register: done, from 0.000 s to 0.100 s, us-east-2',
  ]);
});

test('a refused delivery is worth as much as a read', () => {
  const refused = operations(
    'p4',
    ['driver-4', 'register', 'done', 0, EAST],
    ['driver-4', 'deliver', 'not registered', 5, WEST],
    ['driver-4', 'deliver', 'done', 9, WEST],
    ...readBack('delivered by delivery-p4', 'delivered by delivery-p4'),
  );

  expect(judge(refused)).toMatchObject({
    linearizability: { verdict: 'violated' },
    readYourWrites: { verdict: 'violated', checked: 1 },
    deliveries: { verdict: 'holds', checked: 1 },
  });
});

test('an acknowledged delivery that a surviving Region lacks in the end is lost, and told with what stands instead', () => {
  const lost = operations(
    'p5',
    ['driver-5', 'register', 'done', 0],
    ['driver-5', 'deliver', 'done', 5],
    ...readBack('delivered by delivery-p5', 'registered'),
  );

  expect(judge(lost)).toMatchObject({
    linearizability: { verdict: 'violated' },
    convergence: {
      verdict: 'violated',
      examples: ['p5: us-east-2 shows delivered by delivery-p5, us-west-2 shows registered'],
    },
    deliveries: { verdict: 'violated', examples: ['delivery-p5 was acknowledged and is not in us-west-2'] },
    lastWriterWins: {
      superseded: 0,
      lost: 1,
      losses: [
        'p5: driver-5: deliver delivery-p5: done, from 5.000 s to 5.100 s, us-east-2, ' +
          'is not in us-west-2, where it is registered',
      ],
    },
  });
  // The recovery point says how much of that an eventual table may lose.
  expect(judge(lost, { consistency: 'eventual' }).deliveries.verdict).toBe('holds');
});

test('a delivery that nobody acknowledged may be there or not, and is no loss', () => {
  const open = (final: string) =>
    judge(
      operations(
        'p6',
        ['driver-6', 'register', 'done', 0],
        ['driver-6', 'deliver', undefined, 5],
        ...readBack(final, final),
      ),
    );

  for (const state of ['registered', 'delivered by delivery-p6']) {
    expect(open(state)).toMatchObject({ linearizability: { verdict: 'holds' }, lastWriterWins: { lost: 0 } });
  }
  expect(open('not registered')).toMatchObject({
    linearizability: { verdict: 'violated' },
    lastWriterWins: { lost: 1 },
  });
});

test('a delivery on a parcel that it was not handed in for is wrong in every profile, and so are two answers', () => {
  const strange = operations(
    'p7',
    ['driver-7', 'register', 'done', 0],
    ...readBack('delivered by x', 'delivered by x'),
  );
  const fickle = operations('p8', ['driver-8', 'deliver', 'done', 0], ['driver-8', 'deliver', '201 {"other":1}', 5]);

  expect(judge(strange, { consistency: 'eventual' }).deliveries).toMatchObject({
    verdict: 'violated',
    violations: 2,
    examples: [
      `x is on p7 in ${EAST}, for which nobody handed it in`,
      `x is on p7 in ${WEST}, for which nobody handed it in`,
    ],
  });
  expect(judge(fickle, { consistency: 'eventual' }).deliveries).toMatchObject({
    verdict: 'violated',
    examples: ['delivery-p8 was answered in different ways: done | 201 {"other":1}'],
  });
});

test('a delivery that a Region shows on two parcels is there twice, whichever of them it was handed in for', () => {
  const delivered = 'delivered by delivery-p1';
  const twice = [
    ...operations(
      'p1',
      ['driver-1', 'register', 'done', 0],
      ['driver-1', 'deliver', 'done', 1],
      ...readBack(delivered, delivered),
    ),
    ...operations('p2', ['driver-2', 'register', 'done', 0], ...readBack(delivered, 'registered')),
  ];

  const { deliveries, duplicatedDeliveries } = judge(twice, { consistency: 'eventual' });
  expect(duplicatedDeliveries).toBe(1);
  expect(deliveries).toMatchObject({ verdict: 'violated', violations: 2 });
  expect(deliveries.examples).toContain('delivery-p1 is there more than once: on p1 and p2');
});

test('a delivery that another one overtook is told with what stands in its place, up to a hundred, and all are counted', () => {
  const beaten = (key: string) => {
    const [registered, first, second, ...rest] = operations(
      key,
      ['driver-1', 'register', 'done', 0],
      ['driver-1', 'deliver', 'done', 5],
      ['driver-2', 'deliver', 'done', 5, WEST],
      ...readBack('delivered by other', 'delivered by other'),
    );
    const other = { ...second, input: { kind: 'deliver', deliveryId: 'other' } } as ParcelOperation;
    return [registered, first, other, ...rest] as ParcelOperation[];
  };
  const { lastWriterWins } = judge(Array.from({ length: 101 }, (_, index) => beaten(`p${index}`)).flat(), {
    consistency: 'eventual',
  });

  expect(lastWriterWins).toMatchObject({ superseded: 101, lost: 0, losses: [] });
  expect(lastWriterWins.supersessions).toHaveLength(100);
  expect(lastWriterWins.supersessions[0]).toBe(
    'p0: driver-1: deliver delivery-p0: done, from 5.000 s to 5.100 s, us-east-2, ' +
      'was superseded by driver-2: deliver other: done, from 5.000 s to 5.100 s, us-west-2',
  );
});

test('items on which replicas disagree break convergence, whatever clients saw', () => {
  expect(judge(WELL, { divergentItems: 3, consistency: 'eventual' }).convergence).toEqual({
    verdict: 'violated',
    checked: 2,
    violations: 1,
    undecided: 0,
    examples: ['replicas disagree on 3 items'],
  });
});

test('three of many violations are told in words, and all are counted', () => {
  const many = Array.from({ length: 7 }, (_, index) => STALE.map((one) => ({ ...one, key: `q${index}` }))).flat();

  const { linearizability } = judge(many);
  expect(linearizability).toMatchObject({ checked: 7, violations: 7 });
  expect(linearizability.examples).toHaveLength(3);
});

test('a parcel that asks for more work than there is time for is undecided, and that is said', () => {
  // Registrations and reads that all overlap: every subset of them is a way to get there.
  const tangle = operations('p9', ['a', 'register', 'done', 0]).concat(
    Array.from({ length: 22 }, (_, index) => ({
      ...(operations('p9', [
        `b${index}`,
        'read',
        index % 2 ? 'registered' : 'not registered',
        0,
      ])[0] as ParcelOperation),
      invokeMs: STRIKE_MS - 5000,
      completeMs: STRIKE_MS + 5000 + index,
    })) as ParcelOperation[],
  );

  expect(judge([...tangle, ...WELL]).linearizability).toMatchObject({
    verdict: 'undecided',
    checked: 3,
    undecided: 1,
    violations: 0,
  });
  expect(judge([...tangle, ...STALE]).linearizability.verdict).toBe('violated');
  expect(judge(tangle, { consistency: 'eventual' }).linearizability.verdict).toBe('not-promised');
});
