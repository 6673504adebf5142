import { createDispatchApi } from './api/dispatch-api';
import { createFaultHook } from './chaos/fault-hook';
import { DispatchTable } from './data/dispatch-table';
import {
  createHealthClient,
  createTableClient,
  HEALTH_CALL_LIMITS,
  PEER_CALL_LIMITS,
  TABLE_CALL_LIMITS,
} from './data/table-client';
import { TableHealth } from './data/table-health';
import { readEnvironment } from './environment';
import { PhotoBucket } from './objects/photo-bucket';
import { createLogger } from './observability/logger';
import { createMetrics } from './observability/metrics';
import { roleCredentials } from './signing/role-credentials';

const environment = readEnvironment(process.env);
const logger = createLogger();
const faults = createFaultHook(process.env, logger);

/**
 * The function behind every route of Dispatch.
 *
 * Clients, logger and metrics are made once per execution environment and without I/O; the first call of a request
 * opens the first connection.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
 */
export const handler = createDispatchApi({
  region: environment.region,
  table: new DispatchTable(
    {
      own: faults.around(createTableClient(environment), TABLE_CALL_LIMITS),
      peer: createTableClient({ region: environment.peerRegion, limits: PEER_CALL_LIMITS }),
    },
    environment,
  ),
  health: new TableHealth(faults.around(createHealthClient(environment), HEALTH_CALL_LIMITS), environment),
  photos: new PhotoBucket({ ...environment, credentials: () => roleCredentials(process.env) }),
  logger,
  metrics: createMetrics(),
  beginRequest: faults.begin,
});
