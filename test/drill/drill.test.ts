import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../lib/assembly';
import { samplingOf, scheduleSampling } from '../../lib/drill/clients/sampling';
import type { DrillReport } from '../../lib/drill/report/drill-report';
import { runWorld, type WorldResult } from '../../lib/drill/run-world';
import type { FaultSchedule } from '../../lib/drill/scenarios/fault-schedule';
import { readScenario, type ScenarioSource } from '../../lib/drill/scenarios/scenario-source';
import type { WorldTask } from '../../lib/drill/world-worker';
import { findOutage } from '../../lib/outages';
import { qualified } from '../helpers/configs';
import { ROOT } from '../helpers/source-files';
import { recordErrors } from './event-schema';
import { watchHost } from './host-watch';
import { LogRecords } from './log-records';
import { outOfDns } from './out-of-dns';
import { schemaErrors } from './report-schema';
import { synthesizeInto } from './synthesized';
import { runInThreads } from './world-threads';

jest.setTimeout(600_000);

const DYNAMODB_2025 = 'aws-2025-10-20-dynamodb-dns-us-east-1';
const NETWORK_2021 = 'aws-2021-12-07-internal-network-us-east-1';

/** Longer than both outages: all of them. */
const WHOLE_SECONDS = 100_000;

/** When the endpoint's name was back in 2025, and when all of its effects on DynamoDB were over, in seconds. */
const P1_END_SECONDS = 157 * 60;
const P2_END_SECONDS = 172 * 60;

/** Checks every 30 s: they are most of what happens in a quiet world, and a third of them is enough for these tests. */
const RARELY_CHECKED = { intervalSeconds: 30, failureThreshold: 3 } as const;

/** Regions that serve clients. */
const EVERYWHERE = ['us-east-2', 'us-west-2'];

/** A request of a health checker ends within 4 s for the connection and 2 s for the status. */
const LONGEST_PROBE_SECONDS = 6;

let blueprint: string;
let strong: string;
let eventual: string;

beforeAll(() => {
  blueprint = synthesizeInto(qualified());
  strong = synthesizeInto(qualified({ healthCheck: RARELY_CHECKED }));
  const objectives = { availability: 0.99, rtoSeconds: 900, rpoSeconds: 5 };
  const healthCheck = RARELY_CHECKED;
  eventual = synthesizeInto(qualified({ consistency: 'eventual', witnessRegion: undefined, objectives, healthCheck }));
});

/** An outage of the catalogue, moved onto a Region. */
function onto(outageId: string, struckRegion: string): ScenarioSource & { kind: 'outage' } {
  return { kind: 'outage', outageId, struckRegion };
}

/**
 * The 2025 outage onto us-east-2 at one request a second, three in ten of them made around changes and three in a hundred elsewhere; health
 * checkers rest, as by default.
 */
function task(rest: Partial<WorldTask> & Pick<WorldTask, 'assemblyDirectory'>): WorldTask {
  return {
    scenario: onto(DYNAMODB_2025, 'us-east-2'),
    seed: 7,
    ratePerSecond: 1,
    sampling: samplingOf(1, 0.3),
    limitSeconds: WHOLE_SECONDS,
    shortCut: true,
    ...rest,
  };
}

describe('a strong table', () => {
  // `objectives.test.ts` strikes the serving Regions with both, over their whole length.
  const scenarios = [
    onto(DYNAMODB_2025, 'us-east-2'),
    onto(DYNAMODB_2025, 'us-east-1'),
    onto(NETWORK_2021, 'us-east-1'),
  ];
  let results: readonly WorldResult[];

  beforeAll(async () => {
    results = await runInThreads(scenarios.map((scenario) => task({ assemblyDirectory: strong, scenario })));
  });

  test.each(scenarios)('loses nothing in the whole of $outageId, with $struckRegion struck', (scenario) => {
    const result = results[scenarios.indexOf(scenario)];

    expect(result?.data).toMatchObject({ lostAcknowledgedWrites: 0, rpoSeconds: 0, divergentItems: 0 });
    expect(result?.data.acknowledgedWrites).toBeGreaterThan(300);
    const { durationMinutes } = findOutage(scenario.outageId);
    expect(result?.virtualSeconds).toBe(600 + 60 * (durationMinutes ?? 0) + 600);
  });

  test('is not felt at all where only its witness is struck', () => {
    for (const [index, { struckRegion }] of scenarios.entries()) {
      if (struckRegion !== 'us-east-1') continue;
      expect(results[index]?.clients).toMatchObject({ failed: 0, availability: 1, worstMinuteAvailability: 1 });
      expect(results[index]?.recovery).toEqual({ detectedSeconds: null, recoverySeconds: 0, degradedSeconds: 0 });
      expect(outOfDns(results[index] as WorldResult)).toEqual([]);
    }
  });

  test('keeps a struck Region out of DNS while its endpoint has no name, and lets it back in afterwards', () => {
    const spans = outOfDns(results[0] as WorldResult).filter(({ region }) => region === scenarios[0]?.struckRegion);
    const first = spans[0];

    expect(first?.fromSeconds).toBeLessThan(3 * (30 + LONGEST_PROBE_SECONDS));
    expect(first?.toSeconds).toBeGreaterThan(P1_END_SECONDS);
    expect(spans.at(-1)?.toSeconds).not.toBeNull();
  });

  test('holds changes for a Region that is cut off until it is back and level', () => {
    const held = results[scenarios.findIndex(({ struckRegion }) => struckRegion === 'us-east-2')]?.data;

    // Cut off for 164 minutes, and level a tenth of that later.
    expect(held?.replicationHeldSeconds).toBeLessThanOrEqual(164 * 60 * 1.1);
    expect(held?.replicationHeldSeconds).toBeGreaterThan(164 * 60);
  });
});

describe('the first hours of 20 October 2025', () => {
  let whole: WorldResult;
  let shortCut: readonly WorldResult[];
  let fullSdk: readonly WorldResult[];
  let twin: WorldResult;
  let asynchronous: WorldResult;

  beforeAll(async () => {
    // Every operation is made, so that recovery is judged by each window of ten minutes as it is.
    const ratePerSecond = 0.3;
    const sampling = scheduleSampling(ratePerSecond);
    const unsampled = { assemblyDirectory: strong, limitSeconds: P1_END_SECONDS + 480, ratePerSecond, sampling };
    const replicating = { assemblyDirectory: eventual, limitSeconds: P2_END_SECONDS + 600 };
    const part = { assemblyDirectory: strong, limitSeconds: 1800 };
    // The blueprint's functions turn to the peer's replica; the twin's have none, so that clients see what fails.
    const parts = [part, { ...part, onlyRegion: 'us-east-2' }];
    const results = await runInThreads([
      task(unsampled),
      task({ ...unsampled, onlyRegion: 'us-east-2' }),
      task(replicating),
      ...parts.map((each) => task({ ...each, shortCut: true })),
      ...parts.map((each) => task({ ...each, shortCut: false })),
    ]);
    [whole, twin, asynchronous] = results as [WorldResult, WorldResult, WorldResult];
    shortCut = results.slice(3, 5);
    fullSdk = results.slice(5);
  });

  test('leave the same event log whether SDK calls take the short cut or the whole SDK', () => {
    // Calls that fail are what the two could differ in: tries, waits and their draws.
    expect(shortCut.at(-1)?.clients.failed).toBeGreaterThan(20);
    expect(fullSdk.map(({ eventLogSha256 }) => eventLogSha256)).toEqual(
      shortCut.map(({ eventLogSha256 }) => eventLogSha256),
    );
    expect(fullSdk).toEqual(shortCut);
  });

  test('keep a single Region down for as long as the name is gone, but not the blueprint', () => {
    expect(twin.clients.requests).toBe(whole.clients.requests);
    expect(twin.clients.availability).toBeLessThan(0.1);
    expect(twin.recovery.recoverySeconds).toBeNull();
    expect(twin.recovery.degradedSeconds).toBeGreaterThan(5 * whole.recovery.degradedSeconds);
    expect(whole.clients.availability).toBeGreaterThan(0.9);
    expect(whole.recovery.recoverySeconds).toBeLessThan(P1_END_SECONDS);
  });

  test('leave replicas of an eventual table level, and account for whatever was lost', () => {
    const { data } = asynchronous;

    expect(data.divergentItems).toBe(0);
    expect(data.acknowledgedWrites).toBeGreaterThan(300);
    expect(data.rpoSeconds > 0).toBe(data.lostAcknowledgedWrites > 0);
    // Replicas were level again 164 minutes after replication stopped, and catch up 22 times as fast as changes came: the first of these waited
    // 22 parts of 23.
    expect(data.replicationHeldSeconds).toBeGreaterThan(155 * 60);
    expect(data.replicationHeldSeconds).toBeLessThanOrEqual((164 * 60 * 22) / 23);
  });
});

describe('in the test itself', () => {
  const log = new LogRecords();
  let result: WorldResult;
  let touched: readonly string[];
  const sampling = { nearChanges: 1, elsewhere: 1 };
  const short = () => task({ assemblyDirectory: blueprint, limitSeconds: 300, sampling });

  beforeAll(async () => {
    const { assemblyDirectory, scenario, seed, limitSeconds, ratePerSecond } = short();
    const stop = watchHost();
    result = await runWorld({
      assembly: readAssembly(assemblyDirectory),
      scenario: readScenario(scenario, readAssembly(assemblyDirectory)),
      seed: String(seed),
      ratePerSecond,
      sampling,
      limitSeconds,
      onLog: log.onLog,
    }).finally(() => {
      touched = stop();
    });
  });

  test("the drill's own code touches no clock, chance, file or network of the machine", () => {
    expect(touched).toEqual([]);
  });

  test('a world leaves the log it leaves in a thread of its own', async () => {
    const [inThread] = await runInThreads([short()]);

    expect(result.eventLogLines).toBe(log.all.length);
    expect(result).toEqual(inThread);
  });

  test('the struck Region is detected within its bound, and the checks of the other never turn', () => {
    const of = <Found extends { readonly check: string }>(records: readonly Found[], region: string) =>
      records.filter(({ check }) => check.startsWith(`dispatch-${region}/`));
    expect(of(log.of('status'), 'us-west-2')).toEqual([]);
    expect(of(log.of('vote'), 'us-west-2')).toEqual([]);
    const unhealthy = of(log.of('vote'), 'us-east-2').filter(({ healthy }) => !healthy);
    const struckMs = 600_000;
    const boundMs = struckMs + 1000 * 3 * (10 + LONGEST_PROBE_SECONDS);
    expect(unhealthy).toHaveLength(16);
    for (const { t } of unhealthy) expect(t).toBeLessThan(boundMs);
    // The fourteenth vote leaves two healthy checkers of sixteen, which is less than 18 %.
    const fourteenth = unhealthy.find(({ healthyVotes }) => healthyVotes === 2);
    expect(result.recovery.detectedSeconds).toBeCloseTo(((fourteenth?.t ?? 0) - struckMs) / 1000, 3);
  });

  test('every record is what the published schema says, and the first one says what was run', () => {
    expect(log.all.flatMap(recordErrors)).toEqual([]);
    expect(log.all[0]).toMatchObject({ is: 'log', seed: '7', strikeMs: 600_000, endMs: 900_000, regions: EVERYWHERE });
    expect(log.of('log')).toHaveLength(1);
  });

  test('the log says what health checks and alarms are before anything happens, so that all is known by what it tells later', () => {
    const states = log.of('initial-status');
    const alarms = log.of('initial-alarm');
    const endpoint = states.find(({ check, kind }) => check.startsWith('dispatch-us-east-2/') && kind === 'endpoint');

    expect(log.all.findLastIndex(({ is }) => is.startsWith('initial-'))).toBe(states.length + alarms.length);
    expect([...states, ...alarms].filter(({ t }) => t !== 0)).toEqual([]);
    expect(endpoint).toMatchObject({ healthy: true, regions: ['us-east-2'] });
    expect(new Set(alarms.map(({ state }) => state))).toEqual(new Set(['INSUFFICIENT_DATA']));
    const checks = new Map(states.map(({ check, healthy }) => [check, healthy]));
    expect(checks.size).toBe(states.length);
    // Every first change is one, of something that was named.
    for (const { check, healthy } of log.of('status')) {
      expect(checks.get(check)).toBe(!healthy);
      checks.set(check, healthy);
    }
    const known = new Set(alarms.map(({ alarm }) => alarm));
    expect(log.of('alarm').filter(({ alarm }) => !known.has(alarm))).toEqual([]);
    expect(log.of('alarm').length).toBeGreaterThan(0);
  });

  test('operations in the log are those that the verdict counts, and the sums by the second are theirs', () => {
    const counted = log.of('operation').filter(({ startMs }) => startMs >= 600_000);
    const ticks = log.of('tick');
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

    expect(sum(counted.map(({ weight }) => weight))).toBeCloseTo(result.clients.requests, 6);
    expect(counted.filter(({ ok }) => !ok)).toHaveLength(result.clients.failed);
    expect(sum(ticks.map(({ operations }) => operations))).toBe(log.of('operation').length);
    expect(sum(ticks.map(({ failed }) => failed))).toBe(log.of('operation').filter(({ ok }) => !ok).length);
    expect(sum(ticks.map(({ answers }) => answers))).toBeGreaterThan(50);
  });

  test('the log has the faults, Regions in DNS, switches, parameters and backlogs behind it', () => {
    expect(log.of('fault').map(({ t, phase, state }) => [t, phase, state])).toEqual([
      [600_000, 'p1', 'begins'],
      [600_000, 'p3', 'begins'],
      [600_000, 'p14', 'begins'],
      [900_000, 'p1', 'ends'],
      [900_000, 'p3', 'ends'],
      [900_000, 'p14', 'ends'],
    ]);
    expect(log.of('region')[0]).toMatchObject({ region: 'us-east-2', inDns: false });
    expect(log.of('parameter').map(({ region }) => region)).toEqual(expect.arrayContaining(EVERYWHERE));
    // The Region is cut off: what the other one writes waits for it, and is there in the end.
    const held = log.of('backlog').filter(({ region, store }) => region === 'us-east-2' && store === 'dispatch-data');
    expect(Math.max(...held.map(({ changes }) => changes))).toBeGreaterThan(10);
    expect(held.at(-1)?.changes).toBe(0);
    for (const { client, from, to } of log.of('move')) expect([client >= 0, from]).not.toEqual([true, to]);
    expect(log.of('move').length).toBeGreaterThan(0);
  });

  test('every try says whose memory its address came from, and no address is used beyond what its holder keeps', () => {
    const tries = log.of('operation').flatMap((one) => one.tries.filter(({ from }) => from !== undefined));

    expect(new Set(tries.map(({ from }) => from))).toEqual(new Set(['connection', 'device', 'resolver', 'route53']));
    for (const { from, ageMs = -1 } of tries) {
      if (from === 'route53') expect(ageMs).toBe(0);
      else expect(ageMs).toBeGreaterThanOrEqual(0);
    }
  });

  test('times in the log never go back', () => {
    const times = log.all.map(({ t }) => t);

    for (const [index, time] of times.entries()) expect(time).toBeGreaterThanOrEqual(times[index - 1] ?? 0);
  });
});

describe('errors of every service that a handler calls', () => {
  /** Tables, buckets, parameters and functions that answer a share of requests with errors, and replicas out of touch. */
  const schedule: FaultSchedule = {
    version: 1,
    seed: 11,
    requestsPerSecond: 3,
    durationSeconds: 180,
    events: [
      { kind: 'table-errors', region: 'us-east-2', fromSeconds: 0, toSeconds: 100, share: 0.7, pattern: 'steady' },
      { kind: 'table-throttled', region: 'us-west-2', fromSeconds: 20, toSeconds: 120, share: 0.5, pattern: 'steady' },
      { kind: 'buckets-fail', region: 'us-west-2', fromSeconds: 0, toSeconds: 150, share: 0.5, pattern: 'steady' },
      { kind: 'parameters-fail', region: 'us-east-2', fromSeconds: 0, toSeconds: 180, share: 0.5, pattern: 'steady' },
      {
        kind: 'functions-fail',
        region: 'us-west-2',
        fromSeconds: 80,
        toSeconds: 140,
        share: 0.3,
        pattern: 'recovering',
      },
      { kind: 'replication-cut', region: 'us-west-2', fromSeconds: 150, toSeconds: 170 },
    ],
  };
  let ways: readonly { readonly log: LogRecords; readonly output: string; readonly result: WorldResult }[];

  beforeAll(async () => {
    const assembly = readAssembly(blueprint);
    const play = async (shortCut: boolean) => {
      const log = new LogRecords();
      let output = '';
      const result = await runWorld({
        assembly,
        scenario: readScenario({ kind: 'schedule', schedule }, assembly),
        seed: String(schedule.seed),
        ratePerSecond: schedule.requestsPerSecond,
        sampling: { nearChanges: schedule.requestsPerSecond, elsewhere: schedule.requestsPerSecond },
        limitSeconds: schedule.durationSeconds,
        shortCut,
        onLog: log.onLog,
        onOutput: (label, printed) => {
          output += `${label} ${printed}`;
        },
      });
      return { log, output, result };
    };
    ways = [await play(true), await play(false)];
  });

  test('leave the same bytes whether SDK calls take the short cut or the whole SDK, in the log and in what handlers print', () => {
    const [shortCut, whole] = ways;

    expect(whole?.log.text).toBe(shortCut?.log.text);
    expect(whole?.output).toBe(shortCut?.output);
    expect(whole?.result).toEqual(shortCut?.result);
  });

  test('are met by everything that the two ways could differ in', () => {
    const [{ log = new LogRecords(), output = '', result } = {}] = ways;
    const operations = log.of('operation');

    expect(result?.causes.map(({ phaseId }) => phaseId).filter((id) => id !== null).length).toBeGreaterThan(1);
    // Presigned uploads, conditional writes and metrics that handlers print.
    expect(result?.data.acknowledgedObjects).toBeGreaterThan(0);
    expect(operations.filter(({ kind, ok }) => kind === 'deliver' && ok).length).toBeGreaterThan(20);
    expect(output.match(/"_aws":/g)?.length).toBeGreaterThan(100);
    // More than one try of a request, as the retries of handlers and of clients make them.
    expect(operations.filter(({ ok, tries }) => ok && tries.length > 1).length).toBeGreaterThan(5);
  });
});

describe('in processes of their own', () => {
  let directory: string;
  let reports: Record<'first' | 'again' | 'otherSeed', DrillReport>;

  /** Runs the program and reads its verdict. */
  function drill(name: string, seed: number): Promise<DrillReport> {
    const file = join(directory, `${name}.json`);
    const args = ['--hours', '0.1', '--rate', '2', '--sample', 'all', '--seed', String(seed), '--json', file];
    const child = spawn(
      process.execPath,
      ['--require', 'ts-node/register', join(ROOT, 'bin/drill.ts'), '--assembly', blueprint, ...args],
      { cwd: ROOT, stdio: 'ignore' },
    );
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', () => {
        try {
          resolve(JSON.parse(readFileSync(file, 'utf8')));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'outlast-drill-'));
    const first = await drill('first', 7);
    const again = await drill('again', 7);
    reports = { first, again, otherSeed: await drill('other-seed', 8) };
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  const hashesOf = ({ eventLogSha256, baseline }: DrillReport) => [eventLogSha256, baseline?.eventLogSha256];

  test('the same seed leaves the same event logs and the same verdict', () => {
    const { first, again } = reports;

    expect(hashesOf(again)).toEqual(hashesOf(first));
    expect(verdictOf(again)).toEqual(verdictOf(first));
  });

  test('another seed leaves other event logs', () => {
    const [blueprintHash, twinHash] = hashesOf(reports.first);

    expect(hashesOf(reports.otherSeed)).not.toContain(blueprintHash);
    expect(hashesOf(reports.otherSeed)).not.toContain(twinHash);
    expect(blueprintHash).not.toBe(twinHash);
  });

  test('the verdict is what the published schema says, and the same as ever', () => {
    expect(schemaErrors(reports.first)).toEqual([]);
    expect(verdictOf(reports.first)).toMatchSnapshot();
  });
});

/** A verdict without what the machine decides. */
function verdictOf({ wallSeconds: _wall, cpuSeconds: _cpu, assemblyDirectory: _directory, ...verdict }: DrillReport) {
  return verdict;
}
