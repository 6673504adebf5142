import type { Assembly, AssemblyResource } from '../../assembly';

/** Property that names resources of a type in metrics; others are named by what the drill calls them. */
const NAMED_BY: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::S3::Bucket': 'BucketName',
};

/**
 * The value of a metric's dimension, every token in it replaced by the resource that it is of.
 *
 * @returns nothing for what is known only after deployment.
 */
export function dimensionValue(
  assembly: Assembly,
  value: unknown,
  from: AssemblyResource['stack'],
): string | undefined {
  if (typeof value !== 'string') return undefined;
  let isKnown = true;
  const text = value.replace(/\{\{[^{}]+\}\}/g, (token) => {
    const resource = assembly.referenceIn(token, { from })?.resource;
    if (!resource) isKnown = false;
    return resource ? metricName(resource) : token;
  });
  return isKnown ? text : undefined;
}

function metricName({ type, properties, stack, logicalId }: AssemblyResource): string {
  const property = NAMED_BY[type];
  if (property === undefined) return `${stack.id}/${logicalId}`;
  const name = properties[property];
  return typeof name === 'string' ? name : logicalId;
}
