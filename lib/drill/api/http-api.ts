import type { AssemblyResource } from '../../assembly';
import { weightOf } from '../compute/function-metrics';
import type { FunctionResult, LambdaFunction } from '../compute/lambda-function';
import type { RandomStream } from '../kernel/random';
import { lognormalConstant } from '../model/constants';
import { randomUuid } from '../sandbox/realm';
import type { DrillContext } from '../world/context';
import { clientCredentials, refusalOf } from './authorizer';
import type { HttpApiDefinition, RouteDefinition } from './http-api-definition';
import { type HttpAnswer, type HttpRequest, proxyEvent, RouteTable, readProxyResult } from './http-event';
import { AccountThrottle, RequestBucket } from './request-throttle';

/**
 * An HTTP API at work in its Region: throttle, routes, integration time-out, and the answers it makes up itself when
 * the function gives none.
 *
 * Simplified: access logs cost nothing; what authorizers look at says {@link refusalOf}.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
 */
export class HttpApi {
  private readonly random: RandomStream;
  private readonly overheadMs = lognormalConstant('apigw.overhead');
  private readonly routes: RouteTable;
  private readonly buckets = new Map<string, RequestBucket>();
  /** How long the function behind a route took last, in milliseconds. */
  private readonly tookMs = new Map<string, number>();
  private readonly credentials: Readonly<Record<'JWT' | 'AWS_IAM', ReturnType<typeof clientCredentials>>>;

  /** @param account What all APIs of the Region share. @default - the API has it to itself */
  constructor(
    readonly definition: HttpApiDefinition,
    private readonly functions: ReadonlyMap<AssemblyResource, LambdaFunction>,
    private readonly context: DrillContext,
    private readonly account = new AccountThrottle(),
  ) {
    this.random = context.random.fork(`api-gateway/${definition.id}`);
    this.routes = new RouteTable(definition.routes);
    const { region } = definition;
    this.credentials = { JWT: clientCredentials('JWT', region), AWS_IAM: clientCredentials('AWS_IAM', region) };
    context.metrics.declare('AWS/ApiGateway', ['Count', '4xx', '5xx', 'Latency'], ['ApiId']);
    for (const { routeKey, throttle } of definition.routes) {
      const own = throttle ?? definition.throttle;
      if (own) this.buckets.set(routeKey, new RequestBucket(own));
    }
  }

  /**
   * Answers a request.
   *
   * @param wayMs Virtual time until the request reaches the Region, in milliseconds; one event serves for the way and the
   * gateway's own time.
   */
  async handle(request: HttpRequest, wayMs = 0): Promise<HttpAnswer> {
    const { scheduler, metrics } = this.context;
    if (!metrics.isHeard) return this.respond(request, wayMs);
    const startMs = scheduler.nowMs + wayMs;
    const answer = await this.respond(request, wayMs);
    this.publish(answer.status, scheduler.nowMs - startMs, weightOf(request));
    return answer;
  }

  private async respond(request: HttpRequest, wayMs: number): Promise<HttpAnswer> {
    const { scheduler, faults } = this.context;
    await scheduler.sleep(wayMs + this.random.lognormal(this.overheadMs));
    const { id, region } = this.definition;
    const asked = { operation: `${request.method} ${request.path}`, resource: id };
    const draw = (): number => this.random.next();
    const fault = faults.strikes('api-gateway', region, scheduler.nowMs, draw, asked);
    if (fault) return { ...message(503, 'Service Unavailable'), phaseId: fault.phaseId };
    const { lateMs } = faults.slowness('api-gateway', region, scheduler.nowMs, draw, asked);
    if (lateMs > 0) await scheduler.sleep(lateMs);
    const match = this.routes.match(request.method, request.path);
    if (!match) return message(404, 'Not Found');
    const nowMs = Math.floor(this.context.epochMs + scheduler.nowMs);
    const refusal = refusalOf(match.route, request, region, nowMs);
    if (refusal) return message(refusal.status, refusal.message);
    if (!this.admits(match.route, weightOf(request))) {
      const { region } = this.definition;
      this.context.sightings.see('throttled');
      this.context.log.write(scheduler.nowMs, 'throttled', { region, by: 'api-gateway', what: match.route.routeKey });
      return message(429, 'Too Many Requests');
    }
    const target = this.functions.get(match.route.function);
    if (!target) return message(500, 'Internal Server Error');
    const { definition, random } = this;
    const event = proxyEvent(definition, match, request, randomUuid(random), nowMs);
    let expired = false;
    const invokedMs = scheduler.nowMs;
    const answer = await new Promise<HttpAnswer>((resolve, reject) => {
      const timer = scheduler.after(match.route.timeoutMs, () => {
        expired = true;
        resolve({ ...message(503, 'Service Unavailable'), ...this.slowPhase() });
      });
      const { standsFor, countsFor } = request;
      const call = { qualifier: match.route.qualifier, standsFor, countsFor };
      target.invoke(event, call).then((result) => {
        if (expired) return;
        scheduler.cancel(timer);
        this.tookMs.set(match.route.routeKey, scheduler.nowMs - invokedMs);
        resolve(answerOf(result));
      }, reject);
    });
    return answer;
  }

  /**
   * Takes what a request takes that goes like the last one on its route, without running the function: the gateway's time, its throttle, its
   * metrics, and an environment for as long as the last one had it. What it would be answered is the caller's to know.
   *
   * @param wayMs Virtual time until the request reaches the Region, in milliseconds.
   */
  async repeat({ method, path }: Pick<HttpRequest, 'method' | 'path'>, wayMs: number): Promise<void> {
    const { scheduler, metrics } = this.context;
    const overheadMs = this.random.lognormal(this.overheadMs);
    await scheduler.sleep(wayMs + overheadMs);
    const route = this.routes.match(method, path)?.route;
    const target = route && this.functions.get(route.function);
    if (!target || !this.admits(route)) return;
    const startMs = scheduler.nowMs;
    await target.occupy(this.tookMs.get(route.routeKey) ?? 0, route.qualifier);
    if (metrics.isHeard) this.publish(200, overheadMs + scheduler.nowMs - startMs);
  }

  /** Whether a request needs a token of the identity provider. */
  needsToken({ method, path }: Pick<HttpRequest, 'method' | 'path'>): boolean {
    return this.routes.match(method, path)?.route.authorization === 'JWT';
  }

  /**
   * Whether the throttles let a request pass: the route's, or the stage's for each route, then the account's.
   *
   * @param weight For how many requests it is counted.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
   */
  private admits({ routeKey }: RouteDefinition, weight = 1): boolean {
    const { nowMs } = this.context.scheduler;
    const own = this.buckets.get(routeKey);
    return (!own || own.take(nowMs, weight)) && this.account.take(nowMs, weight);
  }

  /** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
  private publish(status: number, latencyMs: number, weight = 1): void {
    const { id, region } = this.definition;
    const values = {
      Count: 1,
      '4xx': hundreds(status) === 4 ? 1 : 0,
      '5xx': hundreds(status) === 5 ? 1 : 0,
      Latency: latencyMs,
    };
    for (const [name, value] of Object.entries(values)) {
      this.context.metrics.put({ region, namespace: 'AWS/ApiGateway', name, dimensions: { ApiId: id } }, value, weight);
    }
  }

  /** A request as a rightful client sends it, with what the authorizer of its route asks for. */
  signedByClient(request: HttpRequest): HttpRequest {
    const route = this.routes.match(request.method, request.path)?.route;
    if (!route || route.authorization === 'NONE') return request;
    return { ...request, headers: { ...request.headers, ...this.credentials[route.authorization] } };
  }

  /** A function that is not done in time may be one that a fault slows down. */
  private slowPhase(): { phaseId?: string } {
    const { faults, scheduler } = this.context;
    const active = (['lambda', 'lambda-starts'] as const).flatMap((target) =>
      faults.active(target, this.definition.region, scheduler.nowMs),
    );
    const slow = active.find(({ fault }) => fault.kind === 'slow');
    return slow ? { phaseId: slow.fault.phaseId } : {};
  }

  /** Whether the gateway serves at all in its Region, as an alias that evaluates its target's health asks. */
  isAvailable(): boolean {
    const active = this.context.faults.active('api-gateway', this.definition.region, this.context.scheduler.nowMs);
    return !active.some(({ fault, share }) => fault.kind === 'error' && share >= 1);
  }
}

function hundreds(status: number): number {
  return Math.floor(status / 100);
}

function answerOf(result: FunctionResult): HttpAnswer {
  const phase = result.phaseId === undefined ? {} : { phaseId: result.phaseId };
  switch (result.kind) {
    case 'answer':
      return { ...readProxyResult(result.payload), ...phase };
    case 'throttled':
      return { ...message(503, 'Service Unavailable'), ...phase };
    default:
      return { ...message(500, 'Internal Server Error'), ...phase };
  }
}

function message(status: number, text: string): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message: text }) };
}
