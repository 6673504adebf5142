import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkSchedule, type FaultSchedule, readSchedule } from '../../lib/drill/scenarios/fault-schedule';
import { SOAK_HELP } from '../../lib/soak/command-line';
import { ROOT } from '../helpers/source-files';

jest.setTimeout(300_000);

const TS_NODE = ['--require', require.resolve('ts-node/register')];
const directory = mkdtempSync(join(tmpdir(), 'outlast-soak-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A stranger's orders: two Regions write notes to one eventual table, of which the later one stays. */
const ORDERS = ['--assembly', 'test/fixtures/orders', '--workload', 'docs/examples/orders.workload.json'];

/** A seed that loses a note of theirs, where clients ask for little. A model that draws otherwise loses with another one. */
const SEED = 5;
const LOSING = ['--first', `${SEED}`, '--minutes', '30', '--rate', '0.3', '--threads', '1'];

function soak(...args: readonly string[]) {
  return spawnSync(process.execPath, [...TS_NODE, 'bin/soak.ts', ...args], { cwd: ROOT, encoding: 'utf8' });
}

/** A soak that goes on while a test looks at it. */
class RunningSoak {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [...TS_NODE, 'bin/soak.ts', ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (text) => {
      this.stdout += text;
    });
    this.child.stderr?.on('data', (text) => {
      this.stderr += text;
    });
  }

  /** Waits until standard error says something. */
  async says(what: RegExp): Promise<void> {
    while (!what.test(this.stderr)) {
      if (this.child.exitCode !== null) throw new Error(`it ended without saying ${what}: ${this.stderr}`);
      await once(this.child.stderr as NodeJS.ReadableStream, 'data');
    }
  }

  /** @returns the exit code, or the signal that ended the process. */
  async end(): Promise<unknown> {
    const [code, signal] = await once(this.child, 'close');
    return code ?? signal;
  }
}

test('shows its help, and refuses what it cannot use with one message', () => {
  expect(soak('--help')).toMatchObject({ status: 0, stdout: SOAK_HELP, stderr: '' });
  expect(soak('--workload', 'nowhere.json')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^the command line: 1 problem\n {2}--workload: found "nowhere.json", which is not there/,
    ),
  });
});

/** What is told of it. */
const LOSS = 'no-acknowledged-write-lost: \\d+ of \\d+ acknowledged writes lost';

describe('a design that loses an acknowledged write', () => {
  const out = join(directory, 'found');
  const file = join(out, `seed-${SEED}.json`);
  let found: ReturnType<typeof soak>;
  let schedule: FaultSchedule;

  beforeAll(() => {
    found = soak(...ORDERS, ...LOSING, '--seeds', '1', '--out', out);
    schedule = readSchedule(file);
  });

  test('is found: exit code 1, the seed, what was lost, and the smallest schedule, which is all that --out holds', () => {
    expect(found.status).toBe(1);
    expect(found.stdout).toMatch(new RegExp(`\nseed ${SEED} breaks an invariant:\n    ${LOSS}`));
    expect(readdirSync(out)).toEqual([`seed-${SEED}.json`]);
    expect(schedule).toMatchObject({ seed: SEED, requestsPerSecond: 0.3, durationSeconds: 1800 });
    for (const event of schedule.events) {
      const { fromSeconds, toSeconds } = event as { fromSeconds: number; toSeconds: number };
      expect(found.stdout).toContain(` from ${fromSeconds} to ${toSeconds} s\n`);
    }
    const told = new RegExp(
      `seed ${SEED}: no-acknowledged-write-lost broken, by (\\d+) events: .*seed-${SEED}\\.json\n`,
    );
    const shrunk = new RegExp(`seed ${SEED}: made smaller, to (\\d+) events: .*seed-${SEED}\\.json\n`);
    expect(Number(shrunk.exec(found.stderr)?.[1])).toBe(schedule.events.length);
    expect(Number(told.exec(found.stderr)?.[1])).toBeGreaterThan(schedule.events.length);
  });

  test('does the same when the line that is printed is run: the same loss, the same event log', () => {
    const [, line = ''] = /^ {2}repeat: +npm run drill -- (.*)$/m.exec(found.stdout) ?? [];
    const [, hash = ''] = /^ {2}event log: +sha256 ([0-9a-f]{64})$/m.exec(found.stdout) ?? [];
    const verdict = join(directory, 'verdict.json');

    const args = [...TS_NODE, 'bin/drill.ts', ...line.split(' '), '--json', verdict];
    const again = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });

    expect(again.status).toBe(1);
    expect(again.stdout).toMatch(new RegExp(`Invariants that did NOT hold:\n  ${LOSS}`));
    expect(JSON.parse(readFileSync(verdict, 'utf8'))).toMatchObject({ eventLogSha256: hash });
  });
});

test('Ctrl-C while a failure is made smaller keeps it as it was found, and tells it', async () => {
  const out = join(directory, 'interrupted');
  const running = new RunningSoak([...ORDERS, ...LOSING, '--seeds', '1000', '--out', out]);
  await running.says(new RegExp(`seed ${SEED}: no-acknowledged-write-lost broken`));
  // A terminal tells the whole group, and npm tells its command once more.
  running.child.kill('SIGINT');
  await pause(20);
  running.child.kill('SIGINT');

  expect(await running.end()).toBe(1);
  expect(running.stdout).toContain('ended early, after 1 of 1,000 schedules');
  expect(running.stdout).toContain('  by, as it was drawn:\n');
  const [, drawn] = / broken, by (\d+) events/.exec(running.stderr) ?? [];
  expect(readSchedule(join(out, `seed-${SEED}.json`)).events).toHaveLength(Number(drawn));
});

/** Ends every thread, and lets none start, once a file is there. */
const MORTAL = `
const { existsSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');
const look = () => { if (existsSync(process.env.NO_MORE_THREADS)) throw new Error('no more threads'); };
if (!isMainThread) { look(); setInterval(look, 20).unref(); }
`;

describe('a machine that lets the search down', () => {
  const hook = join(directory, 'mortal.js');
  const noMore = join(directory, 'no-more-threads');
  const env = { NODE_OPTIONS: `--require ${hook}`, NO_MORE_THREADS: noMore };

  beforeAll(() => writeFileSync(hook, MORTAL));

  test('a directory that cannot be written any more has schedules printed, threads that die leave the report, and both are told', async () => {
    const out = join(directory, 'gone');
    const running = new RunningSoak([...ORDERS, ...LOSING, '--seeds', '1000', '--out', out], env);
    await running.says(/^searching schedules of 30 min, seeds \d+ to \d+, in test\/fixtures\/orders/);
    writeFileSync(out, 'a file where the directory should be');
    await running.says(/ no-acknowledged-write-lost broken, by \d+ events: NOT written/);
    writeFileSync(noMore, '');

    expect(await running.end()).toBe(1);
    const [, printed = ''] = /could not be written to \S+ \(.*\):\n(\{\n[\s\S]*?\n\})\n/.exec(running.stdout) ?? [];
    const schedule = checkSchedule(JSON.parse(printed), 'standard output');
    const [, drawn] = / broken, by (\d+) events/.exec(running.stderr) ?? [];
    expect([schedule.seed, schedule.events.length]).toEqual([SEED, Number(drawn)]);
    expect(running.stdout).toContain(`seed ${SEED} breaks an invariant:\n    no-acknowledged-write-lost: `);
    expect(running.stdout).toContain('  its file could not be written (');
    expect(running.stderr).toContain(`1 of 1 failing schedules could not be written to ${out}`);
    expect(running.stderr).toMatch(/\nthe soak: 1 problem\n {2}--threads: found no thread .*no more threads/);
    expect(running.stderr).not.toMatch(/\n +at /);
    expect(running.stdout).not.toContain('the-drill-runs');
  });

  test('threads that cannot start are said so once, blame no seed, and exit with 2', async () => {
    writeFileSync(noMore, '');
    const running = new RunningSoak([...ORDERS, ...LOSING, '--out', join(directory, 'never')], env);

    expect(await running.end()).toBe(2);
    expect(running.stdout).toBe('');
    expect(running.stderr.split('\n').slice(1)).toEqual([
      'the soak: 1 problem',
      expect.stringMatching(/^ {2}--threads: found no thread .*\(no more threads\).* To mend it: .*fewer threads\.$/),
      '',
    ]);
    expect(existsSync(join(directory, 'never'))).toBe(false);
  });
});
