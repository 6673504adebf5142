import { isAcknowledged, type Operation, type Outcome } from './operation';

/** What many operations have in common, kept once. */
interface Shape {
  readonly client: string | number;
  readonly kind: string;
  readonly outcome: Outcome;
  readonly region: string | undefined;
}

/** Index before the first operation of a key. */
const NONE = -1;

/** Operations that a history has room for at first. */
const FIRST_CAPACITY = 1024;

/**
 * Operations in the order in which they were added, to be taken out key by key.
 *
 * A long run has millions of them, so that they are kept as columns and are objects only while their key is looked at:
 * about 60 bytes each, besides their inputs and outputs.
 */
export class History<Input, Output> {
  private readonly shapes: Shape[] = [];
  private readonly shapeIndex = new Map<string | number, Map<string, number>>();
  private readonly lastOfKey = new Map<string, number>();
  private length = 0;
  private previous = new Int32Array(FIRST_CAPACITY);
  private shape = new Int32Array(FIRST_CAPACITY);
  private invokeMs = new Float64Array(FIRST_CAPACITY);
  private completeMs = new Float64Array(FIRST_CAPACITY);
  private readonly input: Input[] = [];
  private readonly output: (Output | undefined)[] = [];

  /** Operations so far. */
  get size(): number {
    return this.length;
  }

  /** Keys so far. */
  get keyCount(): number {
    return this.lastOfKey.size;
  }

  /** Takes one operation that has ended. */
  add(operation: Operation<Input, Output>): void {
    const { key, invokeMs, completeMs, input } = operation;
    const index = this.length++;
    if (index === this.previous.length) this.grow();
    this.previous[index] = this.lastOfKey.get(key) ?? NONE;
    this.lastOfKey.set(key, index);
    this.shape[index] = this.indexOfShape(operation);
    this.invokeMs[index] = invokeMs;
    this.completeMs[index] = completeMs ?? Number.NaN;
    this.input.push(input);
    this.output.push(isAcknowledged(operation) ? operation.output : undefined);
  }

  /** How many operations ended so. */
  count(outcome: Outcome): number {
    return this.shape
      .subarray(0, this.length)
      .reduce((sum, index) => sum + (this.shapes[index]?.outcome === outcome ? 1 : 0), 0);
  }

  /**
   * Each key with its operations, in the order in which they were added.
   *
   * @param zeroMs Instant that their times are counted from.
   */
  *perKey(zeroMs = 0): Generator<readonly [key: string, operations: readonly Operation<Input, Output>[]]> {
    for (const [key, last] of this.lastOfKey) {
      const operations: Operation<Input, Output>[] = [];
      for (let index = last; index !== NONE; index = this.previous[index] as number) {
        operations.push(this.operationAt(key, index, zeroMs));
      }
      yield [key, operations.reverse()];
    }
  }

  private grow(): void {
    const capacity = 2 * this.previous.length;
    this.previous = copied(this.previous, new Int32Array(capacity));
    this.shape = copied(this.shape, new Int32Array(capacity));
    this.invokeMs = copied(this.invokeMs, new Float64Array(capacity));
    this.completeMs = copied(this.completeMs, new Float64Array(capacity));
  }

  private indexOfShape({ client, kind, outcome, region }: Operation<Input, Output>): number {
    let ofClient = this.shapeIndex.get(client);
    if (!ofClient) {
      ofClient = new Map();
      this.shapeIndex.set(client, ofClient);
    }
    const name = `${outcome} ${region ?? ''} ${kind}`;
    const known = ofClient.get(name);
    if (known !== undefined) return known;
    ofClient.set(name, this.shapes.length);
    return this.shapes.push({ client, kind, outcome, region }) - 1;
  }

  private operationAt(key: string, index: number, zeroMs: number): Operation<Input, Output> {
    const { client, kind, outcome, region } = this.shapes[this.shape[index] as number] as Shape;
    const completeMs = (this.completeMs[index] as number) - zeroMs;
    // One literal with all fields, since millions of them are made: taking some away was measured at four times the cost.
    const operation = {
      client,
      key,
      kind,
      input: this.input[index] as Input,
      invokeMs: (this.invokeMs[index] as number) - zeroMs,
      region,
      outcome,
      completeMs: Number.isNaN(completeMs) ? undefined : completeMs,
      output: this.output[index],
    };
    return operation as Operation<Input, Output>;
  }
}

function copied<Column extends Int32Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
