import { stringsIn } from './json';
import type { AssemblyResource, AssemblyStack } from './stack';
import type { Tokens } from './tokens';

/** A resource and the part of it that a value stands for. */
export interface Reference {
  readonly resource: AssemblyResource;
  /** `Ref`, or the attribute's name. */
  readonly attribute: string;
}

/** Narrows a search when a value is a plain name that several resources carry. */
export interface ReferenceQuery {
  /**
   * Type of the resource looked for.
   *
   * @default - any type
   */
  readonly type?: string;
  /**
   * The stack that holds the value: a name is looked up there first, then in its account and Region, then everywhere.
   *
   * @default - everywhere at once
   */
  readonly from?: AssemblyStack;
}

/** A computed value and what it refers to. */
export interface KnownValue {
  readonly value: string;
  readonly reference: Reference;
}

/**
 * Finds resources behind values: behind tokens, and behind names and ARNs that were computed or written out. ARNs are
 * found inside longer strings too, such as an integration URI; names only when they are the whole value, since short
 * words occur everywhere.
 */
export class References {
  private readonly byValue = new Map<string, Reference[]>();
  private readonly arns: KnownValue[] = [];

  constructor(
    private readonly tokens: Tokens,
    private readonly resourceAt: (address: string, logicalId: string) => AssemblyResource | undefined,
    known: readonly KnownValue[],
  ) {
    for (const entry of known) {
      this.byValue.set(entry.value, [...(this.byValue.get(entry.value) ?? []), entry.reference]);
      if (entry.value.startsWith('arn:')) this.arns.push(entry);
    }
  }

  /** The resource that a whole value is one token, name or ARN of; undefined when there is none or more than one. */
  in(value: unknown, query: ReferenceQuery): Reference | undefined {
    if (typeof value !== 'string') return undefined;
    const token = this.tokens.whole(value);
    if (token?.kind === 'attribute') {
      const resource = this.resourceAt(token.address, token.logicalId);
      return resource && { resource, attribute: token.attribute };
    }
    const { type, from } = query;
    const candidates = (this.byValue.get(value) ?? []).filter(
      ({ resource }) => type === undefined || resource.type === type,
    );
    const nearness = [
      (stack: AssemblyStack) => stack === from,
      (stack: AssemblyStack) => stack.account === from?.account && stack.region === from.region,
      () => true,
    ];
    for (const isNear of nearness) {
      const near = candidates.filter(({ resource }) => isNear(resource.stack));
      if (near.length > 0) return near.length === 1 ? near[0] : undefined;
    }
    return undefined;
  }

  /** Every resource whose token or ARN stands anywhere in a value, each resource and attribute once, in order. */
  allIn(value: unknown): Reference[] {
    const found = new Map<string, Reference>();
    const note = (reference: Reference) => {
      const { resource, attribute } = reference;
      found.set(`${resource.stack.id}\n${resource.logicalId}\n${attribute}`, reference);
    };
    for (const text of stringsIn(value)) {
      const whole = this.in(text, {});
      if (whole) note(whole);
      for (const token of this.tokens.in(text)) {
        if (token.kind === 'expression') this.allIn(token.argument).forEach(note);
        if (token.kind !== 'attribute') continue;
        const resource = this.resourceAt(token.address, token.logicalId);
        if (resource) note({ resource, attribute: token.attribute });
      }
      if (!text.includes('arn:')) continue;
      for (const arn of this.arns) if (mentions(text, arn.value)) note(arn.reference);
    }
    return [...found.values()];
  }
}

/** Whether a text holds an ARN that does not go on as a longer name; a qualifier such as `:live` or `/index/*` may follow. */
function mentions(text: string, arn: string): boolean {
  for (let at = text.indexOf(arn); at >= 0; at = text.indexOf(arn, at + 1)) {
    if (!/[\w.-]/.test(text.charAt(at + arn.length))) return true;
  }
  return false;
}
