/** Version of the report's shape; it grows when a field changes its meaning or goes. */
export const TOPOLOGY_SCHEMA_VERSION = 1;

/** Shares of answers, from 0 to 1, by Region; `nothing` where there is no answer. */
export type RegionShares = Readonly<Record<string, number>>;

/** What keeps a name from leaving a Region, or makes it slow to. */
export interface NameFinding {
  readonly kind:
    | 'no-health-check'
    | 'target-not-evaluated'
    | 'gateway-health-only'
    | 'alarm-only'
    | 'fail-open'
    | 'load-balancer-health'
    | 'check-elsewhere'
    | 'unknown-place'
    | 'long-life'
    | 'no-default-location';
  readonly text: string;
}

/** How one name comes through the loss of the struck Regions. */
export interface NameReport {
  readonly name: string;
  /** Type of record that was asked for. */
  readonly type: string;
  /** How Route 53 chooses among its records. */
  readonly policy: string;
  /** Regions that it may lead to. */
  readonly regions: readonly string[];
  /**
   * `fails-over`: nobody is led to a struck Region any more once name servers follow; `partly`: some still are; `stays`: all who were
   * still are; `nowhere-else`: it leads to struck Regions alone; `not-struck`: it leads nobody to them.
   */
  readonly verdict: 'fails-over' | 'partly' | 'stays' | 'nowhere-else' | 'not-struck';
  /** When it leaves, in seconds since the strike. @default - it does not, or load balancers decide it */
  readonly leaves?: {
    /** When health checks decide it. */
    readonly decidedSeconds: number;
    /** When name servers answer accordingly. */
    readonly answersSeconds: number;
    /** When the last resolver that honours the life of answers has forgotten the old one. */
    readonly forgottenSeconds: number;
  };
  /** When it returns, in seconds since the end. @default - it never left, load balancers decide it, or it does not return within half an hour */
  readonly returns?: { readonly decidedSeconds: number; readonly answersSeconds: number };
  /** What each geography is answered with. */
  readonly answers: readonly {
    readonly geography: string;
    readonly before: RegionShares;
    readonly during: RegionShares;
  }[];
  readonly findings: readonly NameFinding[];
}

/** A health check as it is configured. */
export interface HealthCheckReport {
  readonly id: string;
  readonly kind: 'endpoint' | 'calculated' | 'metric' | 'disabled';
  /** What it watches, in words. */
  readonly watches: string;
  /** Region of its endpoint. @default - it has none, or the templates do not tell */
  readonly region?: string;
  /** How that is known. @default - it has no endpoint */
  readonly known?: string;
  /** Longest time from the loss of its endpoint until name servers follow, in seconds. @default - it watches no endpoint */
  readonly boundSeconds?: number;
  readonly isInverted: boolean;
  /** Regions whose records it gates. */
  readonly gates: readonly string[];
}

/** How much of what was acknowledged may be lost with a Region that does not come back. */
export type RecoveryPoint =
  | { readonly kind: 'none-lost' }
  | {
      /** What was written during the last seconds: usually so many, and in all but 1 - `highShare` of cases at most `highSeconds`. */
      readonly kind: 'lag';
      readonly typicalSeconds: number;
      readonly highSeconds: number;
      readonly highShare: number;
    }
  /** Whatever was not backed up, which is not judged. */
  | { readonly kind: 'unknown' };

/** What becomes of a table. */
export interface TableReport {
  readonly name: string;
  readonly consistency: 'single' | 'eventual' | 'strong';
  /** Regions with a replica. */
  readonly regions: readonly string[];
  readonly witnessRegions: readonly string[];
  /** Regions whose replica is left. */
  readonly left: readonly string[];
  /** `serves`: the replicas left take reads and writes; `reads-only`: they have lost their quorum; `gone`: none is left. */
  readonly outcome: 'not-struck' | 'serves' | 'reads-only' | 'gone';
  /** @default - it is not struck */
  readonly recoveryPoint?: RecoveryPoint;
}

/** What becomes of a bucket. */
export interface BucketReport {
  readonly name: string;
  readonly region: string;
  /** Buckets that it replicates to. */
  readonly copies: readonly {
    readonly bucket: string;
    /** @default - the bucket is not in the assembly */
    readonly region?: string;
    readonly timeControl: boolean;
    /** Beginning of the keys that are copied; empty for all. */
    readonly prefix: string;
  }[];
  /** Buckets that are left and that it holds the copies of. */
  readonly copyOf: readonly string[];
  /**
   * `copied`: all of it is elsewhere; `partly`: only some keys are; `copy`: it is copied nowhere, and holds copies of buckets that are
   * left; `gone`: neither.
   */
  readonly outcome: 'not-struck' | 'copied' | 'partly' | 'copy' | 'gone';
  /** @default - it is not struck */
  readonly recoveryPoint?: RecoveryPoint;
}

/** Something else that holds data. */
export interface StoreReport {
  readonly id: string;
  readonly type: string;
  readonly region: string;
}

/** A Region that is named and of which the assembly has no stack. */
export interface MissingRegion {
  readonly region: string;
  readonly namedBy: readonly string[];
}

/** What was found, in sum. It is about what was judged and about nothing else. */
export interface TopologyVerdict {
  /** `nothing-judged`: there is no name, table or bucket that could be, which is not the same as that nothing is lost. */
  readonly outcome: 'nothing-lost' | 'lost' | 'nothing-judged';
  /** How many of each were judged. */
  readonly judged: { readonly names: number; readonly tables: number; readonly buckets: number };
  /** What is lost with the struck Regions, in part or entirely. */
  readonly lost: readonly string[];
}

/**
 * What can be judged of an assembly without running its code: names, health checks and replication, while the struck Regions are gone
 * entirely. Clients, acknowledged writes and objectives are not judged.
 */
export interface TopologyReport {
  readonly schemaVersion: typeof TOPOLOGY_SCHEMA_VERSION;
  readonly kind: 'topology';
  readonly scenario: {
    readonly id: string;
    readonly title: string;
    /** Regions that are taken as gone entirely, from the beginning to the end. */
    readonly struckRegions: readonly string[];
    readonly durationSeconds: number;
  };
  readonly seed: number;
  readonly verdict: TopologyVerdict;
  /** What nobody has judged. */
  readonly notJudged: readonly string[];
  /** Why the assembly could not be drilled. */
  readonly notModelled: readonly string[];
  readonly missingRegions: readonly MissingRegion[];
  readonly names: readonly NameReport[];
  /** Names that could not be judged. */
  readonly leftNames: readonly { readonly name: string; readonly why: string }[];
  readonly healthChecks: readonly HealthCheckReport[];
  readonly tables: readonly TableReport[];
  readonly buckets: readonly BucketReport[];
  /** What else holds data, none of which was judged. */
  readonly otherStores: readonly StoreReport[];
}
