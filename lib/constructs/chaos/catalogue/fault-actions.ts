import type { Duration } from 'aws-cdk-lib/core';
import { COMPUTE_ACTIONS } from './compute-actions';
import { CONTAINER_ACTIONS } from './container-actions';
import { CONTROL_ACTIONS } from './control-actions';
import { DATA_ACTIONS } from './data-actions';
import { FUNCTION_ACTIONS } from './function-actions';
import { KUBERNETES_ACTIONS } from './kubernetes-actions';
import { NETWORK_ACTIONS } from './network-actions';
import type { ParameterSpec } from './parameter-spec';

/**
 * Every action that the guide lists, the newest of December 2025: what it takes, what it acts on and what its role must be allowed.
 *
 * Of AWS, `aws fis list-actions` alone is complete; an action that is newer than this list is written with `FaultAction.custom`.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html
 */
export const FAULT_ACTIONS = {
  ...COMPUTE_ACTIONS,
  ...CONTAINER_ACTIONS,
  ...CONTROL_ACTIONS,
  ...DATA_ACTIONS,
  ...FUNCTION_ACTIONS,
  ...KUBERNETES_ACTIONS,
  ...NETWORK_ACTIONS,
} as const;

/** Identifier of an action, for example `aws:lambda:invocation-error`. */
export type ActionId = keyof typeof FAULT_ACTIONS;

/** What the catalogue says of an action. */
export type Catalogued<Id extends ActionId> = (typeof FAULT_ACTIONS)[Id];

/** What is written for a parameter: times as durations, lists as arrays, documents as objects. */
export type ValueOf<Spec> = Spec extends { readonly type: 'duration' }
  ? Duration
  : Spec extends { readonly type: 'integer' | 'number' }
    ? number
    : Spec extends { readonly type: 'boolean' }
      ? boolean
      : Spec extends { readonly type: 'enum'; readonly values: readonly (infer Value)[] }
        ? Value
        : Spec extends { readonly type: 'list'; readonly values: readonly (infer Value)[] }
          ? readonly Value[]
          : Spec extends { readonly type: 'list' }
            ? readonly string[]
            : Spec extends { readonly type: 'document' }
              ? Readonly<Record<string, unknown>>
              : Spec extends ParameterSpec
                ? string
                : never;

/** Parameters of an action, required and optional ones. */
export type ActionParameters<Id extends ActionId> = {
  readonly [Name in keyof Catalogued<Id>['required']]: ValueOf<Catalogued<Id>['required'][Name]>;
} & { readonly [Name in keyof Catalogued<Id>['optional']]?: ValueOf<Catalogued<Id>['optional'][Name]> };
