import type { MetricDatum } from './metric';

/** What a log event holds: metrics, or a document that looks like metrics and is not. */
export type EmbeddedMetrics =
  | { readonly kind: 'metrics'; readonly data: readonly MetricDatum[] }
  /** CloudWatch takes no metric from it, and tells nobody but its own `EMFValidationErrors`. */
  | { readonly kind: 'malformed'; readonly why: string };

/** Text that every document of the format holds: what is printed without it need not be read. */
export const MARK = '"CloudWatchMetrics"';

/** Limits of the format: members of lists, characters of texts. */
const MOST = {
  dimensions: 30,
  metrics: 100,
  values: 100,
  name: 1024,
  dimensionName: 250,
  dimensionValue: 1024,
} as const;

/** Largest magnitude of a value. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const LARGEST = 2 ** 360;

type Json = Readonly<Record<string, unknown>>;

class Malformed extends Error {}

/**
 * Reads one log event in CloudWatch's embedded metric format. One member that breaks the format spoils the whole document.
 *
 * @returns undefined for a log event that is no JSON object with an `_aws` member: an ordinary line.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function readEmbeddedMetrics(event: string): EmbeddedMetrics | undefined {
  const root = parseObject(event);
  if (root?._aws === undefined) return undefined;
  try {
    return { kind: 'metrics', data: readRoot(root) };
  } catch (error) {
    if (error instanceof Malformed) return { kind: 'malformed', why: error.message };
    throw error;
  }
}

function readRoot(root: Json): readonly MetricDatum[] {
  const metadata = object(root._aws, '_aws');
  const { Timestamp: timestampMs } = metadata;
  if (typeof timestampMs !== 'number' || !Number.isInteger(timestampMs)) {
    throw new Malformed('_aws.Timestamp is no whole number');
  }
  return list(metadata.CloudWatchMetrics, '_aws.CloudWatchMetrics').flatMap((directive, index) =>
    readDirective(root, object(directive, `CloudWatchMetrics[${index}]`), `CloudWatchMetrics[${index}]`, timestampMs),
  );
}

function readDirective(root: Json, directive: Json, place: string, timestampMs: number): readonly MetricDatum[] {
  const namespace = text(directive.Namespace, MOST.name, `${place}.Namespace`);
  const sets = list(directive.Dimensions, `${place}.Dimensions`).map((set, index) =>
    readDimensions(root, list(set, `${place}.Dimensions[${index}]`), `${place}.Dimensions[${index}]`),
  );
  if (sets.length === 0) throw new Malformed(`${place}.Dimensions is empty`);
  const definitions = list(directive.Metrics, `${place}.Metrics`);
  if (definitions.length > MOST.metrics) throw new Malformed(`${place}.Metrics has more than ${MOST.metrics} members`);
  return definitions.flatMap((entry, index) => {
    const definition = object(entry, `${place}.Metrics[${index}]`);
    const name = text(definition.Name, MOST.name, `${place}.Metrics[${index}].Name`);
    const values = readValues(root, name);
    if (values.length === 0) return [];
    const unit = typeof definition.Unit === 'string' ? definition.Unit : 'None';
    const highResolution = definition.StorageResolution === 1;
    return sets.map((dimensions) => ({
      metric: { namespace, name, dimensions },
      values,
      unit,
      timestampMs,
      highResolution,
    }));
  });
}

function readDimensions(root: Json, keys: readonly unknown[], place: string): Readonly<Record<string, string>> {
  if (keys.length > MOST.dimensions) throw new Malformed(`${place} has more than ${MOST.dimensions} members`);
  return Object.fromEntries(
    keys.map((key) => {
      const name = text(key, MOST.dimensionName, place);
      return [name, text(target(root, name), MOST.dimensionValue, `dimension ${name}`)];
    }),
  );
}

function readValues(root: Json, name: string): readonly number[] {
  const value = target(root, name);
  const values = Array.isArray(value) ? value : [value];
  if (values.length > MOST.values) throw new Malformed(`metric ${name} has more than ${MOST.values} values`);
  if (!values.every((entry) => typeof entry === 'number' && Math.abs(entry) <= LARGEST)) {
    throw new Malformed(`metric ${name} is no number`);
  }
  return values;
}

/** A member that a directive names: always one of the root's own. */
function target(root: Json, name: string): unknown {
  if (!Object.hasOwn(root, name)) throw new Malformed(`${name} is named and not there`);
  return root[name];
}

function parseObject(event: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(event);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown, place: string): Json {
  if (!isObject(value)) throw new Malformed(`${place} is no object`);
  return value;
}

function list(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Malformed(`${place} is no list`);
  return value;
}

function text(value: unknown, longest: number, place: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= longest) return value;
  throw new Malformed(`${place} is no text of 1 to ${longest} characters`);
}
