import type { Assembly } from './assembly';
import { dependencyCycles } from './dependency-cycle';
import { isList, isObject, type JsonObject, member, section } from './json';
import { readManifest } from './manifest';
import { UNKNOWN_REGION } from './pseudo-parameters';
import { type KnownValue, References } from './references';
import type { AssemblyOutput, AssemblyResource, AssemblyStack } from './stack';
import { type StackDraft, StackDrafts } from './stack-drafts';

/** Reads one assembly: manifest, then templates, then values. Problems are gathered and thrown at the end of each step. */
export class AssemblyReader {
  private readonly drafts: StackDrafts;

  constructor(private readonly directory: string) {
    this.drafts = new StackDrafts(directory);
  }

  /**
   * Reads everything.
   *
   * @throws BadInput with every problem that the step reached has found.
   */
  read(): Assembly {
    const { problems } = this.drafts;
    const artifacts = readManifest(this.directory, problems);
    problems.throwIfAny(this.directory);
    this.drafts.add(artifacts);
    problems.throwIfAny(this.directory);
    const finished = this.drafts.stacks.flatMap((draft) => this.finish(draft, undefined));
    problems.throwIfAny(this.directory);
    return this.assembly(finished);
  }

  /** Resolves a stack and the stacks nested in it. */
  private finish(draft: StackDraft, parent: AssemblyStack | undefined): [StackDraft, AssemblyStack][] {
    const { id, name, templatePath, artifact, evaluator } = draft;
    const { account, region, template } = evaluator.facts;
    const resources = new Map<string, AssemblyResource>();
    const listed: AssemblyResource[] = [];
    const outputs = new Map<string, AssemblyOutput>();
    const stack: AssemblyStack = {
      id,
      name,
      account,
      region,
      templatePath,
      template,
      metadata: section(template, 'Metadata'),
      resources: listed,
      outputs,
      ...(parent && { parent }),
      resource: (logicalId) => resources.get(logicalId),
      asset: (objectKeyOrHash) => artifact.assets.find(objectKeyOrHash),
    };
    for (const logicalId of evaluator.resourceIds()) {
      const resource = resourceOf(draft, stack, logicalId);
      if (!resource) continue;
      resources.set(logicalId, resource);
      listed.push(resource);
    }
    for (const output of evaluator.outputNames()) {
      const exportName = evaluator.exportName(output);
      const value = evaluator.output(output, `Outputs.${output}.Value`);
      if (value !== undefined) outputs.set(output, { value, ...(exportName !== undefined && { exportName }) });
    }
    for (const { path, at } of dependencyCycles(evaluator.dependencies)) {
      evaluator.refuse(at, `circular reference ${path.join(' → ')}`, 'references that end');
    }
    const nested = listed.flatMap(({ logicalId }) => this.drafts.nestedIn(draft, logicalId) ?? []);
    return [[draft, stack], ...nested.flatMap((inner) => this.finish(inner, stack))];
  }

  private assembly(finished: readonly [StackDraft, AssemblyStack][]): Assembly {
    const stacks = finished.map(([, stack]) => stack);
    const resources = stacks.flatMap((stack) => stack.resources);
    const byAddress = new Map(finished.map(([draft, stack]) => [draft.evaluator.facts.address, stack]));
    const known = finished.flatMap(([draft, stack]) =>
      stack.resources.flatMap((resource) => knownValues(draft, resource)),
    );
    const references = new References(
      this.drafts.tokens,
      (address, logicalId) => byAddress.get(address)?.resource(logicalId),
      known,
    );
    return {
      directory: this.directory,
      stacks,
      regions: [...new Set(stacks.map((stack) => stack.region))].filter((region) => region !== UNKNOWN_REGION),
      resources,
      resourcesOf: (type) => resources.filter((resource) => resource.type === type),
      referenceIn: (value, query = {}) => references.in(value, query),
      referencesIn: (value) => references.allIn(value),
    };
  }
}

function resourceOf(draft: StackDraft, stack: AssemblyStack, logicalId: string): AssemblyResource | undefined {
  const { evaluator, artifact } = draft;
  const at = `Resources.${logicalId}`;
  const declaration = member(section(stack.template, 'Resources'), logicalId);
  const type = member(declaration, 'Type');
  const rawProperties = member(declaration, 'Properties') ?? {};
  if (!isObject(declaration) || typeof type !== 'string' || !isObject(rawProperties)) {
    evaluator.refuse(at, declaration, 'an object with a `Type` and, if it has any, an object of `Properties`');
    return undefined;
  }
  const properties = evaluator.resolve(rawProperties, `${at}.Properties`);
  const constructPath = artifact.constructPaths(draft.templatePath, logicalId) ?? pathInTemplate(declaration);
  const deletionPolicy = member(declaration, 'DeletionPolicy');
  const condition = member(declaration, 'Condition');
  return {
    stack,
    logicalId,
    type,
    properties: isObject(properties) ? properties : {},
    rawProperties,
    dependsOn: dependsOn(draft, logicalId, declaration),
    ...(constructPath !== undefined && { constructPath }),
    ...(typeof deletionPolicy === 'string' && { deletionPolicy }),
    ...(typeof condition === 'string' && {
      condition: { name: condition, outcome: evaluator.exists(logicalId) ? 'holds' : 'undecidable' },
    }),
  };
}

function dependsOn({ evaluator }: StackDraft, logicalId: string, declaration: JsonObject): string[] {
  const at = `Resources.${logicalId}.DependsOn`;
  const declared = section(evaluator.facts.template, 'Resources');
  const named = member(declaration, 'DependsOn') ?? [];
  return (isList(named) ? named : [named]).flatMap((other) => {
    if (typeof other !== 'string' || !Object.hasOwn(declared, other)) {
      evaluator.refuse(at, other, 'a resource of the template');
      return [];
    }
    // CloudFormation passes over a dependency on a resource whose condition is false.
    if (evaluator.exists(other) === false) return [];
    evaluator.depend(logicalId, other, at);
    return [other];
  });
}

/** The construct path that the CDK CLI writes into the template itself. */
function pathInTemplate(declaration: JsonObject): string | undefined {
  const path = member(section(declaration, 'Metadata'), 'aws:cdk:path');
  return typeof path === 'string' ? path : undefined;
}

function knownValues({ evaluator }: StackDraft, resource: AssemblyResource): KnownValue[] {
  const physical = evaluator.physicalName(resource.logicalId);
  const [nameAttribute] = physical?.nameAttributes ?? [];
  const [arnAttribute] = physical?.arnAttributes ?? [];
  const known = (value: string | undefined, attribute: string | undefined): KnownValue[] =>
    value === undefined || attribute === undefined ? [] : [{ value, reference: { resource, attribute } }];
  return [...known(physical?.name, nameAttribute), ...known(physical?.arn, arnAttribute)];
}
