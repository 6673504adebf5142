import { BadInput, type Problem, quoteFound } from '../bad-input';

/**
 * How far a read looks: `strong` sees every acknowledged write of every Region, `eventual` those that have reached
 * this Region.
 */
export type Consistency = 'strong' | 'eventual';

/** What the function learns from its environment variables. */
export interface Environment {
  /** Region the function runs in, from `AWS_REGION`; the function talks to no other. */
  readonly region: string;
  /** Name of this Region's replica of the table, from `TABLE_NAME`. */
  readonly tableName: string;
  /** Consistency the table was deployed with, from `CONSISTENCY`. */
  readonly consistency: Consistency;
}

/**
 * Reads the function's environment variables.
 *
 * The names for logs and metrics are required too: without them Powertools falls back to a namespace that no alarm
 * watches.
 *
 * @throws BadInput listing every variable that is missing or wrong, so that a deployment fails at its first start.
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const problems: Problem[] = [];
  const required = (name: string, allowed: string): string => {
    const value = variables[name]?.trim() ?? '';
    if (value === '') problems.push(problem(name, variables[name], allowed));
    return value;
  };

  const region = required('AWS_REGION', 'the Region the function runs in; AWS Lambda sets it');
  const tableName = required('TABLE_NAME', "the name of the Region's DynamoDB table");
  required('POWERTOOLS_SERVICE_NAME', 'the service name that logs and metrics carry');
  required('POWERTOOLS_METRICS_NAMESPACE', 'the CloudWatch namespace of the metrics');
  const consistency = variables.CONSISTENCY;
  if (!isConsistency(consistency)) {
    problems.push(problem('CONSISTENCY', consistency, '"strong" or "eventual", as the table was deployed'));
  }

  if (problems.length > 0 || !isConsistency(consistency)) {
    throw new BadInput('environment variables of the function', problems);
  }
  return { region, tableName, consistency };
}

function isConsistency(value: string | undefined): value is Consistency {
  return value === 'strong' || value === 'eventual';
}

function problem(field: string, found: string | undefined, allowed: string): Problem {
  return { field, found: quoteFound(found), allowed, remedy: `set ${field} on the function and deploy again` };
}
