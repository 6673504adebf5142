import fc from 'fast-check';
import { checkSessionGuarantees, type RegisterOperation, registerVersions } from '../../lib/histories';
import { read, refused, set, write } from './register-history';
import { plans, simulate } from './simulated-register';

const check = (...operations: RegisterOperation[]) => checkSessionGuarantees(registerVersions(operations), operations);

/** Reads that fell behind, with what they fell behind. */
function behind(...operations: RegisterOperation[]) {
  const { readYourWrites, monotonicReads } = check(...operations);
  const pairs = ({ anomalies }: typeof readYourWrites) => anomalies.map((one) => [one.read, one.behind]);
  return { readYourWrites: pairs(readYourWrites), monotonicReads: pairs(monotonicReads) };
}

const NONE = { readYourWrites: [], monotonicReads: [] };

describe("a client's own writes", () => {
  test('are what it reads, or something newer', () => {
    const own = write(1, 'a', [0, 1]);

    expect(behind(own, read(1, 'a', [2, 3]))).toEqual(NONE);
    expect(behind(own, write(2, 'b', [2, 3]), read(1, 'b', [4, 5]))).toEqual(NONE);
    const miss = read(1, null, [2, 3]);
    expect(behind(own, miss)).toEqual({ readYourWrites: [[miss, own]], monotonicReads: [] });
    const older = read(1, 'z', [2, 3]);
    expect(behind(write(2, 'z', [-2, -1]), own, older)).toEqual({ readYourWrites: [[older, own]], monotonicReads: [] });
  });

  test('may be missed by others, and by reads that began before the acknowledgement', () => {
    const own = write(1, 'a', [0, 10]);

    expect(behind(own, read(2, null, [20, 21]))).toEqual(NONE);
    expect(behind(own, read(1, null, [5, 21]))).toEqual(NONE);
    expect(behind(own, read(1, null, [10, 21]))).toEqual(NONE);
    expect(behind(own, read(1, null, [10.001, 21])).readYourWrites).toHaveLength(1);
  });

  test('bind only once they are acknowledged', () => {
    expect(behind(write(1, 'a', [0]), read(1, null, [20, 21]))).toEqual(NONE);
    expect(behind(refused(1, 'a', [0, 1]), read(1, null, [20, 21]))).toEqual(NONE);
    expect(behind(set(1, null, 'a', [0, 1], false), read(1, null, [20, 21]))).toEqual(NONE);
    expect(behind(set(1, null, 'a', [0, 1]), read(1, null, [20, 21])).readYourWrites).toHaveLength(1);
  });

  test('are not missed by a read of a value that may be newer', () => {
    const own = write(1, 'a', [10, 20]);

    expect(behind(write(2, 'b', [15, 30]), own, read(1, 'b', [40, 41]))).toEqual(NONE);
    expect(behind(write(2, 'b', [0]), own, read(1, 'b', [40, 41]))).toEqual(NONE);
    expect(behind(write(2, 'b', [0, 9]), own, read(1, 'b', [40, 41])).readYourWrites).toHaveLength(1);
  });
});

describe('what a client has read', () => {
  const [old, fresh] = [write(8, 'old', [0, 1]), write(9, 'new', [2, 3])];

  test('does not become older', () => {
    const [first, second] = [read(1, 'new', [4, 5]), read(1, 'old', [6, 7])];

    expect(behind(old, fresh, second, read(1, 'new', [8, 9]))).toEqual(NONE);
    expect(behind(old, fresh, first, second)).toEqual({ readYourWrites: [], monotonicReads: [[second, first]] });
    expect(behind(old, fresh, first, read(2, 'old', [6, 7]))).toEqual(NONE);
    expect(behind(old, fresh, first, read(1, 'old', [4.5, 7]))).toEqual(NONE);
  });

  test('does not vanish', () => {
    expect(behind(old, read(1, 'old', [4, 5]), read(1, null, [6, 7])).monotonicReads).toHaveLength(1);
  });

  test('is remembered over reads of values whose order is not known', () => {
    const unknown = write(7, 'sometime', [0]);
    const late = read(1, 'old', [8, 9]);
    const seen = [read(1, 'new', [4, 5]), read(1, 'sometime', [6, 7])];

    expect(behind(old, fresh, unknown, ...seen, late).monotonicReads).toEqual([[late, seen[0]]]);
  });

  test('of a value that was written twice says nothing for certain', () => {
    expect(behind(old, fresh, write(8, 'old', [20, 21]), read(1, 'new', [22, 23]), read(1, 'old', [24, 25]))).toEqual(
      NONE,
    );
  });
});

test('only reads that had something to fall behind are counted', () => {
  const { readYourWrites, monotonicReads } = check(
    read(1, null, [0, 1]),
    write(1, 'a', [2, 3]),
    read(1, 'a', [4, 5]),
    read(2, 'a', [4, 5]),
    read(2, 'a', [6]),
  );

  expect(readYourWrites.checked).toBe(1);
  expect(monotonicReads.checked).toBe(1);
});

test('clients of an atomic register never fall behind', () => {
  fc.assert(
    fc.property(plans, (rounds) => {
      expect(behind(...simulate(rounds).map(({ operation }) => operation))).toEqual(NONE);
    }),
    { numRuns: 200 },
  );
});
