/** An item in DynamoDB's wire form: attribute name → typed value such as `{"S": "…"}`. Never changed once stored. */
export type ItemImage = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Input or output of an operation in DynamoDB's JSON protocol. */
export type OperationData = Readonly<Record<string, unknown>>;

/** The operations an engine executes. */
export type ReadOperation = 'GetItem' | 'Query' | 'Scan';
/** The operations that change one item. */
export type WriteOperation = 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** An error answer of DynamoDB's wire protocol. */
export class ServiceError extends Error {
  /**
   * @param statusCode HTTP status.
   * @param type Exception name with its namespace, for example `com.amazonaws.dynamodb.v20120810#…`.
   * @param details Further fields of the body.
   */
  constructor(
    readonly statusCode: number,
    readonly type: string,
    message: string,
    private readonly details: OperationData = {},
  ) {
    super(message);
    this.name = 'ServiceError';
  }

  /** The body as DynamoDB writes it. */
  get body(): OperationData {
    return { __type: this.type, message: this.message, ...this.details };
  }
}

/**
 * One copy of one table: expressions, conditions, indexes and paging, with no notion of Regions, time or failure.
 *
 * Everything around it (replication, consistency, latency, faults) is ours; an engine is a library behind this
 * interface, so it can be replaced or checked against another.
 */
export interface TableEngine {
  /**
   * Executes an operation against this copy.
   *
   * @throws ServiceError for what DynamoDB refuses; NotModelled for a parameter the library does not know.
   */
  execute(operation: ReadOperation | WriteOperation, input: OperationData): Promise<OperationData>;

  /** The primary key of an item, or of an operation's `Key`, as one comparable text. */
  keyOf(item: ItemImage): string;

  /** The stored image under a key. */
  image(key: string): ItemImage | undefined;

  /** Stores an image as it is, indexes included: how a replicated change arrives. `undefined` deletes. */
  apply(key: string, image: ItemImage | undefined): void;

  /** Every key, sorted. */
  keys(): string[];
}
