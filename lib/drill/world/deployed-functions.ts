import type { Assembly, AssemblyResource } from '../../assembly';
import { AsyncInvoker, readAsyncPolicy } from '../compute/async-invoker';
import type { EnvironmentHost } from '../compute/execution-environment';
import { prepareCode } from '../compute/function-code';
import { readFunction } from '../compute/function-definition';
import { LambdaFunction } from '../compute/lambda-function';
import { readSchedules, type ScheduleDefinition } from '../schedules/schedule-definition';
import { ScheduleRunner } from '../schedules/schedule-runner';

/** The functions of an assembly that requests or schedules invoke. */
export interface DeployedFunctions {
  readonly byResource: ReadonlyMap<AssemblyResource, LambdaFunction>;
  /** What invokes some of them time and again. */
  readonly schedules: readonly ScheduleRunner[];
}

/**
 * Deploys the functions behind routes and schedules.
 *
 * @param behindRoutes Functions that requests invoke.
 * @throws NotModelled for a function or a schedule that is not modelled.
 */
export async function deployFunctions(
  assembly: Assembly,
  behindRoutes: readonly AssemblyResource[],
  host: EnvironmentHost,
): Promise<DeployedFunctions> {
  const definitions = readSchedules(assembly);
  const byResource = new Map<AssemblyResource, LambdaFunction>();
  for (const resource of new Set([...behindRoutes, ...definitions.map((schedule) => schedule.function)])) {
    const definition = readFunction(resource);
    byResource.set(resource, new LambdaFunction(definition, await prepareCode(definition), host));
  }
  const runnerOf = (schedule: ScheduleDefinition): ScheduleRunner => {
    const target = byResource.get(schedule.function) as LambdaFunction;
    const policy = readAsyncPolicy(assembly, schedule.function);
    return new ScheduleRunner(schedule, new AsyncInvoker(target, policy, host.context), host.context);
  };
  return { byResource, schedules: definitions.map(runnerOf) };
}
