import type { AssemblyResource } from '../../assembly';

/** An action of an experiment, as its template has it. */
export interface ActionDefinition {
  readonly name: string;
  /** What it does, for example `aws:fis:wait`. */
  readonly actionId: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Names of targets, by the keys that the action gives them. */
  readonly targets: Readonly<Record<string, string>>;
  /** Actions that are done before it starts. */
  readonly startAfter: readonly string[];
}

/** A further condition on the resources of a target. */
export interface TargetFilter {
  readonly path: string;
  readonly values: readonly string[];
}

/** A target of an experiment, as its template has it. */
export interface TargetDefinition {
  readonly name: string;
  /** Type of its resources, for example `aws:lambda:function`. */
  readonly resourceType: string;
  /** Names, tokens or ARNs of resources. @default - they are found by tag */
  readonly arns?: readonly unknown[];
  /** Tags that they all have. @default - they are named */
  readonly tags?: Readonly<Record<string, unknown>>;
  readonly filters: readonly TargetFilter[];
  /** `ALL`, `COUNT(n)` or `PERCENT(n)`. */
  readonly selectionMode: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** An experiment of AWS FIS, as its template has it. */
export interface ExperimentDefinition {
  /** Stack and logical id of the template. */
  readonly id: string;
  /** Tag `Name`, or the logical id when it has none. */
  readonly name: string;
  readonly region: string;
  readonly description: string;
  readonly resource: AssemblyResource;
  /** In the template's order. */
  readonly actions: readonly ActionDefinition[];
  readonly targets: readonly TargetDefinition[];
  /** Alarms, named as the template does, of which each stops it. */
  readonly stopAlarms: readonly unknown[];
  /** What becomes of an experiment with a target that matches nothing. */
  readonly emptyTargets: 'fail' | 'skip';
}
