import { extended } from '../kernel/extended';
import type { SharedSdk } from './shared-sdk';
import type { CallOptions, WireHandler } from './wire-handler';

type Fields = Record<string, unknown>;
type Middleware = (
  next: (args: Fields) => Promise<Fields>,
  context: Fields,
) => (args: Fields) => Promise<{ output: Fields }>;

/** The parts of an SDK client that the short cut touches, all public. */
interface SdkClient {
  readonly config: Fields & {
    readonly translateConfig?: { readonly marshallOptions?: Fields; readonly unmarshallOptions?: Fields };
    readonly region: () => Promise<string>;
    readonly requestHandler: WireHandler;
  };
  readonly middlewareStack: MiddlewareStack;
}

interface MiddlewareStack extends Record<'add' | 'addRelativeTo' | 'use', (...args: unknown[]) => unknown> {
  identify(): readonly string[];
}

/** A command, as far as the short cut looks into it: one of the document client wraps the client's own, which knows the schema. */
interface Command {
  readonly input: Fields;
  readonly middlewareStack: { identify(): readonly string[] };
  readonly schema?: readonly unknown[];
  readonly clientCommand?: { readonly schema: readonly unknown[] };
}

/** How a service is asked: JSON in, JSON out, the operation in a header. */
interface Dialect {
  /** First label of the service's host names. */
  readonly host: string;
  /** What `X-Amz-Target` says before the operation. */
  readonly target: string;
  /** The operation of a command that the short cut knows; nothing for any other. */
  operationOf(command: Command): string | undefined;
  /** Text of a request's body. */
  bodyOf(command: Command, config: SdkClient['config']): string;
  /** Whether an answer of success says its output as it is; otherwise the SDK's deserializer reads it. */
  isPlain(body: string): boolean;
  /** An output as the caller gets it. */
  outputOf(command: Command, output: Fields, config: SdkClient['config']): Fields;
}

/** Commands of the document client, with the fields that hold attribute values coming out. */
const DOCUMENT_COMMANDS: Readonly<
  Record<string, { operation: string; maps: readonly string[]; lists: readonly string[] }>
> = {
  GetCommand: { operation: 'GetItem', maps: ['Item'], lists: [] },
  PutCommand: { operation: 'PutItem', maps: ['Attributes'], lists: [] },
  UpdateCommand: { operation: 'UpdateItem', maps: ['Attributes'], lists: [] },
  DeleteCommand: { operation: 'DeleteItem', maps: ['Attributes'], lists: [] },
  QueryCommand: { operation: 'Query', maps: ['LastEvaluatedKey'], lists: ['Items'] },
};

/** Input fields that hold attribute values. */
const VALUE_FIELDS = new Set(['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey']);

/** Input fields of the legacy API, left to the untouched SDK. */
const LEGACY_FIELDS = ['Expected', 'AttributeUpdates', 'KeyConditions', 'QueryFilter', 'AttributesToGet'];

/** Answers with binary values are read by the SDK's deserializer. */
const BINARY_FIELD = /"BS?":/;

/** Commands of Parameter Store whose input is written as it is. */
const PARAMETER_COMMANDS: Readonly<Record<string, string>> = {
  GetParameterCommand: 'GetParameter',
  GetParametersCommand: 'GetParameters',
  PutParameterCommand: 'PutParameter',
};

/** Key under which the SDK keeps its own context. */
const SMITHY_CONTEXT = '__smithy_context';

/** A client class whose `send` may be bypassed. */
type ClientClass = { readonly prototype: object };

/**
 * Lets a document client of DynamoDB take the short cut.
 *
 * @see {@link shortCut}
 */
export function shortCutDocuments(Client: ClientClass, sdk: SharedSdk): void {
  const { marshall, unmarshall } = sdk.load('@aws-sdk/util-dynamodb') as Record<
    'marshall' | 'unmarshall',
    (value: unknown, options: Fields) => Fields
  >;
  shortCut(Client, sdk, {
    host: 'dynamodb',
    target: 'DynamoDB_20120810',
    operationOf: (command) => {
      const known = DOCUMENT_COMMANDS[command.constructor.name];
      if (!known || !command.clientCommand) return undefined;
      return LEGACY_FIELDS.some((field) => field in command.input) ? undefined : known.operation;
    },
    bodyOf: ({ input }, { translateConfig }) => {
      const options = extended(translateConfig?.marshallOptions ?? {}, { convertTopLevelContainer: true });
      const fields: Fields = {};
      for (const [name, value] of Object.entries(input)) {
        const holdsValues = VALUE_FIELDS.has(name) && value !== undefined;
        fields[name] = holdsValues ? eachValue(value as Fields, (part) => marshall(part, options)) : value;
      }
      return JSON.stringify(fields, binaryAsBase64);
    },
    isPlain: (body) => !BINARY_FIELD.test(body),
    outputOf: (command, output, { translateConfig }) => {
      const { maps = [], lists = [] } = DOCUMENT_COMMANDS[command.constructor.name] ?? {};
      const options = { convertWithoutMapWrapper: true, ...translateConfig?.unmarshallOptions };
      const read = (values: unknown): Fields => eachValue(values as Fields, (value) => unmarshall(value, options));
      for (const field of maps) if (output[field]) output[field] = read(output[field]);
      for (const field of lists) if (output[field]) output[field] = (output[field] as unknown[]).map(read);
      return output;
    },
  });
}

/**
 * Lets a client of Systems Manager take the short cut to Parameter Store; answers hold dates, which the SDK's deserializer reads.
 *
 * @see {@link shortCut}
 */
export function shortCutParameters(Client: ClientClass, sdk: SharedSdk): void {
  shortCut(Client, sdk, {
    host: 'ssm',
    target: 'AmazonSSM',
    operationOf: (command) => {
      return Object.values(command.input).every(isPlain) ? PARAMETER_COMMANDS[command.constructor.name] : undefined;
    },
    bodyOf: ({ input }) => JSON.stringify(input),
    isPlain: () => false,
    outputOf: (_, output) => output,
  });
}

/**
 * Lets a client's `send` bypass what costs the SDK most and changes nothing here: building the middleware stack for each call,
 * endpoint rules, signing, user agent and schema checks.
 *
 * What it keeps is the SDK's own: the client and its configuration, command classes, marshalling, the retry middleware
 * with its token bucket and jitter, the request handler with the application's time-outs, and, for every error, the
 * SDK's deserializer and exception classes. A call the short cut does not know, and a client that was given further
 * middleware, go through the untouched SDK. The event log is the same either way, and a test holds it to that.
 */
function shortCut(Client: ClientClass, sdk: SharedSdk, dialect: Dialect): void {
  const prototype = Client.prototype as { send(this: SdkClient, command: unknown, ...rest: unknown[]): unknown };
  const send = prototype.send;
  const { retryMiddleware } = sdk.load('@smithy/core/retry') as { retryMiddleware: (config: unknown) => Middleware };
  const { getSchemaSerdePlugin } = sdk.load('@smithy/core/schema') as { getSchemaSerdePlugin: SerdePlugin };
  const untouched = new WeakMap<SdkClient, boolean>();
  const regions = new WeakMap<SdkClient, string>();

  prototype.send = function (this: SdkClient, command: unknown, ...rest: unknown[]): unknown {
    const known = eligible(command, rest, dialect);
    if (!known) return send.call(this, command, ...rest);
    let plain = untouched.get(this);
    if (plain === undefined) {
      plain = isUntouched(this);
      untouched.set(this, plain);
      onceChanged(this.middlewareStack, () => untouched.delete(this));
    }
    return plain ? call(this, known) : send.call(this, command, ...rest);
  };

  async function call(client: SdkClient, { command, operation, options }: Eligible): Promise<Fields> {
    const { config } = client;
    let region = regions.get(client);
    if (region === undefined) {
      region = await config.region();
      regions.set(client, region);
    }
    const operationSchema = command.clientCommand?.schema ?? command.schema;
    const context = { [SMITHY_CONTEXT]: { abortSignal: options.abortSignal, operationSchema } };
    const request = {
      hostname: `${dialect.host}.${region}.amazonaws.com`,
      headers: { 'x-amz-target': `${dialect.target}.${operation}` },
      body: dialect.bodyOf(command, config),
    };
    const attempt = async (args: Fields): Promise<Fields> => {
      const answer = await config.requestHandler.exchange(request, options);
      const isPlainAnswer = answer.statusCode < 300 && dialect.isPlain(answer.body);
      const response = isPlainAnswer ? undefined : sdk.createResponse(answer);
      const output =
        response === undefined
          ? (JSON.parse(answer.body) as Fields)
          : ((await deserialize(config, getSchemaSerdePlugin)(async () => ({ response }), context)(args))
              .output as Fields);
      const given = dialect.outputOf(command, output, config);
      given.$metadata = { httpStatusCode: answer.statusCode };
      return { response, output: given };
    };
    return (await retryMiddleware(config)(attempt, context)({ input: command.input })).output;
  }
}

/** Whether JSON says a value as it is, so that no serializer is needed. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((part) => typeof part === 'string');
  return value === undefined || typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value);
}

/** Attribute values are converted one by one, and functions dropped, as the document client does. */
function eachValue(values: Fields, convert: (value: unknown) => unknown): Fields {
  const converted: Fields = {};
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'function') continue;
    const part = value === undefined ? undefined : convert(value);
    if (part !== undefined) converted[name] = part;
  }
  return converted;
}

type SerdePlugin = (config: unknown) => {
  applyToStack(stack: { add(middleware: Middleware, options: { name: string }): void }): void;
};

/** The SDK's own deserializer, taken from the plugin that installs it. */
function deserialize(
  config: unknown,
  plugin: SerdePlugin,
): (next: () => Promise<Fields>, context: Fields) => (args: Fields) => Promise<Fields> {
  let deserializer: Middleware | undefined;
  plugin(config).applyToStack({
    add: (middleware, { name }) => {
      if (name === 'deserializerMiddleware') deserializer = middleware;
    },
  });
  if (!deserializer) throw new Error('the SDK has no deserializer middleware');
  return deserializer;
}

/** A call that may take the short cut. */
interface Eligible {
  readonly command: Command;
  readonly operation: string;
  readonly options: CallOptions;
}

function eligible(sent: unknown, rest: readonly unknown[], dialect: Dialect): Eligible | undefined {
  const [options = {}, callback] = rest;
  if (callback !== undefined || typeof options !== 'object' || options === null) return undefined;
  if (Object.keys(options).some((name) => name !== 'abortSignal' && name !== 'requestTimeout')) return undefined;
  const command = sent as Command;
  const operation = dialect.operationOf(command);
  if (operation === undefined || command.middlewareStack.identify().length > 0) return undefined;
  return { command, operation, options };
}

/** Middleware that every client is born with; a client with more goes the long way. */
const OWN_MIDDLEWARE = [
  'serializerMiddleware',
  'deserializerMiddleware',
  'getUserAgentMiddleware',
  'retryMiddleware',
  'contentLengthMiddleware',
  'hostHeaderMiddleware',
  'loggerMiddleware',
  'recursionDetectionMiddleware',
  'httpAuthSchemeMiddleware',
  'httpSigningMiddleware',
  'endpointV2Middleware',
];

function isUntouched(client: SdkClient): boolean {
  return client.middlewareStack.identify().every((entry) => OWN_MIDDLEWARE.includes(entry.split(' ')[0] ?? entry));
}

/** Hears of middleware added later. */
function onceChanged(stack: MiddlewareStack, changed: () => void): void {
  for (const name of ['add', 'addRelativeTo', 'use'] as const) {
    const change = stack[name];
    stack[name] = (...args) => {
      stack[name] = change;
      changed();
      return change(...args);
    };
  }
}

/** DynamoDB's JSON protocol writes binary values as base64. */
function binaryAsBase64(this: Fields, key: string, value: unknown): unknown {
  return key === 'B' || key === 'BS' ? encodeBinary(this[key]) : value;
}

function encodeBinary(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return Array.isArray(value) ? value.map(encodeBinary) : value;
}
