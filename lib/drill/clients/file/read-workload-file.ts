import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import { BadInput, type Problem, quoteFound } from '../../../bad-input';
import { readJsonFile } from '../../scenarios/json-input';
import { meaningProblems } from './meaning-problems';
import schema from './workload.schema.json';
import type { WorkloadDefinition } from './workload-definition';

const PAGE = 'see docs/workload.md';

/** Made when it is first needed: most drills have no workload file. */
let validator: ValidateFunction | undefined;

/**
 * Reads a workload file and checks it: by its schema, and by what its parts say of each other.
 *
 * @throws BadInput with every problem at once.
 */
export function readWorkloadFile(file: string): WorkloadDefinition {
  const document = readJsonFile(file, '--workload');
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
    return [problem(join(at, name), 'nothing', describe(parent.properties?.[name]), `add it; ${PAGE}`)];
  }
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty);
    const known = Object.keys(parent.properties ?? {}).join(', ');
    return [problem(join(at, name), 'a field that is not known there', known, 'take it out, or mend its name')];
  }
  if (propertyName !== undefined) {
    return [
      problem(join(at, propertyName), `the name ${quoteFound(propertyName)}`, describe(parent), `change it; ${PAGE}`),
    ];
  }
  if (SUMMARIES.includes(keyword) && keyword !== 'not') return [];
  return [problem(at, quoteFound(data), at === '' ? WHOLE_FILE : describe(parent), `change it; ${PAGE}`)];
}

/** What a file is, in words that are shorter than the schema's. */
const WHOLE_FILE = 'an object with at least name and operations';

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

function problem(field: string, found: string, allowed: string, remedy: string): Problem {
  return { field: field || 'the whole file', found, allowed, remedy };
}

function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((each) => [each.field, each])).values()];
}
