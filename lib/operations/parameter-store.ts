import { GetParametersCommand, PutParameterCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';

/** Parameters of one Region. */
export interface ParameterStore {
  /** Values of the parameters that exist, by name. */
  read(names: readonly string[]): Promise<ReadonlyMap<string, string>>;

  /** Gives a parameter that exists a new value. */
  write(name: string, value: string): Promise<void>;
}

/** Milliseconds for a call with its one repetition. */
const TIMEOUT_MS = 10_000;

/**
 * The parameters of a Region, with the caller's credentials.
 *
 * A parameter that does not exist is not created: without a type, Systems Manager refuses that.
 *
 * @param region Region of the parameters.
 * @param config Settings of the client that a test needs.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export function parameterStore(region: string, config: SSMClientConfig = {}): ParameterStore {
  const client = new SSMClient({ region, maxAttempts: 2, ...config });
  const timely = () => ({ abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
  return {
    async read(names) {
      const { Parameters = [] } = await client.send(new GetParametersCommand({ Names: [...names] }), timely());
      return new Map(Parameters.map(({ Name = '', Value = '' }) => [Name, Value]));
    },
    async write(name, value) {
      await client.send(new PutParameterCommand({ Name: name, Value: value, Overwrite: true }), timely());
    },
  };
}
