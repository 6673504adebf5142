import { relative } from 'node:path';
import { quoteFound } from '../bad-input';
import { isObject, type JsonObject, member, readJsonObject, section } from './json';
import type { StackArtifact } from './manifest';
import { Problems } from './problems';
import type { Resolved } from './scope';
import type { StackFacts, Surroundings } from './stack-facts';
import { TemplateEvaluator } from './template-evaluator';
import { Tokens } from './tokens';

/** A stack whose template is read and not yet resolved. */
export interface StackDraft {
  readonly id: string;
  readonly name: string;
  readonly templatePath: string;
  /** The artifact of the stack, or of the stack it is nested in. */
  readonly artifact: StackArtifact;
  readonly parent: StackDraft | undefined;
  readonly evaluator: TemplateEvaluator;
}

const REMEDY = 'synthesize the app again and keep the assembly complete';

/** The drafts of an assembly's stacks, which look each other up while their templates are evaluated. */
export class StackDrafts {
  readonly problems = new Problems();
  readonly tokens = new Tokens();
  private readonly topLevel: StackDraft[] = [];
  private readonly nestedByParent = new Map<StackDraft, Map<string, StackDraft | undefined>>();

  constructor(private readonly directory: string) {}

  /** Drafts the stacks of the manifest. */
  add(artifacts: readonly StackArtifact[]): void {
    const addresses = addressesOf(artifacts);
    for (const [index, artifact] of artifacts.entries()) {
      const { id, name, account, region, templatePath, notificationArns } = artifact;
      const template = this.readTemplate(templatePath);
      if (!template) continue;
      const facts: StackFacts = {
        address: addresses[index] ?? id,
        stackName: name,
        account,
        region,
        file: relative(this.directory, templatePath),
        template,
        notificationArns,
        argumentOf: (parameter) => member(artifact.parameters, parameter),
      };
      this.topLevel.push(this.draft({ id, name, templatePath, artifact, parent: undefined }, facts));
    }
  }

  /** The drafts of the manifest's stacks, in its order. */
  get stacks(): readonly StackDraft[] {
    return this.topLevel;
  }

  /** The draft of a nested stack; undefined when the resource is no stack or its template is not in the assembly. */
  nestedIn(parent: StackDraft, logicalId: string): StackDraft | undefined {
    const siblings = this.nestedByParent.get(parent) ?? new Map<string, StackDraft | undefined>();
    this.nestedByParent.set(parent, siblings);
    if (!siblings.has(logicalId)) {
      siblings.set(logicalId, undefined);
      siblings.set(logicalId, this.draftNested(parent, logicalId));
    }
    return siblings.get(logicalId);
  }

  /** A draft and every draft nested in it. */
  withNested(draft: StackDraft): StackDraft[] {
    const nested = draft.evaluator.resourceIds().flatMap((id) => this.nestedIn(draft, id) ?? []);
    return [draft, ...nested.flatMap((inner) => this.withNested(inner))];
  }

  private draft(stack: Omit<StackDraft, 'evaluator'>, facts: StackFacts): StackDraft {
    const surroundings: Surroundings = {
      tokens: this.tokens,
      problems: this.problems,
      nested: (logicalId) => this.nestedIn(draft, logicalId)?.evaluator,
      exported: (account, region, name, refuse) => this.exported(account, region, name, refuse),
      stack: (account, region, name) =>
        this.inEnvironment(account, region).find(({ artifact }) => artifact.name === name)?.evaluator,
    };
    const draft: StackDraft = { ...stack, evaluator: new TemplateEvaluator(facts, surroundings) };
    return draft;
  }

  private draftNested(parent: StackDraft, logicalId: string): StackDraft | undefined {
    const { facts } = parent.evaluator;
    const resource = section(section(facts.template, 'Resources'), logicalId);
    const properties = section(resource, 'Properties');
    const url = member(properties, 'TemplateURL');
    if (member(resource, 'Type') !== 'AWS::CloudFormation::Stack' || url === undefined) return undefined;

    const at = `Resources.${logicalId}.Properties`;
    const key = String(parent.evaluator.resolve(url, `${at}.TemplateURL`))
      .split('/')
      .at(-1);
    const asset = parent.artifact.assets.find(key ?? '');
    if (!asset) return undefined;
    for (let outer: StackDraft | undefined = parent; outer; outer = outer.parent) {
      if (outer.templatePath !== asset.path) continue;
      this.problems.add(facts.file, `${at}.TemplateURL`, 'a stack nested in itself', 'a template of its own', REMEDY);
      return undefined;
    }
    const template = this.readTemplate(asset.path);
    if (!template) return undefined;
    const { id, name, artifact } = parent;
    return this.draft(
      { id: `${id}/${logicalId}`, name: `${name}/${logicalId}`, templatePath: asset.path, artifact, parent },
      {
        ...facts,
        address: `${facts.address}/${logicalId}`,
        stackName: undefined,
        file: relative(this.directory, asset.path),
        template,
        notificationArns: undefined,
        argumentOf: (parameter) => {
          const argument = member(section(properties, 'Parameters'), parameter);
          return argument === undefined
            ? undefined
            : parent.evaluator.resolve(argument, `${at}.Parameters.${parameter}`);
        },
      },
    );
  }

  private exported(
    account: string,
    region: string,
    name: string,
    refuse: (found: string, allowed: string) => void,
  ): Resolved {
    const exporters = this.inEnvironment(account, region)
      .flatMap((draft) => this.withNested(draft))
      .flatMap(({ id, evaluator }) =>
        evaluator
          .outputNames()
          .filter((output) => evaluator.exportName(output) === name)
          .map((output) => ({ id, evaluator, output })),
      );
    const [first] = exporters;
    if (exporters.length > 1)
      refuse(name, `an export of one stack, not of ${exporters.map(({ id }) => id).join(', ')}`);
    return first?.evaluator.output(first.output, `Outputs.${first.output}.Value`);
  }

  private inEnvironment(account: string, region: string): StackDraft[] {
    return this.topLevel.filter(({ artifact }) => artifact.account === account && artifact.region === region);
  }

  private readTemplate(path: string): JsonObject | undefined {
    const file = relative(this.directory, path);
    const template = readJsonObject(path, file, REMEDY, this.problems);
    for (const key of ['Resources', 'Outputs', 'Parameters', 'Conditions', 'Mappings', 'Metadata']) {
      const value = member(template, key);
      if (value !== undefined && !isObject(value)) this.problems.add(file, key, quoteFound(value), 'an object', REMEDY);
    }
    return template;
  }
}

/**
 * How tokens name each stack: by the shortest form that no other stack shares, which is Region and name, or those with
 * the account, or the artifact id.
 */
function addressesOf(artifacts: readonly StackArtifact[]): string[] {
  const forms = [
    ({ region, name }: StackArtifact) => `${region}/${name}`,
    ({ account, region, name }: StackArtifact) => `${account}/${region}/${name}`,
  ];
  return artifacts.map((artifact) => {
    const unique = forms.find((form) => artifacts.filter((other) => form(other) === form(artifact)).length === 1);
    return unique ? unique(artifact) : `${artifact.account}/${artifact.region}/${artifact.id}`;
  });
}
