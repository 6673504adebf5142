import type { Assembly } from '../../assembly';
import { type HealthCheck, serviceNames, type Zone } from '../dns';
import { numberConstant, uniformConstant } from '../model/constants';
import type { Scenario } from '../scenarios/scenario';
import { placeOfCheck } from './check-region';
import { bucketsOf, otherStoresOf, tablesOf } from './data-topology';
import { missingRegions } from './missing-regions';
import { courseOf } from './name-course';
import { readPlacedZone } from './placed-zone';
import { liveThroughStrike } from './strike';
import { type HealthCheckReport, TOPOLOGY_SCHEMA_VERSION, type TopologyReport } from './topology-report';
import { verdictOf } from './topology-verdict';

/** What is judged, and under what. */
export interface TopologyProps {
  readonly assembly: Assembly;
  readonly scenario: Pick<Scenario, 'id' | 'title' | 'struckRegions' | 'durationSeconds'>;
  readonly seed: number;
  /** Why the assembly is not drilled. */
  readonly notModelled: readonly string[];
}

/**
 * Judges what needs no code to run: where names lead before, during and after the loss of Regions, how health checks are configured,
 * and where data are copied to.
 *
 * @throws BadInput for what Route 53 would refuse.
 */
export async function judgeTopology({ assembly, scenario, seed, notModelled }: TopologyProps): Promise<TopologyReport> {
  const { id, title, struckRegions, durationSeconds } = scenario;
  const { zone, left } = readPlacedZone(assembly);
  const { buckets, left: otherBuckets } = bucketsOf(assembly, struckRegions);
  const instants = await liveThroughStrike({ assembly, zone, struckRegions, durationSeconds, seed: String(seed) });
  const names = namesOf(zone)
    .filter((name) => !left.some((each) => each.name === name))
    .flatMap((name) => courseOf({ assembly, zone, struckRegions }, name, instants) ?? []);
  const tables = tablesOf(assembly, struckRegions);
  return {
    schemaVersion: TOPOLOGY_SCHEMA_VERSION,
    kind: 'topology',
    scenario: { id, title, struckRegions, durationSeconds },
    seed,
    verdict: verdictOf({ names, tables, buckets }),
    notJudged: ['clients', 'acknowledged writes', 'objectives'],
    notModelled,
    missingRegions: missingRegions(assembly, zone),
    names,
    leftNames: left,
    healthChecks: zone.healthChecks.map((check) => describeCheck(assembly, zone, check)),
    tables,
    buckets,
    otherStores: [...otherBuckets, ...otherStoresOf(assembly)],
  };
}

/**
 * Names that clients may ask for: those with a routing policy first, then all others but for those through which such names reach
 * their Regions and those that health checks watch which gate others.
 */
function namesOf(zone: Zone): readonly string[] {
  const routed = serviceNames(zone);
  const behind = new Set(zone.records.flatMap(({ target }) => (target.kind === 'record' ? [target.name] : [])));
  const gates = zone.healthChecks.filter(({ id }) => zone.gatedRegions(id).length > 0);
  const watched = new Set(
    gates.flatMap((check) => (check.kind === 'endpoint' ? [check.fullyQualifiedDomainName] : [])),
  );
  const others = zone.records
    .map(({ name }) => name)
    .filter((name) => !routed.includes(name) && !behind.has(name) && !watched.has(name));
  return [...routed, ...new Set(others)];
}

function describeCheck(assembly: Assembly, zone: Zone, check: HealthCheck): HealthCheckReport {
  const base = { id: check.id, kind: check.kind, isInverted: check.inverted, gates: zone.gatedRegions(check.id) };
  switch (check.kind) {
    case 'endpoint': {
      const { protocol, fullyQualifiedDomainName: host, port, path, searchString, ipAddress } = check;
      const text = searchString === undefined ? '' : `, for ${JSON.stringify(searchString)}`;
      const target = `${ipAddress === undefined || ipAddress === host ? host : `${ipAddress} as ${host}`}:${port}`;
      return {
        ...base,
        ...placeOfCheck(assembly, zone, check),
        watches: `${protocol} ${target}${protocol === 'TCP' ? '' : path}${text}`,
        boundSeconds: boundOf(check),
      };
    }
    case 'calculated':
      return { ...base, watches: `${check.healthThreshold} of ${check.children.join(', ')}` };
    case 'metric':
      return { ...base, watches: `the data of alarm ${check.alarm.id}` };
    case 'disabled':
      return { ...base, watches: 'nothing' };
  }
}

/** Every checker of the vote may just have asked, and each of its requests takes as long as it may. */
function boundOf({
  protocol,
  searchString,
  intervalSeconds,
  failureThreshold,
}: HealthCheck & { kind: 'endpoint' }): number {
  const request =
    protocol === 'TCP'
      ? numberConstant('r53.timeout.connect.tcp')
      : numberConstant('r53.timeout.connect.http') +
        numberConstant('r53.timeout.status.http') +
        (searchString === undefined ? 0 : numberConstant('r53.timeout.body.string'));
  return failureThreshold * (intervalSeconds + request) + uniformConstant('r53.status.propagation').max;
}
