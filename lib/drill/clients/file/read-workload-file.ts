import { readFileSync } from 'node:fs';
import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import { BadInput, type Problem, quoteFound } from '../../../bad-input';
import { meaningProblems } from './meaning-problems';
import schema from './workload.schema.json';
import type { WorkloadDefinition } from './workload-definition';

const REMEDY = 'see docs/workload.md';

/** Made when it is first needed: most drills have no workload file. */
let validator: ValidateFunction | undefined;

/**
 * Reads a workload file and checks it: by its schema, and by what its parts say of each other.
 *
 * @throws BadInput with every problem at once.
 */
export function readWorkloadFile(file: string): WorkloadDefinition {
  const document = parse(file);
  validator ??= new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, verbose: true }).compile(schema);
  validator(document);
  const errors = validator.errors ?? [];
  const problems = unique(errors.flatMap(problemOf));
  const broken = new Set(errors.map(({ instancePath }) => instancePath.split('/')[2]));
  problems.push(
    ...meaningProblems(document as Partial<WorkloadDefinition> | null, (index) => !broken.has(String(index))),
  );
  if (problems.length > 0) throw new BadInput(file, problems);
  return document as WorkloadDefinition;
}

function parse(file: string): unknown {
  const refuse = (found: string, allowed: string, remedy: string): never => {
    throw new BadInput('the command line', [{ field: '--workload', found, allowed, remedy }]);
  };
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    refuse(
      `${quoteFound(file)} (${(error as NodeJS.ErrnoException).code})`,
      'a file that can be read',
      'name another file',
    );
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse(`${quoteFound(file)}: ${(error as Error).message}`, 'a file of JSON', 'correct its syntax');
  }
}

type SchemaPart = {
  readonly description?: string;
  readonly $ref?: string;
  readonly properties?: Record<string, SchemaPart>;
};

/** Keywords that only repeat what others say. */
const SUMMARIES: readonly string[] = ['propertyNames', 'if', 'not'];

function problemOf(error: ErrorObject): readonly Problem[] {
  const { keyword, instancePath, params, data, propertyName } = error;
  const parent = (error.parentSchema ?? {}) as SchemaPart;
  const at = fieldOf(instancePath);
  if (keyword === 'required') {
    const name = String(params.missingProperty);
    return [problem(join(at, name), 'nothing', describe(parent.properties?.[name]))];
  }
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty);
    const known = Object.keys(parent.properties ?? {}).join(', ');
    return [problem(join(at, name), 'a field of that name', `only ${known}`)];
  }
  if (propertyName !== undefined) return [problem(join(at, propertyName), 'that name', describe(parent))];
  return SUMMARIES.includes(keyword) && keyword !== 'not' ? [] : [problem(at, quoteFound(data), describe(parent))];
}

/** What a part of the schema says of itself, or the part that it refers to. */
function describe(part: SchemaPart | undefined): string {
  if (part?.description !== undefined) return part.description;
  const name = part?.$ref?.split('/').at(-1) ?? '';
  return (schema.$defs as Readonly<Record<string, SchemaPart>>)[name]?.description ?? 'what the schema allows';
}

/** `operations[1].request.method` for `/operations/1/request/method`. */
function fieldOf(instancePath: string): string {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(join, '');
}

function join(path: string, name: string): string {
  if (/^\d+$/.test(name)) return `${path}[${name}]`;
  const isPlain = /^[$A-Za-z_][\w$-]*$/.test(name);
  if (!isPlain) return `${path}["${name}"]`;
  return path === '' ? name : `${path}.${name}`;
}

function problem(field: string, found: string, allowed: string): Problem {
  return { field: field || 'the whole file', found, allowed, remedy: REMEDY };
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((each) => [each.field, each])).values()];
}
