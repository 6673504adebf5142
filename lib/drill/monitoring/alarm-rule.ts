import type { AlarmState } from './alarm-state';

/** The rule of a composite alarm, read. */
export type AlarmRule =
  | { readonly kind: 'constant'; readonly value: boolean }
  /** Whether another alarm, by what the rule calls it, is in a state. */
  | { readonly kind: 'state'; readonly alarm: string; readonly state: AlarmState }
  | { readonly kind: 'not'; readonly of: AlarmRule }
  | { readonly kind: 'and' | 'or'; readonly left: AlarmRule; readonly right: AlarmRule };

const STATES: readonly string[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'] satisfies AlarmState[];

/** One token: a quoted text, a bracket, or a word, which may be an ARN or a name that holds a token of the assembly. */
const TOKEN = /\s*(?:"([^"]*)"|([()])|((?:\{\{[^{}]*\}\}|[^\s()"])+))\s*/y;

/**
 * Reads the rule of a composite alarm. `AND` binds more strongly than `OR`, and `NOT` most.
 *
 * @returns nothing for a rule that CloudWatch refuses, or that holds `AT_LEAST`.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export function readAlarmRule(text: string): AlarmRule | undefined {
  const tokens: { readonly text: string; readonly quoted: boolean }[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) return undefined;
    tokens.push({ text: match[1] ?? match[2] ?? match[3] ?? '', quoted: match[1] !== undefined });
  }
  const reader = new RuleReader(tokens);
  return reader.read();
}

/** Whether a rule holds. */
export function holds(rule: AlarmRule, stateOf: (alarm: string) => AlarmState): boolean {
  switch (rule.kind) {
    case 'constant':
      return rule.value;
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'not':
      return !holds(rule.of, stateOf);
    case 'and':
      return holds(rule.left, stateOf) && holds(rule.right, stateOf);
    case 'or':
      return holds(rule.left, stateOf) || holds(rule.right, stateOf);
  }
}

/** Every alarm that a rule names. */
export function alarmsIn(rule: AlarmRule): readonly string[] {
  switch (rule.kind) {
    case 'constant':
      return [];
    case 'state':
      return [rule.alarm];
    case 'not':
      return alarmsIn(rule.of);
    default:
      return [...alarmsIn(rule.left), ...alarmsIn(rule.right)];
  }
}

class RuleReader {
  private position = 0;

  constructor(private readonly tokens: readonly { readonly text: string; readonly quoted: boolean }[]) {}

  read(): AlarmRule | undefined {
    const rule = this.either();
    return this.position === this.tokens.length ? rule : undefined;
  }

  private either(): AlarmRule | undefined {
    let left = this.both();
    while (left && this.take('OR')) {
      const right = this.both();
      left = right && { kind: 'or', left, right };
    }
    return left;
  }

  private both(): AlarmRule | undefined {
    let left = this.single();
    while (left && this.take('AND')) {
      const right = this.single();
      left = right && { kind: 'and', left, right };
    }
    return left;
  }

  private single(): AlarmRule | undefined {
    if (this.take('NOT')) {
      const of = this.single();
      return of && { kind: 'not', of };
    }
    if (this.take('(')) {
      const rule = this.either();
      return this.take(')') ? rule : undefined;
    }
    if (this.take('TRUE')) return { kind: 'constant', value: true };
    if (this.take('FALSE')) return { kind: 'constant', value: false };
    const state = STATES.find((word) => this.take(word)) as AlarmState | undefined;
    if (!state || !this.take('(')) return undefined;
    const alarm = this.tokens[this.position++]?.text;
    return alarm !== undefined && this.take(')') ? { kind: 'state', alarm, state } : undefined;
  }

  private take(word: string): boolean {
    const token = this.tokens[this.position];
    if (!token || token.quoted || token.text !== word) return false;
    this.position++;
    return true;
  }
}
