import { quoteFound } from '../bad-input';
import { conditionOf, decide } from './conditions';
import { INTRINSICS, intrinsicCall } from './intrinsics';
import { isList, isObject, type JsonValue, member, section } from './json';
import { Memo } from './memo';
import { parameterValue } from './parameters';
import { type PhysicalName, physicalName } from './physical-names';
import { PSEUDO_PARAMETERS, pseudoParameter, UNKNOWN_REGION } from './pseudo-parameters';
import type { Resolved, Scope, StackOutputQuery } from './scope';
import type { StackFacts, Surroundings } from './stack-facts';
import type { Tokens } from './tokens';

const REMEDY = 'correct the construct that writes it and synthesize again';

/** Resolves one template: every intrinsic it can, and a token for every one it cannot. */
export class TemplateEvaluator implements Scope {
  readonly tokens: Tokens;
  private readonly memo = new Memo();
  private readonly edges = new Map<string, Map<string, string>>();

  constructor(
    readonly facts: StackFacts,
    private readonly surroundings: Surroundings,
  ) {
    this.tokens = surroundings.tokens;
  }

  get region(): string {
    return this.facts.region === UNKNOWN_REGION ? this.fact('AWS::Region') : this.facts.region;
  }

  resolve(value: JsonValue, at: string): Resolved {
    if (isList(value)) {
      return value.map((item, index) => this.resolve(item, `${at}[${index}]`)).filter((item) => item !== undefined);
    }
    if (!isObject(value)) return value;
    const call = intrinsicCall(value);
    if (call) {
      const inside = `${at}.${call.name}`;
      const evaluate = INTRINSICS.get(call.name);
      if (evaluate) return evaluate(call.argument, inside, this);
      return this.refuse(inside, call.argument, 'an intrinsic function that a synthesized template can hold');
    }
    // Object.fromEntries defines members, so that a key such as `__proto__` stays data.
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]) => {
        const resolved = this.resolve(item, `${at}.${key}`);
        return resolved === undefined ? [] : [[key, resolved]];
      }),
    );
  }

  ref(name: string, at: string): Resolved {
    if (name.startsWith('AWS::')) {
      if (PSEUDO_PARAMETERS.includes(name)) return pseudoParameter(name, this.facts, this.tokens);
      return this.refuse(at, name, `a pseudo-parameter: ${PSEUDO_PARAMETERS.join(', ')}`);
    }
    const parameter = member(section(this.facts.template, 'Parameters'), name);
    if (parameter === undefined) return this.attribute(name, 'Ref', at);
    const token = this.fact(name);
    return this.once(`Parameters.${name}`, at, token, (path) =>
      parameterValue(parameter, this.facts.argumentOf(name), token, path, this),
    );
  }

  attribute(logicalId: string, attribute: string, at: string): Resolved {
    if (!this.mayRefer(logicalId, at)) return this.fact('invalid');

    const output = /^Outputs\.(.+)$/.exec(attribute)?.[1];
    const nested = output === undefined ? undefined : this.surroundings.nested(logicalId);
    if (nested && output !== undefined) {
      if (nested.outputNames().includes(output)) return nested.output(output, at);
      return this.refuse(at, attribute, `an output of the nested stack: ${nested.outputNames().join(', ') || 'none'}`);
    }
    const physical = this.physicalName(logicalId);
    const known = physical?.arnAttributes.includes(attribute)
      ? physical.arn
      : physical?.nameAttributes.includes(attribute)
        ? physical.name
        : undefined;
    return known ?? this.tokens.attribute(this.facts.address, logicalId, attribute);
  }

  holds(condition: string, at: string): boolean | undefined {
    const expression = member(section(this.facts.template, 'Conditions'), condition);
    if (expression === undefined) {
      this.refuse(at, condition, 'a condition of the template');
      return undefined;
    }
    return this.once(`Conditions.${condition}`, at, undefined, (path) => decide(expression, path, this));
  }

  mapped(map: string, topKey: string, secondKey: string): JsonValue | undefined {
    return member(section(section(section(this.facts.template, 'Mappings'), map), topKey), secondKey);
  }

  exported(name: string, at: string): Resolved {
    const { account, region } = this.facts;
    return this.surroundings.exported(account, region, name, (found, allowed) => this.refuse(at, found, allowed));
  }

  outputOf(query: StackOutputQuery, at: string): Resolved {
    const { account = this.facts.account, region, stackName, outputName } = query;
    const stack = this.surroundings.stack(account, region, stackName);
    if (!stack) return undefined;
    if (stack.outputNames().includes(outputName)) return stack.output(outputName, at);
    const names = stack.outputNames().join(', ') || 'none';
    return this.refuse(at, outputName, `an output of stack ${stackName} in ${region}: ${names}`);
  }

  unresolved(name: string, argument: JsonValue): string {
    return this.tokens.expression(this.facts.address, name, argument);
  }

  refuse(at: string, found: unknown, allowed: string, remedy = REMEDY): string {
    const text = typeof found === 'string' && found.startsWith('circular') ? found : quoteFound(found);
    this.surroundings.problems.add(this.facts.file, at, text, allowed, remedy);
    return this.fact('invalid');
  }

  /** Logical ids of the resources that exist, those with an undecidable condition included. */
  resourceIds(): string[] {
    return Object.keys(section(this.facts.template, 'Resources')).filter((id) => this.exists(id) !== false);
  }

  /** Whether a resource or output exists; undefined when tokens decide its condition. */
  exists(name: string, kind: 'Resources' | 'Outputs' = 'Resources'): boolean | undefined {
    const condition = conditionOf(member(section(this.facts.template, kind), name));
    return condition === undefined ? true : this.holds(condition, `${kind}.${name}.Condition`);
  }

  /** Names of the outputs that exist. */
  outputNames(): string[] {
    return Object.keys(section(this.facts.template, 'Outputs')).filter(
      (name) => this.exists(name, 'Outputs') !== false,
    );
  }

  /** The value of an output. */
  output(name: string, at: string): Resolved {
    const value = member(section(section(this.facts.template, 'Outputs'), name), 'Value');
    if (value === undefined) return this.refuse(`Outputs.${name}.Value`, value, 'a value');
    return this.once(`Outputs.${name}.Value`, at, this.fact('invalid'), (path) => this.resolve(value, path));
  }

  /** The name an output is exported under, when it is exported and the name is known. */
  exportName(output: string): string | undefined {
    const name = member(section(section(section(this.facts.template, 'Outputs'), output), 'Export'), 'Name');
    if (name === undefined) return undefined;
    const path = `Outputs.${output}.Export.Name`;
    const resolved = this.once(path, path, undefined, () => this.resolve(name, path));
    return typeof resolved === 'string' ? resolved : undefined;
  }

  /** The name and ARN of a resource, when its template sets the name. */
  physicalName(logicalId: string): PhysicalName | undefined {
    return physicalName(logicalId, this.facts, (property) => this.literal(logicalId, property));
  }

  /** Notes that one resource needs another, so that circles are found. */
  depend(from: string, to: string, at: string): void {
    const targets = this.edges.get(from) ?? new Map<string, string>();
    if (!targets.has(to)) targets.set(to, at);
    this.edges.set(from, targets);
  }

  /** The dependencies noted so far: resource → resource → path of the first reference. */
  get dependencies(): ReadonlyMap<string, ReadonlyMap<string, string>> {
    return this.edges;
  }

  private mayRefer(logicalId: string, at: string): boolean {
    if (member(section(this.facts.template, 'Resources'), logicalId) === undefined) {
      this.refuse(at, logicalId, 'a parameter or resource of the template');
      return false;
    }
    if (this.exists(logicalId) === false) {
      this.refuse(at, logicalId, 'a resource that exists; its condition is false');
      return false;
    }
    const from = /^Resources\.([^.]+)\./.exec(at)?.[1];
    if (from !== undefined) this.depend(from, logicalId, at);
    return true;
  }

  private literal(logicalId: string, property: string): string | undefined {
    const raw = member(section(section(section(this.facts.template, 'Resources'), logicalId), 'Properties'), property);
    if (raw === undefined) return undefined;
    const path = `Resources.${logicalId}.Properties.${property}`;
    const value = this.once(path, path, undefined, () => this.resolve(raw, path));
    return typeof value === 'string' && !this.tokens.anyIn(value) ? value : undefined;
  }

  private fact(name: string): string {
    return this.tokens.fact(this.facts.address, name);
  }

  private once<Value>(path: string, at: string, otherwise: Value, compute: (path: string) => Value): Value {
    const inCircle = () => {
      this.refuse(at, `circular reference to ${path}`, 'references that end');
      return otherwise;
    };
    return this.memo.once(path, inCircle, () => compute(path));
  }
}
