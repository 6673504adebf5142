import { createHash } from 'node:crypto';
import type { RandomStream } from '../../kernel/random';
import type { RecordPools } from './record-pools';
import { fillJson, fillText, type Values } from './template';
import type { OperationDefinition, ParameterDefinition } from './workload-definition';

/** Who wants something, and when. */
export interface Occasion {
  readonly client: number;
  /** Calendar time in milliseconds since 1970. */
  readonly timeMs: number;
}

/** Makes the parameters of operations. */
export class ParameterSource {
  private readonly made = new Map<string, number>();

  /**
   * @param random Draws what is drawn; a stream of its own.
   * @param pools Records that writes have left.
   */
  constructor(
    private readonly random: RandomStream,
    private readonly pools: RecordPools,
  ) {}

  /** Whether there are records for everything that an operation takes from a pool. */
  canMake({ parameters = {} }: OperationDefinition, client: number): boolean {
    return Object.values(parameters).every(
      (each) => !('from' in each) || this.pools.has(each.from, ownerOf(each, client)),
    );
  }

  /** The parameters of one operation, in order. */
  make({ parameters = {} }: OperationDefinition, occasion: Occasion): Values {
    const values: Record<string, unknown> = {};
    for (const [name, definition] of Object.entries(parameters)) values[name] = this.one(definition, values, occasion);
    return values;
  }

  private one(definition: ParameterDefinition, values: Values, { client, timeMs }: Occasion): unknown {
    const { random } = this;
    if ('value' in definition) return fillJson(definition.value, values);
    if ('new' in definition) return `${definition.new}-${this.next(definition.new)}`;
    if ('client' in definition) return `${definition.client}-${client}`;
    if ('key' in definition) return `${definition.key}-${random.index(definition.count)}`;
    if ('oneOf' in definition) return definition.oneOf[random.index(definition.oneOf.length)];
    if ('number' in definition) {
      const [least, most] = definition.number;
      return least + random.index(most - least + 1);
    }
    if ('text' in definition) return 'x'.repeat(definition.text);
    if ('time' in definition) return timeAs(definition.time, timeMs);
    if ('sha256' in definition) {
      const text = fillText(definition.sha256, values);
      return createHash('sha256')
        .update(text)
        .digest(definition.encoding ?? 'base64');
    }
    if ('bytes' in definition) return Buffer.byteLength(fillText(definition.bytes, values));
    return this.pools.draw(definition.from, ownerOf(definition, client), definition.take ?? false, random);
  }

  private next(prefix: string): number {
    const number = (this.made.get(prefix) ?? 0) + 1;
    this.made.set(prefix, number);
    return number;
  }
}

function ownerOf({ by }: Extract<ParameterDefinition, { from: string }>, client: number): number | undefined {
  return by === 'anyone' ? undefined : client;
}

function timeAs(form: 'iso' | 'epoch-seconds' | 'epoch-milliseconds', timeMs: number): string | number {
  const wholeMs = Math.floor(timeMs);
  if (form === 'iso') return new Date(wholeMs).toISOString();
  return form === 'epoch-seconds' ? Math.floor(wholeMs / 1000) : wholeMs;
}
