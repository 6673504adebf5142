import type { Duration } from 'aws-cdk-lib/core';
import { BlueprintError } from '../blueprint-error';
import { LONGEST_SECONDS } from './catalogue/parameter-spec';
import type { FaultAction } from './fault-action';
import type { FaultTarget } from './fault-target';

/** An action with the time it has in its experiment, in seconds from the start; what ends at once has no length. */
export interface Placed {
  /** Name of the action. */
  readonly name: string;
  /** The action. */
  readonly action: FaultAction;
  /** When it starts. */
  readonly start: number;
  /** When it ends. */
  readonly end: number;
}

/** Quotas of FIS that cannot be raised. @see https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
const MAX_ACTIONS = 20;
const MAX_PARALLEL = 10;

/** Name of an action. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplate.html */
const NAME = /^\S{1,64}$/;

/**
 * Places every action in the time of its experiment.
 *
 * @throws BlueprintError when the order has no beginning, the experiment would take longer than it may, or actions are in each other's way.
 */
export function placeActions(actions: Readonly<Record<string, FaultAction>>, maximum: Duration): readonly Placed[] {
  const names = Object.keys(actions);
  if (names.length < 1 || names.length > MAX_ACTIONS) {
    throw new BlueprintError('ExperimentActions', `actions must be 1 to ${MAX_ACTIONS}, got ${names.length}`);
  }
  const badName = names.find((name) => !NAME.test(name));
  if (badName !== undefined) {
    throw new BlueprintError('ExperimentActionName', `name of an action must match ${NAME.source}, got ${badName}`);
  }
  const placed = inOrder(actions);
  refuseLongerThan(placed, maximum);
  refuseCrowd(placed);
  refuseConflicts(placed);
  return placed;
}

function inOrder(actions: Readonly<Record<string, FaultAction>>): readonly Placed[] {
  const placed = new Map<string, Placed>();
  const place = (name: string, way: readonly string[]): Placed => {
    const before = placed.get(name);
    if (before) return before;
    const action = actions[name];
    if (action === undefined) {
      throw new BlueprintError(
        'StartAfterUnknown',
        `startAfter of ${way.at(-1)} names ${name}, which is no action of it`,
      );
    }
    if (way.includes(name)) {
      throw new BlueprintError('StartAfterCycle', `startAfter leads back: ${[...way, name].join(' after ')}`);
    }
    const start = Math.max(0, ...action.startAfter.map((other) => place(other, [...way, name]).end));
    const result = { name, action, start, end: start + action.seconds };
    placed.set(name, result);
    return result;
  };
  return Object.keys(actions).map((name) => place(name, []));
}

function refuseLongerThan(placed: readonly Placed[], maximum: Duration): void {
  const seconds = Math.max(...placed.map(({ end }) => end));
  const limit = maximum.toSeconds();
  if (limit < 1 || limit > LONGEST_SECONDS) {
    throw new BlueprintError(
      'ExperimentMaximum',
      `maximumDuration must be at most ${LONGEST_SECONDS} s, got ${limit} s`,
    );
  }
  if (seconds > limit) {
    throw new BlueprintError(
      'ExperimentDuration',
      `the experiment may last ${limit} s (maximumDuration) and its actions, one after the other, last ${seconds} s`,
    );
  }
}

function overlapping(placed: readonly Placed[], { start, end }: Placed): readonly Placed[] {
  return placed.filter((other) => other.start < end && start < other.end);
}

function refuseCrowd(placed: readonly Placed[]): void {
  for (const moment of placed) {
    const running = placed.filter(({ start, end }) => start <= moment.start && moment.start < end);
    if (running.length > MAX_PARALLEL) {
      throw new BlueprintError(
        'ExperimentParallelActions',
        `at most ${MAX_PARALLEL} actions may run at a time, got ${running.length} with ${moment.name}`,
      );
    }
  }
}

function refuseConflicts(placed: readonly Placed[]): void {
  for (const one of placed) {
    for (const other of overlapping(placed, one)) {
      if (other.name <= one.name || !one.action.spec.conflictsWith?.includes(other.action.id)) continue;
      const shared = Object.values(one.action.targets).some((target) => hitsSame(target, other));
      if (!shared) continue;
      throw new BlueprintError(
        'ExperimentConflict',
        `${one.name} and ${other.name} run at a time on one target, on which only the first has an effect: use startAfter`,
      );
    }
  }
}

/** Targets of one choice hit the same resources; of others nothing is known before the start. */
function hitsSame(target: FaultTarget, { action }: Placed): boolean {
  const same = ({ type, choice }: FaultTarget): string => JSON.stringify([type, choice]);
  return Object.values(action.targets).some((other) => same(other) === same(target));
}
