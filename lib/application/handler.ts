import { createDispatchApi } from './api/dispatch-api';
import { DispatchTable } from './data/dispatch-table';
import { createHealthClient, createTableClient } from './data/table-client';
import { TableHealth } from './data/table-health';
import { readEnvironment } from './environment';
import { createLogger } from './observability/logger';
import { createMetrics } from './observability/metrics';

const environment = readEnvironment(process.env);

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
  table: new DispatchTable(createTableClient(environment), environment),
  health: new TableHealth(createHealthClient(environment), environment),
  logger: createLogger(),
  metrics: createMetrics(),
});
