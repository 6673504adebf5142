import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { describeCall, TableFault } from '../data/table-fault';
import { UnreadableItem } from '../data/unreadable-item';
import { Deadline, DeadlineExceeded } from '../deadline';
import { publishRequestMetrics, publishUnreadableItems } from '../observability/metrics';
import { announcePhoto } from './announce-photo';
import { getHealth } from './get-health';
import { getParcel } from './get-parcel';
import { getPhoto } from './get-photo';
import { getProbe } from './get-probe';
import { listRoute } from './list-route';
import type { ApiRequest, ApiResult, Dispatch, Operation } from './operation';
import { Problem } from './problem';
import { putProbe } from './put-probe';
import { recordDelivery } from './record-delivery';
import { registerParcel } from './register-parcel';

/**
 * Time for one request, in milliseconds: below the function's time-out of 10 s, so that a client learns what happened
 * and how long to wait, and below the 10 s after which a mobile client gives up.
 */
export const REQUEST_DEADLINE_MS = 8_000;

/** What the API is made of. */
export interface DispatchApiProps extends Omit<Dispatch, 'leaveOut'> {
  /** Where refusals and faults are written. */
  readonly logger: Logger;
  /** Where latency and faults are counted. */
  readonly metrics: Metrics;
  /**
   * Time for one request, in milliseconds.
   *
   * @default REQUEST_DEADLINE_MS
   */
  readonly deadlineMs?: number;
  /**
   * Hears of each request's route before it is served.
   *
   * @default - nobody does
   */
  readonly beginRequest?: (route: string) => void;
}

/** The function's entry: API Gateway has matched the route, its key picks the operation. */
export type DispatchApi = (request: ApiRequest, context: Context) => Promise<ApiResult>;

/** Header of every answer that names its Region, so that a client knows which one the shared name led it to. */
const REGION_HEADER = 'x-region';

/**
 * Routes of those who watch: Route 53's sixteen checkers with 138,000 requests a day at an interval of 10 s, and the judges. What they
 * see when all is well they count themselves; a line for each would be most of what the function writes.
 */
const WATCHERS_ROUTES: ReadonlySet<string> = new Set(['GET /health', 'GET /probes/{probeId}', 'PUT /probes/{probeId}']);

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['GET /health', getHealth],
  ['GET /routes/{driverId}', listRoute],
  ['GET /parcels/{parcelId}', getParcel],
  ['PUT /parcels/{parcelId}', registerParcel],
  ['POST /deliveries', recordDelivery],
  ['POST /deliveries/{deliveryId}/photo', announcePhoto],
  ['GET /deliveries/{deliveryId}/photo', getPhoto],
  ['GET /probes/{probeId}', getProbe],
  ['PUT /probes/{probeId}', putProbe],
]);

/** Builds the function's entry. It never throws: whatever happens becomes an answer, a metric and, if needed, a log line. */
export function createDispatchApi(props: DispatchApiProps): DispatchApi {
  const { logger, metrics, deadlineMs = REQUEST_DEADLINE_MS, beginRequest } = props;

  return async (request, context) => {
    const startMs = performance.now();
    logger.addContext(context);
    metrics.captureColdStartMetric(context.functionName);

    const route = OPERATIONS.has(request.routeKey) ? request.routeKey : 'unknown';
    beginRequest?.(route);
    const correlationId = correlationIdOf(request);
    let unreadable = 0;
    const leaveOut = (item: UnreadableItem): void => {
      unreadable += 1;
      logger.error('item left out', { correlation_id: correlationId, route, item: describeItem(item) });
    };
    const result = await answer({ ...props, leaveOut }, request, deadlineMs).catch((error: unknown) => {
      const problem = toProblem(error);
      if (error instanceof UnreadableItem) unreadable += 1;
      logProblem(logger, { problem, error, route, correlationId });
      return problem.toResult(request.requestContext.requestId);
    });

    if (unreadable > 0) publishUnreadableItems(metrics, unreadable);
    const status = result.statusCode ?? 200;
    if (!WATCHERS_ROUTES.has(route) || status >= 500) {
      publishRequestMetrics(metrics, { route, latencyMs: performance.now() - startMs, status });
    }
    return { ...result, headers: { ...result.headers, [REGION_HEADER]: props.region } };
  };
}

async function answer(dispatch: Dispatch, request: ApiRequest, deadlineMs: number): Promise<ApiResult> {
  const operation = OPERATIONS.get(request.routeKey);
  if (operation === undefined) throw new Problem('no-such-route', { detail: 'The API has no such route.' });
  return Deadline.run(deadlineMs, (deadline) => operation(dispatch, request, deadline));
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DeadlineExceeded) {
    return new Problem('table-unavailable', { detail: 'The table took too long.', retryAfterSeconds: 1 });
  }
  if (error instanceof UnreadableItem) {
    return new Problem('item-unreadable', { detail: 'Something stored that this request needs is damaged.' });
  }
  if (!(error instanceof TableFault)) {
    return new Problem('internal-error', { detail: 'The request failed for a reason of our own.' });
  }
  switch (error.kind) {
    case 'throttled':
      return new Problem('table-throttled', { detail: 'The table has no capacity left.', retryAfterSeconds: 2 });
    case 'write-conflict':
      return new Problem('table-conflict', { detail: 'The item is being written elsewhere.', retryAfterSeconds: 1 });
    case 'unavailable':
      return new Problem('table-unavailable', { detail: 'The table does not answer.', retryAfterSeconds: 1 });
  }
}

interface ProblemLog {
  readonly problem: Problem;
  readonly error: unknown;
  readonly route: string;
  readonly correlationId: string;
}

/** The levels and what they are for: see `createLogger`. */
function logProblem(logger: Logger, { problem, error, route, correlationId }: ProblemLog): void {
  const { kind, status } = problem;
  const line = { correlation_id: correlationId, route, status, kind };
  const call = describeCall(error instanceof Problem ? error.cause : error);
  // A failed call is logged without its message; any other defect is one of our own code and keeps its stack.
  if (error instanceof UnreadableItem) logger.error('request failed', { ...line, item: describeItem(error) });
  else if (status === 500) logger.error('request failed', call === undefined ? { ...line, error } : { ...line, call });
  else if (status === 503) logger.warn('request not served', { ...line, call });
  else if (status === 409) logger.info('request refused', line);
  else logger.debug('request refused', line);
}

/** What the logs say about an item that cannot be read: where it is and what is wrong, and nothing that it holds. */
function describeItem({ key, fields }: UnreadableItem): Pick<UnreadableItem, 'key' | 'fields'> {
  return { key, fields };
}

/** The caller's correlation identifier when it is one, else API Gateway's request identifier. */
function correlationIdOf(request: ApiRequest): string {
  const given = request.headers?.['x-correlation-id'];
  return given !== undefined && /^[\w.:-]{1,64}$/.test(given) ? given : request.requestContext.requestId;
}
