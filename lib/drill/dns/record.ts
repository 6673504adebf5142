import type { AssemblyResource } from '../../assembly';
import type { Place } from '../model/places';

/** How Route 53 chooses among the records of one name and type. */
export type RoutingPolicy =
  | { readonly kind: 'simple' }
  | { readonly kind: 'latency'; readonly region: string }
  | { readonly kind: 'weighted'; readonly weight: number }
  | { readonly kind: 'failover'; readonly role: 'PRIMARY' | 'SECONDARY' }
  /** For a continent, a country or a state; for nothing of all that, it is the default. */
  | { readonly kind: 'geolocation'; readonly location: Partial<Place> }
  /** All healthy records are answered together, up to eight of them. */
  | { readonly kind: 'multivalue' };

/** What a record answers with. Lives are in seconds; an alias to another record lives as long as that record. */
export type RecordTarget =
  | { readonly kind: 'values'; readonly values: readonly string[]; readonly ttlSeconds: number }
  | {
      readonly kind: 'resource';
      readonly resource: AssemblyResource;
      /** The attribute the alias reads, for example `RegionalDomainName`. */
      readonly attribute: string;
      readonly ttlSeconds: number;
    }
  | { readonly kind: 'record'; readonly name: string };

/** One record of a hosted zone: a resource record set in Route 53's API. */
export interface DnsRecord {
  /** Where it is declared: stack id and logical id, and the index within a record set group. */
  readonly address: string;
  /** Lower case, without a trailing dot. */
  readonly name: string;
  /** `A`, `AAAA`, `CNAME`, … */
  readonly type: string;
  /** How it is chosen among its kind. */
  readonly policy: RoutingPolicy;
  /** Tells records of one name and type apart; empty for a simple record. */
  readonly setIdentifier: string;
  /** What it answers with. */
  readonly target: RecordTarget;
  /** Whether an alias takes on the health of its target. */
  readonly evaluateTargetHealth: boolean;
  /** Address of the health check it carries. @default - none: the record counts as healthy */
  readonly healthCheckId?: string;
  /** The Region that its target lies in, as far as the templates tell; see {@link regionOfTarget}. */
  readonly region: string;
}

/** A domain name as this model compares it: lower case, without the trailing dot. */
export function normalizeName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
