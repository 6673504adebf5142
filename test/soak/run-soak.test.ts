import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnHealthCheck } from 'aws-cdk-lib/aws-route53';
import type { CfnResource } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { readAssembly } from '../../lib/assembly';
import { BadInput } from '../../lib/bad-input';
import { readWorkloadFile } from '../../lib/drill/clients/file/read-workload-file';
import { NotModelled } from '../../lib/drill/not-modelled';
import { drillBlueprint } from '../../lib/drill/run-drill';
import { checkSchedule } from '../../lib/drill/scenarios/fault-schedule';
import { runSoak, type SoakReport } from '../../lib/soak/run-soak';
import { ScheduleRunners, ThreadsLost } from '../../lib/soak/schedule-runners';
import { runSchedule } from '../../lib/soak/soak-worker';
import type { Blueprint } from '../../lib/stacks';
import { synthesizeInto } from '../drill/synthesized';
import { qualified } from '../helpers/configs';
import { ROOT } from '../helpers/source-files';

jest.setTimeout(600_000);

const HALF_AN_HOUR = { requestsPerSecond: 1, durationSeconds: 1800 } as const;

test('the default blueprint breaks no invariant in a few seeds, which together reach every rare state', async () => {
  const assemblyDirectory = synthesizeInto(qualified());
  const progress: number[] = [];

  const report = await runSoak({
    ...HALF_AN_HOUR,
    assemblyDirectory,
    firstSeed: 2,
    seeds: 5,
    onProgress: ({ done }) => progress.push(done),
  });

  expect(report).toMatchObject({ done: 5, failures: [], unreached: [] });
  expect(progress).toEqual([1, 2, 3, 4, 5]);
});

/** Lets the alarms behind the switches take silence for a reason to evacuate. */
function alarmedBySilence({ foundations, regions }: Blueprint): void {
  for (const construct of [...foundations, ...regions].flatMap((stack): IConstruct[] => stack.node.findAll())) {
    const { cfnResourceType } = construct as Partial<CfnResource>;
    const { alarmName } = construct as Partial<CfnAlarm>;
    if (cfnResourceType === 'AWS::CloudWatch::Alarm' && alarmName?.includes('evacuated')) {
      (construct as CfnAlarm).treatMissingData = 'breaching';
    }
    if (cfnResourceType === 'AWS::Route53::HealthCheck' && construct.node.path.includes('Switch')) {
      (construct as CfnHealthCheck).addPropertyOverride('HealthCheckConfig.InsufficientDataHealthStatus', 'Unhealthy');
    }
  }
}

describe('a switch to which silence means evacuation', () => {
  let assemblyDirectory: string;
  let report: SoakReport;

  beforeAll(async () => {
    assemblyDirectory = synthesizeInto(qualified(), alarmedBySilence);
    report = await runSoak({ ...HALF_AN_HOUR, assemblyDirectory, firstSeed: 5, seeds: 1 });
  });

  test('is found, and the schedule shrunk to one in which nothing happens', () => {
    expect(report.failures).toHaveLength(1);
    expect(report.failures[0]).toMatchObject({ seed: 5, isShrunk: true, schedule: { seed: 5, events: [] } });
    expect(report.failures[0]?.violations[0]?.invariant).toBe('one-evacuation-at-a-time');
  });

  test('does the same again, byte for byte, when that schedule is replayed by a soak or by a drill', async () => {
    const [failure] = report.failures;
    if (!failure) throw new Error('nothing was found');
    const { schedule, violations, eventLogSha256 } = failure;

    const again = await runSchedule(readAssembly(assemblyDirectory), schedule);
    const drilled = await drillBlueprint({
      assemblyDirectory,
      outageId: 'aws-2025',
      schedule: { file: 'seed-5.json', schedule },
      threads: false,
    });

    expect(again).toMatchObject({ violations, eventLogSha256 });
    expect(drilled).toMatchObject({ violations, eventLogSha256 });
  });
});

test('a failure that is found is kept when the soak is ended while it is made smaller', async () => {
  const abort = new AbortController();
  const kept: number[] = [];
  const report = await runSoak({
    ...HALF_AN_HOUR,
    assemblyDirectory: synthesizeInto(qualified(), alarmedBySilence),
    firstSeed: 5,
    seeds: 4,
    threads: 1,
    signal: abort.signal,
    onProgress: ({ failures }) => {
      kept.push(failures.length);
      abort.abort();
    },
  });

  expect(kept).toEqual([1]);
  expect(report).toMatchObject({ done: 1, failures: [{ seed: 5, isShrunk: false }] });
  expect(report.failures[0]?.schedule.events.length).toBeGreaterThan(0);
});

test('threads that cannot start take no schedule with them, and are said to be lost', async () => {
  const runners = new ScheduleRunners({ assemblyDirectory: join(tmpdir(), 'outlast-nowhere') }, 1);
  const schedule = { version: 1, seed: 1, requestsPerSecond: 1, durationSeconds: 1800, events: [] } as const;

  const ends = await Promise.allSettled([1, 2].map(() => runners.run(schedule)));
  await runners.end();

  for (const end of [...ends, ...(await Promise.allSettled([runners.run(schedule)]))]) {
    expect(end).toMatchObject({ status: 'rejected', reason: expect.any(ThreadsLost) });
    expect(end).toMatchObject({ reason: { message: expect.stringContaining('outlast-nowhere') } });
  }
});

test('a system that refuses threads ends like one in which they die', async () => {
  const uncloneable = { assemblyDirectory: () => 'no data for a thread' } as unknown as { assemblyDirectory: string };
  const runners = new ScheduleRunners(uncloneable, 2);
  const schedule = { version: 1, seed: 1, requestsPerSecond: 1, durationSeconds: 1800, events: [] } as const;

  await expect(runners.run(schedule)).rejects.toThrow(ThreadsLost);
  await runners.end();
});

test('what no drill can be made of stops a soak at once, with its report', async () => {
  const assemblyDirectory = join(ROOT, 'test/fixtures/orders');
  const soak = { ...HALF_AN_HOUR, assemblyDirectory, firstSeed: 1, seeds: 2, threads: 1 };
  const workload = readWorkloadFile(join(ROOT, 'docs/examples/dispatch.workload.json'));

  const [unserved, misfit] = [await runSoak(soak), await runSoak({ ...soak, workload })];

  expect(unserved).toMatchObject({ done: 0, failures: [], stoppedBy: expect.any(NotModelled) });
  expect(misfit).toMatchObject({ done: 0, failures: [], stoppedBy: expect.any(BadInput) });
  expect(misfit.stoppedBy?.message).toContain('operations[0].request: found GET /routes/{driverId}');
});

test('the replay of a schedule has the event log of the soak, with every kind of event and with a workload of its own', async () => {
  const assemblyDirectory = join(ROOT, 'test/fixtures/orders');
  const workloadFile = join(ROOT, 'docs/examples/orders.workload.json');
  const assembly = readAssembly(assemblyDirectory);
  const [west, central] = ['eu-west-1', 'eu-central-1'] as const;
  const span = { fromSeconds: 60, toSeconds: 180 };
  const schedule = checkSchedule(
    {
      version: 1,
      seed: 11,
      requestsPerSecond: 1,
      durationSeconds: 600,
      events: [
        { kind: 'table-throttled', region: west, ...span, share: 0.5, pattern: 'flapping' },
        { kind: 'replication-cut', region: central, ...span },
        { kind: 'clock-skew', region: west, milliseconds: 900 },
        { kind: 'deployment', region: central, atSeconds: 90 },
        { kind: 'joining', region: central, atSeconds: 30 },
        { kind: 'fault', target: 'lambda', failing: 'slow', region: west, ...span, delaySeconds: 1 },
        { kind: 'poison-data', region: west, ...span, share: 0.2 },
      ],
    },
    'a test',
  );

  const soaked = await runSchedule(assembly, schedule, readWorkloadFile(workloadFile));
  const replayed = await drillBlueprint({
    assemblyDirectory,
    workloadFile,
    outageId: 'aws-2025',
    schedule: { file: 'schedule.json', schedule },
    threads: false,
  });

  expect(replayed).toMatchObject({ eventLogSha256: soaked.eventLogSha256, violations: soaked.violations });
  expect(soaked.operations).toBe(replayed.clients.sampledRequests);
  expect(
    (await runSchedule(assembly, { ...schedule, seed: 12 }, readWorkloadFile(workloadFile))).eventLogSha256,
  ).not.toBe(soaked.eventLogSha256);
});

test('what is aborted between two schedules keeps what was found', async () => {
  const abort = new AbortController();
  const report = await runSoak({
    ...HALF_AN_HOUR,
    assemblyDirectory: synthesizeInto(qualified()),
    firstSeed: 1,
    seeds: 1000,
    threads: 1,
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });

  expect(report.done).toBe(1);
  expect(report.failures).toEqual([]);
});

test('what is aborted in the middle of its first schedules waits for none of them', async () => {
  const soaking = runSoak({
    ...HALF_AN_HOUR,
    durationSeconds: 86_400,
    assemblyDirectory: synthesizeInto(qualified()),
    firstSeed: 1,
    seeds: 1000,
    threads: 2,
    signal: AbortSignal.timeout(1000),
  });

  await expect(soaking).resolves.toMatchObject({ done: 0, failures: [] });
});
