import type { Assembly } from '../../assembly';
import type { RecordTarget } from './record';

/** Host names that AWS gives, with the Region in them, such as `abc.execute-api.eu-west-1.amazonaws.com`. */
const AWS_HOST = /\.([a-z]{2}(?:-[a-z]+)+-\d)\.(?:[a-z]+\.)?(?:amazonaws\.com|on\.aws)\.?$/i;

/**
 * The Region that a record's target lies in: that of the resource behind an alias, that in an AWS host name, or that of a
 * resource whose address or name the values hold.
 *
 * @returns nothing when the templates do not tell, as for a plain address or an alias to another name.
 */
export function regionOfTarget(assembly: Assembly, target: RecordTarget): string | undefined {
  if (target.kind === 'resource') return target.resource.stack.region;
  if (target.kind === 'record') return undefined;
  const regions = new Set(target.values.map((value) => regionOfHost(assembly, value)));
  return regions.size === 1 ? [...regions][0] : undefined;
}

/** The Region of a host name or an address that may be known only after deployment. */
export function regionOfHost(assembly: Assembly, host: string): string | undefined {
  const [, named] = AWS_HOST.exec(host) ?? [];
  return named ?? assembly.referencesIn(host)[0]?.resource.stack.region;
}
