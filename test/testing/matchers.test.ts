import { readAssembly } from '../../lib/assembly';
import { BadInput } from '../../lib/bad-input';
import type { ExperimentReport } from '../../lib/drill/report/experiment-report';
import { matchers } from '../../lib/testing';
import { checkSettings } from '../../lib/testing/survival';
import { enduranceOf } from '../../lib/testing/to-withstand';
import { directoryOf, verdictOf } from '../../lib/testing/verdict';
import { synthesizeInto } from '../drill/synthesized';
import { experimentReport, outcome as outcomeOf, stretch } from '../drill/written-experiment';
import { consistency, report } from '../drill/written-report';
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
      'DNS: no health check of us-east-2 or us-west-2 turned, so that clients stayed where they were',
      `replay: npm run drill -- --assembly ${assembly.directory} --outage ${OUTAGE} --strike us-east-1 --seed 7 --rate 0.5 --sample all --hours 0.05`,
    ]);
  });
});

describe('an experiment of an assembly', () => {
  const asked = { region: 'us-east-2', rate: 0.5 } as const;
  let directory: string;

  beforeAll(() => {
    directory = synthesizeInto(qualified({ healthCheck: { intervalSeconds: 30, failureThreshold: 3 } }));
  });

  test('is withstood where nobody feels it, and its story ends with the command that repeats it', async () => {
    await expect(directory).toWithstand('bucket-replication-pause', { ...asked, availability: 1, recoverySeconds: 0 });
    const failure = await expect(directory)
      .not.toWithstand('bucket-replication-pause', asked)
      .catch((error: Error) => error.message);

    expect(failure?.split('\n')).toEqual([
      expect.stringMatching(
        /^experiment: bucket-replication-pause in us-east-2 \(aws:s3:bucket-pause-replication\) is completed after 1 h, strong /,
      ),
      expect.stringMatching(
        /^asked: to miss one of: an experiment that is completed and taken back, got completed, taken back; availability of /,
      ),
      'why: no operation of a client failed',
      'DNS and alarms: clients of us-east-2 were not moved to another Region; no alarm rang',
      `replay: npm run drill -- --assembly ${directory} --experiment bucket-replication-pause --region us-east-2 --seed 7 --rate 0.5`,
    ]);
  });

  test('is not looked for where the input cannot be used', async () => {
    const { toWithstand } = matchers;

    await expect(toWithstand(directory, 'no-such-experiment')).rejects.toThrow(BadInput);
    await expect(toWithstand(directory, 'bucket', { hours: 3 } as object)).rejects.toThrow(
      /^toWithstand: 1 problem\n {2}toWithstand: hours: found a name that is not known; /,
    );
  });
});

describe('bounds of an experiment', () => {
  const missed = (
    bounds: Parameters<typeof enduranceOf>[1],
    rest: Partial<ExperimentReport> = {},
  ): readonly string[] => {
    const { pass, message } = enduranceOf(experimentReport(rest), bounds);
    const [, asked = ''] = message().split('\n');
    const found = asked.split('; ').filter((one) => one.endsWith(' (MISSED)'));
    expect(pass).toBe(found.length === 0);
    return found;
  };
  const { steadyState, data } = experimentReport();
  const during = { steadyState: { ...steadyState, during: stretch({ availability: 0.99, held: false }) } };

  test('hold on one side of what was reached and not on the other', () => {
    expect(missed({})).toEqual([]);
    expect(missed({}, during)).toEqual([expect.stringMatching(/^availability of at least [\d.]+ % during, got 99 % /)]);
    expect(missed({ availability: 0.99 }, during)).toEqual([]);
    expect(missed({ availability: 0.990_1 }, during)).toHaveLength(1);
    const slow = { recovery: { detectedSeconds: 30, recoverySeconds: 120, degradedSeconds: 60 } };
    expect([missed({ recoverySeconds: 120 }, slow).length, missed({ recoverySeconds: 119 }, slow).length]).toEqual([
      0, 1,
    ]);
    const lossy = { data: { ...data, lostAcknowledgedWrites: 1 } };
    expect([missed({}, lossy).length, missed({ lostWrites: 1 }, lossy).length]).toEqual([1, 0]);
  });

  test('help no experiment that was stopped, or left something behind', () => {
    for (const rest of [
      { status: 'stopped', reason: 'Experiment halted by stop condition.' },
      { rolledBack: false },
    ] as const) {
      expect(missed({ availability: 0 }, { outcome: outcomeOf(rest) })).toHaveLength(1);
    }
  });

  test('help none after which clients are not served as before', () => {
    const never = { recovery: { detectedSeconds: null, recoverySeconds: null, degradedSeconds: 900 } };

    expect(missed({ recoverySeconds: 1e6 }, never)).toHaveLength(1);
    expect(
      missed({ availability: 0 }, { steadyState: { ...steadyState, after: stretch({ availability: 0.5 }) } }),
    ).toHaveLength(1);
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
    const { linearizability: found } = consistency();
    const linearizability = { ...found, verdict: 'violated', violations: 1 } as const;
    const torn = { data: { ...data, consistency: consistency({ linearizability }) } };

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
      workload: 3,
    };

    expect(() => checkSettings('toSurvive', { strike: 'us-east-2', recoverSeconds: 3, ...wrong }, ['strike'])).toThrow(
      /^toSurvive: 9 problems\n {2}toSurvive: recoverSeconds: found a name that is not known; .*\n {2}toSurvive: availability: found 99\.9; /,
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
