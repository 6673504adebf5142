import type { ExperimentOutcome } from '../../lib/drill/experiments/experiment-outcome';
import type { ExperimentReport } from '../../lib/drill/report/experiment-report';
import type { StretchSummary } from '../../lib/drill/verdict/steady-state';
import { quiet, report } from './written-report';

/** A stretch in which all went well, with some fields replaced. */
export function stretch(rest: Partial<StretchSummary> = {}): StretchSummary {
  return {
    fromSeconds: 0,
    toSeconds: 300,
    operations: 6000,
    failed: 0,
    availability: 1,
    p50Ms: 104,
    p99Ms: 433,
    held: true,
    ...rest,
  };
}

/** The outcome of an experiment that was completed, with some fields replaced. */
export function outcome(rest: Partial<ExperimentOutcome> = {}): ExperimentOutcome {
  return {
    status: 'completed',
    endedSeconds: 900,
    rolledBack: true,
    targets: [{ name: 'Functions', resourceType: 'aws:lambda:function', resources: ['East/Api'] }],
    actions: [
      {
        name: 'fail',
        actionId: 'aws:lambda:invocation-error',
        status: 'completed',
        startedSeconds: 0,
        endedSeconds: 900,
      },
    ],
    stopAlarms: [{ alarm: 'objective-missed', stateAtStart: 'OK', rangSeconds: null }],
    ...rest,
  };
}

/** A verdict on an experiment as it could have come from a drill, with some fields replaced. */
export function experimentReport(rest: Partial<ExperimentReport> = {}): ExperimentReport {
  const { data, objectives, clients } = report();
  return {
    schemaVersion: 2,
    experiment: {
      id: 'East/Trial',
      name: 'failing-dependency-50',
      region: 'us-east-2',
      description: 'Half of all invocations fail.',
      plannedSeconds: 900,
    },
    durationSeconds: 2700,
    seed: 7,
    assemblyDirectory: 'cdk.out',
    profile: 'strong',
    requestsPerSecond: 20,
    libraryShare: 0,
    outcome: outcome(),
    findings: [],
    steadyState: {
      threshold: 0.995,
      before: stretch({ fromSeconds: -300, toSeconds: 0 }),
      during: stretch({ toSeconds: 900, p50Ms: 172, p99Ms: 611 }),
      after: stretch({ fromSeconds: 2400, toSeconds: 2700 }),
    },
    clients,
    recovery: { detectedSeconds: 187, recoverySeconds: 0, degradedSeconds: 420 },
    detection: { endpointCheckSeconds: null, switchSeconds: 187 },
    data,
    objectives,
    alarms: [{ alarm: 'trouble', region: 'us-east-2', state: 'ALARM', seconds: 159, told: ['East/Watch'] }],
    alarmsLeftOut: [],
    causes: [
      {
        phaseId: 'fail',
        region: 'us-east-2',
        failure: '500',
        operations: 2000,
        geographies: [['us-central', 2000]],
        firstSeconds: 23,
        lastSeconds: 890,
      },
    ],
    dns: [
      {
        ...quiet('us-east-2'),
        detectedSeconds: 187,
        evacuated: [{ fromSeconds: 187, toSeconds: 1647 }],
        outOfDns: [{ fromSeconds: 187, toSeconds: 1647 }],
      },
      quiet('us-west-2'),
    ],
    eventLogSha256: 'a'.repeat(64),
    events: 123_456,
    virtualSeconds: 3900,
    wallSeconds: 31.8,
    cpuSeconds: 32.1,
    ...rest,
  };
}
