import { z } from 'zod';
import { BadInput, type Problem, quoteFound } from '../bad-input';
import { CONFIG_RULES } from './config-rules';
import { configSchema, type ShapedConfig } from './config-schema';
import { CONFIG_GUIDE, FIELD_GUIDES, type FieldGuide, regionGuide, repeatedRegionGuide } from './field-guides';
import { nearestName } from './nearest-name';
import type { QualifiedConfig } from './qualified-config';

type Issue = z.core.$ZodIssue;

/** Fields that hold one Region, whose guide depends on what was found. */
const REGION_FIELDS: readonly string[] = ['witnessRegion', 'backup.region'];

/**
 * Checks a config by every rule and fills in what it leaves out.
 *
 * @param raw What the config file exports.
 * @param source Name of the file, for the message.
 * @throws BadInput with every problem at once.
 */
export function qualifyConfig(raw: unknown, source: string): QualifiedConfig {
  const result = configSchema.safeParse(raw);
  const issues = result.success ? [] : result.error.issues;
  const problems = [...onceEach(issues.flatMap((issue) => shapeProblems(raw, issue))), ...ruleProblems(raw)];
  if (problems.length > 0 || !result.success) throw new BadInput(source, problems);
  return filledIn(result.data);
}

function filledIn({ witnessRegion, regions, ...config }: ShapedConfig): QualifiedConfig {
  const [owner, second, ...more] = regions;
  if (owner === undefined || second === undefined) throw new Error('the schema let fewer than two Regions through');
  const { id, name, owned } = config.hostedZone;
  return {
    ...config,
    hostedZone: { id, name, owned },
    backup: config.backup,
    notifications: config.notifications,
    regions: [owner, second, ...more],
    witnessRegions: witnessRegion === undefined ? [] : [witnessRegion],
  };
}

/** Problems of the rules whose fields all have the right shape, so that one wrong field does not hide what is wrong elsewhere. */
function ruleProblems(raw: unknown): Problem[] {
  if (typeof raw !== 'object' || raw === null) return [];
  const { shaped, paths } = wellShaped(configSchema, raw as Fields);
  return CONFIG_RULES.filter(({ needs }) => needs.every((path) => paths.has(path))).flatMap(({ check }) =>
    check(shaped as unknown as ShapedConfig),
  );
}

type Fields = Readonly<Record<string, unknown>>;

/** The fields that have the right shape, those within a wrong object included, and their paths. */
function wellShaped(schema: z.ZodObject, raw: Fields): { shaped: Fields; paths: ReadonlySet<string> } {
  const shaped: Record<string, unknown> = {};
  const paths = new Set<string>();
  for (const [field, fieldSchema] of Object.entries(schema.shape)) {
    const value = raw[field];
    const result = z.safeParse(fieldSchema, value);
    if (result.success) {
      shaped[field] = result.data;
      for (const path of [field, ...pathsWithin(field, result.data)]) paths.add(path);
      continue;
    }
    const objectSchema = withoutDefault(fieldSchema);
    if (objectSchema instanceof z.ZodObject && typeof value === 'object' && value !== null) {
      const inner = wellShaped(objectSchema, value as Fields);
      shaped[field] = inner.shaped;
      for (const path of inner.paths) paths.add(`${field}.${path}`);
    }
  }
  return { shaped, paths };
}

function withoutDefault(schema: z.core.$ZodType): z.core.$ZodType {
  const wrapped = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return wrapped ? schema.unwrap() : schema;
}

function pathsWithin(field: string, value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value).map((key) => `${field}.${key}`) : [];
}

/** A value can break two limits of its field, and both have one guide. */
function onceEach(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function shapeProblems(raw: unknown, issue: Issue): Problem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(issue.path, key));
  const found = valueAt(raw, issue.path);
  const { key, repeats } = issue.code === 'custom' ? (issue.params ?? {}) : {};
  return [
    {
      field: pathText(issue.path),
      found: key === undefined ? quoteFound(found) : `the key ${quoteFound(key)}`,
      ...(repeats === undefined ? guideOf(issue.path, found) : repeatedRegionGuide(repeats)),
    },
  ];
}

function unknownField(parent: readonly PropertyKey[], key: string): Problem {
  const known = [...Object.keys(FIELD_GUIDES), ...REGION_FIELDS]
    .filter((field) => parentOf(field) === (parent.length === 0 ? '' : pathText(parent)))
    .map((field) => field.slice(field.lastIndexOf('.') + 1))
    .filter((sibling) => sibling !== key);
  const nearest = nearestName(key, known);
  return {
    field: pathText([...parent, key]),
    found: 'a field that is not known',
    allowed: known.join(', '),
    remedy: nearest ? `write "${nearest}" if you meant that` : 'remove it',
  };
}

function guideOf(path: readonly PropertyKey[], found: unknown): FieldGuide {
  const [field] = path;
  const name = pathText(path);
  if (REGION_FIELDS.includes(name) || (field === 'regions' && path.length === 2)) return regionGuide(found);
  if (field === undefined) return CONFIG_GUIDE;
  const pattern = field === 'tags' && path.length > 1 ? 'tags.*' : name.replace(/\[\d+\]/g, '[]');
  const guide = FIELD_GUIDES[pattern];
  if (!guide) throw new Error(`no guide for the field ${pattern}`);
  return guide;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], raw);
}

/** A path as one would write it in TypeScript: `regions[1]`, `hostedZone.id`, `tags["aws:owner"]`. */
function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'default export';
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    if (!/^[A-Za-z_$][\w$]*$/.test(String(key))) return `${text}[${JSON.stringify(String(key))}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

function parentOf(field: string): string | undefined {
  if (field.endsWith('*') || field.endsWith('[]')) return undefined;
  return field.includes('.') ? field.slice(0, field.lastIndexOf('.')) : '';
}
