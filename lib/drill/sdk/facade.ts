import type { Scheduler } from '../kernel/scheduler';
import type { AwsWire } from '../network/aws-wire';
import { ROLE_CREDENTIALS } from '../network/role-credentials';
import { NotModelled } from '../not-modelled';
import { SDK_PACKAGES, type SharedSdk } from './shared-sdk';
import { shortCutDocuments, shortCutParameters } from './short-cut';
import { type TimeoutOptions, WireHandler } from './wire-handler';

type Exports = Readonly<Record<string, unknown>>;
type ClientClass = new (config: Record<string, unknown>) => { config: Record<string, unknown> };

/** Variables that steer the SDK and that the drill passes on as configuration. */
const CONFIGURED_BY = { AWS_MAX_ATTEMPTS: 'maxAttempts', AWS_RETRY_MODE: 'retryMode' } as const;

/** Variables that would make the SDK behave in ways the drill does not follow. */
const REFUSED_VARIABLES =
  /^AWS_(ENDPOINT_URL.*|USE_DUALSTACK_ENDPOINT|USE_FIPS_ENDPOINT|DEFAULTS_MODE|CONFIG_FILE|PROFILE)$/;

/** What a facade stands between. */
export interface FacadeOptions {
  /** Names the owner in messages. */
  readonly label: string;
  readonly sdk: SharedSdk;
  readonly wire: AwsWire;
  readonly scheduler: Scheduler;
  /** Environment variables of the function. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether calls may take the short cut; the untouched SDK gives the same log, more slowly. */
  readonly shortCut: boolean;
}

/**
 * The AWS packages as one execution environment sees them: the shared SDK, except that clients are born with the
 * environment's Region, credentials and wire. Everything else, from marshalling to retries, is the SDK's own.
 */
export function sdkFacade(options: FacadeOptions): (request: string) => Exports | undefined {
  const { label, env, scheduler } = options;
  const modules = new Map<string, Exports>();
  const refused = Object.keys(env).find((name) => REFUSED_VARIABLES.test(name));
  if (refused) throw new NotModelled(`environment variable ${refused} of ${label}`);
  modules.set('@aws-sdk/client-dynamodb', dynamoDbPackage(options));
  modules.set('@smithy/node-http-handler', { NodeHttpHandler: NodeHttpHandlerOptions });
  return (request) => {
    if (!request.startsWith('@aws-sdk/') && !request.startsWith('@smithy/')) return undefined;
    const known = modules.get(request);
    if (known) return known;
    if (!(SDK_PACKAGES as readonly string[]).includes(request)) {
      scheduler.abort(new NotModelled(`package ${request}, required by ${label}`));
    }
    const loaded = packageOf(request, options);
    modules.set(request, loaded);
    return loaded;
  };
}

/** Stands in for Node's HTTP handler and remembers the time-outs it was given. */
class NodeHttpHandlerOptions {
  constructor(readonly options: TimeoutOptions = {}) {}
}

function packageOf(request: string, options: FacadeOptions): Exports {
  if (request === '@aws-sdk/lib-dynamodb') return documentPackage(options);
  if (request === '@aws-sdk/client-s3') return clientPackage(request, ['S3Client', 'S3'], options).exports;
  if (request === '@aws-sdk/client-ssm') return parameterPackage(request, options);
  return options.sdk.load(request);
}

function dynamoDbPackage(options: FacadeOptions): Exports {
  const names = ['DynamoDBClient', 'DynamoDB'] as const;
  const { exports, clients } = clientPackage('@aws-sdk/client-dynamodb', names, options);
  if (options.shortCut) for (const client of clients) shortCutDocuments(client, options.sdk);
  return exports;
}

function parameterPackage(request: string, options: FacadeOptions): Exports {
  const { exports, clients } = clientPackage(request, ['SSMClient', 'SSM'], options);
  if (options.shortCut) for (const client of clients) shortCutParameters(client, options.sdk);
  return exports;
}

/** A client's package in which these classes are born with the environment's Region, credentials and wire. */
function clientPackage(
  request: string,
  names: readonly string[],
  { label, sdk, wire, scheduler, env }: FacadeOptions,
): { exports: Exports; clients: readonly ClientClass[] } {
  const real = sdk.load(request);
  const born = (Real: ClientClass): ClientClass =>
    class extends Real {
      constructor(config: Record<string, unknown> = {}) {
        if (config.endpoint !== undefined) {
          scheduler.abort(new NotModelled(`a client of ${request} with its own endpoint in ${label}`));
        }
        super({
          region: env.AWS_REGION,
          ...steered(env),
          ...config,
          credentials: ROLE_CREDENTIALS,
          requestHandler: new WireHandler(
            wire,
            scheduler,
            sdk.createResponse,
            timeoutsOf(config.requestHandler, label, scheduler),
          ),
        });
      }
    };
  const clients = names.map((name) => born(real[name] as ClientClass));
  return { exports: { ...real, ...Object.fromEntries(names.map((name, i) => [name, clients[i]])) }, clients };
}

function documentPackage({ sdk, shortCut: allowed }: FacadeOptions): Exports {
  const real = sdk.load('@aws-sdk/lib-dynamodb');
  if (!allowed) return real;
  const DynamoDBDocumentClient = class extends (real.DynamoDBDocumentClient as ClientClass) {
    static from(client: unknown, translateConfig?: unknown): unknown {
      return new (DynamoDBDocumentClient as unknown as new (client: unknown, translateConfig: unknown) => unknown)(
        client,
        translateConfig,
      );
    }
  };
  shortCutDocuments(DynamoDBDocumentClient, sdk);
  return { ...real, DynamoDBDocumentClient };
}

function steered(env: Readonly<Record<string, string>>): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const [variable, option] of Object.entries(CONFIGURED_BY)) {
    const value = env[variable];
    if (value !== undefined) config[option] = option === 'maxAttempts' ? Number(value) : value;
  }
  return config;
}

function timeoutsOf(requestHandler: unknown, label: string, scheduler: Scheduler): TimeoutOptions {
  if (requestHandler === undefined) return {};
  if (requestHandler instanceof NodeHttpHandlerOptions) return requestHandler.options;
  if (typeof requestHandler === 'object' && requestHandler !== null && !('handle' in requestHandler)) {
    return requestHandler;
  }
  return scheduler.abort(new NotModelled(`a request handler of the application's own in ${label}`));
}
