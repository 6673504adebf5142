import fc from 'fast-check';
import {
  checkLinearizability,
  History,
  type RegisterInput,
  type RegisterOutput,
  registerModel,
} from '../../lib/histories';
import { read, refused, write } from './register-history';
import { plans, simulate } from './simulated-register';

type RegisterHistory = History<RegisterInput, RegisterOutput>;

test('gives back what it was given, key by key and in order', () => {
  fc.assert(
    fc.property(fc.array(plans, { maxLength: 3 }), (several) => {
      const history: RegisterHistory = new History();
      const given = several.flatMap((rounds, key) =>
        simulate(rounds).map(({ operation }) => ({ ...operation, key: `key ${key}` })),
      );
      // Keys take turns, as in a run.
      for (const operation of given.toSorted((left, right) => left.invokeMs - right.invokeMs)) history.add(operation);

      const perKey = [...history.perKey()];
      expect(history.size).toBe(given.length);
      expect(history.keyCount).toBe(new Set(given.map(({ key }) => key)).size);
      for (const [key, operations] of perKey) {
        const own = given.filter((operation) => operation.key === key);
        expect(operations).toEqual(own.toSorted((left, right) => left.invokeMs - right.invokeMs));
      }
      for (const outcome of ['ok', 'fail', 'unknown'] as const) {
        expect(history.count(outcome)).toBe(given.filter((operation) => operation.outcome === outcome).length);
      }
    }),
    { numRuns: 50 },
  );
});

test('keeps Regions, ends of those who gave up, and times before its zero', () => {
  const history: RegisterHistory = new History();
  const given = [
    write(1, 'a', [-20, -10], 'us-east-2'),
    { ...write(2, 'b', [-5]), completeMs: -1 },
    write(3, 'c', [0]),
    refused(4, 'd', [1, 2]),
    read(5, 'a', [3, 4], 'us-west-2'),
  ];
  for (const operation of given) history.add(operation);

  expect([...history.perKey()]).toEqual([['x', given]]);
  const [[, later]] = [...history.perKey(-100)] as [[string, typeof given]];
  expect(later.map(({ invokeMs, completeMs }) => [invokeMs, completeMs])).toEqual([
    [80, 90],
    [95, 99],
    [100, undefined],
    [101, 102],
    [103, 104],
  ]);
});

test('judges each key by itself', () => {
  const history: RegisterHistory = new History();
  for (const operation of [write(1, 'a', [0, 1]), { ...write(1, 'b', [2, 3]), key: 'y' }, read(2, 'a', [4, 5])]) {
    history.add(operation);
  }

  const verdicts = [...history.perKey()].map(
    ([, operations]) => checkLinearizability(registerModel, operations).verdict,
  );
  expect(verdicts).toEqual(['holds', 'holds']);
});
