import type { AssemblyResource } from '../../assembly';
import { weightOf } from '../compute/function-metrics';
import type { FunctionResult, LambdaFunction, PriorInvocation } from '../compute/lambda-function';
import { extended } from '../kernel/extended';
import type { RandomStream } from '../kernel/random';
import { TokenBucket } from '../kernel/token-bucket';
import { lognormalConstant } from '../model/constants';
import { randomUuid } from '../sandbox/realm';
import type { DrillContext } from '../world/context';
import { AccountThrottle } from './account-throttle';
import { clientCredentials, refusalOf } from './authorizer';
import type { HttpApiDefinition, RouteDefinition } from './http-api-definition';
import {
  type HttpAnswer,
  type HttpRequest,
  proxyEvent,
  type RouteMatch,
  RouteTable,
  readProxyResult,
} from './http-event';

/** A request on its way to the function that it is meant for. */
interface Passed {
  readonly match: RouteMatch;
  readonly target: LambdaFunction;
}

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
  private readonly buckets = new Map<string, TokenBucket>();
  /** How the function behind a route did last, and what it was answered with. */
  private readonly last = new Map<string, PriorInvocation & { readonly status: number }>();
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
      if (own) this.buckets.set(routeKey, new TokenBucket(own));
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
    const passed = await this.pass(request, wayMs);
    return 'status' in passed ? passed : this.run(request, passed);
  }

  /** Lets a request come as far as its function, or answers it before. */
  private async pass(request: HttpRequest, wayMs: number): Promise<Passed | HttpAnswer> {
    const { scheduler, faults } = this.context;
    await scheduler.sleep(wayMs + this.random.lognormal(this.overheadMs));
    const { id, region } = this.definition;
    const asked = { operation: `${request.method} ${request.path}`, resource: id };
    const draw = (): number => this.random.next();
    const fault = faults.strikes('api-gateway', region, scheduler.nowMs, draw, asked);
    if (fault) return { ...message(503, 'Service Unavailable'), phaseId: fault.phaseId, isDecided: true };
    const { lateMs } = faults.slowness('api-gateway', region, scheduler.nowMs, draw, asked);
    if (lateMs > 0) await scheduler.sleep(lateMs);
    const match = this.routes.match(request.method, request.path);
    if (!match) return message(404, 'Not Found');
    const refusal = refusalOf(match.route, request, region, this.wallMs);
    if (refusal) return message(refusal.status, refusal.message);
    if (!this.admits(match.route, weightOf(request))) {
      this.context.sightings.see('throttled');
      this.context.log.write(scheduler.nowMs, 'throttled', { region, by: 'api-gateway', what: match.route.routeKey });
      return message(429, 'Too Many Requests');
    }
    const target = this.functions.get(match.route.function);
    return target ? { match, target } : message(500, 'Internal Server Error');
  }

  private run(request: HttpRequest, { match, target }: Passed): Promise<HttpAnswer> {
    const { scheduler } = this.context;
    const event = proxyEvent(this.definition, match, request, randomUuid(this.random), this.wallMs);
    let expired = false;
    const invokedMs = scheduler.nowMs;
    return new Promise<HttpAnswer>((resolve, reject) => {
      const timer = scheduler.after(match.route.timeoutMs, () => {
        expired = true;
        resolve({ ...message(503, 'Service Unavailable'), ...this.slowPhase() });
      });
      const { standsFor, countsFor } = request;
      const call = { qualifier: match.route.qualifier, standsFor, countsFor };
      target.invoke(event, call).then((result) => {
        if (expired) return;
        scheduler.cancel(timer);
        const answer = answerOf(result);
        if (!result.isDecided) {
          const durationMs = scheduler.nowMs - invokedMs;
          this.last.set(match.route.routeKey, { durationMs, kind: result.kind, status: answer.status });
        }
        resolve(answer);
      }, reject);
    });
  }

  /** What a clock in the Region says, in milliseconds since 1970. */
  private get wallMs(): number {
    return Math.floor(this.context.epochMs + this.context.scheduler.nowMs);
  }

  /**
   * Takes what a request takes that goes like the last one on its route, without running the function: the gateway's time, its throttle, its
   * metrics, what faults do to it, and an environment for as long as the last one had it. What the code would answer is the caller's to know.
   *
   * @param wayMs Virtual time until the request reaches the Region, in milliseconds.
   * @returns the answer, where it does not hang on the code.
   */
  async repeat(request: HttpRequest, wayMs: number): Promise<HttpAnswer | undefined> {
    const { scheduler, metrics } = this.context;
    const startMs = scheduler.nowMs + wayMs;
    const passed = await this.pass(request, wayMs);
    const { answer, status } =
      'status' in passed ? { answer: passed, status: passed.status } : await this.occupy(passed);
    if (metrics.isHeard) this.publish(status, scheduler.nowMs - startMs);
    return answer;
  }

  /** What becomes of a request without its code: the answer, where there is one all the same, and the status that is counted. */
  private async occupy({ match, target }: Passed): Promise<{ answer: HttpAnswer | undefined; status: number }> {
    const { routeKey, qualifier } = match.route;
    const last = this.last.get(routeKey) ?? { durationMs: 0, kind: 'answer', status: 200 };
    const result = await target.occupy(last, qualifier);
    const answer = result && answerOf(result);
    return { answer, status: answer?.status ?? last.status };
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
    return extended(request, { headers: extended(request.headers ?? {}, this.credentials[route.authorization]) });
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
  const { phaseId, isDecided } = result;
  const why = extended(phaseId === undefined ? {} : { phaseId }, isDecided ? { isDecided } : {});
  switch (result.kind) {
    case 'answer':
      return extended(readProxyResult(result.payload), why);
    case 'throttled':
      return extended(message(503, 'Service Unavailable'), why);
    default:
      return extended(message(500, 'Internal Server Error'), why);
  }
}

function message(status: number, text: string): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message: text }) };
}
