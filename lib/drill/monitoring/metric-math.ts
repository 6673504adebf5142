/** An expression of metric math, read. */
export type MathNode =
  | { readonly kind: 'number'; readonly value: number }
  /** A metric by its id. */
  | { readonly kind: 'metric'; readonly id: string }
  | { readonly kind: 'operation'; readonly operator: Operator; readonly left: MathNode; readonly right: MathNode }
  /** What stands in for missing points. */
  | { readonly kind: 'fill'; readonly of: MathNode; readonly value: number }
  | { readonly kind: 'aggregate'; readonly name: Aggregate; readonly of: readonly MathNode[] };

const OPERATORS = {
  '+': (left: number, right: number) => left + right,
  '-': (left: number, right: number) => left - right,
  '*': (left: number, right: number) => left * right,
  '/': (left: number, right: number) => left / right,
} as const;

type Operator = keyof typeof OPERATORS;

const AGGREGATES = {
  SUM: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0),
  AVG: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length,
  MIN: (values: readonly number[]) => Math.min(...values),
  MAX: (values: readonly number[]) => Math.max(...values),
} as const;

type Aggregate = keyof typeof AGGREGATES;

/**
 * Reads the part of metric math that works point by point: numbers, metrics and other expressions by their ids, the four operations,
 * `FILL` with a number, and `SUM`, `AVG`, `MIN` and `MAX` of a list of series.
 *
 * @param resolve What an id stands for: a metric, or the text of another expression; nothing for an id that is not there.
 * @returns the expression, or nothing when it holds anything else.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function readMath(
  text: string,
  resolve: (id: string) => 'metric' | { readonly expression: string } | undefined,
  within: readonly string[] = [],
): MathNode | undefined {
  try {
    return new MathReader(text, (id) => {
      const what = resolve(id);
      if (what === 'metric') return { kind: 'metric', id };
      // An expression that leads back to itself has no value.
      const node = what && !within.includes(id) ? readMath(what.expression, resolve, [...within, id]) : undefined;
      if (!node) throw new NotRead();
      return node;
    }).read();
  } catch (error) {
    if (error instanceof NotRead) return undefined;
    throw error;
  }
}

/**
 * The value of an expression at one period. Nothing where a metric has no point there and nothing fills it, and where something is divided
 * by nothing. A list is aggregated over the series that have a point, which is not documented.
 *
 * @param point The data point of a metric at that period.
 */
export function evaluateMath(node: MathNode, point: (id: string) => number | undefined): number | undefined {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'metric':
      return point(node.id);
    case 'fill':
      return evaluateMath(node.of, point) ?? node.value;
    case 'operation': {
      const [left, right] = [evaluateMath(node.left, point), evaluateMath(node.right, point)];
      if (left === undefined || right === undefined) return undefined;
      const value = OPERATORS[node.operator](left, right);
      return Number.isFinite(value) ? value : undefined;
    }
    case 'aggregate': {
      const values = node.of.flatMap((one) => evaluateMath(one, point) ?? []);
      return values.length === 0 ? undefined : AGGREGATES[node.name](values);
    }
  }
}

class NotRead extends Error {}

/** One token: a number, a word, or a sign. */
const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z]\w*)|([-+*/()[\],]))\s*/y;

class MathReader {
  private readonly tokens: string[] = [];
  private position = 0;

  constructor(
    text: string,
    private readonly resolve: (id: string) => MathNode,
  ) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.length) {
      const match = TOKEN.exec(text);
      if (!match) throw new NotRead();
      this.tokens.push(match[1] ?? match[2] ?? match[3] ?? '');
    }
  }

  read(): MathNode {
    const node = this.sum();
    if (this.position < this.tokens.length) throw new NotRead();
    return node;
  }

  private sum(): MathNode {
    let node = this.product();
    for (let operator = this.take('+', '-'); operator; operator = this.take('+', '-')) {
      node = { kind: 'operation', operator: operator as Operator, left: node, right: this.product() };
    }
    return node;
  }

  private product(): MathNode {
    let node = this.single();
    for (let operator = this.take('*', '/'); operator; operator = this.take('*', '/')) {
      node = { kind: 'operation', operator: operator as Operator, left: node, right: this.single() };
    }
    return node;
  }

  private single(): MathNode {
    if (this.take('-')) {
      return { kind: 'operation', operator: '-', left: { kind: 'number', value: 0 }, right: this.single() };
    }
    if (this.take('(')) {
      const node = this.sum();
      this.expect(')');
      return node;
    }
    const token = this.next();
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
    if (token === 'FILL') return this.fill();
    if (token in AGGREGATES) return { kind: 'aggregate', name: token as Aggregate, of: this.list() };
    // Ids begin with a small letter, functions with a capital one.
    if (!/^[a-z]\w*$/.test(token)) throw new NotRead();
    return this.resolve(token);
  }

  private fill(): MathNode {
    this.expect('(');
    const of = this.sum();
    this.expect(',');
    const sign = this.take('-') ? -1 : 1;
    const value = this.next();
    if (!/^\d/.test(value)) throw new NotRead();
    this.expect(')');
    return { kind: 'fill', of, value: sign * Number(value) };
  }

  private list(): readonly MathNode[] {
    this.expect('(');
    this.expect('[');
    const nodes = [this.sum()];
    while (this.take(',')) nodes.push(this.sum());
    this.expect(']');
    this.expect(')');
    return nodes;
  }

  private take(...wanted: readonly string[]): string | undefined {
    const token = this.tokens[this.position];
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.position++;
    return token;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw new NotRead();
  }

  private next(): string {
    const token = this.tokens[this.position++];
    if (token === undefined) throw new NotRead();
    return token;
  }
}
