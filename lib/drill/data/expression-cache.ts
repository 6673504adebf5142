/** A parser of dynalite's, as its validations call it. */
export interface ExpressionParser {
  parse(expression: string, options: { context: ParseContext }): unknown;
}

/** What dynalite tells its parsers. */
interface ParseContext {
  readonly attrNames?: Readonly<Record<string, string>>;
  readonly attrVals?: Readonly<Record<string, object>>;
  readonly unusedAttrNames: Record<string, true>;
  readonly unusedAttrVals: Record<string, true>;
  readonly isKeyCondition?: boolean;
}

/** A parsed expression with holes where attribute values go. */
interface Template {
  readonly build: (values: Readonly<Record<string, object>>) => unknown;
  readonly usedNames: readonly string[];
  readonly usedValues: readonly string[];
}

/** Distinct expressions kept for each parser; an application has a handful. */
const MAX_TEMPLATES = 1000;

/** Expressions whose parsing looks at the values themselves: bounds are compared, type names checked. */
const VALUE_DEPENDENT = /between|attribute_type/i;

/**
 * Remembers what a parser made of an expression.
 *
 * dynalite parses every expression of every request and writes the request's values into the result, which is most of
 * what a write costs. The result depends on the text, the attribute names and the types of the values; only the values
 * themselves change, so they are put into a copy. Refusals, and expressions whose parsing looks at values, are never remembered.
 */
export function rememberExpressions(parser: ExpressionParser): void {
  const parse = parser.parse.bind(parser);
  const templates = new Map<string, Template>();
  parser.parse = (expression, options) => {
    const { context } = options;
    const { attrNames = {}, attrVals = {} } = context;
    const key = keyOf(expression, attrNames, attrVals, context.isKeyCondition === true);
    const known = templates.get(key);
    if (known) {
      markUsed(context, known);
      return known.build(attrVals);
    }
    // Its own lists: what an earlier expression of the same request used is no longer on the request's.
    const unusedAttrNames = flagged(attrNames);
    const unusedAttrVals = flagged(attrVals);
    const parsed = parse(expression, { context: { ...context, unusedAttrNames, unusedAttrVals } });
    const used = {
      usedNames: Object.keys(attrNames).filter((name) => !(name in unusedAttrNames)),
      usedValues: Object.keys(attrVals).filter((name) => !(name in unusedAttrVals)),
    };
    markUsed(context, used);
    const isRefusal = typeof parsed === 'string';
    if (!isRefusal && !VALUE_DEPENDENT.test(expression) && templates.size < MAX_TEMPLATES) {
      templates.set(key, {
        build: templateOf(parsed, new Map(Object.entries(attrVals).map(([name, value]) => [value, name]))),
        ...used,
      });
    }
    return parsed;
  };
}

function markUsed(context: ParseContext, { usedNames, usedValues }: Pick<Template, 'usedNames' | 'usedValues'>): void {
  for (const name of usedNames) delete context.unusedAttrNames[name];
  for (const name of usedValues) delete context.unusedAttrVals[name];
}

function flagged(names: Readonly<Record<string, unknown>>): Record<string, true> {
  return Object.fromEntries(Object.keys(names).map((name) => [name, true]));
}

function keyOf(
  expression: string,
  names: Readonly<Record<string, string>>,
  values: Readonly<Record<string, object>>,
  isKeyCondition: boolean,
): string {
  let key = `${isKeyCondition} ${expression}`;
  for (const name in names) key += `\n${name} ${names[name]}`;
  for (const name in values) for (const type in values[name]) key += `\n${name} ${type}`;
  return key;
}

/** A function that copies a parsed expression, with other values in the places of those it was parsed with. */
function templateOf(
  node: unknown,
  holes: ReadonlyMap<object, string>,
): (values: Readonly<Record<string, object>>) => unknown {
  if (typeof node !== 'object' || node === null) return () => node;
  const hole = holes.get(node);
  if (hole !== undefined) return (values) => values[hole];
  if (Array.isArray(node)) {
    const parts = node.map((part) => templateOf(part, holes));
    return (values) => parts.map((part) => part(values));
  }
  const prototype = Object.getPrototypeOf(node) as object | null;
  const fields = Object.entries(node).map(([name, part]) => [name, templateOf(part, holes)] as const);
  return (values) => {
    const copy = prototype === null ? Object.create(null) : {};
    for (const [name, part] of fields) copy[name] = part(values);
    return copy;
  };
}
