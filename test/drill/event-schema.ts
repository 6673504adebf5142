import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import schema from '../../lib/drill/event-log.schema.json';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
addFormats(ajv);
ajv.addSchema(schema, 'log');

/** What the published schema finds wrong with a record, by the part of it that is for the record's kind. */
export function recordErrors(record: { readonly is: string }): string[] {
  const validate = ajv.getSchema(`log#/$defs/${record.is}`);
  if (!validate) return [`${record.is}: no such kind`];
  validate(record);
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${record.is}${instancePath} ${message}`);
}

/** The kinds that the schema allows a line to be. */
export const SCHEMA_KINDS = schema.oneOf.map(({ $ref }) => $ref.replace('#/$defs/', ''));

/** Fields of a kind by the schema, `t` and `is` left out. */
export function schemaFields(kind: string): string[] {
  const definition = (schema.$defs as Record<string, { properties?: object }>)[kind];
  return Object.keys(definition?.properties ?? {}).filter((field) => field !== 't' && field !== 'is');
}
