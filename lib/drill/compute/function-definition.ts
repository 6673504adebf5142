import type { Assembly, AssemblyResource } from '../../assembly';
import { NotModelled } from '../not-modelled';

/** What the templates declare of a function. */
export interface FunctionDefinition {
  /** Unique in the assembly: stack and logical id. */
  readonly id: string;
  /** Name the code sees. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
  /** Directory of the code asset. */
  readonly codeDirectory: string;
  /** File and export, for example `index.handler`. */
  readonly handler: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Most environments at once. @default - the account's limit, which the drill's rates do not reach */
  readonly reservedConcurrency?: number;
}

/** Lambda's default time-out, in seconds. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
const DEFAULT_TIMEOUT_SECONDS = 3;

/** Lambda's default memory, in MB. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const DEFAULT_MEMORY_MB = 128;

/** Settings that would change what an invocation does, and that the drill does not follow. */
const NOT_FOLLOWED = ['Layers', 'VpcConfig', 'FileSystemConfigs', 'ImageConfig', 'SnapStart', 'DurableConfig'] as const;

/** Reads an `AWS::Lambda::Function` that runs JavaScript from a directory asset. */
export function readFunction(resource: AssemblyResource): FunctionDefinition {
  const { properties, stack, logicalId } = resource;
  const id = `${stack.id}/${logicalId}`;
  for (const setting of NOT_FOLLOWED) {
    if (properties[setting] !== undefined) throw new NotModelled(`${setting} of function ${id}`);
  }
  const runtime = String(properties.Runtime);
  if (!/^nodejs\d+\.x$/.test(runtime)) throw new NotModelled(`runtime ${runtime} of function ${id}`);
  const code = (properties.Code ?? {}) as { S3Key?: unknown };
  const asset = typeof code.S3Key === 'string' ? stack.asset(code.S3Key) : undefined;
  if (asset?.packaging !== 'zip') throw new NotModelled(`code of function ${id}: not a directory asset`);
  const environment = (properties.Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};
  const name = typeof properties.FunctionName === 'string' ? properties.FunctionName : logicalId;
  const memoryMb = Number(properties.MemorySize ?? DEFAULT_MEMORY_MB);
  const { ReservedConcurrentExecutions: reserved } = properties;
  return {
    id,
    name,
    region: stack.region,
    account: stack.account,
    codeDirectory: asset.path,
    handler: String(properties.Handler),
    env: {
      ...Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, String(value)])),
      ...runtimeVariables(name, stack.region, memoryMb, String(properties.Handler), runtime),
    },
    timeoutMs: Number(properties.Timeout ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
    memoryMb,
    ...(reserved === undefined ? {} : { reservedConcurrency: Number(reserved) }),
  };
}

/** The function that an integration URI or a permission names, when it names exactly one. */
export function functionIn(assembly: Assembly, value: unknown): AssemblyResource | undefined {
  const functions = assembly
    .referencesIn(value)
    .map(({ resource }) => resource)
    .filter(({ type }) => type === 'AWS::Lambda::Function');
  return functions.length === 1 ? functions[0] : undefined;
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
function runtimeVariables(
  name: string,
  region: string,
  memoryMb: number,
  handler: string,
  runtime: string,
): Record<string, string> {
  return {
    _HANDLER: handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'drill',
    LAMBDA_TASK_ROOT: '/var/task',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  };
}
