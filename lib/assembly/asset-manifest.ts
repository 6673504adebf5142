import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { BadInput, quoteFound } from '../bad-input';
import { isObject, type JsonObject, member, readJsonObject, section } from './json';
import type { Problems } from './problems';

/** Where an asset of a stack lies on this machine. */
export interface AssetLocation {
  /** The asset's id, as a rule the hash of its content. */
  readonly id: string;
  /** Absolute path of the directory or file. */
  readonly path: string;
  /** `zip`: a directory that is published zipped. `file`: a file published as it is. */
  readonly packaging: 'zip' | 'file';
  /** Where it is published, one entry for each Region and account. */
  readonly destinations: readonly AssetDestination[];
}

/** One place an asset is published to. */
interface AssetDestination {
  /** Bucket, as the manifest writes it; it may hold placeholders such as `${AWS::AccountId}`. */
  readonly bucketName: string;
  /** Key of the object, prefix included. */
  readonly objectKey: string;
  /**
   * Region of the bucket.
   *
   * @default - the Region of the stack
   */
  readonly region?: string;
}

interface Entry {
  readonly file: string;
  readonly id: string;
  readonly source: JsonObject;
  readonly directory: string;
  readonly destinations: readonly AssetDestination[];
}

const REMEDY = 'synthesize the app again and keep the assembly together with its asset directories';

/**
 * The file assets of one stack, from its `assets.json` files.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloud_assembly_schema.AssetManifest.html
 */
export class AssetManifest {
  private constructor(
    private readonly root: string,
    private readonly entries: readonly Entry[],
  ) {}

  /** Reads the named asset manifests of one assembly directory. */
  static read(root: string, directory: string, files: readonly string[], problems: Problems): AssetManifest {
    const entries = files.flatMap((name) => {
      const path = resolve(directory, name);
      const file = relative(root, path);
      const manifest = readJsonObject(path, file, REMEDY, problems);
      return Object.entries(section(manifest, 'files')).flatMap(([id, asset]): Entry[] => {
        const source = member(asset, 'source');
        if (isObject(source)) return [{ file, id, source, directory, destinations: destinationsOf(asset) }];
        problems.add(file, `files.${id}.source`, quoteFound(source), 'a path and a packaging', REMEDY);
        return [];
      });
    });
    return new AssetManifest(root, entries);
  }

  /**
   * Finds an asset by the key of its object (with or without a prefix) or by its id. A key that belongs to no asset
   * gives undefined.
   *
   * Existence is checked here and not while the assembly is read: an assembly copied without the assets that nobody
   * asks for is still of use.
   *
   * @throws BadInput when the manifest knows the asset and its directory or file is missing.
   */
  find(objectKeyOrId: string): AssetLocation | undefined {
    const id = (objectKeyOrId.split('/').at(-1) ?? '').replace(/\..*$/, '');
    const entry =
      this.entries.find(({ destinations }) => destinations.some(({ objectKey }) => objectKey === objectKeyOrId)) ??
      this.entries.find((candidate) => candidate.id === objectKeyOrId || candidate.id === id);
    if (!entry) return undefined;

    const at = `${entry.file} files.${entry.id}.source`;
    const path = member(entry.source, 'path');
    const packaging = member(entry.source, 'packaging') ?? 'file';
    if (typeof path !== 'string' || (packaging !== 'zip' && packaging !== 'file')) {
      const allowed = 'a path with packaging `zip` or `file`; a source built by a command cannot be read';
      throw new BadInput(this.root, [{ field: at, found: quoteFound(entry.source), allowed, remedy: REMEDY }]);
    }
    const absolute = resolve(entry.directory, path);
    if (!existsSync(absolute)) {
      const allowed = 'an existing directory or file';
      throw new BadInput(this.root, [{ field: `${at}.path`, found: quoteFound(path), allowed, remedy: REMEDY }]);
    }
    return { id: entry.id, path: absolute, packaging, destinations: entry.destinations };
  }
}

function destinationsOf(asset: JsonObject[string] | undefined): AssetDestination[] {
  return Object.values(section(asset, 'destinations')).flatMap((destination) => {
    const bucketName = member(destination, 'bucketName');
    const objectKey = member(destination, 'objectKey');
    const region = member(destination, 'region');
    if (typeof bucketName !== 'string' || typeof objectKey !== 'string') return [];
    return [{ bucketName, objectKey, ...(typeof region === 'string' && { region }) }];
  });
}
