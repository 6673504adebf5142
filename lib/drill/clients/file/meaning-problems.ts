import type { Problem } from '../../../bad-input';
import { quoteFound } from '../../../bad-input';
import { placeholdersIn } from './template';
import type { Json, OperationDefinition, ParameterDefinition, WorkloadDefinition } from './workload-definition';

/** Sources of a parameter, of which it has one. */
const SOURCES = ['value', 'new', 'client', 'key', 'oneOf', 'number', 'text', 'time', 'sha256', 'bytes', 'from'];

/** Fields that go with one source alone. */
const COMPANIONS: Readonly<Record<string, string>> = { count: 'key', encoding: 'sha256', by: 'from', take: 'from' };

/**
 * What is wrong with a workload beyond its shape: placeholders that nothing fills in, records that nobody leaves, operations
 * that can never be made.
 *
 * @param isShaped Whether the operation at an index keeps to the schema; others are not looked at.
 */
export function meaningProblems(
  workload: Partial<WorkloadDefinition> | null,
  isShaped: (index: number) => boolean,
): readonly Problem[] {
  const operations = Array.isArray(workload?.operations) ? (workload.operations as readonly OperationDefinition[]) : [];
  const shaped = operations.flatMap((operation, index) =>
    isShaped(index) ? [{ operation, at: `operations[${index}]` }] : [],
  );
  const pools = poolsOf(shaped.map(({ operation }) => operation));
  const areAllShaped = shaped.length === operations.length;
  return [
    ...sameNames(shaped),
    ...shaped.flatMap(({ operation, at }) => [
      ...parameterProblems(operation, at),
      ...placeholderProblems(operation, at, areAllShaped ? pools : undefined),
    ]),
    ...(areAllShaped ? unreachable(shaped, pools) : []),
  ];
}

interface Placed {
  readonly operation: OperationDefinition;
  readonly at: string;
}

/** Fields of every record of a pool: what each operation that puts something in knows. */
type Pools = ReadonlyMap<string, readonly string[]>;

function poolsOf(operations: readonly OperationDefinition[]): Pools {
  const pools = new Map<string, readonly string[]>();
  for (const { parameters = {}, remember = {}, write } of operations) {
    if (write?.into === undefined) continue;
    const fields = [...Object.keys(parameters), ...Object.keys(remember)];
    const earlier = pools.get(write.into);
    pools.set(write.into, earlier ? earlier.filter((field) => fields.includes(field)) : fields);
  }
  return pools;
}

function sameNames(placed: readonly Placed[]): readonly Problem[] {
  const names = placed.map(({ operation }) => operation.name);
  return placed.flatMap(({ operation: { name }, at }, index) =>
    names.indexOf(name) === index
      ? []
      : [problem(`${at}.name`, quoteFound(name), 'a name of its own', 'rename one of them')],
  );
}

function parameterProblems({ parameters = {} }: OperationDefinition, at: string): readonly Problem[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    const field = `${at}.parameters.${name}`;
    const sources = SOURCES.filter((source) => source in parameter);
    if (sources.length !== 1) {
      return [problem(field, quoteFound(parameter), `exactly one of ${SOURCES.join(', ')}`, 'give it one source')];
    }
    const strays = Object.keys(COMPANIONS).filter((key) => key in parameter && COMPANIONS[key] !== sources[0]);
    const wrong = strays.map((key) => problem(`${field}.${key}`, key, `it beside ${COMPANIONS[key]}`, 'leave it out'));
    if (sources[0] === 'key' && !('count' in parameter)) {
      wrong.push(problem(`${field}.count`, 'nothing', 'how many keys there are', 'give a whole number above 0'));
    }
    if ('number' in parameter && parameter.number[0] > parameter.number[1]) {
      wrong.push(
        problem(`${field}.number`, quoteFound(parameter.number), 'the smaller number first', 'turn them round'),
      );
    }
    return wrong;
  });
}

/** @param pools What records have; nothing when that is not known. */
function placeholderProblems(operation: OperationDefinition, at: string, pools: Pools | undefined): readonly Problem[] {
  const { parameters = {}, request, expect, remember = {}, write, upload } = operation;
  const problems: Problem[] = [];
  const known = new Map<string, readonly string[] | undefined>();
  const check = (field: string, value: unknown): void => {
    for (const path of placeholdersIn(value as Json)) {
      const why = unfilled(path, known);
      if (why !== undefined) problems.push(problem(`${at}.${field}`, `{${path}}`, why, 'name a parameter, or add it'));
    }
  };
  for (const [name, parameter] of Object.entries(parameters)) {
    check(`parameters.${name}`, textsOf(parameter));
    const pool = 'from' in parameter ? parameter.from : undefined;
    if (pool !== undefined && pools && !pools.has(pool)) {
      const known = [...pools.keys()].join(', ');
      problems.push(
        problem(
          `${at}.parameters.${name}.from`,
          quoteFound(pool),
          `the \`into\` of a write in this file, ${known === '' ? 'of which there is none' : `of which there are: ${known}`}`,
          known === ''
            ? 'add `into` to the write that leaves such records'
            : 'name one of these, or add `into` to a write',
        ),
      );
    }
    known.set(name, pool === undefined ? [] : pools?.get(pool));
  }
  check('request', request);
  check('expect', expect);
  for (const name of Object.keys(remember)) known.set(name, []);
  check('write.identity', write?.identity);
  check('write.readBack', write?.readBack);
  check('upload', upload);
  if (write && placeholdersIn(write.identity).length === 0) {
    const allowed = 'a text with a placeholder: otherwise every write would be to the same';
    problems.push(
      problem(`${at}.write.identity`, quoteFound(write.identity), allowed, 'tell what is written to apart'),
    );
  }
  return problems;
}

/** Texts of a parameter in which placeholders are filled in. */
function textsOf(parameter: ParameterDefinition): Json {
  if ('value' in parameter) return parameter.value;
  if ('sha256' in parameter) return parameter.sha256;
  return 'bytes' in parameter ? parameter.bytes : '';
}

/**
 * Why a placeholder cannot be filled in.
 *
 * @param known Parameters made by then, each with the fields of its records if it is one.
 */
function unfilled(path: string, known: ReadonlyMap<string, readonly string[] | undefined>): string | undefined {
  const [name = '', field] = path.split('.');
  if (!known.has(name)) return `a parameter that is known by then: ${[...known.keys()].join(', ') || 'there is none'}`;
  const fields = known.get(name);
  if (field === undefined || fields === undefined || fields.includes(field)) return undefined;
  return fields.length === 0 ? `${name} alone: it is no record` : `a field of ${name}: ${fields.join(', ')}`;
}

/** Operations that wait for records which only such operations leave. */
function unreachable(placed: readonly Placed[], pools: Pools): readonly Problem[] {
  const left = new Set<string>();
  // What nobody leaves at all is said elsewhere.
  const isLeft = (pool: string): boolean => left.has(pool) || !pools.has(pool);
  const isPossible = ({ operation: { parameters = {} } }: Placed): boolean =>
    Object.values(parameters).every((parameter) => !('from' in parameter) || isLeft(parameter.from));
  for (let before = -1; before < left.size; ) {
    before = left.size;
    for (const each of placed.filter(isPossible)) if (each.operation.write?.into) left.add(each.operation.write.into);
  }
  return placed
    .filter((each) => !isPossible(each))
    .map(({ operation: { name }, at }) =>
      problem(
        at,
        quoteFound(name),
        'an operation that can be made',
        'let an operation without `from` leave its records',
      ),
    );
}

function problem(field: string, found: string, allowed: string, remedy: string): Problem {
  return { field, found, allowed, remedy };
}
