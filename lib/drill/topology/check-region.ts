import type { Assembly } from '../../assembly';
import { type EndpointHealthCheck, leavesOf, regionOfHost, type Zone } from '../dns';
import { UNKNOWN_PLACE } from './placed-zone';

/** Where an endpoint lies that a health check watches, and how that is known. */
export interface CheckedPlace {
  /** @default - the templates do not tell */
  readonly region?: string;
  readonly known: 'by its resource' | 'by its name' | 'by its records' | 'by the records that carry it' | 'not at all';
}

/**
 * The Region of an endpoint: that of the resource behind its address or host, that in an AWS host name, that of the records of
 * its name, or else that of the records which carry the health check.
 */
export function placeOfCheck(assembly: Assembly, zone: Zone, check: EndpointHealthCheck): CheckedPlace {
  const { resource, ipAddress, fullyQualifiedDomainName: name } = check;
  if (resource) return { region: resource.stack.region, known: 'by its resource' };
  const named = ipAddress === undefined ? regionOfHost(assembly, name) : undefined;
  if (named !== undefined) return { region: named, known: 'by its name' };
  const records = zone.records.filter(({ target, ...record }) =>
    ipAddress === undefined ? record.name === name : target.kind === 'values' && target.values.includes(ipAddress),
  );
  const ofRecords = only(records.flatMap((record) => leavesOf(zone, record)).map(({ region }) => region));
  if (ofRecords !== undefined) return { region: ofRecords, known: 'by its records' };
  const ofCarriers = only(zone.gatedRegions(check.id));
  return ofCarriers === undefined
    ? { known: 'not at all' }
    : { region: ofCarriers, known: 'by the records that carry it' };
}

function only(values: readonly string[]): string | undefined {
  const [first, ...others] = new Set(values);
  return others.length === 0 && first !== UNKNOWN_PLACE ? first : undefined;
}
