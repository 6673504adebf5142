import { type DnsRecord, leavesOf, serviceNames, type Zone } from '../dns';
import { NotModelled } from '../not-modelled';

/** Types of records that clients of the drill ask for. */
const ASKED_FOR: readonly string[] = ['A', 'CNAME'];

/**
 * Sees to it that every record which the names clients ask for may be answered with leads to an API of the assembly.
 *
 * @param endpointOf What is behind a record that an answer ended with.
 * @throws NotModelled for one that leads elsewhere: to an address, a load balancer, another provider.
 */
export function refuseDeadEnds(zone: Zone, endpointOf: (record: DnsRecord) => unknown): void {
  const names = new Set(serviceNames(zone));
  const asked = zone.records.filter(({ name, type }) => names.has(name) && ASKED_FOR.includes(type));
  const deadEnd = asked.flatMap((record) => leavesOf(zone, record)).find((record) => !endpointOf(record));
  if (!deadEnd) return;
  const { name, type, address, target } = deadEnd;
  const end = target.kind === 'values' ? target.values.join(', ') : 'its target';
  throw new NotModelled(`record ${type} ${name} (${address}): no API of the assembly is behind ${end}`);
}
