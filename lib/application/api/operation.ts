import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { DispatchTable } from '../data/dispatch-table';
import type { TableHealth } from '../data/table-health';
import type { UnreadableItem } from '../data/unreadable-item';
import type { Deadline } from '../deadline';
import type { PhotoBucket } from '../objects/photo-bucket';

/** A request as API Gateway hands it over, payload format 2.0. */
export type ApiRequest = APIGatewayProxyEventV2;

/** An answer as API Gateway takes it. */
export type ApiResult = APIGatewayProxyStructuredResultV2;

/** What operations work with. */
export interface Dispatch {
  /** Region the function runs in. */
  readonly region: string;
  /** Parcels and deliveries. */
  readonly table: DispatchTable;
  /** Whether this Region can serve. */
  readonly health: TableHealth;
  /** Proof-of-delivery photos. */
  readonly photos: PhotoBucket;
  /** Hears of an item that is left out of an answer because it cannot be read, so that somebody else does. */
  readonly leaveOut: (item: UnreadableItem) => void;
}

/**
 * What one route does.
 *
 * Returns the answer of success; throws a `Problem` for a refusal, lets a `TableFault` or an `UnreadableItem` of the table pass.
 */
export type Operation = (dispatch: Dispatch, request: ApiRequest, deadline: Deadline) => Promise<ApiResult>;

/** An answer with a JSON body, never cached on the way. */
export function json(statusCode: number, body: unknown): ApiResult {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}
