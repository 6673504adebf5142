import { type Assembly, addressOf } from '../../assembly';
import { BadInput, type Problem } from '../../bad-input';
import { NotModelled } from '../not-modelled';
import type { HealthCheck } from './health-check';
import type { PropertyReader } from './property-reader';
import { readHealthCheck } from './read-health-check';
import { declaredRecords, readRecord, recordName } from './read-record';
import { type DnsRecord, normalizeName } from './record';
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
  for (const record of zone.records) refuseSelfWatchingRecord(zone, record);
  return zone;
}

/** A name that this model cannot judge. */
export interface LeftName {
  /** The name, or a token when only AWS will know it. */
  readonly name: string;
  readonly why: string;
}

/** The names of an assembly, as far as this model reads them. */
export interface JudgeableZone {
  /** Names of which every record and health check is modelled, and all that they lead to. */
  readonly zone: Zone;
  /** All others, each reason once. */
  readonly left: readonly LeftName[];
}

/**
 * Reads what {@link readZone} reads, and leaves out every name that has something this model does not know, or that leads to such
 * a name: what is chosen among records depends on all of them.
 *
 * @throws BadInput with everything that Route 53 would refuse.
 */
export function readJudgeableZone(assembly: Assembly): JudgeableZone {
  const problems: Problem[] = [];
  const left: LeftName[] = [];
  const tolerate = <T>(name: unknown, read: () => T): readonly T[] => {
    try {
      return [read()];
    } catch (error) {
      if (!(error instanceof NotModelled)) throw error;
      left.push({ name: normalizeName(String(name)), why: error.what });
      return [];
    }
  };
  const readers = assembly.resources
    .filter(({ type }) => type === 'AWS::Route53::RecordSet' || type === 'AWS::Route53::RecordSetGroup')
    .flatMap((resource) => tolerate(resource.properties.Name, () => declaredRecords(resource, problems)).flat());
  const named = readers.flatMap((reader) =>
    tolerate(reader.value('Name'), () => {
      refusePrivateZones(assembly, [reader]);
      return { reader, name: recordName(reader) };
    }),
  );
  for (const name of new Set(named.map((each) => each.name))) {
    tolerate(name, () => refuseSplitNames(named.filter((each) => each.name === name).map(({ reader }) => reader)));
  }
  const names = new Set(named.map(({ name }) => name));
  const records = named.flatMap(({ reader, name }) => tolerate(name, () => readRecord(assembly, reader, names)));
  const { healthChecks, unread } = readJudgeableChecks(assembly, problems);
  for (const { name, healthCheckId = '' } of records) {
    const why = unread.get(healthCheckId);
    if (why !== undefined) left.push({ name, why });
  }
  const known = new Zone(records, healthChecks);
  for (const record of records) {
    if (!unread.has(record.healthCheckId ?? '')) tolerate(record.name, () => refuseSelfWatchingRecord(known, record));
  }
  const gone = withAllThatLeadThere(records, left);
  const zone = new Zone(
    records.filter(({ name }) => !gone.has(name)),
    healthChecks,
  );
  problems.push(...groupProblems(zone));
  if (problems.length > 0) throw new BadInput(assembly.directory, unique(problems));
  return { zone, left: [...new Map(left.map((each) => [`${each.name} ${each.why}`, each])).values()] };
}

/** Health checks that this model knows, and why it does not know the others or those that count such ones, by id. */
function readJudgeableChecks(
  assembly: Assembly,
  problems: Problem[],
): { readonly healthChecks: readonly HealthCheck[]; readonly unread: ReadonlyMap<string, string> } {
  const unread = new Map<string, string>();
  const read = assembly.resourcesOf('AWS::Route53::HealthCheck').flatMap((resource) => {
    try {
      return readHealthCheck(assembly, resource, problems) ?? [];
    } catch (error) {
      if (!(error instanceof NotModelled)) throw error;
      unread.set(addressOf(resource), error.what);
      return [];
    }
  });
  const isWhole = (check: HealthCheck): boolean => {
    const missing = check.kind === 'calculated' ? check.children.find((child) => unread.has(child)) : undefined;
    if (missing !== undefined)
      unread.set(check.id, `health check ${check.id} counts ${missing}: ${unread.get(missing)}`);
    return missing === undefined;
  };
  return { healthChecks: read.filter(isWhole), unread };
}

/** Names that are left out already, and those that lead to them, which are added. */
function withAllThatLeadThere(records: readonly DnsRecord[], left: LeftName[]): ReadonlySet<string> {
  const gone = new Set(left.map(({ name }) => name));
  const all = new Zone(records, []);
  for (let before = -1; before < gone.size; ) {
    before = gone.size;
    for (const record of records) {
      const end = [...gone].find((name) => reaches(all, record, name) || leadsByCname(record, name));
      if (gone.has(record.name) || end === undefined) continue;
      gone.add(record.name);
      left.push({ name: record.name, why: `it leads to ${end}, which is left out` });
    }
  }
  return gone;
}

function leadsByCname({ type, target }: DnsRecord, name: string): boolean {
  return type === 'CNAME' && target.kind === 'values' && target.values.some((value) => normalizeName(value) === name);
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
function refuseSelfWatchingRecord(zone: Zone, record: DnsRecord): void {
  if (record.healthCheckId === undefined) return;
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

function unique(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
