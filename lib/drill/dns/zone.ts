import type { Assembly } from '../../assembly';
import { BadInput, type Problem } from '../../bad-input';
import { NotModelled } from '../not-modelled';
import type { HealthCheck } from './health-check';
import type { PropertyReader } from './property-reader';
import { readHealthCheck } from './read-health-check';
import { declaredRecords, readRecord, recordName } from './read-record';
import type { DnsRecord } from './record';
import { groupProblems, reaches } from './record-group';

const NONE: readonly DnsRecord[] = [];

/**
 * The public names of an assembly and the health checks that guard them.
 *
 * All hosted zones are taken as one name space. One name in two zones, and names in a private zone, are not modelled.
 */
export class Zone {
  private readonly groups = new Map<string, Map<string, readonly DnsRecord[]>>();
  private readonly checksById: ReadonlyMap<string, HealthCheck>;

  /**
   * @param records Records in order of declaration.
   * @param healthChecks Health checks, children included.
   */
  constructor(
    readonly records: readonly DnsRecord[],
    readonly healthChecks: readonly HealthCheck[],
  ) {
    for (const record of records) {
      const types = this.groups.get(record.name) ?? new Map<string, readonly DnsRecord[]>();
      types.set(record.type, [...(types.get(record.type) ?? NONE), record]);
      this.groups.set(record.name, types);
    }
    this.checksById = new Map(healthChecks.map((check) => [check.id, check]));
  }

  /** The records of a normalised name and a type; none when there are none. */
  find(name: string, type: string): readonly DnsRecord[] {
    return this.groups.get(name)?.get(type) ?? NONE;
  }

  /** Whether any record has this normalised name. */
  has(name: string): boolean {
    return this.groups.has(name);
  }

  /** The health check with this id; an unknown id is a defect of the caller. */
  healthCheck(id: string): HealthCheck {
    const check = this.checksById.get(id);
    if (!check) throw new NotModelled(`health check ${id}: not in the zone`);
    return check;
  }

  /** The Regions whose records a health check gates, by itself or as a child of a calculated one; in order of declaration. */
  gatedRegions(healthCheckId: string): readonly string[] {
    const gates = new Set([healthCheckId]);
    for (const check of this.healthChecks) {
      if (check.kind === 'calculated' && check.children.includes(healthCheckId)) gates.add(check.id);
    }
    const carriers = this.records.filter(
      (record) => record.healthCheckId !== undefined && gates.has(record.healthCheckId),
    );
    return [...new Set(carriers.map(({ region }) => region))];
  }

  /** Every group of records that share name and type, in order of declaration. */
  recordGroups(): readonly (readonly DnsRecord[])[] {
    return [...this.groups.values()].flatMap((types) => [...types.values()]);
  }
}

/**
 * Reads the Route 53 records and health checks of an assembly.
 *
 * @throws BadInput with everything that Route 53 would refuse.
 * @throws NotModelled for what this model leaves out, with stack and logical id.
 */
export function readZone(assembly: Assembly): Zone {
  const problems: Problem[] = [];
  const readers = assembly.resources
    .filter(({ type }) => type === 'AWS::Route53::RecordSet' || type === 'AWS::Route53::RecordSetGroup')
    .flatMap((resource) => declaredRecords(resource, problems));
  refusePrivateZones(assembly, readers);
  refuseSplitNames(readers);
  const names = new Set(readers.map(recordName));
  const records = readers.map((reader) => readRecord(assembly, reader, names));
  const healthChecks = assembly
    .resourcesOf('AWS::Route53::HealthCheck')
    .flatMap((resource) => readHealthCheck(assembly, resource, problems) ?? []);
  const zone = new Zone(records, healthChecks);
  problems.push(...groupProblems(zone));
  if (problems.length > 0) throw new BadInput(assembly.directory, unique(problems));
  refuseSelfWatchingRecords(zone);
  return zone;
}

function refusePrivateZones(assembly: Assembly, readers: readonly PropertyReader[]): void {
  for (const reader of readers) {
    const zone = assembly.referenceIn(zoneOf(reader))?.resource;
    if (zone?.type === 'AWS::Route53::HostedZone' && zone.properties.VPCs !== undefined) {
      throw reader.notModelled(`a record in private hosted zone ${zone.logicalId}`);
    }
  }
}

function refuseSplitNames(readers: readonly PropertyReader[]): void {
  const zones = new Map<string, string>();
  for (const reader of readers) {
    const zone = zoneOf(reader);
    // A zone that is imported shows as another token in each stack, so that only literal ids can be told apart.
    if (typeof zone !== 'string' || zone.includes('{{')) continue;
    const name = recordName(reader);
    const other = zones.get(name) ?? zone;
    if (other !== zone) throw reader.notModelled(`${name} in two hosted zones, ${other} and ${zone}`);
    zones.set(name, zone);
  }
}

function zoneOf(reader: PropertyReader): unknown {
  const inGroup = reader.resource.properties;
  return (
    reader.value('HostedZoneId') ?? inGroup.HostedZoneId ?? reader.value('HostedZoneName') ?? inGroup.HostedZoneName
  );
}

/**
 * A health check that watches the very name it gates, or a name whose aliases lead there, follows the answer it changes.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html
 */
function refuseSelfWatchingRecords(zone: Zone): void {
  for (const record of zone.records) {
    if (record.healthCheckId === undefined) continue;
    const check = zone.healthCheck(record.healthCheckId);
    const watched = check.kind === 'calculated' ? check.children.map((id) => zone.healthCheck(id)) : [check];
    for (const endpoint of watched) {
      if (endpoint.kind !== 'endpoint') continue;
      const name = endpoint.fullyQualifiedDomainName;
      if (name === record.name) {
        throw new NotModelled(`health check ${endpoint.id} watches ${name}, the name it gates: unpredictable`);
      }
      if (zone.records.some((from) => from.name === name && reaches(zone, from, record.name))) {
        throw new NotModelled(
          `health check ${endpoint.id} watches ${name}, which leads to ${record.name}: unpredictable`,
        );
      }
    }
  }
}

function unique(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
