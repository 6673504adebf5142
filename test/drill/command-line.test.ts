import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CfnExperimentTemplate } from 'aws-cdk-lib/aws-fis';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { readAssembly } from '../../lib/assembly';
import { BadInput } from '../../lib/bad-input';
import { HELP, readCommandLine } from '../../lib/drill/command-line';
import { renderOutages } from '../../lib/drill/list-outages';
import { qualified } from '../helpers/configs';
import { ROOT } from '../helpers/source-files';
import { experimentSchemaErrors, schemaErrors } from './report-schema';
import { synthesizeInto } from './synthesized';

jest.setTimeout(120_000);

const OUTAGE = 'aws-2025-10-20-dynamodb-dns-us-east-1';

describe('arguments', () => {
  test('may all be left out', () => {
    expect(readCommandLine([])).toEqual({
      kind: 'run',
      options: { assemblyDirectory: 'cdk.out', outageId: OUTAGE, shortCut: true },
      files: {},
      explains: false,
    });
  });

  test('reach the drill, written with a space or an equals sign', () => {
    const spaced = '--outage aws-2021-12-07 --strike us-west-2 --seed 12 --rate 0.5 --sample 0.25 --hours 2.5';
    const equals = '--outage=aws-2021-12-07 --strike=us-west-2 --seed=12 --rate=0.5 --sample=0.25 --hours=2.5';
    const expected = {
      kind: 'run',
      options: {
        assemblyDirectory: 'other.out',
        outageId: 'aws-2021-12-07',
        struckRegion: 'us-west-2',
        seed: 12,
        ratePerSecond: 0.5,
        madePerSecond: 0.25,
        hours: 2.5,
        shortCut: false,
      },
      files: { json: 'verdict.json', markdown: 'verdict.md' },
      explains: false,
    };

    expect(
      readCommandLine([
        ...spaced.split(' '),
        '--assembly',
        'other.out',
        '--json',
        'verdict.json',
        '--markdown',
        'verdict.md',
        '--full-sdk',
      ]),
    ).toEqual(expected);
    expect(
      readCommandLine([
        ...equals.split(' '),
        '--full-sdk',
        '--assembly=other.out',
        '--json=verdict.json',
        '--markdown=verdict.md',
      ]),
    ).toEqual(expected);
  });

  test('can ask for several files and for an explanation at once', () => {
    expect(readCommandLine(['--junit', 'a.xml', '--markdown=a.md', '--explain', '--log', 'a.jsonl'])).toMatchObject({
      files: { junit: 'a.xml', markdown: 'a.md', log: 'a.jsonl' },
      explains: true,
    });
  });

  test('can name a workload, or ask for the topology alone', () => {
    expect(readCommandLine(['--workload', 'shop.json'])).toMatchObject({
      kind: 'run',
      options: { workloadFile: 'shop.json' },
    });
    expect(readCommandLine(['--topology', '--strike', 'eu-west-1', '--seed', '3', '--json', 'verdict.json'])).toEqual({
      kind: 'topology',
      options: { assemblyDirectory: 'cdk.out', outageId: OUTAGE, struckRegion: 'eu-west-1', seed: 3 },
      files: { json: 'verdict.json' },
    });
  });

  test('can ask for every request to be made', () => {
    expect(readCommandLine(['--sample', 'all'])).toMatchObject({
      options: { madePerSecond: Number.POSITIVE_INFINITY },
    });
  });

  test.each([
    ['every outage', ['--outage', 'all', '--strike', 'us-west-2'], { struckRegion: 'us-west-2' }],
    ['every Region', ['--strike', 'each', '--hours', '2'], { outageId: OUTAGE, options: { hours: 2 } }],
    [
      'several assemblies',
      ['--assembly', 'one', '--assembly', 'two', '--outage', 'aws-2021-12-07'],
      { assemblyDirectories: ['one', 'two'], outageId: 'aws-2021-12-07' },
    ],
    [
      'every Region beside a workload',
      ['--strike', 'each', '--workload', 'shop.json'],
      { outageId: OUTAGE, options: { workloadFile: 'shop.json' } },
    ],
  ])('ask for a matrix by naming %s', (_, args, expected) => {
    expect(readCommandLine(args)).toEqual({ kind: 'matrix', options: {}, files: {}, ...expected });
  });

  test.each([
    ['dns', 0],
    ['client', 1],
    ['30%', 0.3],
    ['0%', 0],
    ['100%', 1],
    ['12.5%', 0.125],
  ])('can ask for clients %s', (clients, libraryShare) => {
    expect(readCommandLine(['--clients', clients])).toMatchObject({ options: { libraryShare } });
  });

  test('can ask for help or the list instead, help first', () => {
    expect(readCommandLine(['--list'])).toEqual({ kind: 'list' });
    expect(readCommandLine(['--list', '--help', '--seed', '3'])).toEqual({ kind: 'help' });
  });

  test('can ask for an experiment and its Region, or for the list of them', () => {
    const place = ['--experiment', 'slow', '--region', 'us-west-2', '--assembly', 'other.out'];
    expect(
      readCommandLine([...place, '--seed', '3', '--rate', '2', '--clients', 'client', '--json', 'a.json']),
    ).toEqual({
      kind: 'experiment',
      options: {
        assemblyDirectory: 'other.out',
        name: 'slow',
        region: 'us-west-2',
        shortCut: true,
        seed: 3,
        ratePerSecond: 2,
        libraryShare: 1,
      },
      files: { json: 'a.json' },
      explains: false,
    });
    expect(readCommandLine(['--experiment', 'slow', '--full-sdk'])).toMatchObject({
      options: { assemblyDirectory: 'cdk.out', name: 'slow', shortCut: false },
    });
    expect(readCommandLine(['--experiment', 'slow', '--workload', 'shop.json'])).toMatchObject({
      options: { name: 'slow', workloadFile: 'shop.json' },
    });
    expect(readCommandLine(['--experiments', '--assembly', 'other.out'])).toEqual({
      kind: 'experiments',
      assemblyDirectory: 'other.out',
    });
  });

  test('are all in the help text', () => {
    const flags = [
      'outage',
      'strike',
      'schedule',
      'experiment',
      'region',
      'seed',
      'rate',
      'sample',
      'clients',
      'hours',
      'assembly',
      'workload',
      'topology',
      'explain',
      'json',
      'junit',
      'markdown',
      'log',
      'full-sdk',
      'list',
      'experiments',
      'help',
    ];

    expect([...HELP.matchAll(/^ {2}--([\w-]+)/gm)].map(([, flag]) => flag)).toEqual(flags);
  });

  function problemsOf(...args: string[]): string[] {
    try {
      readCommandLine(args);
    } catch (error) {
      if (error instanceof BadInput) return error.problems.map(({ field, found }) => `${field} ${found}`);
      throw error;
    }
    return [];
  }

  test.each([
    [['--seed', '1.5'], '--seed "1.5"'],
    [['--seed', '-1'], '--seed "-1"'],
    [['--seed', '9007199254740992'], '--seed "9007199254740992"'],
    [['--seed', 'seven'], '--seed "seven"'],
    [['--rate', '0'], '--rate "0"'],
    [['--rate', '1000.5'], '--rate "1000.5"'],
    [['--rate', 'Infinity'], '--rate "Infinity"'],
    [['--rate', ' '], '--rate " "'],
    [['--sample', '0'], '--sample "0"'],
    [['--sample', 'none'], '--sample "none"'],
    [['--hours', '0'], '--hours "0"'],
    [['--hours', '-2'], '--hours "-2"'],
    [['--hours', 'NaN'], '--hours "NaN"'],
    [['--clients', '30'], '--clients "30"'],
    [['--clients', '101%'], '--clients "101%"'],
    [['--clients', '%'], '--clients "%"'],
    [['--clients', 'all'], '--clients "all"'],
    [['--clients'], '--clients nothing'],
    [['--outage'], '--outage nothing'],
    [['--outage', '--list'], '--outage "--list"'],
    [['--json='], '--json ""'],
    [['--log'], '--log nothing'],
    [['--explain=twice'], '--explain "twice"'],
    [['--schedule', 'no-such-file.json'], '--schedule "no-such-file.json", which is not there'],
    [['--schedule', 'any.json', '--seed', '3'], '--seed beside --schedule'],
    [['--topology', '--workload', 'shop.json'], '--workload beside --topology'],
    [['--topology', '--clients', 'dns'], '--clients beside --topology'],
    [['--topology', '--strike', 'each'], '--topology for several drills'],
    [['--schedule', 'any.json', '--assembly', 'a', '--assembly', 'b'], '--schedule beside several drills'],
    [['--full-sdk', '--strike', 'each'], '--full-sdk beside several drills'],
    [['--experiment'], '--experiment nothing'],
    [['--experiment', 'slow', '--outage', 'aws-2021'], '--outage beside --experiment'],
    [['--outage', 'nope'], '--outage "nope"'],
    [['--outage', 'aws-2021'], '--outage "aws-2021", with which 4 ids start'],
    [['--outage', 'aws-2026-03-01'], '--hours nothing'],
    [['--experiment', 'slow', '--strike', 'us-east-2'], '--strike beside --experiment'],
    [['--experiment', 'slow', '--schedule', 'any.json'], '--schedule beside --experiment'],
    [['--experiment', 'slow', '--sample', '1'], '--sample beside --experiment'],
    [['--experiment', 'slow', '--hours', '1'], '--hours beside --experiment'],
    [['--experiment', 'slow', '--assembly', 'one', '--assembly', 'two'], '--assembly several times'],
    [['--region', 'us-east-2'], '--region without --experiment'],
    [['--list=yes'], '--list "yes"'],
    [['--full-sdk=no'], '--full-sdk "no"'],
    [['--sede', '7'], '--sede an unknown option'],
    [['-s'], '-s an unknown option'],
    [['--seed', '7', '--seed', '8'], '--seed the option twice'],
    [['us-east-2'], '"us-east-2" a word without an option'],
  ])('refuses %j', (args, problem) => {
    expect(problemsOf(...args)).toContain(problem);
  });

  test.each([
    ['--seed', '0'],
    ['--seed', '9007199254740991'],
    ['--rate', '0.01'],
    ['--rate', '1000'],
    ['--hours', '0.001'],
    ['--hours', '1e3'],
    ['--sample', '1000'],
  ])('accepts %s %s', (...args) => {
    expect(problemsOf(...args)).toEqual([]);
  });

  test('refuses with every problem at once, each with what is allowed and what to do', () => {
    const refused = () =>
      readCommandLine(['--seed', 'x', '--rate', '-1', '--hours', 'y', '--sample', 'z', '--oops', 'word']);

    expect(refused).toThrow(/^the command line: 6 problems\n/);
    for (const field of ['--oops', '"word"', '--seed', '--rate', '--sample', '--hours']) {
      expect(refused).toThrow(new RegExp(`^ {2}${field}: found .+; allowed: .+\\. To mend it: .+\\.$`, 'm'));
    }
  });
});

test('the list has every outage once, and the drill knows every service of each', () => {
  const [about, blank, ...others] = renderOutages().trimEnd().split('\n').reverse();
  const lines = others.reverse();

  expect([about, blank]).toEqual([expect.stringContaining('name it with --assembly DIR'), '']);

  expect(new Set(lines).size).toBe(lines.length);
  for (const id of [OUTAGE, 'aws-2021-12-07-internal-network-us-east-1']) {
    expect(lines.find((line) => line.startsWith(id))).toMatch(/ can be replayed$/);
  }
  for (const line of lines) expect(line).toMatch(/ can be replayed( for as long as --hours says)?$/);
});

describe('the program', () => {
  let assembly: string;
  let withQueue: string;
  let directory: string;

  beforeAll(() => {
    assembly = synthesizeInto(qualified(), ({ regions: [east] }) => {
      if (east) lostTarget(east);
    });
    withQueue = synthesizeInto(qualified(), ({ regions: [, west] }) => {
      if (west) new CfnQueue(west, 'Orders');
    });
    directory = mkdtempSync(join(tmpdir(), 'outlast-drill-json-'));
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  const COMMAND = ['--require', 'ts-node/register', join(ROOT, 'bin/drill.ts')];

  /** No test's run takes so long; one that does is ended and has no exit code. */
  const LONGEST_RUN_MS = 60_000;

  function drill(...args: string[]) {
    return spawnSync(process.execPath, [...COMMAND, ...args], { cwd: ROOT, encoding: 'utf8', timeout: LONGEST_RUN_MS });
  }

  /** The first 72 s of an outage (72.36 s, ended on a whole second), every request made. */
  const short = () => ['--assembly', assembly, '--hours', '0.0201', '--rate', '2', '--sample', 'all'];

  test('helps and lists', () => {
    expect(drill('--help')).toMatchObject({ status: 0, stdout: HELP, stderr: '' });
    const list = drill('--list', '--assembly', assembly);
    expect(list).toMatchObject({ status: 0, stdout: renderOutages(readAssembly(assembly)), stderr: '' });
    // What has no network of somebody else's in front is not reached when that fails; what has a queue is not modelled.
    expect(list.stdout).toMatch(
      /^fastly-2021-06-08-global .+ cannot reach this design: a drill would show a calm time$/m,
    );
    expect(list.stdout).toMatch(/^aws-2026-03-01-gulf-regions .+ can be replayed for as long as --hours says$/m);
    expect(list.stdout).toMatch(new RegExp(`^${OUTAGE} .+ can be replayed$`, 'm'));
    expect(renderOutages(readAssembly(withQueue))).toMatch(/^aws-2025-10-20\S+ .+ not modelled: lambda:sqs-polling$/m);
  });

  test('ends quietly when nobody reads what it prints any more', async () => {
    const child = spawn(process.execPath, [...COMMAND, '--help'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (text) => {
      said += String(text);
    });
    const code = await new Promise((resolve) => child.on('close', resolve));

    expect({ code, said }).toEqual({ code: 0, said: '' });
  });

  test('exits 2 after a matrix in which something is not modelled, which it names', () => {
    const { status, stdout } = drill('--assembly', withQueue, '--strike', 'each', '--hours', '0.02');

    expect(stdout).toMatch(/: NOT MODELLED, so that nothing is known: lambda:sqs-polling in phase p14 of /);
    expect(stdout).toContain('0 replays: 0 met their objectives, 0 did NOT.');
    expect(status).toBe(2);
  });

  test('exits 0 when the objectives were met, and 1 with the whole verdict in every file when they were not', () => {
    const met = drill(...short(), '--strike', 'us-east-1');
    const file = join(directory, 'verdict.json');
    const log = join(directory, 'events.jsonl');
    const files = ['--json', file, '--log', log, '--junit', join(directory, 'verdict.xml'), '--explain'];
    const notMet = drill(...short(), '--strike', 'us-east-2', ...files);

    expect(met.status).toBe(0);
    expect(met.stdout).toContain('Objectives met:');
    expect(notMet.status).toBe(1);
    expect(notMet.stdout).toContain('Objectives NOT met:');
    const report = JSON.parse(readFileSync(file, 'utf8'));
    expect(schemaErrors(report)).toEqual([]);
    expect(report).toMatchObject({
      scenario: { id: OUTAGE, struckRegion: 'us-east-2', originalRegion: 'us-east-1', durationSeconds: 72 },
      seed: 7,
      profile: 'strong',
      traffic: { requestsPerSecond: 2, madePerSecond: { nearChanges: 2, elsewhere: 2 } },
      objectives: { met: false },
      baseline: { region: 'us-east-2' },
    });
    expect(createHash('sha256').update(readFileSync(log)).digest('hex')).toBe(report.eventLogSha256);
    expect(notMet.stdout).toMatch(/^(?:The worst minute|Nobody's request failed)/m);
    expect(readdirSync(directory)).toEqual(['events.jsonl', 'verdict.json', 'verdict.xml']);
    expect(`${met.stderr}${notMet.stderr}`).not.toMatch(/^\s+at /m);
  });

  describe('refuses with exit code 2, one message, no stack trace and no run:', () => {
    test.each<[string, () => string[], RegExp]>([
      [
        'options, all at once',
        () => ['--seed', 'x', '--oops', '--list'],
        /^the command line: 2 problems\n {2}--oops: .+\n {2}--seed: found "x"; .+\n$/,
      ],
      [
        'an outage that is not in the catalogue',
        () => [...short(), '--outage', 'aws-2025-10-21'],
        /^the command line: 1 problem\n {2}--outage: found "aws-2025-10-21"; .+ use .*aws-2025-10-20-dynamodb/,
      ],
      [
        'an outage that is not over, without a length',
        () => ['--assembly', assembly, '--outage', 'aws-2026-03-01'],
        /^the command line: 1 problem\n {2}--hours: found nothing; .+ aws-2026-03-01-\S+ is not over/,
      ],
      [
        'a Region that the assembly does not use',
        () => [...short(), '--strike', 'eu-west-1'],
        /^the drill: 1 problem\n {2}--strike: found "eu-west-1"; allowed: .+: us-east-2, us-west-2, us-east-1\. .+\n$/,
      ],
      [
        'an experiment that the assembly does not have',
        () => ['--assembly', assembly, '--experiment', 'none'],
        /^the drill: 1 problem\n {2}--experiment: found "none"; allowed: .+: table-replication-pause, .+--experiments\.\n$/,
      ],
      [
        'a Region that has no experiments',
        () => ['--assembly', assembly, '--experiment', 'table', '--region', 'eu-west-1'],
        /^the drill: 1 problem\n {2}--region: found "eu-west-1"; allowed: .+: us-east-2, us-west-2\. .+\n$/,
      ],
      [
        'an experiment that several Regions have, without a Region',
        () => ['--assembly', assembly, '--experiment', 'table-replication-pause'],
        /^the drill: 1 problem\n {2}--region: found nothing; allowed: one of us-east-2, us-west-2, .+\n$/,
      ],
      [
        'a directory that is no assembly',
        () => ['--assembly', directory],
        /^\S+: 1 problem\n {2}manifest\.json: .+\n$/,
      ],
      [
        'a file for the verdict that cannot be written',
        () => [...short(), '--json', join(directory, 'none', 'verdict.json')],
        /^the command line: 1 problem\n {2}--json: found .+ To mend it: create .+none, or name another file\.\n$/,
      ],
    ])('%s', (_what, args, message) => {
      const { status, stdout, stderr } = drill(...args());

      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/^\s+at |replaying/m);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    });
  });

  test('stops with exit code 2 at what is not modelled, without waiting for the twin, which has no such thing', () => {
    const [junit, log] = [join(directory, 'queue.xml'), join(directory, 'queue.jsonl')];
    const files = ['--junit', junit, '--log', log, '--explain'];
    const { status, stdout, stderr } = drill('--assembly', withQueue, '--rate', '1000', '--sample', 'all', ...files);

    expect(stderr).toContain(
      `\nThere is no event log, so that ${log} was not written.\nThere is no minute to explain.\n`,
    );
    expect(existsSync(log)).toBe(false);
    const suite = readFileSync(junit, 'utf8');
    expect(suite).toMatch(/ tests="1" failures="0" errors="1" skipped="0" /);
    expect(suite).toContain(`name="${OUTAGE} onto us-east-2"`);
    expect(suite).toMatch(
      /<error type="not-modelled" message="not modelled: .*AWS::SQS::Queue \(dispatch-us-west-2\/Orders\)"/,
    );
    expect(suite).toContain('Verdict on ');
    rmSync(junit);
    expect(stderr).toMatch(/^not modelled: .*AWS::SQS::Queue.*\(dispatch-us-west-2\/Orders\)$/m);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(2);
    expect(stdout).toMatch(/^NOT judged: clients, .+\n {2}AWS::SQS::Queue \(dispatch-us-west-2\/Orders\)$/m);
    expect(stdout).not.toMatch(/objectives (NOT )?met/i);
  });

  test.each([
    [
      'a schedule',
      ['--schedule', 'docs/examples/two-regions.schedule.json'],
      'docs/examples/two-regions.schedule.json',
    ],
    [
      'an experiment',
      ['--experiment', 'bucket-replication-pause', '--region', 'us-east-2'],
      'experiment bucket-replication-pause in us-east-2',
    ],
  ])(
    'says to CI systems that %s which is not modelled has no verdict, in a test case that ended in an error',
    (_, what, name) => {
      const [junit, json] = [join(directory, 'refused.xml'), join(directory, 'refused.json')];
      const { status, stdout, stderr } = drill('--assembly', withQueue, ...what, '--junit', junit, '--json', json);

      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain(`There is no verdict, so that ${json} was not written.\n`);
      expect(existsSync(json)).toBe(false);
      const suite = readFileSync(junit, 'utf8');
      expect(suite).toContain(`name="${name}" tests="1" failures="0" errors="1" skipped="0"`);
      expect(suite).toContain('AWS::SQS::Queue (dispatch-us-west-2/Orders)');
      rmSync(junit);
    },
  );

  test("judges a stranger's topology where it cannot run the code, and says with the exit code that this is less", () => {
    const [json, markdown] = [join(directory, 'topology.json'), join(directory, 'topology.md')];
    const shop = ['--assembly', join(ROOT, 'test/fixtures/shop-python')];
    const drilled = drill(
      ...shop,
      '--workload',
      'docs/examples/orders.workload.json',
      '--json',
      json,
      '--markdown',
      markdown,
    );
    const asked = drill(...shop, '--topology');
    const elsewhere = drill('--assembly', join(ROOT, 'test/fixtures/orders'), '--topology', '--strike', 'eu-central-1');

    expect([drilled.status, asked.status, elsewhere.status]).toEqual([2, 1, 0]);
    expect(drilled.stdout).toBe(asked.stdout);
    expect(drilled.stderr).toMatch(/^not modelled: time to live of Shop-eu-west-1\/Baskets$/m);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ kind: 'topology', verdict: { outcome: 'lost' } });
    expect(readFileSync(markdown, 'utf8')).toContain(asked.stdout);
    rmSync(json);
    rmSync(markdown);
  });

  describe("of a stranger's handler", () => {
    /** What comes of the orders' assembly with other code. */
    function drillWith(source: string, ...args: string[]) {
      const stranger = mkdtempSync(join(tmpdir(), 'outlast-stranger-'));
      cpSync(join(ROOT, 'test/fixtures/orders'), stranger, { recursive: true });
      writeFileSync(join(stranger, 'asset.orders/index.js'), source);
      const workload = ['--workload', 'docs/examples/orders.workload.json'];
      const result = drill('--assembly', stranger, ...workload, '--hours', '0.02', ...args);
      rmSync(stranger, { recursive: true });
      return result;
    }

    test('that cannot be parsed says with exit code 2 in which line of which function', () => {
      const { status, stdout, stderr } = drillWith('exports.handler = async () => {\n  return = 1;\n};\n');

      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(
        /^function Orders-eu-\w+-1\/\w+: 1 problem\n {2}asset\.orders\/index\.js, line 2: found "return = 1;" \(Unexpected "="\); allowed: JavaScript /m,
      );
      expect(stderr).not.toMatch(/^\s+at /m);
    });

    test('that throws while it is loaded judges the topology alone, and says why', () => {
      const junit = join(directory, 'thrown.xml');
      const { status, stdout, stderr } = drillWith(`throw new Error('no SECRET');`, '--junit', junit);

      expect(status).toBe(2);
      expect(stderr).toMatch(
        /^not modelled: function Orders-eu-\S+, which throws while it is loaded: Error: no SECRET$/m,
      );
      expect(stderr).not.toMatch(/^\s+at /m);
      expect(stdout).toMatch(/^ {2}function Orders-eu-\S+, which throws while it is loaded: Error: no SECRET$/m);
      expect(stdout).toContain('Verdict on ');
      expect(readFileSync(junit, 'utf8')).toContain('which throws while it is loaded');
      rmSync(junit);
    });
  });

  test('exits 1 with the whole verdict on an experiment whose target matches nothing, as FIS fails it', () => {
    const file = join(directory, 'experiment.json');
    const { status, stdout, stderr } = drill(
      ...['--assembly', assembly, '--experiment', 'lost', '--rate', '0.5', '--json', file],
    );

    expect(stderr).not.toMatch(/^\s+at /m);
    expect({ status, stdout }).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('  the experiment is failed: Target resolution returned empty set. (buckets)'),
    });
    const verdict = JSON.parse(readFileSync(file, 'utf8'));
    expect(experimentSchemaErrors(verdict)).toEqual([]);
    expect(verdict).toMatchObject({
      experiment: { name: 'lost', region: 'us-east-2' },
      outcome: { status: 'failed', rolledBack: true, actions: [{ name: 'pause', status: 'cancelled' }] },
      steadyState: { before: { held: true }, after: { held: true } },
      clients: { failed: 0 },
    });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('interrupted by %s, leaves no file, not even a part', async (signal) => {
    const target = mkdtempSync(join(directory, 'interrupted-'));
    const child = spawn(
      process.execPath,
      [
        ...COMMAND,
        '--assembly',
        assembly,
        '--hours',
        '10',
        '--json',
        join(target, 'a.json'),
        '--log',
        join(target, 'a'),
      ],
      { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] },
    );

    await untilItRuns(child);
    // It may be the twin that has begun to run, in a thread of its own.
    while (readdirSync(target).length === 0) await sleep(20);
    expect(readdirSync(target)).toEqual([expect.stringMatching(/^a\.\d+\.partial$/)]);
    child.kill(signal);
    const end = await new Promise((resolve) => child.on('exit', (code, by) => resolve({ code, by })));

    expect(end).toEqual({ code: null, by: signal });
    expect(readdirSync(target)).toEqual([]);
  });
});

/** An experiment on buckets of which there are none. */
function lostTarget(scope: Construct): void {
  new CfnExperimentTemplate(scope, 'Lost', {
    description: 'It finds nothing.',
    roleArn: 'arn:aws:iam::111111111111:role/fis',
    stopConditions: [{ source: 'none' }],
    targets: { buckets: { resourceType: 'aws:s3:bucket', resourceTags: { role: 'lost' }, selectionMode: 'ALL' } },
    actions: {
      pause: {
        actionId: 'aws:s3:bucket-pause-replication',
        parameters: { duration: 'PT1M', region: 'us-west-2' },
        targets: { Buckets: 'buckets' },
      },
    },
    tags: { Name: 'lost' },
  });
}

/** Waits for the first sign of progress. */
function untilItRuns(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('exit', () => reject(new Error('it ended before it was interrupted')));
    child.stderr?.on('data', (data: Buffer) => {
      if (data.includes('replaying')) resolve();
    });
  });
}
