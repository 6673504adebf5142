import type { Assembly, AssemblyResource } from '../../assembly';
import { AsyncQueues, functionsBehind } from '../compute/async-queues';
import { type ConcurrencyLimit, unreservedLimit } from '../compute/concurrency';
import type { EnvironmentHost } from '../compute/execution-environment';
import { prepareCode } from '../compute/function-code';
import { provisionedOf, readFunction } from '../compute/function-definition';
import { LambdaFunction } from '../compute/lambda-function';
import { readSchedules, type ScheduleDefinition } from '../schedules/schedule-definition';
import { ScheduleRunner } from '../schedules/schedule-runner';

/** The functions of an assembly that requests or schedules invoke, and those that hear how that ended. */
export interface DeployedFunctions {
  readonly byResource: ReadonlyMap<AssemblyResource, LambdaFunction>;
  /** What invokes some of them time and again. */
  readonly schedules: readonly ScheduleRunner[];
}

/**
 * Deploys the functions behind routes and schedules, and behind destinations of what schedules invoke.
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
  const unreserved = unreservedLimits(assembly);
  for (const resource of new Set([...behindRoutes, ...functionsBehind(assembly, definitions)])) {
    const definition = { ...readFunction(resource), provisionedConcurrency: provisionedOf(assembly, resource) };
    const code = await prepareCode(definition);
    byResource.set(resource, new LambdaFunction(definition, code, host, unreserved.get(definition.region)));
  }
  const queues = new AsyncQueues(assembly, byResource, host.context);
  const runnerOf = (schedule: ScheduleDefinition): ScheduleRunner =>
    new ScheduleRunner(schedule, queues.before(schedule), host.context);
  return { byResource, schedules: definitions.map(runnerOf) };
}

/** What functions share that reserve nothing, in each Region. */
function unreservedLimits(assembly: Assembly): ReadonlyMap<string, ConcurrencyLimit> {
  const functions = assembly.resourcesOf('AWS::Lambda::Function');
  const regions = new Set(functions.map(({ stack }) => stack.region));
  return new Map(
    [...regions].map((region) => {
      const reserved = functions
        .filter(({ stack }) => stack.region === region)
        .reduce((sum, { properties }) => sum + Number(properties.ReservedConcurrentExecutions ?? 0), 0);
      return [region, unreservedLimit(reserved)];
    }),
  );
}
