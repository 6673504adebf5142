import { createTableClient } from './data/table-client';
import { EvacuationLease, LEASE_CALL_LIMITS } from './evacuation/evacuation-lease';
import { Judge } from './evacuation/judge';
import { readJudgeEnvironment } from './evacuation/judge-environment';
import { createJudgeMetrics } from './evacuation/judge-metrics';
import { ProbeClient } from './evacuation/probe-client';
import { SwitchParameters } from './evacuation/switch-parameters';
import { createLogger } from './observability/logger';
import { roleCredentials } from './signing/role-credentials';

const environment = readJudgeEnvironment(process.env);
const logger = createLogger();
const tableClient = createTableClient({ region: environment.region, limits: LEASE_CALL_LIMITS });

const judge = new Judge({
  probed: { ...environment, readsOwnWrites: environment.consistency === 'strong' },
  client: new ProbeClient({ fetch, credentials: () => roleCredentials(process.env) }),
  parameters: new SwitchParameters({ ...environment, logger }),
  lease: new EvacuationLease(tableClient, { ...environment, logger }),
  logger,
  metrics: createJudgeMetrics(),
});

/**
 * The function that judges a Region from another one, invoked once a minute.
 *
 * The schedule's event is not looked at. One environment serves all minutes, one at a time: reserve a concurrency of 1.
 */
export async function handler(): Promise<void> {
  await judge.judgeMinute();
}
