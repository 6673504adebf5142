import { NotModelled } from '../not-modelled';
import constantsFile from './model-constants.json';

/** How a constant is known; see `docs/model.md`. */
export type Basis =
  | 'documented'
  | 'source-code'
  | 'measured-dataset'
  | 'paper'
  | 'secondary'
  | 'recalled'
  | 'derived'
  | 'assumed';

/** One constant of the world model, with where it comes from and how far to trust it. */
export interface ModelConstant {
  /** Stable name, for example `r53.checker.count`. */
  readonly id: string;
  /** What it is, in words. */
  readonly name: string;
  /** Unit of the value or of the distribution. */
  readonly unit: string;
  /** The value, when it is a fixed one. @default - the constant is a distribution */
  readonly value?: unknown;
  /** The distribution, when it is one. @default - the constant is a value */
  readonly distribution?: { readonly kind: string; readonly [parameter: string]: unknown };
  /** Where it was read; `null` when derived or assumed. */
  readonly source: string | null;
  /** How far to trust it. */
  readonly confidence: 'high' | 'medium' | 'low';
  /** How it is known. */
  readonly basis: Basis;
  /** What a model does with it. */
  readonly use: string;
}

/** A lognormal distribution by its median and one upper percentile. */
export interface Lognormal {
  /** Median. */
  readonly p50: number;
  /** 90th percentile. @default - `p99` is given */
  readonly p90?: number;
  /** 99th percentile. @default - `p90` is given */
  readonly p99?: number;
}

const byId = new Map((constantsFile as readonly ModelConstant[]).map((constant) => [constant.id, constant]));

/** Every constant of the model, in file order. */
export function allConstants(): readonly ModelConstant[] {
  return [...byId.values()];
}

/** The constant with this id; an unknown id is a defect of the caller. */
export function modelConstant(id: string): ModelConstant {
  const constant = byId.get(id);
  if (!constant) throw new NotModelled(`constant ${id}: no such entry in lib/drill/model/model-constants.json`);
  return constant;
}

/** A constant that is one number. */
export function numberConstant(id: string): number {
  return checked(id, modelConstant(id).value, (value): value is number => typeof value === 'number');
}

/** A constant that is a list of texts, for example Regions. */
export function listConstant(id: string): readonly string[] {
  return checked(
    id,
    modelConstant(id).value,
    (value): value is string[] => Array.isArray(value) && value.every((entry) => typeof entry === 'string'),
  );
}

/** A constant that is an object with number fields. */
export function fieldsConstant(id: string): Readonly<Record<string, number>> {
  return checked(id, modelConstant(id).value, (value): value is Record<string, number> => isNumberRecord(value));
}

/** A constant that is a lognormal distribution. */
export function lognormalConstant(id: string): Lognormal {
  return checked(
    id,
    modelConstant(id).distribution,
    (value): value is Lognormal & { kind: string; readonly [parameter: string]: unknown } =>
      isRecord(value) && value.kind === 'lognormal' && typeof value.p50 === 'number',
  );
}

/** A constant that is uniform between two bounds. */
export function uniformConstant(id: string): { readonly min: number; readonly max: number } {
  return checked(
    id,
    modelConstant(id).distribution,
    (value): value is { kind: string; min: number; max: number } =>
      isRecord(value) && value.kind === 'uniform' && typeof value.min === 'number' && typeof value.max === 'number',
  );
}

/** A constant that is between two bounds, most often near its mode. */
export function triangularConstant(id: string): { readonly min: number; readonly mode: number; readonly max: number } {
  return checked(
    id,
    modelConstant(id).distribution,
    (value): value is { kind: string; min: number; mode: number; max: number } =>
      isRecord(value) &&
      value.kind === 'triangular' &&
      typeof value.min === 'number' &&
      typeof value.mode === 'number' &&
      typeof value.max === 'number',
  );
}

/** A constant that is a choice between weighted options. */
export function choiceConstant(id: string): readonly (readonly [value: number, weight: number])[] {
  const distribution = checked(
    id,
    modelConstant(id).distribution,
    (value): value is { kind: string; options: [number, number][] } =>
      isRecord(value) && value.kind === 'choice' && Array.isArray(value.options),
  );
  return distribution.options;
}

/** A constant given by named quantiles, such as `p10`, `p50`, `p90`. */
export function quantilesConstant(id: string): Readonly<Record<string, number>> {
  const { kind: _kind, ...quantiles } = checked(
    id,
    modelConstant(id).distribution,
    (value): value is { kind: string } & Record<string, number> => isRecord(value) && value.kind === 'quantiles',
  );
  return quantiles;
}

/** The numbers that a constant has under these names, be they fields of its value or parameters of its distribution. */
export function partsConstant<Name extends string>(
  id: string,
  ...names: readonly Name[]
): Readonly<Record<Name, number>> {
  const { value, distribution = value } = modelConstant(id);
  return checked(
    id,
    distribution,
    (found): found is Record<Name, number> => isRecord(found) && names.every((name) => typeof found[name] === 'number'),
  );
}

function checked<T>(id: string, value: unknown, is: (value: unknown) => value is T): T {
  if (!is(value)) throw new NotModelled(`constant ${id}: ${JSON.stringify(value)} is not of the kind this model reads`);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumberRecord(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every((entry) => typeof entry === 'number');
}
