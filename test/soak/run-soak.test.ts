import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { CfnHealthCheck } from 'aws-cdk-lib/aws-route53';
import type { CfnResource } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { readAssembly } from '../../lib/assembly';
import { runSoak, type SoakReport } from '../../lib/soak/run-soak';
import { ScheduleRunners, ThreadsLost } from '../../lib/soak/schedule-runners';
import { runSchedule } from '../../lib/soak/soak-worker';
import type { Blueprint } from '../../lib/stacks';
import { synthesizeInto } from '../drill/synthesized';
import { qualified } from '../helpers/configs';

jest.setTimeout(600_000);

const HALF_AN_HOUR = { requestsPerSecond: 1, durationSeconds: 1800 } as const;

test('the default blueprint breaks no invariant in a few seeds, which together reach every rare state', async () => {
  const assemblyDirectory = synthesizeInto(qualified());
  const progress: number[] = [];

  const report = await runSoak({
    ...HALF_AN_HOUR,
    assemblyDirectory,
    firstSeed: 1,
    seeds: 8,
    onProgress: ({ done }) => progress.push(done),
  });

  expect(report).toMatchObject({ done: 8, failures: [], unreached: [] });
  expect(progress).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
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
    expect(report.failures[0]).toMatchObject({ seed: 5, schedule: { seed: 5, events: [] } });
    expect(report.failures[0]?.violations[0]?.invariant).toBe('one-evacuation-at-a-time');
  });

  test('does the same again, byte for byte, when that schedule is replayed', async () => {
    const [failure] = report.failures;
    if (!failure) throw new Error('nothing was found');

    const again = await runSchedule(readAssembly(assemblyDirectory), failure.schedule);

    expect(again).toMatchObject({ violations: failure.violations, eventLogSha256: failure.eventLogSha256 });
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
  expect(report).toMatchObject({ done: 1, failures: [{ seed: 5 }] });
  expect(report.failures[0]?.schedule.events.length).toBeGreaterThan(0);
});

test('threads that cannot start end the soak with an error', async () => {
  const runners = new ScheduleRunners({ assemblyDirectory: join(tmpdir(), 'outlast-nowhere') }, 1);
  const schedule = { version: 1, seed: 1, requestsPerSecond: 1, durationSeconds: 1800, events: [] } as const;

  const ends = await Promise.allSettled(Array.from({ length: 6 }, () => runners.run(schedule)));
  await runners.end();

  expect(ends.every(({ status }) => status === 'rejected')).toBe(true);
  await expect(runners.run(schedule)).rejects.toThrow(ThreadsLost);
});

test('what is aborted ends early and keeps what was found', async () => {
  const abort = new AbortController();
  const report = await runSoak({
    ...HALF_AN_HOUR,
    assemblyDirectory: synthesizeInto(qualified()),
    firstSeed: 1,
    seeds: 1000,
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });

  expect(report.done).toBe(1);
  expect(report.failures).toEqual([]);
});
