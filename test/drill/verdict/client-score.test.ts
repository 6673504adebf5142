import type { Client } from '../../../lib/drill/clients/population';
import { ClientScore, poissonUpperBound } from '../../../lib/drill/verdict/client-score';
import { geography } from '../dns/records';
import { operation, STRIKE_MS } from './operations';

/** A score of one operation a second, failed where the test says. */
function scoreOf(seconds: number, fails: (second: number) => boolean, weight = 1): ClientScore {
  const score = new ClientScore(STRIKE_MS, seconds);
  for (let second = 0; second < seconds; second++) score.add(operation(second + 0.5, !fails(second), { weight }));
  return score;
}

const recoveryOf = (score: ClientScore): number | null => score.recovery(null).recoverySeconds;

describe('what clients saw', () => {
  test('adds up over minutes of the outage, the last one shorter', () => {
    const score = new ClientScore(STRIKE_MS, 150);
    const add = (minute: number, succeeded: number, failed: number): void => {
      for (let i = 0; i < succeeded; i++) score.add(operation(60 * minute + i, true));
      for (let i = 0; i < failed; i++) score.add(operation(60 * minute + 20 + i, false));
    };
    add(0, 10, 0);
    add(1, 7, 3);
    add(2, 3, 1);

    expect(score.summary()).toEqual({
      requests: 24,
      failed: 4,
      availability: 1 - 4 / 24,
      worstMinuteAvailability: 0.7,
      sampledRequests: 24,
    });
    expect(score.recovery(null).degradedSeconds).toBe(60 + 30);
  });

  test('counts an operation by its weight, and made operations one by one', () => {
    const score = new ClientScore(STRIKE_MS, 60);
    score.add(operation(1, true, { weight: 20 }));
    score.add(operation(2, false, { weight: 5 }));

    expect(score.summary()).toMatchObject({ requests: 25, failed: 5, availability: 0.8, sampledRequests: 2 });
  });

  test('begins at the strike and ends with the outage, by when an operation began', () => {
    const score = new ClientScore(STRIKE_MS, 60);
    for (const atSeconds of [-0.001, 60]) score.add(operation(atSeconds, false));
    for (const atSeconds of [0, 59.999]) score.add(operation(atSeconds, true, { endMs: STRIKE_MS + 90_000 }));

    expect(score.summary()).toMatchObject({ requests: 2, failed: 0 });
    expect(score.failureCauses()).toEqual([]);
  });

  test('a minute in which nobody asked is not a bad one', () => {
    const score = new ClientScore(STRIKE_MS, 120);
    score.add(operation(5, true));

    expect(score.summary().worstMinuteAvailability).toBe(1);
    expect(score.recovery(null).degradedSeconds).toBe(0);
  });

  test('a minute with exactly 99 % is not degraded, one with less is', () => {
    const score = new ClientScore(STRIKE_MS, 180);
    for (const [minute, operations] of [100, 99, 200].entries()) {
      for (let i = 0; i < operations; i++) score.add(operation(60 * minute + (60 * i) / operations, i > 0));
    }

    expect(score.recovery(null).degradedSeconds).toBe(60);
  });

  test('detection is passed on as it is', () => {
    const score = scoreOf(60, () => false);

    expect(score.recovery(31.5).detectedSeconds).toBe(31.5);
    expect(score.recovery(null).detectedSeconds).toBeNull();
  });
});

describe('recovery', () => {
  test('is there at once when clients never noticed', () => {
    expect(recoveryOf(scoreOf(1200, () => false))).toBe(0);
  });

  test('begins with the first window of ten minutes with at most one failure in a hundred', () => {
    // Failing for 300 s: a window that begins at 294 s holds six failures among 600.
    expect(recoveryOf(scoreOf(2000, (second) => second < 300))).toBe(294);
  });

  test('is not undone by a later failure', () => {
    expect(recoveryOf(scoreOf(2000, (second) => second < 300 || second >= 1000))).toBe(294);
  });

  test('waits while failures keep coming back within ten minutes', () => {
    const flapping = (second: number): boolean => second < 1500 && second % 300 < 100;

    // The last burst lasts from 1200 s to 1300 s.
    expect(recoveryOf(scoreOf(3000, flapping))).toBe(1294);
  });

  test('never comes when two in a hundred fail to the end', () => {
    expect(recoveryOf(scoreOf(3000, (second) => second % 50 === 0))).toBeNull();
  });

  test('needs a whole window within the outage', () => {
    // The last window of 1,200 s begins at 600 s.
    expect(recoveryOf(scoreOf(1200, (second) => second < 606))).toBe(600);
    expect(recoveryOf(scoreOf(1200, (second) => second < 607))).toBeNull();
  });

  test('of several events is timed from the one that clients take longest after, the last with what time is left', () => {
    const failing = (second: number): boolean => (second >= 700 && second < 800) || (second >= 1500 && second < 1700);
    const recovery = (seconds: number, ...onsets: number[]) =>
      scoreOf(seconds, failing).recovery(null, onsets).recoverySeconds;

    expect(recovery(3000, 0)).toBe(0);
    expect(recovery(3000, 0, 700)).toBe(94);
    expect(recovery(3000, 0, 700, 1500)).toBe(194);
    // Of 100 s that are left none fails; of 400 s half.
    expect(recovery(1900, 1800)).toBe(0);
    expect(recovery(1900, 0, 1500)).toBeNull();
    expect(recovery(3000)).toBe(0);
  });

  test('is judged over the whole of an outage that is shorter than the window', () => {
    expect(recoveryOf(scoreOf(300, (second) => second < 3))).toBe(0);
    expect(recoveryOf(scoreOf(300, (second) => second < 4))).toBeNull();
  });

  test('is believed of every operation, whatever the number', () => {
    expect(recoveryOf(scoreOf(600, (second) => second < 6))).toBe(0);
    expect(recoveryOf(scoreOf(600, (second) => second < 7))).toBeNull();
  });

  test('is not believed of a sample of fewer than a thousand operations', () => {
    expect(recoveryOf(scoreOf(999, () => false, 2))).toBeNull();
    expect(recoveryOf(scoreOf(1000, () => false, 2))).toBe(0);
  });

  test('is looked for in a longer window where a sample is thin, and not found by luck', () => {
    // One operation a second that counts for two: 1,000 s hold enough of them. Four failures among a thousand mean less
    // than 9.2 in truth, with 95 % confidence, five less than 10.5; one in a hundred is 10.
    expect(recoveryOf(scoreOf(3000, (second) => second < 300, 2))).toBe(296);
    expect(recoveryOf(scoreOf(3000, (second) => second < 300))).toBe(294);
  });

  test('weighs thin and dense parts of a sample alike', () => {
    const score = new ClientScore(STRIKE_MS, 2400);
    for (let second = 0; second < 2400; second++) {
      const dense = second >= 1200 && second < 2000;
      if (dense) for (const part of [0, 0.5]) score.add(operation(second + part, true));
      else if (second % 10 === 0) score.add(operation(second, second >= 600, { weight: 10 }));
    }

    // The last failure, at 590 s, counts for ten of some 1,550, as six or seven among a thousand would: too many.
    expect(recoveryOf(score)).toBe(591);
  });
});

// Half the 95th percentile of χ² with 2(n + 1) degrees of freedom.
test.each([
  [0, 2.9957],
  [1, 4.7439],
  [4, 9.1535],
  [5, 10.513],
  [10, 16.9622],
  [100, 118.0792],
])('of %i events seen the true mean is below %f, with 95 %% confidence', (events, bound) => {
  expect(Math.abs(poissonUpperBound(events) / bound - 1)).toBeLessThan(0.01);
});

describe('causes', () => {
  test('are grouped by phase, Region and failure, the most frequent first', () => {
    const score = new ClientScore(STRIKE_MS, 600);
    const central = { geography: geography('us-central') } as Client;
    const west = { geography: geography('us-west') } as Client;
    score.add(operation(30, false, { phaseId: 'p1', client: central }));
    // Began before the first and ended after it, as an operation that ran into time-outs does.
    score.add(operation(10, false, { phaseId: 'p1', client: west, weight: 4, endMs: STRIKE_MS + 70_000 }));
    score.add(operation(50, false, { phaseId: 'p1', client: central }));
    score.add(operation(40, false, { phaseId: 'p14', weight: 10, failure: '500' }));
    score.add(operation(60, false, { failure: 'no address', region: undefined }));
    score.add(operation(60, false, { region: 'us-west-2' }));
    score.add(operation(60, true));

    expect(score.failureCauses()).toEqual([
      {
        phaseId: 'p14',
        region: 'us-east-2',
        failure: '500',
        operations: 10,
        firstSeconds: 40,
        lastSeconds: 40,
        geographies: [['us-central', 10]],
      },
      {
        phaseId: 'p1',
        region: 'us-east-2',
        failure: '503',
        operations: 6,
        firstSeconds: 10,
        lastSeconds: 50,
        geographies: [
          ['us-west', 4],
          ['us-central', 2],
        ],
      },
      {
        failure: 'no address',
        operations: 1,
        firstSeconds: 60,
        lastSeconds: 60,
        geographies: [['us-central', 1]],
      },
      {
        region: 'us-west-2',
        failure: '503',
        operations: 1,
        firstSeconds: 60,
        lastSeconds: 60,
        geographies: [['us-central', 1]],
      },
    ]);
  });

  test('account for every failure', () => {
    const score = scoreOf(600, (second) => second % 3 === 0, 7);

    const counted = score.failureCauses().reduce((sum, { operations }) => sum + operations, 0);
    expect(counted).toBe(score.summary().failed);
  });
});

test('recovery after an instant is counted from there, and from the failures that follow it', () => {
  const score = scoreOf(3600, (second) => second < 1200 || (second >= 1500 && second < 1600));

  expect(score.recoverySecondsAfter(0)).toBe(1600 - 6);
  expect(score.recoverySecondsAfter(1300)).toBe(1600 - 6 - 1300);
  expect(score.recoverySecondsAfter(1700)).toBe(0);
  expect(score.recoverySecondsAfter(3100)).toBeNull();
});
