import type { Logger } from '@aws-lambda-powertools/logger';
import { type DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { CallLimits } from '../data/table-client';
import type { ProcessVariables } from '../variables';
import { FaultInjector } from './fault-injector';
import type { FaultedCall } from './fault-plan';
import { FaultSource } from './fault-source';

/** Where faults enter the application. */
export interface FaultHook {
  /** Says which route is served from now on. */
  begin(route: string): void;
  /** A client whose calls are faulted; `limits` are its own. */
  around(client: DynamoDBDocumentClient, limits: CallLimits): DynamoDBDocumentClient;
}

/** Leaves everything as it is. */
export const NO_FAULTS: FaultHook = { begin: () => {}, around: (client) => client };

/**
 * Lets a person have the application slow or fail its own calls, through a parameter of the same Region that `FAULT_PARAMETER` names. Without
 * the variable there is nothing: no client, no call and nothing around any client.
 *
 * @see docs/decisions/0022-faults-by-fis-and-by-the-application-itself.md
 */
export function createFaultHook(variables: ProcessVariables, logger: Pick<Logger, 'warn'>): FaultHook {
  const name = variables.FAULT_PARAMETER;
  if (!name) return NO_FAULTS;
  return hookOn(new FaultSource({ read: parameterReader(name, variables.AWS_REGION), logger }));
}

/** A hook that asks a source. */
export function hookOn(source: Pick<FaultSource, 'current'>): FaultHook {
  const injector = new FaultInjector(() => source.current());
  return {
    begin: (route) => injector.begin(route),
    around(client, limits) {
      const faulty: DynamoDBDocumentClient = Object.create(client);
      const send = (command: Parameters<DynamoDBDocumentClient['send']>[0]) =>
        injector.call(callOf(command), limits, () => client.send(command));
      faulty.send = send as DynamoDBDocumentClient['send'];
      return faulty;
    },
  };
}

function callOf(command: object): FaultedCall | undefined {
  if (command instanceof GetCommand) return 'GetItem';
  if (command instanceof UpdateCommand) return 'UpdateItem';
  return command instanceof QueryCommand ? 'Query' : undefined;
}

/**
 * Reads the parameter with a client that is loaded while the environment starts, so that no request waits for it. It has no time-outs of
 * its own: those count the time for which the environment was frozen.
 */
function parameterReader(Name: string, region: string | undefined): (abortSignal: AbortSignal) => Promise<string> {
  const { GetParameterCommand, SSMClient } = require('@aws-sdk/client-ssm') as typeof import('@aws-sdk/client-ssm');
  const client = new SSMClient({ region, maxAttempts: 2 });
  return async (abortSignal) => {
    const { Parameter } = await client.send(new GetParameterCommand({ Name }), { abortSignal });
    return Parameter?.Value ?? '';
  };
}
