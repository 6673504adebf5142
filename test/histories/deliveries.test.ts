import { checkDeliveries, type DeliveredEffect, type Submission } from '../../lib/histories';

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;

const handedIn = (deliveryId: string, answer = 'delivered'): Submission => ({ deliveryId, outcome: 'ok', answer });
const unanswered = (deliveryId: string): Submission => ({ deliveryId, outcome: 'unknown' });

/** Final states by parcel: the delivery that each carries. */
const carried = (...parcels: (readonly [place: string, deliveryId: string])[]): DeliveredEffect[] =>
  parcels.map(([place, deliveryId]) => ({ place, deliveryId }));

function check(submissions: readonly Submission[], east: readonly DeliveredEffect[], west = east) {
  return checkDeliveries(
    submissions,
    new Map([
      [EAST, east],
      [WEST, west],
    ]),
  );
}

const WELL = { lost: [], duplicated: [], inconsistent: [] };

test('deliveries that are there once, and whose repetitions were answered alike, are well', () => {
  const submissions = [unanswered('d1'), handedIn('d1'), handedIn('d1'), handedIn('d2')];

  expect(check(submissions, carried(['p1', 'd1'], ['p2', 'd2']))).toEqual({ acknowledged: 2, ...WELL });
  expect(check([], [])).toEqual({ acknowledged: 0, ...WELL });
});

test('one that nobody acknowledged may be there or not', () => {
  const failed: Submission = { deliveryId: 'd2', outcome: 'fail', answer: 'refused' };

  expect(check([unanswered('d1'), failed], carried(['p1', 'd1']))).toEqual({ acknowledged: 0, ...WELL });
  expect(check([unanswered('d1'), failed], [])).toEqual({ acknowledged: 0, ...WELL });
});

test('one that was acknowledged and is absent is lost, with the replicas that lack it', () => {
  expect(check([handedIn('d1')], []).lost).toEqual([{ deliveryId: 'd1', replicas: [EAST, WEST] }]);
  expect(check([handedIn('d1')], carried(['p1', 'd1']), []).lost).toEqual([{ deliveryId: 'd1', replicas: [WEST] }]);
});

test('one that is there twice in a replica is duplicated, acknowledged or not', () => {
  const twice = carried(['p1', 'd1'], ['p2', 'd1'], ['p3', 'd3']);

  expect(check([handedIn('d1')], twice).duplicated).toEqual([{ deliveryId: 'd1', places: ['p1', 'p2'] }]);
  expect(check([], carried(['p1', 'd1'], ['p1', 'd1'])).duplicated).toEqual([{ deliveryId: 'd1', places: ['p1'] }]);
  expect(check([], carried(['p1', 'd1']), carried(['p1', 'd1'])).duplicated).toEqual([]);
});

test('one that was answered in two ways is inconsistent', () => {
  const submissions = [handedIn('d1'), handedIn('d1', 'delivered already'), handedIn('d2'), unanswered('d2')];

  expect(check(submissions, carried(['p1', 'd1'], ['p2', 'd2'])).inconsistent).toEqual([
    { deliveryId: 'd1', answers: ['delivered', 'delivered already'] },
  ]);
});
