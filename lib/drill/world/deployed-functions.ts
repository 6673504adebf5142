import type { Assembly, AssemblyResource } from '../../assembly';
import { readAlarmActions } from '../alarm-actions/alarm-action';
import { AlarmRunner } from '../alarm-actions/alarm-runner';
import { AsyncQueues, functionsBehind } from '../compute/async-queues';
import { type ConcurrencyLimit, unreservedLimit } from '../compute/concurrency';
import type { EnvironmentHost } from '../compute/execution-environment';
import { prepareCode } from '../compute/function-code';
import { provisionedOf, readFunction } from '../compute/function-definition';
import { LambdaFunction } from '../compute/lambda-function';
import { readSchedules, type ScheduleDefinition } from '../schedules/schedule-definition';
import { ScheduleRunner } from '../schedules/schedule-runner';

/** The functions of an assembly that requests, schedules or alarms invoke, and those that hear how that ended. */
export interface DeployedFunctions {
  readonly byResource: ReadonlyMap<AssemblyResource, LambdaFunction>;
  /** What invokes some of them time and again. */
  readonly schedules: readonly ScheduleRunner[];
  /** The alarms that invoke some. */
  readonly alarms: AlarmRunner;
}

/**
 * Deploys the functions behind routes, schedules and alarms, and behind destinations of what schedules and alarms invoke.
 *
 * @param behindRoutes Functions that requests invoke.
 * @throws NotModelled for a function, a schedule or an action of an alarm that is not modelled.
 */
export async function deployFunctions(
  assembly: Assembly,
  behindRoutes: readonly AssemblyResource[],
  host: EnvironmentHost,
): Promise<DeployedFunctions> {
  const definitions = readSchedules(assembly);
  const actions = readAlarmActions(assembly);
  const invoked = [...definitions, ...actions.filter(({ isPermitted }) => isPermitted)];
  const byResource = new Map<AssemblyResource, LambdaFunction>();
  const unreserved = unreservedLimits(assembly);
  for (const resource of new Set([...behindRoutes, ...functionsBehind(assembly, invoked)])) {
    const definition = { ...readFunction(resource), provisionedConcurrency: provisionedOf(assembly, resource) };
    const code = await prepareCode(definition);
    byResource.set(resource, new LambdaFunction(definition, code, host, unreserved.get(definition.region)));
  }
  const queues = new AsyncQueues(assembly, byResource, host.context);
  const runnerOf = (schedule: ScheduleDefinition): ScheduleRunner =>
    new ScheduleRunner(schedule, queues.before(schedule), host.context);
  const alarms = new AlarmRunner(assembly, actions, queues, host.context);
  return { byResource, schedules: definitions.map(runnerOf), alarms };
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
