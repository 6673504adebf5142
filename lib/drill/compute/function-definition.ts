import type { Assembly, AssemblyResource } from '../../assembly';
import { uniformConstant } from '../model/constants';
import { ROLE_CREDENTIALS } from '../network/role-credentials';
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
  /** Most environments at once. @default - what the functions of the Region that reserve nothing have together */
  readonly reservedConcurrency?: number;
  /** Environments kept initialized, by the alias or version they serve. @default - none are */
  readonly provisionedConcurrency?: Readonly<Record<string, number>>;
  /** AWS FIS's extension in its environments. @default - they have none */
  readonly fisExtension?: FisExtensionSettings;
}

/** How the extension of AWS FIS is set up. */
export interface FisExtensionSettings {
  /** Time between two looks at what to inject while there is nothing, in milliseconds. */
  readonly slowPollMs: number;
  /** How long an invocation waits for a look that is under way, in milliseconds. */
  readonly maxWaitMs: number;
}

/** Lambda's default time-out, in seconds. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
const DEFAULT_TIMEOUT_SECONDS = 3;

/** Lambda's default memory, in MB. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const DEFAULT_MEMORY_MB = 128;

/** Settings that would change what an invocation does, and that the drill does not follow. */
const NOT_FOLLOWED = ['Layers', 'VpcConfig', 'FileSystemConfigs', 'ImageConfig', 'SnapStart', 'DurableConfig'] as const;

/**
 * Wrapper of AWS FIS's extension, which comes with its layer.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/use-lambda-actions.html#fis-extension-environment-variables
 */
const FIS_WRAPPER = '/opt/aws-fis/bootstrap';

/** Seconds between two looks of the extension when its variable says nothing (`fis.lambda.rampUp`). */
const DEFAULT_SLOW_POLL_SECONDS = uniformConstant('fis.lambda.rampUp').max;

/** Reads an `AWS::Lambda::Function` that runs JavaScript from a directory asset. */
export function readFunction(resource: AssemblyResource): FunctionDefinition {
  const { properties, stack, logicalId } = resource;
  const id = `${stack.id}/${logicalId}`;
  const environment = (properties.Environment as { Variables?: Record<string, unknown> } | undefined)?.Variables ?? {};
  const fisExtension = fisExtensionOf(resource);
  for (const setting of NOT_FOLLOWED) {
    if (properties[setting] === undefined || (setting === 'Layers' && fisExtension)) continue;
    throw new NotModelled(`${setting} of function ${id}`);
  }
  if (properties.PackageType === 'Image') throw new NotModelled(`the container image of function ${id}`);
  const runtime = String(properties.Runtime);
  if (!/^nodejs\d+\.x$/.test(runtime)) throw new NotModelled(`runtime ${runtime} of function ${id}`);
  const code = (properties.Code ?? {}) as { S3Key?: unknown };
  const asset = typeof code.S3Key === 'string' ? stack.asset(code.S3Key) : undefined;
  if (asset?.packaging !== 'zip') throw new NotModelled(`code of function ${id}: not a directory asset`);
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
    ...(fisExtension ? { fisExtension } : {}),
  };
}

/** How the extension of AWS FIS is set up in a function: its layer alone, and the wrapper that lets it in. */
export function fisExtensionOf({ properties }: AssemblyResource): FisExtensionSettings | undefined {
  const { Layers, Environment } = properties;
  const variables = (Environment as { Variables?: Readonly<Record<string, unknown>> } | undefined)?.Variables ?? {};
  if (!Array.isArray(Layers) || Layers.length !== 1 || variables.AWS_LAMBDA_EXEC_WRAPPER !== FIS_WRAPPER)
    return undefined;
  const { AWS_FIS_SLOW_POLL_INTERVAL_SECONDS: seconds, AWS_FIS_POLL_MAX_WAIT_MILLISECONDS: waitMs } = variables;
  return { slowPollMs: 1000 * Number(seconds ?? DEFAULT_SLOW_POLL_SECONDS), maxWaitMs: Number(waitMs ?? 0) };
}

/** Names under which a function is invoked beside its own: both have its code, for an assembly has one version of it. */
const QUALIFIERS: readonly string[] = ['AWS::Lambda::Alias', 'AWS::Lambda::Version'];

/** The function that an integration URI or a schedule's target names, itself or by an alias, when it names exactly one. */
export function functionIn(assembly: Assembly, value: unknown): AssemblyResource | undefined {
  const functions = assembly.referencesIn(value).flatMap(({ resource }) => {
    if (resource.type === 'AWS::Lambda::Function') return resource;
    return QUALIFIERS.includes(resource.type) ? (functionNamed(assembly, resource) ?? []) : [];
  });
  const [first, ...others] = new Set(functions);
  return others.length === 0 ? first : undefined;
}

/** An alias behind the name or the token of a function; versions, which have no letter, are known only after deployment. */
const WRITTEN_ALIAS = /(?::function:[\w-]+|\}\}):(?=[\w-]*[A-Za-z])([\w-]+)(?![\w:-])/;

/**
 * The alias or version by which an integration URI or a schedule's target names a function: the name of an alias, or stack and logical id
 * of a version. An alias may be written out at the end of an ARN.
 *
 * @returns nothing when the function itself is named, whose code is then the latest.
 */
export function qualifierIn(assembly: Assembly, value: unknown): string | undefined {
  const named = assembly.referencesIn(value).find(({ resource }) => QUALIFIERS.includes(resource.type))?.resource;
  return named ? qualifierOf(named) : WRITTEN_ALIAS.exec(String(value))?.[1];
}

/** How an alias or a version is named as a qualifier in the drill. */
export function qualifierOf({ type, properties, stack, logicalId }: AssemblyResource): string {
  return type === 'AWS::Lambda::Alias' ? String(properties.Name) : `${stack.id}/${logicalId}`;
}

/** The aliases and versions of a function. */
export function qualifiersOf(assembly: Assembly, target: AssemblyResource): readonly AssemblyResource[] {
  return QUALIFIERS.flatMap((type) => assembly.resourcesOf(type)).filter(
    (resource) => functionNamed(assembly, resource) === target,
  );
}

/** Environments that an assembly keeps initialized for a function, by alias or version. */
export function provisionedOf(assembly: Assembly, target: AssemblyResource): Readonly<Record<string, number>> {
  const entries = qualifiersOf(assembly, target).flatMap((resource) => {
    const { ProvisionedConcurrencyConfig: config } = resource.properties as { ProvisionedConcurrencyConfig?: Kept };
    const count = Number(config?.ProvisionedConcurrentExecutions ?? 0);
    return count > 0 ? [[qualifierOf(resource), count] as const] : [];
  });
  return Object.fromEntries(entries);
}

interface Kept {
  readonly ProvisionedConcurrentExecutions?: unknown;
}

/** The function that a resource's `FunctionName` names: by its name, its ARN or a reference. */
export function functionNamed(
  assembly: Assembly,
  { properties, stack }: AssemblyResource,
): AssemblyResource | undefined {
  const { FunctionName } = properties;
  const byName = assembly.referenceIn(FunctionName, { type: 'AWS::Lambda::Function', from: stack })?.resource;
  return byName ?? functionIn(assembly, FunctionName);
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
    AWS_ACCESS_KEY_ID: ROLE_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROLE_CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: ROLE_CREDENTIALS.sessionToken,
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
