import {
  type Convergence,
  checkConvergence,
  checkLinearizability,
  checkSessionGuarantees,
  describeOperation,
  isAcknowledged,
} from '../../histories';
import { type DispatchHistory, LEDGER } from '../clients/dispatch-history';
import {
  type ParcelInput,
  type ParcelOperation,
  parcelConvergence,
  parcelModel,
  parcelVersions,
} from '../clients/parcel-model';
import type { TableDefinition } from '../data/table-definition';
import { type ConsistencyCheck, ConsistencyTally } from './consistency-check';
import { tallyDeliveries, tallyDuplicates } from './delivery-check';

/** What clients' operations prove about the data that they saw. */
export interface ConsistencySummary {
  /** Operations of clients on parcels, and the ledger's readings. */
  readonly operations: number;
  /** Writes among them that are known to have had no effect, and reads that showed nothing. */
  readonly failed: number;
  /** Writes among them of which nobody knows whether they took effect. */
  readonly unknown: number;
  /** Parcels whose operations look as if each had happened at one instant. */
  readonly linearizability: ConsistencyCheck;
  /** Parcels that all surviving Regions show alike in the end. Replicas that disagree on items count as one violation. */
  readonly convergence: ConsistencyCheck;
  /** Acknowledged writes that a surviving Region does not show in the end. */
  readonly lastWriterWins: {
    /** Those in whose place a write stands that may be the later one. */
    readonly superseded: number;
    /** All others. */
    readonly lost: number;
    /** The first hundred losses in words: what is lost, where, and what stands in its place. */
    readonly losses: readonly string[];
    /** The first hundred that were superseded in words: what is gone, and what stands in its place. */
    readonly supersessions: readonly string[];
  };
  /** Reads that show what their client had written before, or more. */
  readonly readYourWrites: ConsistencyCheck;
  /** Reads that show what their client had read before, or more. */
  readonly monotonicReads: ConsistencyCheck;
  /** Acknowledged deliveries that are there once and were answered in one way. */
  readonly deliveries: ConsistencyCheck;
  /** Deliveries that one surviving Region shows on more than one parcel; the check of deliveries counts them, too. */
  readonly duplicatedDeliveries: number;
}

/** What a history is judged by. */
export interface ConsistencyProps {
  readonly history: DispatchHistory;
  /** Consistency of the tables as the design has them: a twin's functions go on asking for the same. */
  readonly consistency: TableDefinition['consistency'];
  /** Items on which replicas disagree once everything has settled. */
  readonly divergentItems: number;
  /** Virtual time of the strike. */
  readonly strikeMs: number;
}

/** Writes that are gone and told in words, of either kind. */
const TOLD = 100;

/**
 * Judges what clients saw, parcel by parcel.
 *
 * What Dispatch promises. Of a strong table: `GET /parcels/{parcelId}`, `PUT /parcels/{parcelId}` and `POST /deliveries`
 * are linearizable, since all of their reads are strong ones. Of an eventual table: replicas converge; nobody is promised
 * to see what he wrote or read before. Of both: a delivery is there once, and repeating it has the same answer. What the
 * functions of a table in a single Region ask for is not known, so that no more is promised of it.
 * `GET /routes/{driverId}` goes by an index, which is eventually consistent in every profile: it is promised nothing.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
export function judgeConsistency(props: ConsistencyProps): ConsistencySummary {
  const { consistency, divergentItems, strikeMs } = props;
  const { operations } = props.history;
  const isStrong = consistency === 'strong';
  const linearizability = new ConsistencyTally(isStrong);
  const readYourWrites = new ConsistencyTally(isStrong);
  const monotonicReads = new ConsistencyTally(isStrong);
  const convergence = new ConsistencyTally(true);
  const deliveries = new ConsistencyTally(true);
  const losses: string[] = [];
  const supersessions: string[] = [];
  const shown = new Map<string, ReadonlyMap<string, string>>();
  let superseded = 0;
  let lost = 0;
  for (const [key, own] of operations.perKey(strikeMs)) {
    const linear = checkLinearizability(parcelModel, own);
    if (linear.verdict === 'undecided') linearizability.addUndecided();
    else linearizability.add(1, linear.verdict === 'violated' ? [() => linear.counterExample.message] : []);
    const sessions = checkSessionGuarantees(parcelVersions, own);
    for (const [tally, { checked, anomalies }] of [
      [readYourWrites, sessions.readYourWrites],
      [monotonicReads, sessions.monotonicReads],
    ] as const) {
      tally.add(
        checked,
        anomalies.map(
          ({ read, behind }) =>
            () =>
              `${key}: ${say(read)}, after ${say(behind)}`,
        ),
      );
    }
    const finals = finalStates(own);
    tallyDeliveries(deliveries, key, own, finals, isStrong);
    if (finals.size === 0) continue;
    shown.set(key, finals);
    const found = checkConvergence(parcelConvergence, own, finals);
    convergence.add(1, found.converged ? [] : [() => `${key}: ${listed(found.states)}`]);
    superseded += found.superseded.length;
    lost += found.lost.length;
    for (const loss of found.lost) if (losses.length < TOLD) losses.push(describeLoss(key, loss));
    for (const { write, by } of found.superseded) {
      if (supersessions.length < TOLD) supersessions.push(`${key}: ${say(write)}, was superseded by ${say(by)}`);
    }
  }
  const duplicatedDeliveries = tallyDuplicates(deliveries, shown);
  if (divergentItems > 0) convergence.add(0, [() => `replicas disagree on ${divergentItems} items`]);
  return {
    operations: operations.size,
    failed: operations.count('fail'),
    unknown: operations.count('unknown'),
    linearizability: linearizability.check(),
    convergence: convergence.check(),
    lastWriterWins: { superseded, lost, losses, supersessions },
    readYourWrites: readYourWrites.check(),
    monotonicReads: monotonicReads.check(),
    deliveries: deliveries.check(),
    duplicatedDeliveries,
  };
}

/** What the ledger read last in each Region. */
function finalStates(operations: readonly ParcelOperation[]): ReadonlyMap<string, string> {
  const finals = new Map<string, string>();
  for (const operation of operations) {
    const { client, region } = operation;
    if (client === LEDGER && region !== undefined && isAcknowledged(operation)) finals.set(region, operation.output);
  }
  return finals;
}

function say(operation: ParcelOperation): string {
  return describeOperation(parcelModel, operation);
}

function listed(states: ReadonlyMap<string, string>): string {
  return [...states].map(([region, state]) => `${region} shows ${state}`).join(', ');
}

function describeLoss(
  key: string,
  { write, replicas, standing, by }: Convergence<ParcelInput, string>['lost'][number],
): string {
  const instead = by ? ` (${say(by)})` : '';
  return `${key}: ${say(write)}, is not in ${replicas.join(' and ')}, where it is ${standing}${instead}`;
}
