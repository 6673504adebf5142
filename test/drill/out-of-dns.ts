import type { WorldResult } from '../../lib/drill/run-world';
import type { DnsSpan } from '../../lib/drill/verdict/region-in-dns';

/** Spans in which health checks kept a Region out of DNS with all its clients, Region by Region. */
export function outOfDns({ dns }: Pick<WorldResult, 'dns'>): readonly (DnsSpan & { readonly region: string })[] {
  return dns.flatMap(({ region, outOfDns }) => outOfDns.map((span) => ({ region, ...span })));
}
