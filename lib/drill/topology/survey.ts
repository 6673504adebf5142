import type { Assembly, AssemblyResource } from '../../assembly';
import { readHttpApi } from '../api/http-api-definition';
import { readFunction } from '../compute/function-definition';
import { readCapacity } from '../data/capacity/capacity-definition';
import { readTable, TABLE_TYPES } from '../data/table-definition';
import { readJudgeableZone } from '../dns';
import { NotModelled } from '../not-modelled';
import { readBuckets } from '../objects/bucket-definition';
import { readParameter } from '../parameters/parameter-definition';
import { readSchedules } from '../schedules/schedule-definition';
import { unmodelledResources } from '../world/inventory';

/** Types that name a function which requests, events or clients reach. */
const INVOKERS: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::Method',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ElasticLoadBalancingV2::TargetGroup',
  'AWS::Events::Rule',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Url',
  'AWS::Scheduler::Schedule',
]);

/**
 * Everything in an assembly that the drill does not model and that requests may feel, each of it once, in the order of the
 * assembly: why a whole drill of it would be a guess.
 */
export function surveyNotModelled(assembly: Assembly): readonly string[] {
  const found: string[] = [];
  const attempt = (read: () => unknown): void => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof NotModelled)) throw error;
      found.push(error.what);
    }
  };
  const each = (type: string, read: (resource: AssemblyResource) => unknown): void => {
    for (const resource of assembly.resourcesOf(type)) attempt(() => read(resource));
  };
  for (const { type, stack, logicalId } of unmodelledResources(assembly))
    found.push(`${type} (${stack.id}/${logicalId})`);
  for (const resource of invokedFunctions(assembly)) attempt(() => readFunction(resource));
  if (assembly.resourcesOf('AWS::ApiGatewayV2::Api').length === 0)
    found.push('an assembly without an HTTP API for clients');
  each('AWS::ApiGatewayV2::Api', (api) => readHttpApi(assembly, api));
  for (const type of TABLE_TYPES) {
    each(type, readTable);
    each(type, readCapacity);
  }
  attempt(() => readBuckets(assembly));
  each('AWS::SSM::Parameter', readParameter);
  attempt(() => readSchedules(assembly));
  for (const { name, why } of readJudgeableZone(assembly).left) found.push(`${name}: ${why}`);
  return [...new Set(found)];
}

/** Functions that something invokes which requests, events or clients reach. */
function invokedFunctions(assembly: Assembly): readonly AssemblyResource[] {
  const invoked = assembly.resources
    .filter(({ type }) => INVOKERS.has(type))
    .flatMap(({ properties }) => assembly.referencesIn(properties).map(({ resource }) => resource));
  return [...new Set(invoked)].filter(({ type }) => type === 'AWS::Lambda::Function');
}
