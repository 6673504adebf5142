import type { Assembly, AssemblyResource } from '../../assembly';
import { functionIn, qualifierIn } from '../compute/function-definition';
import { mayInvoke, nameInArn } from '../compute/invoke-permission';
import { partsConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import { type Recurrence, readRecurrence } from './schedule-expression';

/** What a template declares of a schedule that invokes a function. */
export interface ScheduleDefinition {
  /** Stack and logical id. */
  readonly id: string;
  readonly region: string;
  readonly account: string;
  /** Which service keeps it: EventBridge Scheduler, or the rules of EventBridge. */
  readonly service: 'scheduler' | 'events';
  readonly recurrence: Recurrence;
  readonly function: AssemblyResource;
  /** Alias or version by which the function is invoked. @default - its latest code is */
  readonly qualifier?: string;
  /**
   * Whether the function's own policy keeps a rule from invoking it. Schedules go by their roles, which are not looked at.
   *
   * @default - it lets it
   */
  readonly isForbidden?: true;
  /** JSON that the function gets. @default - what the service says of the time */
  readonly input?: string;
  /** Further tries after one that failed. */
  readonly maxRetries: number;
  /** Age at which an event that was not delivered is dropped, in milliseconds. */
  readonly maxAgeMs: number;
}

/** Retries when a template names none, the same for both services: so many, within so many seconds (`eb.retries`). */
const DEFAULT_RETRIES = partsConstant('eb.retries', 'attempts', 'age');

type Properties = Readonly<Record<string, unknown>>;

/**
 * Reads every enabled schedule of an assembly: `AWS::Scheduler::Schedule`, and `AWS::Events::Rule` with a schedule.
 *
 * @throws NotModelled for a schedule that does anything else than invoke a function of the assembly in steps of minutes,
 * and for a rule that waits for events.
 */
export function readSchedules(assembly: Assembly): readonly ScheduleDefinition[] {
  return [
    ...assembly.resourcesOf('AWS::Scheduler::Schedule').flatMap((resource) => readSchedule(assembly, resource)),
    ...assembly.resourcesOf('AWS::Events::Rule').flatMap((resource) => readRule(assembly, resource)),
  ];
}

function readSchedule(assembly: Assembly, resource: AssemblyResource): readonly ScheduleDefinition[] {
  const { properties, stack } = resource;
  if (properties.State === 'DISABLED') return [];
  const id = `schedule ${stack.id}/${resource.logicalId}`;
  refuse(id, properties, ['StartDate', 'EndDate']);
  const { Mode } = (properties.FlexibleTimeWindow ?? {}) as Properties;
  if (Mode !== 'OFF') throw new NotModelled(`${id} with a flexible time window`);
  const target = (properties.Target ?? {}) as Properties;
  return [readTarget(assembly, resource, 'scheduler', target)];
}

function readRule(assembly: Assembly, resource: AssemblyResource): readonly ScheduleDefinition[] {
  const { properties, stack } = resource;
  if (properties.State === 'DISABLED') return [];
  const id = `rule ${stack.id}/${resource.logicalId}`;
  refuse(id, properties, ['EventPattern']);
  return ((properties.Targets ?? []) as Properties[]).map((target) => {
    refuse(id, target, ['InputPath', 'InputTransformer']);
    const definition = readTarget(assembly, resource, 'events', target);
    const { region, account } = stack;
    const sourceArn = `arn:aws:events:${region}:${account}:rule/${nameInArn(resource, 'Name')}`;
    const invoker = { principal: 'events.amazonaws.com', source: resource, sourceArn };
    return mayInvoke(assembly, definition, invoker) ? definition : { ...definition, isForbidden: true };
  });
}

function readTarget(
  assembly: Assembly,
  { properties, stack, logicalId }: AssemblyResource,
  service: ScheduleDefinition['service'],
  target: Properties,
): ScheduleDefinition {
  const id = `${stack.id}/${logicalId}`;
  const recurrence = readRecurrence(String(properties.ScheduleExpression));
  if (!recurrence) throw new NotModelled(`schedule ${id} at ${String(properties.ScheduleExpression)}`);
  refuse(`schedule ${id}`, target, ['DeadLetterConfig']);
  const invoked = functionIn(assembly, target.Arn);
  if (!invoked) throw new NotModelled(`target of schedule ${id}: no function of the assembly`);
  const qualifier = qualifierIn(assembly, target.Arn);
  const { MaximumRetryAttempts: attempts, MaximumEventAgeInSeconds: ageSeconds } = (target.RetryPolicy ??
    {}) as Properties;
  return {
    id,
    region: stack.region,
    account: stack.account,
    service,
    recurrence,
    function: invoked,
    ...(qualifier === undefined ? {} : { qualifier }),
    ...(target.Input === undefined ? {} : { input: String(target.Input) }),
    maxRetries: Number(attempts ?? DEFAULT_RETRIES.attempts),
    maxAgeMs: 1000 * Number(ageSeconds ?? DEFAULT_RETRIES.age),
  };
}

function refuse(id: string, properties: Properties, names: readonly string[]): void {
  const found = names.find((name) => properties[name] !== undefined);
  if (found !== undefined) throw new NotModelled(`${found} of ${id}`);
}
