import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { quoteFound } from '../bad-input';
import { AssetManifest } from './asset-manifest';
import { type ConstructPaths, constructPathsFrom } from './construct-paths';
import { isList, isObject, type JsonObject, type JsonValue, member, readJsonObject, section } from './json';
import type { Problems } from './problems';

/** A stack as the manifest declares it; its template is not read yet. */
export interface StackArtifact {
  /** Artifact id; the directory of its manifest stands before it where two manifests use the same. */
  readonly id: string;
  /** CloudFormation's stack name. */
  readonly name: string;
  /** Account number, or `unknown-account` for a stack without an environment. */
  readonly account: string;
  /** Region, or `unknown-region` for a stack without an environment. */
  readonly region: string;
  /** Absolute path of the template. */
  readonly templatePath: string;
  /** Values the manifest passes to the template's parameters. */
  readonly parameters: JsonObject;
  /** SNS topics told about stack events, when the manifest names them. */
  readonly notificationArns: readonly JsonValue[] | undefined;
  readonly assets: AssetManifest;
  readonly constructPaths: ConstructPaths;
}

const REMEDY = 'synthesize the app again, or name the directory that `cdk synth` wrote';

/**
 * The stacks of a cloud assembly in manifest order, those of nested assemblies (stages) where they stand. What cannot
 * be used is noted as a problem.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/cloud-assembly-schema-readme.html
 */
export function readManifest(root: string, problems: Problems): StackArtifact[] {
  const stacks = readDirectory(resolve(root), resolve(root), new Set(), problems);
  return stacks.map((stack) =>
    stacks.filter(({ id }) => id === stack.id).length === 1
      ? stack
      : { ...stack, id: join(relative(resolve(root), dirname(stack.templatePath)), stack.id) },
  );
}

function readDirectory(root: string, directory: string, visited: Set<string>, problems: Problems): StackArtifact[] {
  const path = join(directory, 'manifest.json');
  const file = relative(root, path);
  if (visited.has(directory)) {
    problems.add(file, '', 'an assembly nested in itself', 'nested assemblies in directories of their own', REMEDY);
    return [];
  }
  visited.add(directory);

  const manifest = readJsonObject(path, file, REMEDY, problems);
  if (!manifest) return [];
  if (typeof member(manifest, 'version') !== 'string') {
    problems.add(file, 'version', quoteFound(member(manifest, 'version')), 'the version of the schema', REMEDY);
  }
  const artifacts = member(manifest, 'artifacts') ?? {};
  if (!isObject(artifacts)) {
    problems.add(file, 'artifacts', quoteFound(artifacts), 'an object of artifacts', REMEDY);
    return [];
  }

  return Object.entries(artifacts).flatMap(([id, artifact]) => {
    const at = `artifacts.${id}`;
    switch (member(artifact, 'type')) {
      case 'cdk:cloud-assembly': {
        const name = member(section(artifact, 'properties'), 'directoryName');
        if (typeof name === 'string') return readDirectory(root, resolve(directory, name), visited, problems);
        problems.add(file, `${at}.properties.directoryName`, quoteFound(name), 'a directory', REMEDY);
        return [];
      }
      case 'aws:cloudformation:stack':
        return stackArtifact({ root, directory, file, at, id, artifact: artifact as JsonObject, artifacts, problems });
      default:
        return [];
    }
  });
}

interface Declaration {
  readonly root: string;
  readonly directory: string;
  readonly file: string;
  readonly at: string;
  readonly id: string;
  readonly artifact: JsonObject;
  readonly artifacts: JsonObject;
  readonly problems: Problems;
}

function stackArtifact(declaration: Declaration): StackArtifact[] {
  const { root, directory, file, at, id, artifact, artifacts, problems } = declaration;
  const properties = section(artifact, 'properties');
  const environment = member(artifact, 'environment');
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(String(environment)) ?? [];
  if (!account || !region) {
    problems.add(file, `${at}.environment`, quoteFound(environment), '`aws://ACCOUNT/REGION`', REMEDY);
    return [];
  }
  const templateFile = member(properties, 'templateFile');
  if (typeof templateFile !== 'string') {
    problems.add(file, `${at}.properties.templateFile`, quoteFound(templateFile), 'the name of a file', REMEDY);
    return [];
  }
  const name = member(properties, 'stackName') ?? id;
  const notificationArns = member(properties, 'notificationArns');
  return [
    {
      id,
      name: typeof name === 'string' ? name : id,
      account,
      region,
      templatePath: resolve(directory, templateFile),
      parameters: section(properties, 'parameters'),
      notificationArns: isList(notificationArns) ? notificationArns : undefined,
      assets: AssetManifest.read(root, directory, assetFiles(artifact, artifacts), problems),
      constructPaths: constructPathsFrom([
        section(artifact, 'metadata'),
        additionalMetadata(root, directory, artifact, problems),
      ]),
    },
  ];
}

/** The asset manifests a stack depends on; an older assembly that declares no dependency is given all of them. */
function assetFiles(artifact: JsonObject, artifacts: JsonObject): string[] {
  const manifests = Object.entries(artifacts).flatMap(([id, other]) => {
    const file = member(section(other, 'properties'), 'file');
    return member(other, 'type') === 'cdk:asset-manifest' && typeof file === 'string' ? [{ id, file }] : [];
  });
  const dependencies = member(artifact, 'dependencies');
  const own = manifests.filter(({ id }) => isList(dependencies) && dependencies.includes(id));
  return (own.length > 0 ? own : manifests).map(({ file }) => file);
}

function additionalMetadata(root: string, directory: string, artifact: JsonObject, problems: Problems): JsonObject {
  const name = member(artifact, 'additionalMetadataFile');
  if (typeof name !== 'string') return {};
  const path = resolve(directory, name);
  // Only construct paths come from this file: an assembly copied without it can still be read.
  return existsSync(path) ? (readJsonObject(path, relative(root, path), REMEDY, problems) ?? {}) : {};
}
