import type { HealthView } from '../../../lib/drill/dns/answer-query';
import type { DnsRecord, RoutingPolicy } from '../../../lib/drill/dns/record';
import { Zone } from '../../../lib/drill/dns/zone';
import { type Geography, geographies } from '../../../lib/drill/model/round-trips';

/** The geography with this id. */
export function geography(id: string): Geography {
  const found = geographies.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no geography ${id}`);
  return found;
}

/** An A record with one value; its set identifier is its value. */
export function record(name: string, value: string, rest: Partial<DnsRecord> = {}): DnsRecord {
  return {
    address: `Stack/${value}`,
    name,
    type: 'A',
    policy: { kind: 'simple' },
    setIdentifier: value,
    target: { kind: 'values', values: [value], ttlSeconds: 60 },
    evaluateTargetHealth: false,
    region: 'us-east-1',
    ...rest,
  };
}

/** A weighted record, with a health check of its own name unless told otherwise. */
export function weighted(name: string, value: string, weight: number, checked = true): DnsRecord {
  return record(name, value, { policy: { kind: 'weighted', weight }, ...(checked ? { healthCheckId: value } : {}) });
}

/** A latency record of a Region. */
export function latency(name: string, region: string, rest: Partial<DnsRecord> = {}): DnsRecord {
  return record(name, region, { policy: { kind: 'latency', region }, region, ...rest });
}

/** A failover record. */
export function failover(
  role: (RoutingPolicy & { kind: 'failover' })['role'],
  rest: Partial<DnsRecord> = {},
): DnsRecord {
  return record('api.example.com', role, { policy: { kind: 'failover', role }, healthCheckId: role, ...rest });
}

/** A zone of these records; health is told by a {@link viewWithout}. */
export function zoneOf(...records: DnsRecord[]): Zone {
  return new Zone(records, []);
}

/** Health in which the named checks fail and everything else passes. */
export function viewWithout(...unhealthy: string[]): HealthView {
  return { isHealthy: (id) => !unhealthy.includes(id), targetHealthy: () => true };
}

/** The first value of the record at the end of an answer. */
export function firstValue(answered: DnsRecord | undefined): string | undefined {
  return answered?.target.kind === 'values' ? answered.target.values[0] : undefined;
}
