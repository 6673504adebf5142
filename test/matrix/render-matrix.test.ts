import { exitCodeOf } from '../../lib/matrix/exit-code';
import type { MatrixReport, MatrixRow, MatrixVerdict } from '../../lib/matrix/matrix-report';
import { renderMatrix, renderMatrixMarkdown, seenBy } from '../../lib/matrix/render-matrix';
import { consistency } from '../drill/written-report';

const verdict: MatrixVerdict = {
  clients: { requests: 1000, failed: 2, availability: 0.998, worstMinuteAvailability: 0.95, sampledRequests: 1000 },
  recovery: { detectedSeconds: 30, recoverySeconds: 90, degradedSeconds: 60 },
  data: {
    acknowledgedWrites: 300,
    lostAcknowledgedWrites: 0,
    rpoSeconds: 0,
    divergentItems: 0,
    replicationHeldSeconds: 0,
    acknowledgedObjects: 0,
    lostAcknowledgedObjects: 0,
    objectReplicationLagSeconds: 0,
    consistency: consistency(),
  },
  objectives: { met: true },
  detection: { endpointCheckSeconds: 30, switchSeconds: null },
  gray: [],
  eventLogSha256: 'a'.repeat(64),
};

const row: MatrixRow = {
  outage: { id: 'aws-a', title: 'A', provider: 'aws' },
  profile: 'strong',
  struckRegions: ['us-east-2'],
  durationSeconds: 3600,
  isWhole: true,
  reach: [{ phaseId: 'p1', service: 'lambda', outcome: 'modelled', why: 'error rate, 30 %' }],
  laterPhases: [],
  outcome: 'replayed',
  verdict,
};

function report(...rows: readonly MatrixRow[]): MatrixReport {
  return { schemaVersion: 1, seed: 7, requestsPerSecond: 20, libraryShare: 0, rows, wallSeconds: 1 };
}

const { verdict: _, ...unjudged } = row;
const outOfReach: MatrixRow = {
  ...unjudged,
  outage: { id: 'fastly-b', title: 'B', provider: 'fastly' },
  outcome: 'out-of-reach',
  reach: [{ phaseId: 'p1', service: 'cdn', outcome: 'out-of-reach', why: 'the design has no network of that kind' }],
};
const notModelled: MatrixRow = {
  ...unjudged,
  outage: { id: 'meta-c', title: 'C', provider: 'meta' },
  outcome: 'not-modelled',
  reach: [
    { phaseId: 'p1', service: 'lambda', outcome: 'modelled', why: 'error rate, 30 %' },
    { phaseId: 'p1', service: 'login', outcome: 'not-modelled', why: 'login in phase p1 of meta-c' },
  ],
};

test('says so when clients use lib/client', () => {
  expect(renderMatrix({ ...report(row), libraryShare: 0.5 })).toMatch(/Of the clients 50 % use lib\/client\.$/);
  expect(renderMatrix(report(row))).not.toContain('lib/client');
});

test('tells what was replayed, what cannot reach the design and what is not modelled apart', () => {
  const text = renderMatrix(report(row, outOfReach, notModelled));

  expect(text).toMatch(/^ {2}aws-a +strong +us-east-2 +99\.8 % +95 % +1 min 30 s +0 +met +endpoint checks \(30 s\)$/m);
  expect(text).toMatch(/^ {2}fastly-b: cannot reach this design: the design has no network of that kind$/m);
  expect(text).toMatch(/^ {2}meta-c: NOT MODELLED, so that nothing is known: login in phase p1 of meta-c$/m);
  expect(text).toMatch(
    /1 replays: 1 met their objectives, 0 did NOT\. 1 outages cannot reach .+, 1 are not modelled\.$/,
  );
});

test('never shows an outage without a verdict among those that were replayed', () => {
  for (const text of [renderMatrix, renderMatrixMarkdown].map((render) => render(report(outOfReach, notModelled)))) {
    expect(text).not.toMatch(/(fastly-b|meta-c).*\bmet$/m);
    expect(text).toContain('0 replays: 0 met');
  }
});

test('says when only a part of an outage was replayed, and when several Regions were struck or none alone', () => {
  const rows = [
    { ...row, isWhole: false },
    { ...row, struckRegions: ['us-east-2', 'us-west-2'] },
    { ...row, struckRegions: [] },
  ];

  const text = renderMatrixMarkdown(report(...rows));

  expect(text).toContain('| aws-a (first 1 h) | strong | us-east-2 |');
  expect(text).toContain('| us-east-2 + us-west-2 |');
  expect(text).toContain('| everywhere |');
});

test('says of every phase of an outage, once, what became of it', () => {
  const everything: MatrixRow = {
    ...row,
    reach: [
      ...row.reach,
      { phaseId: 'p2', service: 'ec2', outcome: 'out-of-reach', why: 'the design has no EC2 instances' },
      { phaseId: 'p3', service: 'ec2:apis', outcome: 'out-of-reach', why: 'the design has no EC2 instances' },
    ],
    laterPhases: ['p4'],
  };

  const [text, markdown] = [renderMatrix, renderMatrixMarkdown].map((render) =>
    render(report(everything, { ...everything, profile: 'eventual' }, notModelled)),
  );

  expect(text).toContain(
    [
      '  aws-a',
      '    replayed: p1 lambda (error rate, 30 %)',
      '    cannot reach this design: p2 ec2, p3 ec2:apis (the design has no EC2 instances)',
      '    begins after what is replayed: p4',
      '  meta-c',
      '    replayed: p1 lambda (error rate, 30 %)',
      '    NOT MODELLED: p1 login (login in phase p1 of meta-c)',
      '',
    ].join('\n'),
  );
  expect(markdown).toContain('- **aws-a**\n  - _replayed_: p1 lambda (error rate, 30 %)\n');
});

describe('an outage that reaches one Region and not another', () => {
  const bystander = { phaseId: 'p2', service: 'ec2', outcome: 'out-of-reach', why: 'no EC2 instances' } as const;
  const zone = (name: string) =>
    ({ phaseId: 'p3', service: `zone ${name}`, outcome: 'modelled', why: '10 % of the requests' }) as const;
  const east: MatrixRow = { ...row, reach: [...row.reach, bystander, zone('use2-az4')] };
  const west: MatrixRow = {
    ...row,
    struckRegions: ['us-west-2'],
    reach: [...row.reach, bystander, zone('usw2-az4')],
  };
  const witness: MatrixRow = {
    ...unjudged,
    struckRegions: ['us-east-1'],
    outcome: 'out-of-reach',
    reach: [{ phaseId: 'p1', service: 'lambda', outcome: 'out-of-reach', why: 'no functions in us-east-1' }, bystander],
  };

  test('has an account for each group of Regions in which it is the same', () => {
    const text = renderMatrix(report(east, west, witness));

    expect(text).toContain(
      [
        '  aws-a onto us-east-2, us-west-2',
        '    replayed: p1 lambda (error rate, 30 %); p3 zone az4 (10 % of the requests)',
        '    cannot reach this design: p2 ec2 (no EC2 instances)',
        '  aws-a onto us-east-1',
        '    cannot reach this design: p1 lambda (no functions in us-east-1); p2 ec2 (no EC2 instances)',
        '',
      ].join('\n'),
    );
    expect(renderMatrixMarkdown(report(east, witness))).toContain('- **aws-a** onto us-east-1\n');
    expect(renderMatrix(report(east, west))).toContain('\n  aws-a\n');
  });

  test('has no verdict in the one, with what keeps it out there alone, and is not counted as out of reach', () => {
    const text = renderMatrix(report(east, west, witness));

    expect(text).toMatch(/^ {2}aws-a onto us-east-1: cannot reach this design: no functions in us-east-1$/m);
    expect(text).toMatch(/2 replays: 2 met .+ 0 outages cannot reach this design, 0 are not modelled\. 1 more cannot/);
  });

  test('names the kind of table where it is the kind that tells them apart', () => {
    const eventual: MatrixRow = { ...notModelled, outage: row.outage, profile: 'eventual' };

    const text = renderMatrix(report(row, eventual));

    expect(text).toMatch(/^ {2}aws-a onto us-east-2 \(eventual tables\): NOT MODELLED/m);
    expect(text).toMatch(/^ {2}aws-a onto us-east-2 \(strong tables\)$/m);
  });

  test('names zones of the other Region that was struck as those of its partner', () => {
    const both: MatrixRow = { ...east, reach: [zone('use2-az2'), zone('usw2-az3')] };

    expect(renderMatrix(report(both))).toContain('replayed: p3 zone az2, p3 zone az3 of its partner (');
  });
});

describe('the exit code', () => {
  const missed: MatrixRow = { ...row, verdict: { ...verdict, objectives: { met: false } } };

  test('is 0 when objectives were met wherever something is known of all', () => {
    expect(exitCodeOf([row, outOfReach])).toBe(0);
    expect(exitCodeOf([{ ...row, verdict: { ...verdict, objectives: { met: null } } }])).toBe(0);
  });

  test('is 2 when any row is not modelled, also beside others that met theirs', () => {
    expect(exitCodeOf([row, notModelled, outOfReach])).toBe(2);
    expect(exitCodeOf([notModelled])).toBe(2);
  });

  test('is 1 when objectives were missed, whatever is not modelled beside', () => {
    expect(exitCodeOf([row, missed])).toBe(1);
    expect(exitCodeOf([notModelled, missed])).toBe(1);
  });
});

test('shows the beginning of each event log in Markdown, by which a row can be told to be stale', () => {
  expect(renderMatrixMarkdown(report(row))).toMatch(/^\| aws-a \| strong .+ \| `a{8}` \|$/m);
});

test('says of every gray failure who caught it, over all its replays', () => {
  const failure = {
    phaseId: 'p1',
    region: 'us-east-2',
    what: 'lambda: error rate, 30 %',
    seconds: 3600,
    endpointCheckShare: 0,
    switchShare: 0.81,
    failedShare: 0.004,
    caughtBy: 'judge',
  } as const;
  const withGray = (...gray: MatrixVerdict['gray']): MatrixRow => ({ ...row, verdict: { ...verdict, gray } });
  const seen = withGray(failure);
  const missed = withGray({ ...failure, switchShare: 0.1, failedShare: 0.02, caughtBy: 'in-part' });

  const text = renderMatrix(report(seen, missed, seen));

  expect(text).toMatch(
    /^ {2}aws-a +p1 lambda: error rate, 30 % +0 % +10 to 81 % +0 to 2 % +its judge \(2\), in part \(1\)$/m,
  );
  expect(renderMatrixMarkdown(report(row))).not.toContain('Gray failures');
});

describe('the last column', () => {
  const detected = (
    endpointCheckSeconds: number | null,
    switchSeconds: number | null,
    rest: Partial<MatrixVerdict> = {},
  ) => seenBy({ ...verdict, ...rest, detection: { endpointCheckSeconds, switchSeconds } });

  test('names who saw the Region fail, and gray failures that endpoint checks missed', () => {
    expect(detected(30, null)).toBe('endpoint checks (30 s)');
    expect(detected(30, 200)).toBe('endpoint checks (30 s), its judge (3 min 20 s)');
    expect(detected(null, 200)).toBe('its judge (3 min 20 s); too mild for endpoint checks');
  });

  test('tells a fault that nobody saw from one that hurt nobody', () => {
    const { clients, recovery } = verdict;
    const unhurt = { recovery: { ...recovery, degradedSeconds: 0 } };

    expect(detected(null, null)).toBe('NOBODY');
    expect(detected(null, null, unhurt)).toBe('nobody had to');
    expect(detected(null, null, { ...unhurt, objectives: { met: false } })).toBe('NOBODY');
    expect(detected(null, null, { clients: { ...clients, failed: 0 } })).toBe('nobody had to');
  });
});
