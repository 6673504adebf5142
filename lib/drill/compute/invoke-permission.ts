import type { Assembly, AssemblyResource } from '../../assembly';
import type { Invoked } from './async-queues';
import { functionIn, functionNamed, qualifierIn } from './function-definition';

/** A service that invokes functions on behalf of a resource. */
export interface Invoker {
  /** Its principal, such as that of SNS. */
  readonly principal: string;
  /** What it acts for. */
  readonly source: AssemblyResource;
  /** ARN of that, as permissions name it. */
  readonly sourceArn: string;
}

type Properties = AssemblyResource['properties'];

/**
 * Whether a function's own policy, as the assembly's `AWS::Lambda::Permission`s make it, lets a service invoke it. The policy of a function
 * is not that of its aliases and versions.
 *
 * Simplified: what only deployment decides about a permission is taken to be right. Policies of organizations are not looked at.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/using-aliases.html#versioning-permissions-alias
 */
export function mayInvoke(assembly: Assembly, invoked: Invoked, invoker: Invoker): boolean {
  return assembly.resourcesOf('AWS::Lambda::Permission').some((permission) => {
    const { properties } = permission;
    const granted = grantedBy(assembly, permission);
    return (
      granted.function === invoked.function &&
      granted.qualifier === invoked.qualifier &&
      allows(properties, invoker.principal) &&
      isFrom(assembly, properties, invoker)
    );
  });
}

/**
 * The name of a resource as ARNs have it. CloudFormation makes up what a template does not say, from the names of the stack and of the
 * resource and something random.
 *
 * @param property Property that sets the name.
 */
export function nameInArn({ properties, stack, logicalId }: AssemblyResource, property: string): string {
  const name = properties[property];
  return typeof name === 'string' ? name : `${stack.name}-${logicalId}-DRILL`;
}

/** The function that a permission is for, by itself or by an alias or a version, which may be written behind its name. */
function grantedBy(assembly: Assembly, permission: AssemblyResource): Partial<Invoked> {
  const { FunctionName } = permission.properties;
  const [, name, alias] = /^([\w-]+):([\w-]+)$/.exec(String(FunctionName)) ?? [];
  if (name !== undefined && alias !== undefined) {
    const named = assembly.referenceIn(name, { type: 'AWS::Lambda::Function', from: permission.stack })?.resource;
    return { ...(named ? { function: named } : {}), qualifier: alias };
  }
  const granted = functionIn(assembly, FunctionName) ?? functionNamed(assembly, permission);
  const qualifier = qualifierIn(assembly, FunctionName);
  return { ...(granted ? { function: granted } : {}), ...(qualifier === undefined ? {} : { qualifier }) };
}

function allows({ Action, Principal, FunctionUrlAuthType }: Properties, principal: string): boolean {
  return (
    matches(String(Action), 'lambda:InvokeFunction') &&
    (Principal === '*' || Principal === principal) &&
    FunctionUrlAuthType === undefined
  );
}

function isFrom(assembly: Assembly, { SourceArn, SourceAccount }: Properties, { source, sourceArn }: Invoker): boolean {
  const isKnown = typeof SourceAccount === 'string' && !SourceAccount.includes('{{');
  if (isKnown && SourceAccount !== source.stack.account) return false;
  if (SourceArn === undefined || matches(String(SourceArn), sourceArn)) return true;
  const named = assembly.referencesIn(SourceArn);
  return named.some(({ resource }) => resource === source);
}

/** Whether a text is what a pattern says, in which `*` stands for anything and `?` for one character. */
function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}
