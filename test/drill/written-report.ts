import type { DrillReport } from '../../lib/drill/report/drill-report';
import type { ConsistencySummary } from '../../lib/drill/verdict/consistency';
import type { ConsistencyCheck } from '../../lib/drill/verdict/consistency-check';

/** A check that found nothing amiss. */
function kept(checked: number): ConsistencyCheck {
  return { verdict: 'holds', checked, violations: 0, undecided: 0, examples: [] };
}

/** What histories could have proved, with some checks replaced. */
export function consistency(rest: Partial<ConsistencySummary> = {}): ConsistencySummary {
  return {
    operations: 20_000,
    failed: 30,
    unknown: 7,
    linearizability: kept(5432),
    convergence: kept(5430),
    lastWriterWins: { superseded: 0, lost: 0, losses: [], supersessions: [] },
    duplicatedDeliveries: 0,
    readYourWrites: kept(6000),
    monotonicReads: kept(3000),
    deliveries: kept(4321),
    ...rest,
  };
}

/** A verdict as it could have come from a drill, with some fields replaced. */
export function report(rest: Partial<DrillReport> = {}): DrillReport {
  return {
    schemaVersion: 1,
    scenario: {
      kind: 'outage',
      id: 'aws-2025-10-20-dynamodb-dns-us-east-1',
      title: 'us-east-1: DynamoDB loses its name',
      struckRegion: 'us-east-2',
      originalRegion: 'us-east-1',
      durationSeconds: 52_320,
    },
    seed: 7,
    assemblyDirectory: 'cdk.out',
    profile: 'strong',
    traffic: {
      requestsPerSecond: 20,
      madePerSecond: { nearChanges: 3, elsewhere: 0.3 },
      checkersAtRest: 10,
      libraryShare: 0,
    },
    populations: [
      {
        reliesOn: 'dns',
        requests: 1_046_400,
        failed: 2000,
        interruptions: { count: 5430, p50Seconds: 0.42, p99Seconds: 213.4, longestSeconds: 1260 },
      },
    ],
    clients: {
      requests: 1_046_400,
      failed: 2000,
      availability: 0.998_09,
      worstMinuteAvailability: 0.494,
      sampledRequests: 31_000,
    },
    recovery: { detectedSeconds: 30.4, recoverySeconds: 363, degradedSeconds: 2760 },
    data: {
      acknowledgedWrites: 9876,
      lostAcknowledgedWrites: 0,
      rpoSeconds: 0,
      divergentItems: 0,
      replicationHeldSeconds: 10_818,
      acknowledgedObjects: 312,
      lostAcknowledgedObjects: 0,
      objectReplicationLagSeconds: 1266.4,
      consistency: consistency(),
    },
    objectives: {
      met: true,
      availability: { objective: 0.995, reached: 0.998_09, met: true },
      rtoSeconds: { objective: 900, reached: 363, met: true },
      rpoSeconds: { objective: 0, reached: 0, met: true },
    },
    baseline: {
      region: 'us-east-2',
      clients: {
        requests: 1_046_400,
        failed: 400_000,
        availability: 0.617_736,
        worstMinuteAvailability: 0,
        sampledRequests: 31_000,
      },
      populations: [
        {
          reliesOn: 'dns',
          requests: 1_046_400,
          failed: 400_000,
          interruptions: { count: 12_345, p50Seconds: 1800, p99Seconds: null, longestSeconds: null },
        },
      ],
      recovery: { detectedSeconds: 29, recoverySeconds: null, degradedSeconds: 22_000 },
      data: {
        acknowledgedWrites: 5000,
        lostAcknowledgedWrites: 0,
        rpoSeconds: 0,
        divergentItems: 0,
        replicationHeldSeconds: 0,
        acknowledgedObjects: 150,
        lostAcknowledgedObjects: 0,
        objectReplicationLagSeconds: 0,
        consistency: consistency(),
      },
      objectives: {
        met: false,
        availability: { objective: 0.995, reached: 0.617_736, met: false },
        rtoSeconds: { objective: 900, reached: null, met: false },
        rpoSeconds: { objective: 0, reached: 0, met: true },
      },
      eventLogSha256: 'b'.repeat(64),
    },
    causes: [
      {
        phaseId: 'p1',
        region: 'us-east-2',
        failure: '503',
        operations: 1500,
        firstSeconds: 0.2,
        lastSeconds: 350,
        geographies: [['us-central', 1500]],
      },
      { failure: 'no address', operations: 500, firstSeconds: 10, lastSeconds: 20, geographies: [['us-west', 500]] },
    ],
    phases: [
      {
        id: 'p1',
        startSeconds: 0,
        endSeconds: 9420,
        services: [{ service: 'dynamodb', outcome: 'modelled', why: 'unavailable, 100 %' }],
        unhealthySeconds: 9390,
      },
      {
        id: 'p16',
        startSeconds: 0,
        endSeconds: 52_320,
        services: [{ service: 'ecs', outcome: 'out-of-reach', why: 'the design has no containers' }],
        unhealthySeconds: 9390,
      },
    ],
    unhealthy: [{ region: 'us-east-2', fromSeconds: 30.4, toSeconds: 9450 }],
    eventLogSha256: 'a'.repeat(64),
    events: 1_365_962,
    virtualSeconds: 53_520,
    wallSeconds: 21.5,
    cpuSeconds: 40.25,
    ...rest,
  };
}
