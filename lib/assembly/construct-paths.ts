import { basename } from 'node:path';
import { isList, type JsonObject, member } from './json';

/** Finds the construct path of a logical id in a template of this artifact, the stack's own or a nested stack's. */
export type ConstructPaths = (templatePath: string, logicalId: string) => string | undefined;

/**
 * Construct paths from a stack's metadata. A nested stack's resources stand in its parent's metadata; the entries that
 * name a template file tell which path belongs to which template, since logical ids repeat between templates.
 */
export function constructPathsFrom(metadata: readonly JsonObject[]): ConstructPaths {
  const entries = metadata
    .flatMap((part) => Object.entries(part))
    .flatMap(([path, list]) => (isList(list) ? list.map((entry) => ({ path, entry })) : []));
  const templates = entries
    .filter(({ entry }) => member(entry, 'type') === 'aws:cdk:templateFile')
    .map(({ path, entry }) => ({ path, file: String(member(entry, 'data')) }))
    .sort((a, b) => b.path.length - a.path.length);

  const found = new Map<string, string>();
  for (const { path, entry } of entries) {
    if (member(entry, 'type') !== 'aws:cdk:logicalId') continue;
    const owner = templates.find((template) => path.startsWith(`${template.path}/`));
    const key = `${owner?.file ?? ''}\n${String(member(entry, 'data'))}`;
    if (!found.has(key)) found.set(key, path.replace(/^\//, ''));
  }
  return (templatePath, logicalId) =>
    found.get(`${basename(templatePath)}\n${logicalId}`) ?? found.get(`\n${logicalId}`);
}
