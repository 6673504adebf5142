import type { AssemblyResource } from '../../assembly';
import type { HttpApi } from '../api/http-api';
import type { HttpAnswer, HttpRequest } from '../api/http-event';
import type { DnsRecord, EndpointHealthCheck, Probe, ProbeResult, Route53, Zone } from '../dns';
import { extended } from '../kernel/extended';
import { numberConstant } from '../model/constants';
import { CONNECTION_ROUND_TRIPS } from '../model/handshakes';
import { drawRoundTripMs } from '../model/round-trips';
import type { NetworkPaths } from '../network/network-paths';
import { NotModelled } from '../not-modelled';
import { type Asked, CheckerRest } from './checker-rest';
import type { DrillContext } from './context';

/** An API and the Region it is in. */
export interface ApiEndpoint {
  readonly api: HttpApi;
  readonly region: string;
}

/** What health checkers meet on their way to an endpoint. */
export interface CheckerProbeProps {
  readonly zone: Zone;
  /** Asked for the endpoint's name at every request. */
  readonly route53: () => Route53;
  /** The API behind a record that an answer ended with. */
  readonly endpointOf: (record: DnsRecord) => ApiEndpoint | undefined;
  /** The API that a resource is or leads to. */
  readonly apiOf: (resource: AssemblyResource) => ApiEndpoint | undefined;
  /** Whether every Region is there; in a twin, endpoints of others are gone. */
  readonly isWhole: boolean;
  readonly context: DrillContext;
  /** The ways to endpoints, and what is wrong with them. */
  readonly paths: NetworkPaths;
  /** Of how many requests of a checker one is made at an endpoint at rest. @default 1 */
  readonly atRest?: number;
}

/** The only port that API Gateway listens on. @see https://docs.aws.amazon.com/apigateway/latest/developerguide/data-protection-encryption.html */
const TLS_PORT = 443;

/** Round trips from a connection to the first byte of its answer: TLS 1.3 (`hs.tls13`) and the request. */
const ASKING_ROUND_TRIPS = numberConstant('hs.tls13') + 1;

/**
 * The requests of one health check's checkers: the name looked up, then TCP, TLS and the request over the distance between
 * the checker's Region and the endpoint's, which every request draws anew, for it has a connection of its own.
 *
 * Simplified: the look-up takes no time, for no figure was found.
 *
 * @throws NotModelled for an endpoint that no API of the assembly is behind.
 */
export function checkerProbe(check: EndpointHealthCheck, props: CheckerProbeProps): Probe {
  const { zone, isWhole, context } = props;
  const { id, ipAddress, resource, fullyQualifiedDomainName: name } = check;
  const given = resource && props.apiOf(resource);
  if (ipAddress !== undefined) throw new NotModelled(`health check ${id}: an endpoint by its address, ${ipAddress}`);
  if (isWhole && !given && !zone.has(name))
    throw new NotModelled(`health check ${id}: ${name}, which no API of the assembly serves`);
  const endpointFor = (checkerRegion: string): ApiEndpoint | undefined => {
    if (given) return given;
    const place = { id: checkerRegion, proxy: checkerRegion, accessMs: { p50: 0 } };
    const { record } = props.route53().answer(name, 'A', place, context.scheduler.nowMs);
    return record && props.endpointOf(record);
  };
  const trips = context.random.fork(`checker-trips/${id}`);
  const request = requestOf(check);
  const rest = new CheckerRest(check, props.atRest ?? 1, context);
  return (checkerRegion, connected) => {
    const endpoint = endpointFor(checkerRegion);
    if (!endpoint) return { brokenMs: 0 };
    const tripMs = drawRoundTripMs(checkerRegion, endpoint.region, trips);
    if (check.port !== TLS_PORT) return {};
    const connecting = props.paths.fromChecker(checkerRegion, endpoint.region, 1);
    if (connecting.lateMs === Number.POSITIVE_INFINITY) return {};
    const connectMs = tripMs + connecting.lateMs;
    if (check.protocol === 'TCP') return { connectMs };
    if (check.protocol === 'HTTP') return { connectMs, brokenMs: connectMs + tripMs };
    connected(connectMs);
    const asking = props.paths.fromChecker(checkerRegion, endpoint.region, ASKING_ROUND_TRIPS);
    if (asking.lateMs === Number.POSITIVE_INFINITY) return { connectMs };
    const way = { tripMs, connectMs, lateMs: asking.lateMs };
    return rest.answer(checkerRegion, endpoint.region, {
      ask: (standsFor) => ask(request, endpoint, extended(way, { standsFor }), context),
      repeat: () => repeat(request, endpoint, way, context),
    });
  };
}

/** The way of a request. Times are in milliseconds. */
interface Way {
  /** A round trip between checker and endpoint. */
  readonly tripMs: number;
  /** From the start to the connection. */
  readonly connectMs: number;
  /** What the rest takes longer than usual. */
  readonly lateMs: number;
}

/** From the start to the arrival of the request. */
function wayMs({ tripMs, connectMs, lateMs }: Way): number {
  return (CONNECTION_ROUND_TRIPS + 0.5) * tripMs + (connectMs - tripMs) + lateMs;
}

function requestOf({ path: target, fullyQualifiedDomainName: host }: EndpointHealthCheck): HttpRequest {
  const [path = '/', search] = target.split('?');
  const query = search === undefined ? {} : { query: Object.fromEntries(new URLSearchParams(search)) };
  return { method: 'GET', path, ...query, host };
}

/** @param way How it goes, and how many requests it stands for. */
async function ask(
  request: HttpRequest,
  { api }: ApiEndpoint,
  way: Way & { readonly standsFor: number },
  { scheduler }: DrillContext,
): Promise<Asked> {
  const startMs = scheduler.nowMs;
  // Those that it stands for are repeated, and counted there.
  const answer = await api.handle(extended(request, { standsFor: way.standsFor, countsFor: 1 }), wayMs(way));
  return { result: resultOf(answer, scheduler.nowMs - startMs, way), isDecided: answer.isDecided === true };
}

async function repeat(
  request: HttpRequest,
  { api }: ApiEndpoint,
  way: Way,
  { scheduler }: DrillContext,
): Promise<ProbeResult | undefined> {
  const startMs = scheduler.nowMs;
  const answer = await api.repeat(request, wayMs(way));
  return answer && resultOf(answer, scheduler.nowMs - startMs, way);
}

/** @param answeredMs From the start until the endpoint has answered, in milliseconds. */
function resultOf({ status, body }: HttpAnswer, answeredMs: number, { tripMs, connectMs }: Way): ProbeResult {
  return { connectMs, statusMs: answeredMs + 0.5 * tripMs - connectMs, statusCode: status, bodyMs: 0, body };
}
