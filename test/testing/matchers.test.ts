import { readAssembly } from '../../lib/assembly';
import { BadInput } from '../../lib/bad-input';
import { matchers } from '../../lib/testing';
import { checkSettings } from '../../lib/testing/survival';
import { directoryOf, verdictOf } from '../../lib/testing/verdict';
import { synthesizeInto } from '../drill/synthesized';
import { report } from '../drill/written-report';
import { qualified } from '../helpers/configs';

jest.setTimeout(120_000);

const OUTAGE = 'aws-2025-10-20-dynamodb-dns-us-east-1';

/** The first minutes of an outage, few requests a second, all of them made. */
const SHORT = { hours: 0.05, rate: 0.5, sample: 'all' } as const;

describe('an assembly', () => {
  let directory: string;

  beforeAll(() => {
    directory = synthesizeInto(qualified({ healthCheck: { intervalSeconds: 30, failureThreshold: 3 } }));
  });

  test('survives the loss of its witness without a failed request', async () => {
    await expect(directory).toSurvive(OUTAGE, { strike: 'us-east-1', availability: 1, recoverySeconds: 0, ...SHORT });
  });

  test('fails with the story in five lines, the last of which replays it', async () => {
    const assembly = readAssembly(directory);
    const asked = { strike: 'us-east-1', lostWrites: 0, ...SHORT } as const;

    const failure = await expect(assembly)
      .not.toSurvive(OUTAGE, asked)
      .catch((error: Error) => error.message);

    expect(failure?.split('\n')).toEqual([
      expect.stringMatching(
        /^struck: aws-2025-10-20-dynamodb-dns-us-east-1 \(.+\) struck us-east-1 for 3 min, strong /,
      ),
      expect.stringMatching(
        /^asked: to miss one of: availability of at least 99\.5 %, got 100 %; recovery within 15 min, /,
      ),
      'why: no operation of a client failed',
      'DNS: no health check of us-east-1 turned, so that its clients stayed there',
      `replay: npm run drill -- --outage ${OUTAGE} --strike us-east-1 --seed 7 --rate 0.5 --sample all --hours 0.05`,
    ]);
  });
});

describe('bounds', () => {
  const outcome = (bounds: Parameters<typeof verdictOf>[2], rest: Parameters<typeof report>[0] = {}) => {
    const { pass, message } = verdictOf('toSurvive', report(rest), bounds);
    return { pass, asked: message().split('\n')[1] };
  };
  const { data, recovery } = report();

  test('that are left out are the declared objectives', () => {
    expect(outcome({})).toEqual({
      pass: true,
      asked:
        'asked: to miss one of: availability of at least 99.5 %, got 99.809 %; recovery within 15 min, got 6 min 3 s; ' +
        'data loss of at most 0 s, got 0 s',
    });
  });

  test('hold on one side of what was reached and not on the other', () => {
    expect(outcome({ availability: 0.998_09 }).pass).toBe(true);
    expect(outcome({ availability: 0.998_1 }).pass).toBe(false);
    expect(outcome({ recoverySeconds: 363 }).pass).toBe(true);
    expect(outcome({ recoverySeconds: 362.9 }).pass).toBe(false);
    const lossy = { data: { ...data, lostAcknowledgedWrites: 2, lostAcknowledgedObjects: 1 } };
    expect(outcome({ lostWrites: 3 }, lossy).pass).toBe(true);
    expect(outcome({ lostWrites: 2 }, lossy)).toEqual({
      pass: false,
      asked: expect.stringMatching(/at most 2 acknowledged writes lost, got 3 \(MISSED\)$/),
    });
  });

  test('do not help an assembly whose data is not what its tables promise', () => {
    const { consistency } = data;
    const linearizability = { ...consistency.linearizability, verdict: 'violated', violations: 1 } as const;
    const torn = { data: { ...data, consistency: { ...consistency, linearizability } } };

    expect(outcome({ lostWrites: 0 }, torn)).toEqual({
      pass: false,
      asked: expect.stringMatching(
        /; consistency as the tables promise it, got Consistency: NOT as promised\. .+ \(MISSED\)$/,
      ),
    });
  });

  test('are missed by clients that never recover', () => {
    const never = { recovery: { ...recovery, recoverySeconds: null } };

    expect(outcome({ recoverySeconds: 1e6 }, never)).toMatchObject({ pass: false });
  });

  test('alone count where an assembly declares nothing, and without any there is nothing to say', () => {
    const undeclared = { objectives: { met: null } };

    expect(outcome({ lostWrites: 0 }, undeclared).asked).toBe(
      'asked: to miss one of: at most 0 acknowledged writes lost, got 0',
    );
    expect(() => outcome({}, undeclared)).toThrow(/^toSurvive: 1 problem\n {2}bounds: found none/);
  });
});

describe('refuses', () => {
  test('settings that cannot be, all at once', () => {
    const wrong = {
      availability: 99.9,
      recoverySeconds: -1,
      lostWrites: 0.5,
      hours: 0,
      seed: -1,
      rate: Number.NaN,
      sample: 'some',
    };

    expect(() => checkSettings('toSurvive', { strike: 'us-east-2', recoverSeconds: 3, ...wrong }, ['strike'])).toThrow(
      /^toSurvive: 8 problems\n {2}toSurvive: recoverSeconds: found a name that is not known; .*\n {2}toSurvive: availability: found 99\.9; /,
    );
    const right = {
      strike: 'us-east-2',
      availability: 0,
      recoverySeconds: 0,
      lostWrites: 0,
      sample: 'all',
      rate: undefined,
    };
    expect(() => checkSettings('toSurvive', right, ['strike'])).not.toThrow();
  });

  test('what is no assembly', async () => {
    expect(directoryOf('toSurvive', { directory: 'cdk.out' })).toBe('cdk.out');
    for (const received of [undefined, 3, {}, { directory: 3 }]) {
      await expect(matchers.toSurvive(received, OUTAGE)).rejects.toThrow(BadInput);
    }
  });

  test('an outage and a Region that are none, as the drill does', async () => {
    await expect(expect('no-such-directory').toSurvive(OUTAGE)).rejects.toThrow(/manifest\.json/);
  });
});
