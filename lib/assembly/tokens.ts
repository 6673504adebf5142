import { createHash } from 'node:crypto';
import type { JsonValue } from './json';
import { stringsIn } from './json';

/** What a token stands for. */
export type Token =
  | { readonly kind: 'attribute'; readonly address: string; readonly logicalId: string; readonly attribute: string }
  | { readonly kind: 'expression'; readonly argument: JsonValue }
  | { readonly kind: 'fact' };

/** An expression longer than this many characters is shown by its hash. */
const MAX_EXPRESSION_LENGTH = 120;

/**
 * The tokens of one assembly: strings such as `{{us-east-2/Dispatch/Api.ApiId}}` that stand for values known only
 * after deployment. The text is a function of the stack and the expression alone, so two readings of one assembly
 * agree, and it survives inside longer strings. Dynamic references (`{{resolve:ssm:…}}`), which CloudFormation writes
 * in the same way, count as tokens too.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
 */
export class Tokens {
  private readonly known = new Map<string, Token>();

  /** The token of an attribute of a resource, or of its `Ref`. */
  attribute(address: string, logicalId: string, attribute: string): string {
    return this.add(`{{${address}/${logicalId}.${attribute}}}`, { kind: 'attribute', address, logicalId, attribute });
  }

  /** The token of a fact about a stack or its parameters, such as `AWS::StackId`. */
  fact(address: string, name: string): string {
    return this.add(`{{${address}/${name}}}`, { kind: 'fact' });
  }

  /** The token of a function that cannot be evaluated, because its argument holds tokens or AWS alone knows the answer. */
  expression(address: string, name: string, argument: JsonValue): string {
    const json = JSON.stringify(argument);
    const text = json.replace(/\{\{([^{}]*)\}\}/g, '<$1>').replace(/^\[(.*)\]$/s, '$1');
    const hash = createHash('sha256').update(json).digest('hex').slice(0, 12);
    const shown = text.length > MAX_EXPRESSION_LENGTH || /[{}]/.test(text) ? `#${hash}` : `(${text})`;
    return this.add(`{{${address}/${name}${shown}}}`, { kind: 'expression', argument });
  }

  /** The tokens inside a text, in order. */
  in(text: string): Token[] {
    return (text.match(/\{\{[^{}]+\}\}/g) ?? []).flatMap((match) => {
      const token = this.known.get(match);
      if (token) return [token];
      return match.startsWith('{{resolve:') ? [{ kind: 'fact' as const }] : [];
    });
  }

  /** The token a whole text is, if it is one. */
  whole(text: string): Token | undefined {
    return this.known.get(text);
  }

  /** Whether a value holds a token anywhere. */
  anyIn(value: JsonValue): boolean {
    for (const text of stringsIn(value)) if (this.in(text).length > 0) return true;
    return false;
  }

  private add(text: string, token: Token): string {
    this.known.set(text, token);
    return text;
  }
}
