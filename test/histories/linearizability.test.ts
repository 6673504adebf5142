import { checkLinearizability, type RegisterOperation, registerModel } from '../../lib/histories';
import { dequeue, enqueue, queueModel } from './queue-model';
import { read, refused, set, write } from './register-history';

const verdict = (...operations: RegisterOperation[]) => checkLinearizability(registerModel, operations).verdict;

function counterExample(...operations: RegisterOperation[]) {
  const result = checkLinearizability(registerModel, operations);
  if (result.verdict !== 'violated') throw new Error(`the history is ${result.verdict}`);
  return result.counterExample;
}

describe('histories of a register from the literature', () => {
  // https://github.com/anishathalye/porcupine, README and porcupine_test.go, after an MIT exam of 2017.
  test('a write under way may be seen by one reader and not by another that overlaps it', () => {
    expect(verdict(write(0, 0, [-2, -1]), write(0, 100, [0, 100]), read(1, 100, [25, 75]), read(2, 0, [30, 60]))).toBe(
      'holds',
    );
  });

  test('once one reader has seen a write under way, a later one may not miss it', () => {
    expect(verdict(write(0, 0, [-2, -1]), write(0, 200, [0, 100]), read(1, 200, [10, 30]), read(2, 0, [40, 90]))).toBe(
      'violated',
    );
  });

  test('operations without a duration count as concurrent in their instant', () => {
    const before = write(0, 0, [-2, -1]);

    expect(verdict(before, write(0, 100, [0, 100]), read(2, 0, [30, 30]), read(3, 0, [30, 30]))).toBe('holds');
    expect(verdict(before, write(0, 100, [0, 100]), read(2, 100, [30, 30]), read(3, 0, [30, 30]))).toBe('holds');
    expect(verdict(before, write(0, 200, [0, 100]), read(1, 200, [10, 10]), read(3, 0, [40, 90]))).toBe('violated');
  });

  // https://github.com/jepsen-io/knossos, data/cas-register: rethink-fail-minimal and bad-analysis.
  test('a value that nobody wrote is seen by nobody, and it is that read which is wrong, not a later one', () => {
    const { operation } = counterExample(
      write(0, 0, [0, 1]),
      read(1, 3, [2, 4]),
      write(2, 4, [3, 5]),
      read(3, 4, [6, 7]),
    );

    expect(operation).toMatchObject({ client: 1, output: 3 });
  });

  test('two spurious reads are not explained by a write and a read that never ended', () => {
    const good = [
      write(4, 2, [0, 1]),
      read(6, 9, [2]),
      write(1, 4, [3, 4]),
      read(14, 4, [5, 6]),
      write(9, 0, [7, 8]),
      read(19, 0, [9, 11]),
    ];
    const crashed = write(20, 1, [10]);

    expect(verdict(...good, crashed)).toBe('holds');
    expect(verdict(...good, crashed, read(21, 1, [13, 14]))).toBe('holds');
    expect(verdict(...good, crashed, read(22, 3, [12, 15]), read(21, 2, [13, 14]))).toBe('violated');
  });

  test('of two that set the same value away, one succeeds', () => {
    expect(verdict(write(0, 1, [0, 1]), set(1, 1, 2, [2, 9]), set(2, 1, 3, [3, 8], false))).toBe('holds');
    expect(verdict(write(0, 1, [0, 1]), set(1, 1, 2, [2, 9]), set(2, 1, 3, [3, 8]))).toBe('violated');
    expect(verdict(write(0, 1, [0, 1]), set(1, 1, 2, [2, 9], false), set(2, 1, 3, [3, 8], false))).toBe('violated');
  });
});

/** In the manner of the queues that open Herlihy and Wing's paper, https://doi.org/10.1145/78969.78972. */
describe('histories of a queue', () => {
  const judge = (...operations: ReturnType<typeof enqueue>[]) => checkLinearizability(queueModel, operations).verdict;

  test('items enqueued at once come out in either order', () => {
    const both = [enqueue('A', 'x', 0, 10), enqueue('B', 'y', 5, 15)];

    expect(judge(...both, dequeue('A', 'x', 20, 25), dequeue('B', 'y', 30, 35))).toBe('holds');
    expect(judge(...both, dequeue('A', 'y', 20, 25), dequeue('B', 'x', 30, 35))).toBe('holds');
  });

  test('items enqueued one after the other come out in that order', () => {
    const both = [enqueue('A', 'x', 0, 5), enqueue('B', 'y', 10, 15)];

    expect(judge(...both, dequeue('A', 'x', 20, 25))).toBe('holds');
    expect(judge(...both, dequeue('A', 'y', 20, 25))).toBe('violated');
    expect(judge(...both, dequeue('A', 'y', 20, 30), dequeue('B', 'x', 25, 35))).toBe('holds');
  });

  test('an item may come out before its enqueuing has ended, but not twice', () => {
    expect(judge(enqueue('A', 'x', 0, 20), dequeue('B', 'x', 5, 10))).toBe('holds');
    expect(judge(enqueue('A', 'x', 0, 20), dequeue('B', 'x', 5, 10), dequeue('C', 'x', 12, 15))).toBe('violated');
  });

  test('an item whose enqueuing nobody heard of again may come out much later, once', () => {
    const both = [enqueue('A', 'x', 0), enqueue('B', 'y', 10, 15), dequeue('B', 'y', 20, 25)];

    expect(judge(...both)).toBe('holds');
    expect(judge(...both, dequeue('B', 'x', 900, 905))).toBe('holds');
    expect(judge(...both, dequeue('B', 'x', 900, 905), dequeue('B', 'x', 910, 915))).toBe('violated');
  });
});

describe('operations of unknown outcome', () => {
  test('may take effect much later, or never', () => {
    const started = [write(1, 1, [0, 1]), write(2, 2, [2]), read(3, 1, [10, 11])];

    expect(verdict(...started, read(3, 1, [1e9, 1e9 + 1]))).toBe('holds');
    expect(verdict(...started, read(3, 2, [1e9, 1e9 + 1]))).toBe('holds');
    expect(verdict(...started, write(1, 3, [20, 21]), read(3, 2, [1e9, 1e9 + 1]))).toBe('holds');
  });

  test('take effect once: what was read is not un-read', () => {
    const seen = [write(1, 1, [0, 1]), write(2, 2, [2]), read(3, 2, [10, 11])];

    expect(verdict(...seen, read(4, 1, [20, 21]))).toBe('violated');
    expect(verdict(...seen, write(1, 3, [12, 13]), read(4, 3, [14, 15]), read(4, 2, [20, 21]))).toBe('violated');
  });

  test('are not seen before they were asked for', () => {
    expect(verdict(write(1, 1, [0, 1]), read(3, 2, [2, 3]), write(2, 2, [4]))).toBe('violated');
    expect(verdict(write(1, 1, [0, 1]), read(3, 2, [2, 5]), write(2, 2, [4]))).toBe('holds');
  });

  test('explain as many different reads as there were of them', () => {
    const lost = [2, 3, 4].map((value) => write(value, value, [0]));

    expect(verdict(...lost, ...[4, 2, 3].map((value, i) => read(9, value, [10 + 2 * i, 11 + 2 * i])))).toBe('holds');
    expect(verdict(...lost, ...[4, 2, 4].map((value, i) => read(9, value, [10 + 2 * i, 11 + 2 * i])))).toBe('violated');
  });

  test('of which there are a hundred are decided all the same', () => {
    const lost = Array.from({ length: 100 }, (_, i) => write(i, `lost ${i}`, [i]));
    const reads = Array.from({ length: 50 }, (_, i) =>
      read(1000, `lost ${(7 * i) % 100}`, [1000 + 2 * i, 1001 + 2 * i]),
    );

    expect(verdict(...lost, ...reads)).toBe('holds');
    expect(verdict(...lost, ...reads, read(1000, 'lost 7', [5000, 5001]))).toBe('violated');
  });

  test('set a value only where it is found', () => {
    expect(verdict(write(1, 1, [0, 1]), set(2, 1, 2, [2]), read(3, 2, [10, 11]))).toBe('holds');
    expect(verdict(write(1, 1, [0, 1]), set(2, 5, 2, [2]), read(3, 2, [10, 11]))).toBe('violated');
  });
});

describe('operations that failed', () => {
  test('had no effect, and have none later', () => {
    expect(verdict(write(1, 1, [0, 1]), refused(2, 2, [2, 3]), read(3, 1, [4, 5]))).toBe('holds');
    expect(verdict(write(1, 1, [0, 1]), refused(2, 2, [2, 3]), read(3, 2, [4, 5]))).toBe('violated');
  });
});

describe('reads', () => {
  test('never show the new value and then the old one, whoever reads', () => {
    const writing = [write(1, 1, [0, 1]), write(1, 2, [10, 50])];

    expect(verdict(...writing, read(2, 1, [12, 20]), read(3, 2, [22, 30]))).toBe('holds');
    expect(verdict(...writing, read(2, 2, [12, 20]), read(3, 1, [22, 30]))).toBe('violated');
    expect(verdict(...writing, read(2, 2, [12, 25]), read(3, 1, [22, 30]))).toBe('holds');
  });

  test('show what was acknowledged before they began', () => {
    expect(verdict(write(1, 1, [0, 1]), write(2, 2, [2, 3]), read(3, 1, [3, 4]))).toBe('holds');
    expect(verdict(write(1, 1, [0, 1]), write(2, 2, [2, 3]), read(3, 1, [3.001, 4]))).toBe('violated');
  });

  test('of a register that nobody has written show nothing', () => {
    expect(verdict(read(1, null, [0, 1]))).toBe('holds');
    expect(verdict(read(1, 0, [0, 1]))).toBe('violated');
    expect(verdict()).toBe('holds');
  });
});

describe('the work', () => {
  /** Writes that all overlap, and reads that see them in an order which no search finds at once. */
  const tangle = Array.from({ length: 12 }, (_, i) => [write(i, i, [0, 100]), read(20 + i, i, [0, 100])]).flat();
  const impossible = [...tangle, read(99, 'nothing', [0, 101])];

  test('has a bound, beyond which the answer is that there is none', () => {
    expect(checkLinearizability(registerModel, tangle, { maxSteps: 100 })).toEqual({
      verdict: 'undecided',
      maxSteps: 100,
    });
    expect(checkLinearizability(registerModel, impossible, { maxSteps: 1000 }).verdict).toBe('undecided');
  });

  test('of clients that do one thing after another is a step or so for each', () => {
    const long = Array.from({ length: 2000 }, (_, i) => [
      write(1, i, [4 * i, 4 * i + 1]),
      read(2, i, [4 * i + 2, 4 * i + 3]),
    ]);

    expect(checkLinearizability(registerModel, long.flat(), { maxSteps: 4000 }).verdict).toBe('holds');
    expect(checkLinearizability(registerModel, long.flat(), { maxSteps: 3999 }).verdict).toBe('undecided');
  });
});

describe('a counter-example', () => {
  const noise = Array.from({ length: 40 }, (_, i) => [
    write(1, `early ${i}`, [-200 + 4 * i, -199 + 4 * i]),
    read(2, `early ${i}`, [-198 + 4 * i, -197 + 4 * i]),
  ]).flat();

  test('is the shortest beginning that is wrong, reduced to what cannot be ordered', () => {
    const [old, fresh, stale] = [write(1, 'old', [0, 1]), write(2, 'new', [2, 3]), read(3, 'old', [8, 9])];
    const found = counterExample(
      ...noise,
      old,
      read(5, 'old', [1.2, 1.8]),
      fresh,
      read(4, 'new', [4, 5]),
      stale,
      read(4, 'nonsense', [20, 21]),
    );

    expect(found.operation).toBe(stale);
    expect(found.essential).toEqual([old, fresh, stale]);
    expect(found.states).toEqual(['"new"']);
    expect(found.others).toBe(noise.length + 2);
  });

  test('rests on nothing that what came later might explain', () => {
    const refusedSet = set(2, null, 'b', [0, 0], false);
    const seen = read(3, 'b', [0, 0]);
    // Were the outcome of the refusal unknown, the last one could have made way for the first: an order that the beginning alone lacks.
    const found = counterExample(set(1, null, 'a', [0, 1]), refusedSet, seen, set(4, 'b', null, [1, 1], false));

    expect(found.operation).toBe(seen);
    expect(found.essential).toEqual([refusedSet, seen]);
    expect(found.others).toBe(1);
  });

  test('names what of unknown outcome might have explained it and does not', () => {
    const lost = write(7, 'lost', [1.5]);
    const found = counterExample(write(1, 'old', [0, 1]), lost, read(3, 'ghost', [8, 9]));

    expect(found.essential).toEqual([read(3, 'ghost', [8, 9])]);
    expect(found.unknown).toEqual([lost]);
    expect([...found.states].sort()).toEqual(['"lost"', '"old"']);
  });

  test('can be read: who, what, when, where, and what it could have been', () => {
    const { message } = counterExample(
      write(1, 'old', [0, 1000], 'us-east-2'),
      write(7, 'lost', [1500]),
      write(2, 'new', [2000, 3500], 'us-west-2'),
      read(3, 'old', [8000, 9000], 'us-east-2'),
    );

    expect(message.split('\n')).toEqual([
      'x is not linearizable: no order explains the last of these operations',
      '  client 1: write "old", from 0.000 s to 1.000 s, us-east-2',
      '  client 2: write "new", from 2.000 s to 3.500 s, us-west-2',
      '  client 7: write "lost", from 1.500 s outcome unknown',
      '  client 3: read: "old", from 8.000 s to 9.000 s, us-east-2',
      '  It could only have been: "new"; "lost".',
    ]);
  });

  test('of a long history looks at the latest operations', () => {
    const long = Array.from({ length: 500 }, (_, i) => write(i % 5, i, [10 * i, 10 * i + 25]));
    const [first, second] = [write(6, 'a', [5500, 5510]), write(6, 'b', [5520, 5530])];

    const stale = counterExample(...long, first, second, read(9, 'a', [6000, 6001]));
    expect(stale.essential).toEqual([first, second, stale.operation]);
    const ancient = counterExample(...long, first, second, read(9, 17, [6000, 6001]));
    expect(ancient.essential).toEqual([ancient.operation]);
    expect(ancient.others).toBe(502);
  });
});

describe('a history whose times cannot be', () => {
  test.each([
    ['an answer before the question', write(1, 1, [5, 4])],
    ['no time at all', write(1, 1, [Number.NaN, 4])],
    ['an end that is no time', write(1, 1, [0, Number.NaN])],
  ])('is refused: %s', (_what, operation) => {
    expect(() => verdict(operation)).toThrow(RangeError);
  });
});
