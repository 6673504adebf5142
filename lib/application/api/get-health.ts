import { json, type Operation } from './operation';

/**
 * `GET /health`: whether this Region can serve, for Route 53's checkers.
 *
 * They look for `"status":"healthy"` in the body. The answer is about this Region alone; a fault of a peer shows only in
 * the peer's own.
 */
export const getHealth: Operation = async ({ health, region }) => {
  const reason = await health.check();
  return reason === undefined
    ? json(200, { status: 'healthy', region })
    : json(503, { status: 'unhealthy', region, reason });
};
