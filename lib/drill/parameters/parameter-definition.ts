import type { AssemblyResource } from '../../assembly';
import { NotModelled } from '../not-modelled';

/** What a template declares of a parameter. */
export interface ParameterDefinition {
  readonly region: string;
  readonly account: string;
  /** Name as calls give it; a hierarchy starts with a slash. */
  readonly name: string;
  readonly type: 'String' | 'StringList';
  /** Value that the deployment sets. */
  readonly value: string;
  /** Regular expression that every value must match. @default - any value */
  readonly allowedPattern?: RegExp;
  /** Most bytes of a value. */
  readonly maxBytes: number;
}

/**
 * Most bytes of a value, by tier.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
 */
const MAX_BYTES: Readonly<Record<string, number>> = { Standard: 4096, Advanced: 8192 };

/** Reads an `AWS::SSM::Parameter`. */
export function readParameter({ properties, stack, logicalId }: AssemblyResource): ParameterDefinition {
  const id = `${stack.id}/${logicalId}`;
  const { Name, Type, Value, AllowedPattern, Tier = 'Standard' } = properties;
  if (typeof Name !== 'string' || typeof Value !== 'string') throw new NotModelled(`parameter ${id}: name or value`);
  if (Type !== 'String' && Type !== 'StringList') throw new NotModelled(`parameter ${id} of type ${String(Type)}`);
  const maxBytes = MAX_BYTES[String(Tier)];
  if (maxBytes === undefined) throw new NotModelled(`parameter ${id} of tier ${String(Tier)}`);
  return {
    region: stack.region,
    account: stack.account,
    name: Name,
    type: Type,
    value: Value,
    ...(AllowedPattern === undefined ? {} : { allowedPattern: new RegExp(String(AllowedPattern)) }),
    maxBytes,
  };
}
