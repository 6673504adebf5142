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

/** A command of the document client. */
interface DocumentCommand {
  readonly input: Fields;
  readonly middlewareStack: { identify(): readonly string[] };
  readonly clientCommand: { readonly schema: readonly unknown[] };
}

/** Operations by command, with the fields that hold attribute values going in and coming out. */
const COMMANDS: Readonly<Record<string, { operation: string; maps: readonly string[]; lists: readonly string[] }>> = {
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

/** Key under which the SDK keeps its own context. */
const SMITHY_CONTEXT = '__smithy_context';

/**
 * Lets a document client's `send` bypass what costs the SDK most and changes nothing here: building the middleware
 * stack for each call, endpoint rules, signing, user agent and schema checks.
 *
 * What it keeps is the SDK's own: the client and its configuration, command classes, marshalling, the retry middleware
 * with its token bucket and jitter, the request handler with the application's time-outs, and, for every error, the
 * SDK's deserializer and exception classes. A call the short cut does not know, and a client that was given further
 * middleware, go through the untouched SDK. The event log is the same either way, and a test holds it to that.
 */
export function shortCut(Client: { readonly prototype: object }, sdk: SharedSdk): void {
  const prototype = Client.prototype as { send(this: SdkClient, command: unknown, ...rest: unknown[]): unknown };
  const send = prototype.send;
  const { marshall, unmarshall } = sdk.load('@aws-sdk/util-dynamodb') as Record<
    'marshall' | 'unmarshall',
    (value: unknown, options: Fields) => Fields
  >;
  const { retryMiddleware } = sdk.load('@smithy/core/retry') as { retryMiddleware: (config: unknown) => Middleware };
  const { getSchemaSerdePlugin } = sdk.load('@smithy/core/schema') as { getSchemaSerdePlugin: SerdePlugin };
  const untouched = new WeakMap<SdkClient, boolean>();
  const regions = new WeakMap<SdkClient, string>();

  prototype.send = function (this: SdkClient, command: unknown, ...rest: unknown[]): unknown {
    const known = eligible(command, rest);
    if (!known) return send.call(this, command, ...rest);
    let plain = untouched.get(this);
    if (plain === undefined) {
      plain = isUntouched(this);
      untouched.set(this, plain);
      onceChanged(this.middlewareStack, () => untouched.delete(this));
    }
    return plain ? call(this, known.command, known.name, known.options) : send.call(this, command, ...rest);
  };

  async function call(
    client: SdkClient,
    command: DocumentCommand,
    name: string,
    options: CallOptions,
  ): Promise<Fields> {
    const { config } = client;
    const { operation, maps, lists } = COMMANDS[name] as (typeof COMMANDS)[string];
    let region = regions.get(client);
    if (region === undefined) {
      region = await config.region();
      regions.set(client, region);
    }
    const marshallOptions = { ...config.translateConfig?.marshallOptions, convertTopLevelContainer: true };
    const unmarshallOptions = { convertWithoutMapWrapper: true, ...config.translateConfig?.unmarshallOptions };
    const context = {
      [SMITHY_CONTEXT]: { abortSignal: options.abortSignal, operationSchema: command.clientCommand.schema },
    };
    const body = JSON.stringify(marshallFields(command.input, marshallOptions), binaryAsBase64);
    const request = {
      hostname: `dynamodb.${region}.amazonaws.com`,
      headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body,
    };
    const attempt = async (args: Fields): Promise<Fields> => {
      const answer = await config.requestHandler.exchange(request, options);
      const response =
        answer.statusCode >= 300 || BINARY_FIELD.test(answer.body) ? sdk.createResponse(answer) : undefined;
      const output =
        response === undefined
          ? (JSON.parse(answer.body) as Fields)
          : ((await deserialize(config, getSchemaSerdePlugin)(async () => ({ response }), context)(args))
              .output as Fields);
      const read = (values: unknown): Fields =>
        eachValue(values as Fields, (value) => unmarshall(value, unmarshallOptions));
      for (const field of maps) if (output[field]) output[field] = read(output[field]);
      for (const field of lists) if (output[field]) output[field] = (output[field] as unknown[]).map(read);
      output.$metadata = { httpStatusCode: answer.statusCode };
      return { response, output };
    };
    return (await retryMiddleware(config)(attempt, context)({ input: command.input })).output;
  }

  function marshallFields(input: Fields, options: Fields): Fields {
    const fields: Fields = {};
    for (const [name, value] of Object.entries(input)) {
      const holdsValues = VALUE_FIELDS.has(name) && value !== undefined;
      fields[name] = holdsValues ? eachValue(value as Fields, (part) => marshall(part, options)) : value;
    }
    return fields;
  }
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

function eligible(
  command: unknown,
  rest: readonly unknown[],
): { command: DocumentCommand; name: string; options: CallOptions } | undefined {
  const [options = {}, callback] = rest;
  if (callback !== undefined || typeof options !== 'object' || options === null) return undefined;
  if (Object.keys(options).some((name) => name !== 'abortSignal' && name !== 'requestTimeout')) return undefined;
  const name = (command as object).constructor.name;
  const documentCommand = command as DocumentCommand;
  if (!(name in COMMANDS) || !documentCommand.clientCommand) return undefined;
  if (LEGACY_FIELDS.some((field) => field in documentCommand.input)) return undefined;
  if (documentCommand.middlewareStack.identify().length > 0) return undefined;
  return { command: documentCommand, name, options };
}

/** Middleware that every DynamoDB client is born with; a client with more goes the long way. */
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
