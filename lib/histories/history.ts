import { isAcknowledged, type Operation, type Outcome } from './operation';

/** What many operations have in common, kept once. */
interface Shape {
  readonly kind: string;
  readonly outcome: Outcome;
  readonly region: string | undefined;
}

/** Index before the first operation of a key. */
const NONE = -1;

/**
 * Operations in the order in which they were added, to be taken out key by key.
 *
 * A long run has millions of them, most of a few kinds and outcomes, so that they are kept as columns: about 60 bytes
 * each, and as objects only while a key is looked at.
 */
export class History<Input, Output> {
  private readonly shapes: Shape[] = [];
  private readonly shapeIndex = new Map<string, number>();
  private readonly lastOfKey = new Map<string, number>();
  private readonly previous: number[] = [];
  private readonly shape: number[] = [];
  private readonly client: (string | number)[] = [];
  private readonly invokeMs: number[] = [];
  private readonly completeMs: number[] = [];
  private readonly input: Input[] = [];
  private readonly output: (Output | undefined)[] = [];

  /** Operations so far. */
  get size(): number {
    return this.shape.length;
  }

  /** Keys so far. */
  get keyCount(): number {
    return this.lastOfKey.size;
  }

  /** Takes one operation that has ended. */
  add(operation: Operation<Input, Output>): void {
    const { key, client, invokeMs, completeMs, input } = operation;
    const index = this.size;
    this.previous.push(this.lastOfKey.get(key) ?? NONE);
    this.lastOfKey.set(key, index);
    this.shape.push(this.indexOfShape(operation));
    this.client.push(client);
    this.invokeMs.push(invokeMs);
    this.completeMs.push(completeMs ?? Number.NaN);
    this.input.push(input);
    this.output.push(isAcknowledged(operation) ? operation.output : undefined);
  }

  /** How many operations ended so. */
  count(outcome: Outcome): number {
    const counts = this.shapes.map(() => 0);
    for (const index of this.shape) counts[index] = (counts[index] ?? 0) + 1;
    return this.shapes.reduce((sum, shape, index) => sum + (shape.outcome === outcome ? (counts[index] ?? 0) : 0), 0);
  }

  /** Each key with its operations, in the order in which they were added. */
  *perKey(): Generator<readonly [key: string, operations: readonly Operation<Input, Output>[]]> {
    for (const [key, last] of this.lastOfKey) {
      const operations: Operation<Input, Output>[] = [];
      for (let index = last; index !== NONE; index = this.previous[index] as number) {
        operations.push(this.operationAt(key, index));
      }
      yield [key, operations.reverse()];
    }
  }

  private indexOfShape({ kind, outcome, region }: Operation<Input, Output>): number {
    const name = `${outcome} ${region ?? ''} ${kind}`;
    const known = this.shapeIndex.get(name);
    if (known !== undefined) return known;
    this.shapeIndex.set(name, this.shapes.length);
    return this.shapes.push({ kind, outcome, region }) - 1;
  }

  private operationAt(key: string, index: number): Operation<Input, Output> {
    const { kind, outcome, region } = this.shapes[this.shape[index] as number] as Shape;
    const completeMs = this.completeMs[index] as number;
    const invocation = {
      client: this.client[index] as string | number,
      key,
      kind,
      input: this.input[index] as Input,
      invokeMs: this.invokeMs[index] as number,
      ...(region === undefined ? {} : { region }),
    };
    if (outcome === 'ok') return { ...invocation, outcome, completeMs, output: this.output[index] as Output };
    if (outcome === 'fail') return { ...invocation, outcome, completeMs };
    return { ...invocation, outcome, ...(Number.isNaN(completeMs) ? {} : { completeMs }) };
  }
}
