import type { HttpApi } from '../api/http-api';
import { type DnsRecord, Resolver, type Route53, type Zone } from '../dns';
import type { Internet, WebServer } from '../network/https-client';
import { NotModelled } from '../not-modelled';
import type { DrillContext } from './context';

/** What leads from a name to a server. */
export interface PublicInternetProps {
  readonly zone: Zone;
  readonly route53: Route53;
  /** The API and Region behind a record that an answer ended with. */
  readonly endpointOf: (record: DnsRecord) => { api: HttpApi; region: string } | undefined;
  readonly context: DrillContext;
}

/**
 * The internet as functions see it: each Region has a resolver of its own, which honours the life of answers, and only
 * what the assembly serves is there.
 */
export class PublicInternet implements Internet {
  private readonly resolvers = new Map<string, Resolver>();

  constructor(private readonly props: PublicInternetProps) {}

  serverOf(name: string, region: string): WebServer | undefined {
    const { zone, endpointOf, context } = this.props;
    if (!isAnswered(zone, name)) throw new NotModelled(`a request to ${name}, which no record of the assembly serves`);
    const { record } = this.resolverOf(region).resolve(name, 'A', context.scheduler.nowMs);
    if (!record) return undefined;
    const endpoint = endpointOf(record);
    if (!endpoint) throw new NotModelled(`a request to ${name}, which leads to no API of the assembly`);
    return { region: endpoint.region, handle: (request, wayMs) => endpoint.api.handle(request, wayMs) };
  }

  private resolverOf(region: string): Resolver {
    let resolver = this.resolvers.get(region);
    if (!resolver) {
      const { route53, context } = this.props;
      const place = { id: region, proxy: region, accessMs: { p50: 0 } };
      resolver = new Resolver(route53, place, undefined, context.random.fork(`resolver/${region}`).next());
      this.resolvers.set(region, resolver);
    }
    return resolver;
  }
}

/** Whether a zone of the assembly answers for a name, be it that there is none: at and below every name it has. */
function isAnswered(zone: Zone, name: string): boolean {
  return name.split('.').some((_, index, labels) => zone.has(labels.slice(index).join('.')));
}
