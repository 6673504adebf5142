import type { Assembly, AssemblyResource } from '../../assembly';
import { NotModelled } from '../not-modelled';
import type { DrillContext } from '../world/context';
import type { AsyncDestination } from './async-destination';
import { AsyncInvoker, type AsyncPolicy, readAsyncPolicy } from './async-invoker';
import { deadLetterAttributes, type EndedEvent, invocationRecord } from './invocation-record';
import type { LambdaFunction } from './lambda-function';

/** A function, and the alias or version by which it is invoked. */
export interface Invoked {
  readonly function: AssemblyResource;
  /** @default - its latest code is invoked */
  readonly qualifier?: string;
}

/**
 * The queues of asynchronous events before the functions of an assembly. What became of an event goes where the function says: to another
 * function, which really runs, or to another service, of which the event log has a record.
 *
 * Simplified: every destination takes what it is sent, at once; what a topic, a queue, a bus or a bucket does with it is left out.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 */
export class AsyncQueues {
  private readonly queues = new Map<string, AsyncInvoker>();

  /** @param functions Those that are deployed: {@link functionsBehind} says which are needed. */
  constructor(
    private readonly assembly: Assembly,
    private readonly functions: ReadonlyMap<AssemblyResource, LambdaFunction>,
    private readonly context: DrillContext,
  ) {}

  /**
   * The queue before a function, one for each alias and version.
   *
   * @throws NotModelled for settings of asynchronous events that are not modelled.
   */
  before(invoked: Invoked): AsyncInvoker {
    const key = nameOf(invoked);
    const found = this.queues.get(key);
    if (found) return found;
    const target = this.functions.get(invoked.function);
    if (!target) throw new Error(`${key} is not deployed`);
    const policy = readAsyncPolicy(this.assembly, invoked.function, invoked.qualifier);
    const tell = (ended: EndedEvent): void => this.tell(ended, policy);
    const queue = new AsyncInvoker(target, policy, this.context, invoked.qualifier, tell);
    this.queues.set(key, queue);
    return queue;
  }

  private tell(ended: EndedEvent, { destinations }: AsyncPolicy): void {
    const { onSuccess, onFailure, deadLetters } = destinations;
    const { scheduler } = this.context;
    const failed = ended.condition !== 'Success';
    const recorded = failed ? onFailure : onSuccess;
    if (recorded) scheduler.at(ended.endMs, () => this.sendRecord(ended, recorded));
    if (failed && deadLetters) scheduler.at(ended.endMs, () => this.write(ended, deadLetters, true));
  }

  private sendRecord(ended: EndedEvent, destination: AsyncDestination): void {
    this.write(ended, destination, false);
    const { function: next, qualifier } = destination;
    if (!next) return;
    const queue = this.before({ function: next, ...(qualifier === undefined ? {} : { qualifier }) });
    // What crosses to another function is JSON: nothing of one environment reaches another.
    const record: unknown = JSON.parse(JSON.stringify(invocationRecord(ended, this.context.epochMs)));
    this.context.scheduler.spawn(queue.invoke(record));
  }

  private write(ended: EndedEvent, { service, id }: AsyncDestination, isDeadLetter: boolean): void {
    const { log, scheduler } = this.context;
    const { definition, condition } = ended;
    log.write(scheduler.nowMs, 'destination', {
      function: definition.id,
      region: definition.region,
      condition,
      service,
      target: id,
      ...(isDeadLetter ? { deadLetter: deadLetterAttributes(ended) } : {}),
    });
  }
}

/**
 * The functions that run when events are given to some: these, and what their destinations lead to.
 *
 * @throws NotModelled for destinations that lead back to where they come from, which Lambda would stop somewhere.
 */
export function functionsBehind(assembly: Assembly, invoked: readonly Invoked[]): ReadonlySet<AssemblyResource> {
  const found = new Set<AssemblyResource>();
  const follow = (one: Invoked, path: readonly string[]): void => {
    const name = nameOf(one);
    if (path.includes(name)) throw new NotModelled(`destinations that lead in a circle: ${[...path, name].join(', ')}`);
    found.add(one.function);
    const { onSuccess, onFailure } = readAsyncPolicy(assembly, one.function, one.qualifier).destinations;
    for (const next of [onSuccess, onFailure]) {
      if (next?.function) follow({ ...next, function: next.function }, [...path, name]);
    }
  };
  for (const one of invoked) follow(one, []);
  return found;
}

function nameOf({ function: { stack, logicalId }, qualifier }: Invoked): string {
  return `${stack.id}/${logicalId}${qualifier === undefined ? '' : ` (${qualifier})`}`;
}
