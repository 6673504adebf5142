import { BadInput, type Problem, quoteFound } from '../../bad-input';
import { RouteTable } from '../api/http-event';
import type { RandomStream } from '../kernel/random';
import { NotModelled } from '../not-modelled';
import type { World } from '../world/world';
import type { DispatchHistory } from './dispatch-history';
import { DispatchWorkload } from './dispatch-workload';
import { FileWorkload } from './file/file-workload';
import type { RequestDefinition, WorkloadDefinition } from './file/workload-definition';
import type { Workload } from './workload';

/** What clients do, and the name that they ask for. */
export interface ChosenWorkload {
  readonly host: string;
  readonly workload: Workload;
  /** What clients did, for checks of consistency. @default - what operations mean is not known */
  readonly history?: DispatchHistory;
}

/** What a workload is chosen by. */
export interface WorkloadChoice {
  readonly world: World;
  /** A stream of its own. */
  readonly random: RandomStream;
  /** Calendar time of virtual time zero, in milliseconds since 1970. */
  readonly epochMs: number;
  /** A workload file. @default - Dispatch's drivers, if the assembly serves them */
  readonly definition?: WorkloadDefinition;
}

/**
 * Chooses what clients do: what a file says, or what Dispatch's drivers do where every Region serves all of their routes.
 *
 * @throws NotModelled when neither is there; BadInput for a file that asks for what no Region, or not every one, serves.
 */
export function chooseWorkload({ world, random, epochMs, definition }: WorkloadChoice): ChosenWorkload {
  if (definition) {
    const host = definition.host?.toLowerCase() ?? onlyServiceName(world);
    refuseUnserved(world, host, definition);
    return { host, workload: new FileWorkload(definition, random, epochMs) };
  }
  const host = onlyServiceName(world);
  const takesPhotos = world.serves(host, DispatchWorkload.photoRouteKeys);
  const workload = new DispatchWorkload(random, epochMs, takesPhotos);
  world.require(host, workload.routeKeys);
  return { host, workload, history: workload.history };
}

function onlyServiceName(world: World): string {
  const [host, ...others] = world.serviceNames;
  if (!host) throw new NotModelled('an assembly whose names Route 53 chooses no Region for');
  if (others.length === 0) return host;
  const names = world.serviceNames.join(', ');
  throw new NotModelled(`several names with a routing policy, ${names}; a workload file names one as its host`);
}

/** Sees to it that every Region has a route for every request of a file, placeholders left as they are. */
function refuseUnserved(world: World, host: string, { name, operations, host: named }: WorkloadDefinition): void {
  const problems: Problem[] = [];
  for (const region of world.servingRegions) {
    const api = world.apiIn(region, host);
    if (!api) {
      const allowed = `a name that an API in ${region} serves; routed are ${world.serviceNames.join(', ') || 'none'}`;
      problems.push({
        field: 'host',
        found: quoteFound(named ?? host),
        allowed,
        remedy: 'name a host that all Regions serve',
      });
      continue;
    }
    const { routes } = api.definition;
    const table = new RouteTable(routes);
    const check = (field: string, request: RequestDefinition | undefined): void => {
      if (!request || table.match(request.method, request.path)) return;
      problems.push({
        field: `${field}.request`,
        found: `${request.method} ${request.path}`,
        allowed: `what ${host} serves in ${region}: ${routes.map(({ routeKey }) => routeKey).join(', ')}`,
        remedy: 'ask for one of these routes',
      });
    };
    for (const [index, { request, write, upload }] of operations.entries()) {
      check(`operations[${index}]`, request);
      check(`operations[${index}].write.readBack`, write?.readBack.request);
      check(`operations[${index}].upload.readBack`, upload?.readBack.request);
    }
  }
  if (problems.length > 0) throw new BadInput(`workload ${name}`, problems);
}
