import type { AssemblyResource } from '../../../lib/assembly';
import type { ProbeResult, Route53, Zone } from '../../../lib/drill/dns';
import { roundTripMs } from '../../../lib/drill/model/round-trips';
import { NetworkPaths } from '../../../lib/drill/network/network-paths';
import { type ApiEndpoint, checkerProbe } from '../../../lib/drill/world/checker-probe';
import { endpoint } from '../dns/fleet';
import { drillContext } from '../drill-context';

const [EAST, CHECKER] = ['us-east-2', 'eu-west-1'] as const;

/** 90th percentile of round trips from Ireland to Ohio: lib/drill/model/region-round-trips.json. */
const P90_MS = 83.2;

/** What the requests of one checker take until the connection stands, in milliseconds. */
async function connections(requests: number): Promise<readonly number[]> {
  const context = drillContext();
  const resource = {} as AssemblyResource;
  const probe = checkerProbe(endpoint({ protocol: 'TCP', resource }), {
    zone: {} as Zone,
    route53: () => ({}) as Route53,
    endpointOf: () => undefined,
    apiOf: () => ({ region: EAST }) as ApiEndpoint,
    isWhole: true,
    context,
    paths: new NetworkPaths(context, context.random.fork('network')),
  });
  const results: ProbeResult[] = [];
  for (let i = 0; i < requests; i++) results.push(await probe(CHECKER, () => {}));
  return results.map(({ connectMs = 0 }) => connectMs);
}

test("a checker's requests each have a connection of their own, by median and 90th percentile of the distance", async () => {
  const took = await connections(4000);
  const below = (limitMs: number): number => took.filter((ms) => ms < limitMs).length / took.length;

  // Five standard deviations of each share.
  expect(Math.abs(below(roundTripMs(CHECKER, EAST)) - 0.5)).toBeLessThan(0.04);
  expect(Math.abs(below(P90_MS) - 0.9)).toBeLessThan(0.024);
  expect(await connections(4000)).toEqual(took);
});
