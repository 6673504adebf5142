import { checkConvergence, type RegisterOperation, type RegisterValue, registerConvergence } from '../../lib/histories';
import { read, refused, set, write } from './register-history';

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;

function check(operations: readonly RegisterOperation[], east: RegisterValue, west: RegisterValue = east) {
  return checkConvergence(
    registerConvergence,
    operations,
    new Map([
      [EAST, east],
      [WEST, west],
    ]),
  );
}

test('replicas that end alike have converged, whatever they hold', () => {
  expect(check([], null).converged).toBe(true);
  expect(check([], 'x').converged).toBe(true);
  expect(check([], 'x', null)).toMatchObject({
    converged: false,
    states: new Map([
      [EAST, '"x"'],
      [WEST, 'null'],
    ]),
  });
  expect(checkConvergence(registerConvergence, [], new Map([[EAST, 1]])).converged).toBe(true);
});

describe('an acknowledged write that no replica shows', () => {
  const first = write(1, 'a', [0, 10], EAST);

  test('is superseded by one that came after it', () => {
    const later = write(2, 'b', [11, 12], WEST);

    expect(check([first, later], 'b')).toMatchObject({
      acknowledged: 2,
      superseded: [{ write: first, by: later }],
      lost: [],
    });
  });

  test('is superseded by one that overlapped it: either may be the last writer', () => {
    const beside = write(2, 'b', [5, 20], WEST);

    expect(check([first, beside], 'b').superseded).toEqual([{ write: first, by: beside }]);
    expect(check([first, beside], 'a').superseded).toEqual([{ write: beside, by: first }]);
    expect(check([first, write(2, 'b', [-5, 0], WEST)], 'b').lost).toEqual([]);
  });

  test('is superseded by one of unknown outcome, which may have come at any time', () => {
    const unknown = write(2, 'b', [-50], WEST);

    expect(check([first, unknown], 'b').superseded).toEqual([{ write: first, by: unknown }]);
  });

  test('is lost when what stands in its place was over before it began', () => {
    const earlier = write(2, 'b', [-10, -1], WEST);

    expect(check([first, earlier], 'b')).toMatchObject({
      superseded: [],
      lost: [{ write: first, replicas: [EAST, WEST], standing: '"b"', by: earlier }],
    });
  });

  test('is lost when nothing stands in its place', () => {
    const { lost } = check([first, write(2, 'b', [11, 12])], null);

    expect(lost.map(({ write: { input } }) => input)).toEqual([first.input, { kind: 'write', value: 'b' }]);
    expect(lost[0]).toEqual({ write: first, replicas: [EAST, WEST], standing: 'null' });
  });

  test('is not excused by a write that failed, or by one that set nothing', () => {
    expect(check([first, refused(2, 'b', [11, 12])], 'b').lost).toHaveLength(1);
    expect(check([first, set(2, 'x', 'b', [11, 12], false)], 'b').lost).toHaveLength(1);
  });
});

test('a write that one replica alone does not show is lost there, though a later one explains the other', () => {
  const [one, other] = [write(1, 'a', [0, 1]), write(2, 'b', [2, 3])];

  expect(check([one, other], 'b', null)).toMatchObject({
    converged: false,
    superseded: [],
    lost: [
      { write: one, replicas: [WEST], standing: 'null' },
      { write: other, replicas: [WEST], standing: 'null' },
    ],
  });
});

test('neither reads nor writes that nobody heard of again can be lost', () => {
  expect(check([read(1, 'a', [0, 1]), write(1, 'a', [2]), refused(1, 'a', [3, 4])], null)).toMatchObject({
    acknowledged: 0,
    superseded: [],
    lost: [],
  });
});
