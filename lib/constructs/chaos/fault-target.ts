import { Token } from 'aws-cdk-lib/core';
import { BlueprintError } from '../blueprint-error';
import {
  type AddressedType,
  type DescribedType,
  TARGET_TYPES,
  type TaggedType,
  type TargetParameters,
  type TargetType,
  type TargetTypeSpec,
} from './catalogue/target-types';

/** Which of the resources that were found are hit: all, a number, or a share of them in percent. */
export type Selection = 'ALL' | { readonly count: number } | { readonly percent: number };

/** A further condition on resources, on an attribute that AWS's own API describes them with. */
export interface TargetFilter {
  /** Path of the attribute in Pascal case, for example `State.Name`. */
  readonly path: string;
  /** Values of which one must be found. */
  readonly values: readonly string[];
}

/** What every target can say. */
interface CommonOptions<Type extends TargetType> {
  /** @default 'ALL' */
  readonly selection?: Selection;
  /** @default - none */
  readonly parameters?: TargetParameters<Type>;
}

/** What a target that is found by tag can say. */
interface TaggedOptions<Type extends TargetType> extends CommonOptions<Type> {
  /** @default - none */
  readonly filters?: readonly TargetFilter[];
  /**
   * ARNs of resources with these tags in the experiment's Region that this app does not create. Whoever writes them here answers for them.
   *
   * @default - the tags must be found on a resource of this app
   */
  readonly elsewhere?: readonly string[];
}

/** Options must be given where a type has parameters that must. */
type OptionsOf<Type extends TargetType, Options> =
  Record<never, never> extends TargetParameters<Type>
    ? [options?: Options]
    : [options: Options & { readonly parameters: TargetParameters<Type> }];

/** Most ARNs of a target. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplateTargetInput.html */
const MAX_ARNS = 5;

/** Most tags of a target, of the same page. */
const MAX_TAGS = 50;

/**
 * What an action acts on: resources of one type, chosen by tag, by ARN or, for pods, by parameters. FIS takes tags or ARNs, never both.
 *
 * ```ts
 * FaultTarget.tagged('aws:lambda:function', { FaultInjection: 'dispatch' }, { parameters: { functionQualifier: 'live' } });
 * FaultTarget.arns('aws:dynamodb:global-table', ['arn:aws:dynamodb:eu-west-1:111111111111:table/dispatch-data']);
 * ```
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html
 */
export class FaultTarget<Type extends string = string> {
  /**
   * Resources of the experiment's account and Region that have all of these tags when the experiment starts. A resource of the app must
   * have them at synthesis.
   *
   * @throws BlueprintError when FIS would refuse the target.
   */
  static tagged<Type extends TaggedType>(
    type: Type,
    tags: Readonly<Record<string, string>>,
    ...[options]: OptionsOf<Type, TaggedOptions<Type>>
  ): FaultTarget<Type> {
    return new FaultTarget<Type>(type, TARGET_TYPES[type], { ...options, tags });
  }

  /**
   * Resources that are named.
   *
   * @throws BlueprintError when FIS would refuse the target.
   */
  static arns<Type extends AddressedType>(
    type: Type,
    arns: readonly string[],
    ...[options]: OptionsOf<Type, CommonOptions<Type>>
  ): FaultTarget<Type> {
    return new FaultTarget<Type>(type, TARGET_TYPES[type], { ...options, arns });
  }

  /**
   * Resources that only parameters describe.
   *
   * @throws BlueprintError when FIS would refuse the target.
   */
  static described<Type extends DescribedType>(
    type: Type,
    parameters: TargetParameters<Type>,
    selection: Selection = 'ALL',
  ): FaultTarget<Type> {
    return new FaultTarget<Type>(type, TARGET_TYPES[type], { parameters, selection });
  }

  /**
   * A target of a type that the catalogue does not have yet, for {@link FaultAction.custom}.
   *
   * @param spec What the type takes, and which types of CloudFormation become such targets.
   * @throws BlueprintError when FIS would refuse the target.
   */
  static custom(type: string, spec: TargetTypeSpec, choice: TargetChoice): FaultTarget {
    return new FaultTarget(type, spec, choice);
  }

  private constructor(
    /** Type of the resources. */
    readonly type: Type,
    /** What FIS takes for the type. */
    readonly spec: TargetTypeSpec,
    /** How they are chosen. */
    readonly choice: TargetChoice,
  ) {
    this.#refuseWrongChoice();
    this.#refuseWrongParameters();
    this.#refuseWrongSelection();
  }

  #refuseWrongChoice(): void {
    const { arns, tags, filters } = this.choice;
    if (arns && (tags || filters)) throw this.#error('Choice', 'takes ARNs or tags and filters, got both');
    if (arns && !this.spec.arns) throw this.#error('Choice', 'cannot be given by ARN');
    if (tags && !this.spec.tags) throw this.#error('Choice', 'cannot be found by tag');
    if (!arns && !tags && (this.spec.arns || this.spec.tags)) {
      throw this.#error(
        'Choice',
        'must be given by ARN or found by tag: anything else would hit every resource of the type',
      );
    }
    if (arns && (arns.length < 1 || arns.length > MAX_ARNS)) {
      throw this.#error('Arns', `takes 1 to ${MAX_ARNS} ARNs, got ${arns.length}`);
    }
    if (this.type === 'aws:eks:cluster' && arns?.length !== 1) throw this.#error('Arns', 'takes exactly one ARN');
    for (const arn of [...(arns ?? []), ...(this.choice.elsewhere ?? [])]) {
      if (!Token.isUnresolved(arn) && !/^arn:[^:]+:[^:]+:.+/.test(arn))
        throw this.#error('Arns', `takes ARNs, got ${arn}`);
    }
    const count = tags && Object.keys(tags).length;
    if (count !== undefined && (count < 1 || count > MAX_TAGS)) {
      throw this.#error('Tags', `takes 1 to ${MAX_TAGS} tags, got ${count}`);
    }
  }

  #refuseWrongParameters(): void {
    const given = Object.keys(this.choice.parameters ?? {});
    const known = [...this.spec.required, ...this.spec.optional];
    const unknown = given.find((name) => !known.includes(name));
    if (unknown) throw this.#error('Parameters', `takes ${known.join(', ') || 'no parameters'}, got ${unknown}`);
    const missing = this.spec.required.find((name) => !given.includes(name));
    if (missing) throw this.#error('Parameters', `must have the parameter ${missing}`);
  }

  #refuseWrongSelection(): void {
    const { selection = 'ALL' } = this.choice;
    if (selection === 'ALL') return;
    const [number, most] = 'count' in selection ? [selection.count, Number.MAX_SAFE_INTEGER] : [selection.percent, 100];
    if (!Number.isInteger(number) || number < 1 || number > most) {
      throw this.#error('Selection', `takes a whole number of resources or of percent, from 1 on, got ${number}`);
    }
  }

  #error(what: string, message: string): BlueprintError {
    return new BlueprintError(`FaultTarget${what}`, `a target of type ${this.type} ${message}`);
  }
}

/** How the resources of a target are chosen. */
export interface TargetChoice {
  /**
   * Tags, all of which they have.
   *
   * @default - they are not found by tag
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Their ARNs.
   *
   * @default - they are not named
   */
  readonly arns?: readonly string[];
  /**
   * Further conditions beside tags.
   *
   * @default - none
   */
  readonly filters?: readonly TargetFilter[];
  /**
   * Parameters of the type.
   *
   * @default - none
   */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * Which of them are hit.
   *
   * @default 'ALL'
   */
  readonly selection?: Selection;
  /**
   * ARNs of resources with the tags that the app does not create.
   *
   * @default - none
   */
  readonly elsewhere?: readonly string[];
}
