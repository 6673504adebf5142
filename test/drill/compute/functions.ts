import { dirname } from 'node:path';
import type { ConcurrencyLimit } from '../../../lib/drill/compute/concurrency';
import type { EnvironmentHost } from '../../../lib/drill/compute/execution-environment';
import { prepareCode } from '../../../lib/drill/compute/function-code';
import type { FunctionDefinition } from '../../../lib/drill/compute/function-definition';
import { type FunctionResult, LambdaFunction } from '../../../lib/drill/compute/lambda-function';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import type { Internet } from '../../../lib/drill/network/https-client';
import { NotModelled } from '../../../lib/drill/not-modelled';
import type { ParameterDefinition } from '../../../lib/drill/parameters/parameter-definition';
import { SharedSdk } from '../../../lib/drill/sdk/shared-sdk';
import type { DrillContext } from '../../../lib/drill/world/context';
import { drillContext, settle } from '../data/fixture';
import { awsServices } from '../network/aws-services';
import { writeFile } from '../sandbox/sandbox';

let written = 0;

/** A function whose handler file holds this source. */
export function functionDefinition(
  source: string,
  options: Partial<FunctionDefinition> & { file?: string } = {},
): FunctionDefinition {
  const { file = 'index.js', ...rest } = options;
  return {
    id: 'Region-us-east-2/Function',
    name: 'dispatch-api',
    region: 'us-east-2',
    account: '111122223333',
    codeDirectory: dirname(writeFile(`function-${++written}/${file}`, source)),
    handler: 'index.handler',
    env: { AWS_REGION: 'us-east-2', TABLE_NAME: 'parcels' },
    timeoutMs: 3000,
    memoryMb: 256,
    ...rest,
  };
}

/** A function in a world with one table, and what drives it. */
export interface Deployed {
  readonly context: DrillContext;
  readonly lambda: LambdaFunction;
  /** What the handlers printed, with the environment's label. */
  readonly output: string[];
  /** Invokes it and waits for the result. */
  invoke(event?: unknown): Promise<FunctionResult>;
}

/** What a test says of a function and of the world around it. */
export interface DeployOptions extends Partial<FunctionDefinition> {
  readonly faults?: readonly Fault[];
  readonly file?: string;
  readonly internet?: Internet;
  readonly parameters?: readonly ParameterDefinition[];
  readonly unreserved?: ConcurrencyLimit;
}

const NO_INTERNET: Internet = {
  serverOf: (name) => {
    throw new NotModelled(`a request to ${name}`);
  },
};

/** Deploys a function. */
export async function deploy(source: string, options: DeployOptions = {}): Promise<Deployed> {
  const { faults, internet, parameters, unreserved, ...definitionOptions } = options;
  const context = drillContext(faults ? { faults } : {});
  const output: string[] = [];
  const host: EnvironmentHost = {
    context,
    sdk: new SharedSdk(context),
    services: awsServices(context, parameters ? { parameters } : {}),
    internet: internet ?? NO_INTERNET,
    shortCut: true,
    onOutput: (label, text) => output.push(`${label}: ${text}`),
  };
  const definition = functionDefinition(source, definitionOptions);
  const lambda = new LambdaFunction(definition, await prepareCode(definition), host, unreserved);
  return { context, lambda, output, invoke: (event) => settle(context, lambda.invoke(event)) };
}
