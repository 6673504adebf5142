import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import drillSchema from '../../lib/drill/report/drill-report.schema.json';
import experimentSchema from '../../lib/drill/report/experiment-report.schema.json';

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).addSchema(drillSchema);
const validateDrill = ajv.compile({ $ref: drillSchema.$id });
const validateExperiment = ajv.compile(experimentSchema);

/** What the published schema finds wrong with a report. */
export function schemaErrors(report: unknown): string[] {
  return errorsOf(validateDrill, report);
}

/** What the published schema finds wrong with a report on an experiment. */
export function experimentSchemaErrors(report: unknown): string[] {
  return errorsOf(validateExperiment, report);
}

function errorsOf(validate: ValidateFunction, report: unknown): string[] {
  validate(report);
  return (validate.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}
