import { LATEST } from '../compute/fis-extension';
import { fisExtensionOf, qualifierOf, qualifiersOf } from '../compute/function-definition';
import type { Fault } from '../faults/fault';
import type { ActionModel, ActionScene, Effect } from './action-model';
import type { ResolvedTarget } from './resolve-target';
import type { Targetable } from './targetable';

/** Variable that names the folder through which FIS talks to the extension. */
const LOCATION = 'AWS_FIS_CONFIGURATION_LOCATION';

/** A folder of a bucket, as far as it is known before deployment. */
const FOLDER_ARN = /^(?:arn:[\w-]+:s3:::[^/]+|\{\{[^{}]+\}\})\/.*\/$/;

/** What a fault is besides its place and its time. */
type Injected = Pick<Fault, 'kind' | 'delayMs' | 'statusCode'>;

/**
 * An action on invocations of functions. FIS leaves what to inject in a folder that each function names in a variable, and the extension
 * in its environments reads it there; without the variable the experiment fails at its start, and without the extension nothing happens.
 *
 * Simplified: a content type that the action gives its answers is looked at by nobody in the drill.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/use-lambda-actions.html
 */
function onInvocations(injected: (scene: ActionScene) => Injected): ActionModel {
  return {
    targets: { Functions: 'aws:lambda:function' },
    lasts: true,
    refusal: (scene) => {
      const target = functionsOf(scene);
      const numbers = refusedNumber(scene);
      if (numbers !== undefined) return numbers;
      for (const targeted of target.resources) {
        const refusal = refusedFunction(targeted) ?? refusedQualifier(scene, target, targeted);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    },
    begin: (scene) => inject(scene, injected(scene)),
  };
}

/** @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#aws-lambda-actions-reference */
export const FUNCTION_ACTIONS: Readonly<Record<string, ActionModel>> = {
  'aws:lambda:invocation-add-delay': onInvocations((scene) => ({
    kind: 'slow',
    delayMs: numberIn(scene, 'startupDelayMilliseconds', 1000),
  })),
  'aws:lambda:invocation-error': onInvocations((scene) => ({ kind: failureOf(scene) })),
  'aws:lambda:invocation-http-integration-response': onInvocations((scene) => ({
    kind: failureOf(scene),
    statusCode: numberIn(scene, 'statusCode', Number.NaN),
  })),
};

/** Whether the handler runs before the invocation fails. */
function failureOf({ action }: ActionScene): 'function-error' | 'late-error' {
  return String(action.parameters.preventExecution) === 'true' ? 'function-error' : 'late-error';
}

function inject(scene: ActionScene, injected: Injected): Effect {
  const { world, experiment, action, durationMs } = scene;
  const { scheduler, faults } = world.context;
  const target = functionsOf(scene);
  const begun = target.resources.map((targeted): Fault => {
    const qualifier = qualifierIn(scene, target, targeted);
    const endMs = scheduler.nowMs + durationMs;
    return {
      phaseId: action.name,
      target: 'lambda-extension',
      region: experiment.region,
      resources: [targeted.name],
      ...(qualifier === undefined ? {} : { operations: [qualifier] }),
      startMs: scheduler.nowMs,
      endMs,
      courseEndMs: endMs,
      share: numberIn(scene, 'invocationPercentage', 100) / 100,
      pattern: 'steady',
      ...injected,
    };
  });
  for (const fault of begun) faults.begin(fault);
  const bare = target.resources.filter(({ resource }) => fisExtensionOf(resource) === undefined);
  return {
    end: (nowMs) => {
      for (const fault of begun) faults.end(fault, nowMs);
    },
    ...(bare.length === 0
      ? {}
      : { note: `nothing is injected into ${bare.map(({ name }) => name).join(', ')}: there is no extension` }),
  };
}

function functionsOf({ targets }: ActionScene): ResolvedTarget {
  return targets.Functions as ResolvedTarget;
}

function refusedFunction({ name, resource }: Targetable): string | undefined {
  const environment = (resource.properties.Environment ?? {}) as { Variables?: Readonly<Record<string, unknown>> };
  const location = environment.Variables?.[LOCATION];
  if (location === undefined) return `function ${name} has no ${LOCATION}, where FIS leaves what to inject`;
  if (typeof location === 'string' && FOLDER_ARN.test(location)) return undefined;
  return `${LOCATION} of function ${name} is no ARN of a folder: ${String(location)}`;
}

function refusedQualifier(scene: ActionScene, target: ResolvedTarget, targeted: Targetable): string | undefined {
  const { functionQualifier } = target.parameters;
  if (functionQualifier === undefined || qualifierIn(scene, target, targeted) !== undefined) return undefined;
  return `function ${targeted.name} has no alias or version ${String(functionQualifier)}`;
}

/** The alias or version that alone is meant, as invocations name it. */
function qualifierIn({ assembly, experiment }: ActionScene, target: ResolvedTarget, targeted: Targetable) {
  const { functionQualifier: wanted } = target.parameters;
  if (wanted === LATEST) return LATEST;
  const named = assembly.referenceIn(wanted, { from: experiment.resource.stack })?.resource;
  const found = qualifiersOf(assembly, targeted.resource).find(
    (qualifier) => qualifier === named || qualifierOf(qualifier) === wanted,
  );
  return found && qualifierOf(found);
}

/** Bounds of parameters. */
const BOUNDS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  invocationPercentage: [0, 100],
  startupDelayMilliseconds: [0, 900_000],
  statusCode: [0, 999],
};

function refusedNumber({ action }: ActionScene): string | undefined {
  for (const [name, [least, most]] of Object.entries(BOUNDS)) {
    const value = action.parameters[name];
    if (value === undefined) continue;
    const number = Number(value);
    if (!Number.isInteger(number) || number < least || number > most) {
      return `${name} of action ${action.name} is no whole number from ${least} to ${most}: ${String(value)}`;
    }
  }
  return undefined;
}

function numberIn({ action }: ActionScene, name: string, fallback: number): number {
  return Number(action.parameters[name] ?? fallback);
}
