import type { Assembly } from '../../assembly';
import type { RandomStream } from '../kernel/random';
import type { AlarmBoard } from '../monitoring';
import type { World } from '../world/world';
import type { ActionDefinition, ExperimentDefinition } from './experiment-definition';
import type { ResolvedTarget } from './resolve-target';

/** What an action has to work with. */
export interface ActionScene {
  readonly assembly: Assembly;
  readonly world: World;
  readonly experiment: ExperimentDefinition;
  readonly action: ActionDefinition;
  /** What its targets came to, by the keys that the action gives them. */
  readonly targets: Readonly<Record<string, ResolvedTarget>>;
  /** How long it lasts, in milliseconds; 0 for what ends at once. */
  readonly durationMs: number;
  /** A stream of the action's own. */
  readonly random: RandomStream;
  readonly board: AlarmBoard;
}

/** What an action does while it runs. */
export interface Effect {
  /** Takes everything back; once, when the action's time is over or before. */
  end(nowMs: number): void;
  /** What whoever reads the outcome should know. @default - nothing */
  readonly note?: string;
}

/** How the drill does one action of FIS. */
export interface ActionModel {
  /** Types of its targets by their keys. */
  readonly targets: Readonly<Record<string, string>>;
  /** Whether it has a parameter `duration`. */
  readonly lasts: boolean;
  /**
   * Why it cannot be done, as FIS finds out when the experiment starts; nothing when it can.
   *
   * @throws NotModelled for a parameter that is not followed.
   */
  refusal(scene: ActionScene): string | undefined;
  /** Does it; why it failed, when it did. */
  begin(scene: ActionScene): Effect | string;
}
