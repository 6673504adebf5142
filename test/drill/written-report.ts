import type { DrillReport, ReportedPhase } from '../../lib/drill/report/drill-report';
import type { FailureCause } from '../../lib/drill/verdict/client-score';
import type { ConsistencySummary } from '../../lib/drill/verdict/consistency';
import type { ConsistencyCheck } from '../../lib/drill/verdict/consistency-check';
import type { RegionInDns } from '../../lib/drill/verdict/region-in-dns';

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

/** A Region of which no health check and no switch turned. */
export function quiet(region: string): RegionInDns {
  return { region, detectedSeconds: null, seenByEndpointChecks: [], evacuated: [], outOfDns: [] };
}

/** A verdict on a schedule as it could have come from a drill, with some fields replaced: without a twin, and without one struck Region. */
export function scheduleReport(rest: Partial<DrillReport> = {}): DrillReport {
  const { baseline: _, ...outage } = report();
  const { struckRegion: __, originalRegion: ___, ...scenario } = outage.scenario;
  return {
    ...outage,
    scenario: {
      ...scenario,
      kind: 'schedule',
      id: 'soak/seed-3.json',
      title: 'gateway-fails us-east-2 from 0 to 9420 s',
    },
    causes: [{ ...(outage.causes[0] as FailureCause), phaseId: 'e1' }],
    phases: [{ ...(outage.phases[0] as ReportedPhase), id: 'e1' }],
    violations: [],
    ...rest,
  };
}

/** A verdict as it could have come from a drill, with some fields replaced. */
export function report(rest: Partial<DrillReport> = {}): DrillReport {
  return {
    schemaVersion: 2,
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
        struckRegions: ['us-east-2'],
        services: [{ service: 'dynamodb', outcome: 'modelled', why: 'unavailable, 100 %' }],
      },
      {
        id: 'p16',
        startSeconds: 0,
        endSeconds: 52_320,
        struckRegions: ['us-east-2'],
        services: [{ service: 'ecs', outcome: 'out-of-reach', why: 'the design has no containers' }],
      },
    ],
    laterPhases: [],
    dns: [
      {
        region: 'us-east-2',
        detectedSeconds: 30.4,
        seenByEndpointChecks: [{ fromSeconds: 30.4, toSeconds: 9450 }],
        evacuated: [],
        outOfDns: [{ fromSeconds: 30.4, toSeconds: 9450 }],
      },
      quiet('us-west-2'),
    ],
    eventLogSha256: 'a'.repeat(64),
    events: 1_365_962,
    virtualSeconds: 53_520,
    wallSeconds: 21.5,
    cpuSeconds: 40.25,
    ...rest,
  };
}
