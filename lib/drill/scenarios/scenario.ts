import type { Assembly } from '../../assembly';
import type { ExperimentOutcome } from '../experiments/experiment-outcome';
import type { Fault } from '../faults/fault-plan';
import type { PhaseReach } from '../faults/outage-faults';
import type { RegionCourse } from '../faults/region-course';
import type { AlarmBoard } from '../monitoring';
import type { World } from '../world/world';

/** What happens to a world: an outage of the catalogue, moved onto a Region, or anything else that can be put as faults. */
export interface Scenario {
  /** Unique among scenarios of one kind. */
  readonly id: string;
  /** One line for people. */
  readonly title: string;
  /**
   * Regions that are struck more than others; the verdict reads acknowledged writes back from the others, and says when these left DNS. Empty:
   * no Region alone, so that all are looked at.
   */
  readonly struckRegions: readonly string[];
  /** Whether all is undone at the end, so that writes are read back from struck Regions, too. @default false */
  readonly isUndone?: boolean;
  /** The Region that was struck in history. @default - it has no history */
  readonly originalRegion?: string;
  /** Calendar time of the strike, in milliseconds since 1970. */
  readonly startMs: number;
  /** Seconds from the strike to the end of what is judged. */
  readonly durationSeconds: number;
  /** Seconds of calm before the strike, in which caches fill. @default 600 */
  readonly warmUpSeconds?: number;
  /**
   * Share of operations that a client of another geography makes at the same time, as an impatient hand or a batch that runs twice does.
   *
   * @default 0
   */
  readonly doubledShare?: number;
  /**
   * Instants at which something begins, in seconds since the strike; recovery is timed from the one that clients take longest after.
   *
   * @default - the beginnings of its own acts, or the strike
   */
  readonly onsetsSeconds?: readonly number[];
  /** Parts that the verdict names, in order. */
  readonly phases: readonly ScenarioPhase[];
  /** Parts that begin only after the end of what is judged, by their ids. @default - there are none */
  readonly laterPhases?: readonly string[];
  /**
   * The faults that this assembly feels, and an account of those that it does not.
   *
   * @param strikeMs Virtual time of the strike.
   * @param limitMs How much of the scenario is replayed; what still lasts then ends there.
   * @throws NotModelled for what would matter and is not modelled.
   */
  faultsIn(assembly: Assembly, strikeMs: number, limitMs: number): ScenarioFaults;
  /**
   * What the scenario does by itself while the world runs; asked once, before the world starts.
   *
   * @default - nothing beside its faults
   */
  readonly act?: (world: World, strikeMs: number) => Act;
}

/** A scenario that acts. */
export interface Act {
  /** What became of it; asked when the world has run. */
  outcome(): ExperimentOutcome;
  /** The alarms that are watched meanwhile. */
  readonly alarms: AlarmBoard;
}

/** One part of a scenario, in seconds since the strike. */
export interface ScenarioPhase {
  readonly id: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Regions that it strikes more than others. @default - those of the scenario */
  readonly struckRegions?: readonly string[];
}

/** A scenario as faults of one world, and what became of every service that it names. */
export interface ScenarioFaults {
  readonly faults: readonly Fault[];
  readonly reach: readonly PhaseReach[];
  /** What befalls Regions besides faults. @default - right clocks, and every Region stands from the beginning */
  readonly courses?: readonly RegionCourse[];
}
