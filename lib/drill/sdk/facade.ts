import type { Scheduler } from '../kernel/scheduler';
import type { AwsWire } from '../network/aws-wire';
import { NotModelled } from '../not-modelled';
import { SDK_PACKAGES, type SharedSdk } from './shared-sdk';
import { shortCut } from './short-cut';
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
  const { label, sdk, env, scheduler } = options;
  const modules = new Map<string, Exports>();
  const refused = Object.keys(env).find((name) => REFUSED_VARIABLES.test(name));
  if (refused) throw new NotModelled(`environment variable ${refused} of ${label}`);
  const dynamoDb = dynamoDbPackage(options);
  modules.set('@aws-sdk/client-dynamodb', dynamoDb);
  modules.set('@smithy/node-http-handler', { NodeHttpHandler: NodeHttpHandlerOptions });
  return (request) => {
    if (!request.startsWith('@aws-sdk/') && !request.startsWith('@smithy/')) return undefined;
    const known = modules.get(request);
    if (known) return known;
    if (!(SDK_PACKAGES as readonly string[]).includes(request)) {
      scheduler.abort(new NotModelled(`package ${request}, required by ${label}`));
    }
    const loaded = request === '@aws-sdk/lib-dynamodb' ? documentPackage(options) : sdk.load(request);
    modules.set(request, loaded);
    return loaded;
  };
}

/** Stands in for Node's HTTP handler and remembers the time-outs it was given. */
class NodeHttpHandlerOptions {
  constructor(readonly options: TimeoutOptions = {}) {}
}

function dynamoDbPackage({ label, sdk, wire, scheduler, env, shortCut: allowed }: FacadeOptions): Exports {
  const real = sdk.load('@aws-sdk/client-dynamodb');
  const born = (Real: ClientClass): ClientClass =>
    class extends Real {
      constructor(config: Record<string, unknown> = {}) {
        if (config.endpoint !== undefined) {
          scheduler.abort(new NotModelled(`a DynamoDB client with its own endpoint in ${label}`));
        }
        super({
          region: env.AWS_REGION,
          ...steered(env),
          ...config,
          credentials: CREDENTIALS,
          requestHandler: new WireHandler(
            wire,
            scheduler,
            sdk.createResponse,
            timeoutsOf(config.requestHandler, label, scheduler),
          ),
        });
      }
    };
  const DynamoDBClient = born(real.DynamoDBClient as ClientClass);
  const DynamoDB = born(real.DynamoDB as ClientClass);
  if (allowed) {
    shortCut(DynamoDBClient, sdk);
    shortCut(DynamoDB, sdk);
  }
  return { ...real, DynamoDBClient, DynamoDB };
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
  shortCut(DynamoDBDocumentClient, sdk);
  return { ...real, DynamoDBDocumentClient };
}

/** Credentials of the function's role: a running environment has them whatever STS does. */
const CREDENTIALS = { accessKeyId: 'ASIADRILLDRILLDRILLD', secretAccessKey: 'drill', sessionToken: 'drill' };

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
