import type { ServiceAnswer } from '../data/dynamodb-service';
import { type OperationData, ServiceError } from '../data/table-engine';
import type { RandomStream } from '../kernel/random';
import { lognormalConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import type { DrillContext } from '../world/context';
import type { ParameterDefinition } from './parameter-definition';

/** A parameter as it is now. */
interface Parameter {
  readonly definition: ParameterDefinition;
  value: string;
  version: number;
  modifiedMs: number;
}

/** Names in one GetParameters. @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const MAX_NAMES = 10;

/**
 * Parameter Store of Systems Manager in every Region of the drill: the endpoints' side of the wire.
 *
 * Simplified: what was written is read at once; quotas of requests are left out; parameters come from the templates
 * alone, so that a write to any other name is not modelled.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
export class ParameterStore {
  private readonly parameters: ReadonlyMap<string, Parameter>;
  private readonly random: RandomStream;
  private readonly serviceMs = lognormalConstant('ssm.latency');

  /** @param definitions Every parameter of every Region. */
  constructor(
    definitions: readonly ParameterDefinition[],
    private readonly context: DrillContext,
  ) {
    this.random = context.random.fork('ssm');
    this.parameters = new Map(
      definitions.map((definition) => [
        placeOf(definition.region, definition.name),
        { definition, value: definition.value, version: 1, modifiedMs: context.epochMs },
      ]),
    );
  }

  /** Answers one request at a Region's endpoint. */
  async answer(region: string, operation: string, input: OperationData): Promise<ServiceAnswer> {
    await this.context.scheduler.sleep(this.random.lognormal(this.serviceMs));
    try {
      return { statusCode: 200, body: this.dispatch(region, operation, input) };
    } catch (error) {
      if (error instanceof ServiceError) return { statusCode: error.statusCode, body: error.body };
      throw error;
    }
  }

  private dispatch(region: string, operation: string, input: OperationData): OperationData {
    switch (operation) {
      case 'GetParameter':
        return this.get(region, input);
      case 'GetParameters':
        return this.getAll(region, input);
      case 'PutParameter':
        return this.put(region, input);
      default:
        throw new NotModelled(`Systems Manager operation ${operation}`);
    }
  }

  private get(region: string, { Name }: OperationData): OperationData {
    const parameter = this.find(region, Name);
    if (!parameter) throw new ServiceError(400, 'ParameterNotFound', '');
    return { Parameter: shown(parameter) };
  }

  private getAll(region: string, { Names }: OperationData): OperationData {
    const names = Array.isArray(Names) ? (Names as unknown[]) : [];
    if (names.length === 0 || names.length > MAX_NAMES) {
      throw new ServiceError(400, 'ValidationException', `names: between 1 and ${MAX_NAMES}, got ${names.length}`);
    }
    const found = names.map((name) => this.find(region, name));
    return {
      Parameters: found.flatMap((parameter) => (parameter ? [shown(parameter)] : [])),
      InvalidParameters: names.filter((_, index) => !found[index]),
    };
  }

  private put(region: string, { Name, Value, Overwrite }: OperationData): OperationData {
    const parameter = this.existing(region, Name);
    const { allowedPattern, maxBytes } = parameter.definition;
    if (Overwrite !== true) throw new ServiceError(400, 'ParameterAlreadyExists', 'The parameter already exists.');
    const value = String(Value ?? '');
    if (value === '' || Buffer.byteLength(value) > maxBytes) {
      throw new ServiceError(400, 'ValidationException', `value: between 1 and ${maxBytes} bytes`);
    }
    if (allowedPattern && !allowedPattern.test(value)) {
      throw new ServiceError(400, 'ParameterPatternMismatchException', `Parameter value, cannot be validated`);
    }
    parameter.value = value;
    parameter.version++;
    const { epochMs, scheduler, log } = this.context;
    parameter.modifiedMs = epochMs + scheduler.nowMs;
    log.write(scheduler.nowMs, 'parameter', { region, name: parameter.definition.name, value });
    return { Version: parameter.version, Tier: 'Standard' };
  }

  private existing(region: string, name: unknown): Parameter {
    const parameter = this.find(region, name);
    if (!parameter) throw new NotModelled(`parameter ${String(name)} in ${region}: no template declares it`);
    return parameter;
  }

  private find(region: string, name: unknown): Parameter | undefined {
    if (typeof name !== 'string' || name.includes(':')) {
      throw new NotModelled(`parameter ${String(name)}: a version, a label or an ARN for a name`);
    }
    return this.parameters.get(placeOf(region, name));
  }
}

function placeOf(region: string, name: string): string {
  return `${region} ${name}`;
}

/** A parameter as the service shows it. */
function shown({ definition, value, version, modifiedMs }: Parameter): OperationData {
  const { region, account, name, type } = definition;
  return {
    ARN: `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`,
    DataType: 'text',
    LastModifiedDate: modifiedMs / 1000,
    Name: name,
    Type: type,
    Value: value,
    Version: version,
  };
}
