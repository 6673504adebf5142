import type { ParameterSpec } from './parameter-spec';
import type { PermissionSpec } from './permission-spec';

/**
 * An action of AWS FIS as its page describes it.
 *
 * What the page does not mark as optional is required.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export interface ActionSpec {
  /** Anchor of the action on the page. */
  readonly page: string;
  /** The one key under which the action takes a target, with the target's type; none for actions without a target. */
  readonly target: Readonly<Record<string, string>>;
  /** Parameters that must be given. */
  readonly required: Readonly<Record<string, ParameterSpec>>;
  /** Parameters that may be given. */
  readonly optional: Readonly<Record<string, ParameterSpec>>;
  /**
   * Parameter that says how long the action lasts.
   *
   * @default - it ends at once, as far as is known beforehand
   */
  readonly lasts?: string;
  /**
   * Optional parameters that are required when others have a certain value.
   *
   * @default - none
   */
  readonly neededWhen?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /**
   * Actions that cannot work on the same target at the same time: the later one stays without effect, or fails.
   *
   * @default - none is documented
   */
  readonly conflictsWith?: readonly string[];
  /**
   * Whether targets must be given by ARN although their type can be found by tag.
   *
   * @default false
   */
  readonly arnsOnly?: true;
  /** What the role of the experiment must be allowed. */
  readonly permissions: readonly PermissionSpec[];
}
