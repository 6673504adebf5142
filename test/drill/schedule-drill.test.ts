import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../lib/assembly';
import { scheduleSampling } from '../../lib/drill/clients/sampling';
import type { ActionOutcome } from '../../lib/drill/experiments/experiment-outcome';
import { EVERYWHERE, FAULT_TARGETS } from '../../lib/drill/faults/fault';
import { renderReport } from '../../lib/drill/report/render-report';
import { type DrillOptions, drillBlueprint, runDrill } from '../../lib/drill/run-drill';
import { runWorld } from '../../lib/drill/run-world';
import { checkSchedule } from '../../lib/drill/scenarios/fault-schedule';
import type { Act } from '../../lib/drill/scenarios/scenario';
import { scheduleScenario } from '../../lib/drill/scenarios/schedule-scenario';
import { qualified } from '../helpers/configs';
import { LogRecords } from './log-records';
import { schemaErrors } from './report-schema';
import { synthesizeInto } from './synthesized';

jest.setTimeout(120_000);

const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;
const logFile = join(tmpdir(), `outlast-schedule-${process.pid}.jsonl`);
const objectives = { availability: 0.99, rtoSeconds: 900, rpoSeconds: 5 };
let strong: string;
let eventual: string;

beforeAll(() => {
  strong = synthesizeInto(qualified());
  eventual = synthesizeInto(qualified({ consistency: 'eventual', witnessRegion: undefined, objectives }));
});

afterAll(() => rmSync(logFile, { force: true }));

/** The event log of the last drill. */
function written(): LogRecords {
  const log = new LogRecords();
  log.onLog(readFileSync(logFile, 'utf8'));
  return log;
}

/** What a drill of a file with these events is asked for; they are over some time before its end. */
function drillOf(assemblyDirectory: string, events: readonly object[], rest: Partial<DrillOptions> = {}): DrillOptions {
  const value = { version: 1, seed: 3, requestsPerSecond: 1, durationSeconds: 900, events };
  const schedule = checkSchedule(value, 'faults.json');
  return {
    assemblyDirectory,
    outageId: 'aws-2025',
    schedule: { file: 'faults.json', schedule },
    threads: false,
    ...rest,
  };
}

describe.each([
  ['strong', () => strong],
  ['eventual', () => eventual],
] as const)('poison data in a table that is %s', (_, directory) => {
  const poison = { kind: 'poison-data', region: EAST, fromSeconds: 200, toSeconds: 300, share: 0.5 };

  test('reaches both Regions at once, is refused and never shown, moves nobody, and leaves no acknowledged write lost', async () => {
    const report = await drillBlueprint(drillOf(directory(), [poison], { logFile, libraryShare: 0.3 }));
    const log = written();

    // Handlers run for real: they refuse what they cannot read, and availability tells; no client sees another parcel than its own.
    expect(new Set(report.causes.map(({ failure, phaseId }) => `${failure} ${phaseId}`))).toEqual(new Set(['500 e1']));
    expect(report.clients.failed).toBeGreaterThan(5);
    expect(report.violations).toEqual([]);
    expect(new Set(report.causes.map(({ region }) => region))).toEqual(new Set([EAST, WEST]));
    for (const { firstSeconds, lastSeconds } of report.causes) {
      expect(firstSeconds).toBeGreaterThanOrEqual(199);
      expect(lastSeconds).toBeLessThan(305);
    }
    const poisonings = log.of('poison');
    expect(poisonings).toMatchObject([
      { t: 320_000, phase: 'e1', region: EAST, state: 'begins' },
      { t: 420_000, phase: 'e1', region: EAST, state: 'ends' },
    ]);
    expect(poisonings[0]?.items).toBeGreaterThan(25);
    expect(poisonings[1]?.items).toBeGreaterThan(25);
    expect(poisonings[1]?.items).toBeLessThanOrEqual(poisonings[0]?.items ?? 0);

    // No checker, judge or switch can see it, and another Region would not help.
    expect(log.of('region')).toEqual([]);
    expect(report.phases).toMatchObject([
      { id: 'e1', services: [{ service: 'poison-data', outcome: 'modelled' }], struckRegions: [] },
    ]);
    expect(report.data).toMatchObject({ lostAcknowledgedWrites: 0, lostAcknowledgedObjects: 0, divergentItems: 0 });
    expect(report.data.acknowledgedWrites).toBeGreaterThan(150);

    expect(report.data.consistency?.linearizability).toMatchObject({ checked: 282, violations: 0 });
    expect(report.data.consistency?.deliveries).toMatchObject({ verdict: 'holds' });
    expect(report.data.consistency?.convergence).toMatchObject({ verdict: 'holds' });
  });
});

test('poison data waits for a strong table that is cut off from the others, in coming as in going', async () => {
  const cut = (fromSeconds: number, toSeconds: number) => ({
    kind: 'replication-cut',
    region: EAST,
    fromSeconds,
    toSeconds,
  });
  const poison = { kind: 'poison-data', region: EAST, share: 1 };
  const events = [
    cut(100, 200),
    { ...poison, fromSeconds: 150, toSeconds: 400 },
    // Level again at 260 s, it would be undone already.
    { ...poison, fromSeconds: 160, toSeconds: 255 },
    cut(390, 420),
  ];
  const report = await drillBlueprint(drillOf(strong, events, { logFile }));

  expect(
    written()
      .of('poison')
      .map(({ t, phase, state }) => `${phase} ${state} at ${t / 1000 - 120} s`),
  ).toEqual(['e2 begins at 260 s', 'e2 ends at 480 s']);
  expect(report.data.lostAcknowledgedWrites).toBe(0);
});

test('a content delivery network that fails stops those who rely on the shared name, and not those with lib/client', async () => {
  const edge = {
    kind: 'fault',
    target: 'cdn',
    failing: 'error',
    region: EVERYWHERE,
    fromSeconds: 200,
    toSeconds: 300,
  };
  const options = drillOf(strong, [edge], { logFile, libraryShare: 0.3 });
  const report = await drillBlueprint(options);
  const [dns, library] = report.populations;
  const log = written();

  expect(report.causes).toHaveLength(1);
  expect(report.causes[0]).toMatchObject({ phaseId: 'e1', failure: '503' });
  expect(report.causes[0]?.region).toBeUndefined();
  expect(dns).toMatchObject({ reliesOn: 'dns', failed: report.clients.failed });
  expect(dns?.failed).toBeGreaterThan(30);
  expect(library).toMatchObject({ reliesOn: 'library', failed: 0 });
  expect(library?.interruptions.longestSeconds).toBeLessThan(5);
  // Checkers and judges do not come by it.
  expect(log.of('status')).toEqual([]);
  expect(log.of('region')).toEqual([]);
  expect(report.violations).toEqual([]);
  expect(renderReport(report)).toContain('met 503 on their way to a Region');
});

test('a verdict has no twin, says what DNS did with every Region, and times recovery from the event it took longest after', async () => {
  const lost = { kind: 'gateway-fails', share: 1, pattern: 'steady' };
  const events = [
    { ...lost, region: EAST, fromSeconds: 60, toSeconds: 300 },
    { ...lost, region: WEST, fromSeconds: 1200, toSeconds: 1320 },
  ];
  const value = { version: 1, seed: 3, requestsPerSecond: 1, durationSeconds: 2400, events };
  const schedule = { file: 'faults.json', schedule: checkSchedule(value, 'faults.json') };
  const report = await runDrill({ assemblyDirectory: strong, outageId: 'aws-2025', schedule, threads: false });
  const [east, west] = report.dns;

  expect(schemaErrors(report)).toEqual([]);
  expect(report.baseline).toBeUndefined();
  expect(report.dns.map(({ region }) => region)).toEqual([EAST, WEST]);
  for (const [region, from, to] of [
    [east, 60, 300],
    [west, 1200, 1320],
  ] as const) {
    const [seen, ...seenAgain] = region?.seenByEndpointChecks ?? [];
    const [out, ...outAgain] = region?.outOfDns ?? [];
    expect([seenAgain, outAgain]).toEqual([[], []]);
    expect(seen?.fromSeconds).toBeGreaterThan(from + 20);
    expect(seen?.fromSeconds).toBeLessThan(from + 60);
    expect(out?.fromSeconds).toBeGreaterThanOrEqual(from);
    expect(out?.toSeconds).toBeGreaterThan(to);
    expect(region?.detectedSeconds).toBeGreaterThan(from);
  }
  expect(report.recovery.detectedSeconds).toBe(east?.detectedSeconds);
  // Neither from the beginning of all, when nothing was wrong, nor from the first event to the last.
  expect(report.recovery.recoverySeconds).toBeGreaterThan(30);
  expect(report.recovery.recoverySeconds).toBeLessThan(900);
  const text = renderReport(report);
  expect(text).toMatch(
    /^ {2}us-east-2: endpoint checks found it unhealthy from 1 min \d+ s to [\s\S]+? out of DNS from 1 min/m,
  );
  expect(text).toMatch(/^ {2}us-west-2: endpoint checks found it unhealthy from 20 min \d+ s to /m);
  expect(text).not.toMatch(/detected after|undefined/);
});

test('the recovery of what acts by itself is timed from its actions, as an experiment may wait before it breaks anything', async () => {
  const fails = { kind: 'gateway-fails', region: EAST, fromSeconds: 700, toSeconds: 800, share: 1, pattern: 'steady' };
  const value = { version: 1, seed: 3, requestsPerSecond: 1, durationSeconds: 1500, events: [fails] };
  const { onsetsSeconds: _, ...scenario } = scheduleScenario(checkSchedule(value, 'a test'));
  const action: ActionOutcome = {
    name: 'break',
    actionId: 'a',
    status: 'completed',
    startedSeconds: 700,
    endedSeconds: 800,
  };
  const outcome = { status: 'completed', endedSeconds: 800, rolledBack: true, targets: [], stopAlarms: [] } as const;
  const act = (...actions: ActionOutcome[]): Act => ({
    outcome: () => ({ ...outcome, actions }),
    alarms: { history: [], leftOut: [], watched: [] } as unknown as Act['alarms'],
  });
  const recoveryOf = async (...actions: ActionOutcome[]) => {
    const { recovery } = await runWorld({
      assembly: readAssembly(strong),
      scenario: { ...scenario, act: () => act(...actions) },
      seed: '3',
      ratePerSecond: 1,
      sampling: scheduleSampling(1),
      limitSeconds: 1500,
    });
    return recovery.recoverySeconds;
  };

  expect(await recoveryOf(action)).toBeGreaterThan(30);
  expect(await recoveryOf({ ...action, startedSeconds: 0 })).toBe(0);
});

test('a file can break everything that the drill can: two Regions, a zone, names, networks, tokens and monitoring at once', async () => {
  const span = { fromSeconds: 100, toSeconds: 160 };
  const fault = (target: string, failing: string, region: string, rest: object = {}) => ({
    kind: 'fault',
    target,
    failing,
    region,
    ...span,
    ...rest,
  });
  const events = [
    fault('dynamodb', 'late-error', EAST, { operations: ['UpdateItem'], share: 0.3 }),
    fault('dynamodb-replication', 'delay', WEST),
    fault('lambda', 'late-error', WEST, { statusCode: 502, share: 0.2 }),
    fault('lambda', 'error', EAST, { zone: 'us-east-2a', share: 0.33 }),
    fault('lambda-starts', 'slow', EAST, { delaySeconds: 4 }),
    fault('lambda-events', 'delay', EAST),
    fault('lambda-extension', 'slow', EAST, { delaySeconds: 1 }),
    fault('api-gateway', 'error', WEST, { pattern: 'flapping', periodSeconds: 10 }),
    fault('cloudwatch', 'delay', EAST, { delaySeconds: 30 }),
    fault('scheduler', 'error', WEST, { pattern: 'recovering' }),
    fault('s3', 'name', WEST),
    fault('s3-replication', 'delay', EAST, { peers: [WEST] }),
    fault('ssm', 'throttle', EAST),
    fault('resolver', 'error', EAST, { share: 0.5 }),
    fault('route53', 'name', EVERYWHERE, { peers: ['us-east'], share: 0.5 }),
    fault('health-checks', 'error', EAST, { peers: ['eu-west-1', 'sa-east-1'] }),
    fault('network', 'loss', EAST, { peers: ['clients'], share: 0.2, pattern: 'worsening' }),
    fault('identity-provider', 'error', EVERYWHERE),
    fault('cdn', 'slow', EVERYWHERE, { delaySeconds: 1 }),
    { kind: 'poison-data', region: WEST, ...span, share: 0.1 },
  ];
  const report = await drillBlueprint(drillOf(strong, events, { logFile }));
  const begun = written()
    .of('fault')
    .filter(({ state, t }) => state === 'begins' && t === 220_000);

  // The default blueprint has no topics.
  expect(new Set([...begun.map(({ target }) => target), 'sns'])).toEqual(new Set(FAULT_TARGETS));
  expect(report.phases).toHaveLength(events.length);
  expect(report.data).toMatchObject({ lostAcknowledgedWrites: 0, divergentItems: 0 });
  const blamed = new Set(report.causes.map(({ phaseId }) => phaseId));
  expect(blamed.size).toBeGreaterThan(3);
});
