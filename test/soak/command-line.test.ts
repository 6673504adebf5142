import { BadInput } from '../../lib/bad-input';
import { readSoakCommandLine, SOAK_HELP } from '../../lib/soak/command-line';

/** Fields that a refusal names. */
function refused(...args: readonly string[]): readonly string[] {
  try {
    readSoakCommandLine(args);
    return [];
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return error.problems.map(({ field }) => field);
  }
}

test('asks for a hundred hours of schedules when nothing is said', () => {
  expect(readSoakCommandLine([])).toEqual({
    kind: 'run',
    directory: 'soak',
    options: { assemblyDirectory: 'cdk.out', seeds: 100, firstSeed: 1, requestsPerSecond: 1, durationSeconds: 3600 },
  });
});

test('takes every option', () => {
  const args = '--seeds 3 --first 0 --rate 0.5 --minutes=30 --threads 2 --assembly other --workload w.json --out found';

  expect(readSoakCommandLine(args.split(' '))).toEqual({
    kind: 'run',
    directory: 'found',
    workloadFile: 'w.json',
    options: {
      assemblyDirectory: 'other',
      seeds: 3,
      firstSeed: 0,
      requestsPerSecond: 0.5,
      durationSeconds: 1800,
      threads: 2,
    },
  });
});

test('shows help that lists every option', () => {
  expect(readSoakCommandLine(['--help'])).toEqual({ kind: 'help' });
  for (const option of ['seeds', 'first', 'rate', 'minutes', 'threads', 'assembly', 'workload', 'out', 'help']) {
    expect(SOAK_HELP).toContain(`\n  --${option} `);
  }
});

test.each([
  [['--seeds', '0'], ['--seeds']],
  [['--seeds', '1.5'], ['--seeds']],
  [['--first', '-1'], ['--first']],
  [['--rate', 'many'], ['--rate']],
  [['--minutes', '29'], ['--minutes']],
  [['--threads', '0'], ['--threads']],
  [['--out'], ['--out']],
  [['--help=yes'], ['--help']],
  [
    ['--mood', 'bad'],
    ['--mood', '"bad"'],
  ],
  [
    ['--seeds', '2', '--seeds', '3', '--rate', '0'],
    ['--seeds', '--rate'],
  ],
])('refuses %j', (args, fields) => {
  expect(refused(...args)).toEqual(fields);
});
