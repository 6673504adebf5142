import { BlueprintError } from '../blueprint-error';
import type { ActionSpec } from './catalogue/action-spec';
import { type ActionId, type ActionParameters, type Catalogued, FAULT_ACTIONS } from './catalogue/fault-actions';
import type { Circumstance, PermissionSpec } from './catalogue/permission-spec';
import { renderParameters, secondsOf } from './fault-parameters';
import type { FaultTarget } from './fault-target';

/** What every action has beside parameters and targets. */
export interface CommonActionProps {
  /**
   * What the action does to this application, at most 512 characters.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * Names of the experiment's actions that must have ended before this one starts.
   *
   * @default - it starts with the experiment
   */
  readonly startAfter?: readonly string[];

  /**
   * What the experiment cannot see of the targets and the role must be prepared for: that a table is strongly consistent, for example.
   *
   * @default - none of it
   */
  readonly circumstances?: readonly Circumstance[];
}

type ParametersProp<Id extends ActionId> =
  Record<never, never> extends ActionParameters<Id>
    ? Partial<Record<'parameters', ActionParameters<Id>>>
    : Readonly<Record<'parameters', ActionParameters<Id>>>;

type TargetsProp<Id extends ActionId> = keyof Catalogued<Id>['target'] extends never
  ? Partial<Record<'targets', Record<string, never>>>
  : Readonly<
      Record<
        'targets',
        { readonly [Key in keyof Catalogued<Id>['target']]: FaultTarget<Catalogued<Id>['target'][Key] & string> }
      >
    >;

/** Properties of an action of the catalogue: `parameters` and `targets` as its page has them. */
export type FaultActionProps<Id extends ActionId> = CommonActionProps & ParametersProp<Id> & TargetsProp<Id>;

/** Properties of an action that the catalogue does not have. */
export interface CustomActionProps extends CommonActionProps {
  /** What the action takes and what the role of its experiment must be allowed. */
  readonly spec: ActionSpec;

  /**
   * Its parameters.
   *
   * @default - none
   */
  readonly parameters?: Readonly<Record<string, unknown>>;

  /**
   * Its targets by their keys.
   *
   * @default - none
   */
  readonly targets?: Readonly<Record<string, FaultTarget>>;
}

/** Longest description of an action. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplateActionInput.html */
const MAX_DESCRIPTION = 512;

/**
 * One action of an experiment. Parameters, their types, target keys and target types are those of the guide; others do not compile.
 *
 * ```ts
 * FaultAction.of('aws:lambda:invocation-error', {
 *   parameters: { duration: Duration.minutes(10), invocationPercentage: 50, preventExecution: true },
 *   targets: { Functions: FaultTarget.tagged('aws:lambda:function', { FaultInjection: 'dispatch' }) },
 * });
 * ```
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export class FaultAction {
  /**
   * An action of the catalogue.
   *
   * @throws BlueprintError when FIS would refuse it.
   */
  static of<Id extends ActionId>(id: Id, props: FaultActionProps<Id>): FaultAction {
    const { parameters = {}, targets = {}, ...common } = props as CommonActionProps & Untyped;
    return new FaultAction(id, { ...common, spec: FAULT_ACTIONS[id], parameters, targets });
  }

  /**
   * An action that is newer than the catalogue.
   *
   * @throws BlueprintError when FIS would refuse it, as far as its specification says.
   */
  static custom(id: string, props: CustomActionProps): FaultAction {
    return new FaultAction(id, props);
  }

  /** What the guide says of the action. */
  readonly spec: ActionSpec;

  /** What it does to this application. */
  readonly description: string | undefined;

  /** Actions that must have ended before. */
  readonly startAfter: readonly string[];

  /** Parameters as FIS takes them. */
  readonly parameters: Readonly<Record<string, string>>;

  /** Targets by their keys. */
  readonly targets: Readonly<Record<string, FaultTarget>>;

  /** How long it lasts, in seconds; 0 for what ends at once. */
  readonly seconds: number;

  readonly #circumstances: readonly Circumstance[];

  private constructor(
    /** Identifier of the action. */
    readonly id: string,
    props: CustomActionProps,
  ) {
    const { spec, description, startAfter = [], circumstances = [], parameters = {}, targets = {} } = props;
    this.spec = spec;
    this.description = description;
    this.startAfter = startAfter;
    this.#circumstances = circumstances;
    this.targets = targets;
    this.parameters = renderParameters(id, spec, parameters);
    this.seconds = spec.lasts === undefined ? 0 : secondsOf(parameters[spec.lasts]);
    this.#refuseWrongTargets();
    this.#refuseUnknownCircumstances();
    if (description !== undefined && (description.length < 1 || description.length > MAX_DESCRIPTION)) {
      throw new BlueprintError(
        'FaultDescription',
        `description of ${id} must have 1 to ${MAX_DESCRIPTION} characters, got ${description.length}`,
      );
    }
  }

  /** What the role of the experiment must be allowed for this action as it is. */
  get permissions(): readonly PermissionSpec[] {
    return this.spec.permissions.filter(({ when }) => {
      if (when === undefined) return true;
      if ('selectedBy' in when) return Object.values(this.targets).some(({ choice }) => choice.tags !== undefined);
      if ('circumstance' in when) return this.#circumstances.includes(when.circumstance);
      return new RegExp(when.matching).test(this.parameters[when.parameter] ?? '');
    });
  }

  #refuseWrongTargets(): void {
    const wanted = Object.entries(this.spec.target);
    const keys = Object.keys(this.targets);
    if (keys.length !== wanted.length || !wanted.every(([key]) => keys.includes(key))) {
      throw new BlueprintError(
        'FaultTargetKey',
        `targets of ${this.id} must be ${wanted.map(([key]) => key).join(', ') || 'none'}, got ${keys.join(', ') || 'none'}`,
      );
    }
    for (const [key, type] of wanted) {
      const target = this.targets[key];
      if (target?.type !== type) {
        throw new BlueprintError(
          'FaultTargetType',
          `targets.${key} of ${this.id} must be ${type}, got ${target?.type}`,
        );
      }
      if (this.spec.arnsOnly && target.choice.tags) {
        throw new BlueprintError('FaultTargetChoice', `targets.${key} of ${this.id} must be given by ARN`);
      }
    }
  }

  #refuseUnknownCircumstances(): void {
    const known = this.spec.permissions.flatMap(({ when }) =>
      when && 'circumstance' in when ? [when.circumstance] : [],
    );
    const unknown = this.#circumstances.find((circumstance) => !known.includes(circumstance));
    if (unknown === undefined) return;
    throw new BlueprintError(
      'FaultCircumstance',
      `circumstances of ${this.id} can be ${known.join(', ') || 'none'}, got ${unknown}`,
    );
  }
}

interface Untyped {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly targets?: Readonly<Record<string, FaultTarget>>;
}
