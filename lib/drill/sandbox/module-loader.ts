import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { NotModelled } from '../not-modelled';
import { type Realm, SHADOWED_GLOBALS } from './realm';
import { compileIn, ownCode } from './sandboxed-code';
import { needsTranslation, translate } from './translation';
import { unparsable } from './unparsable';
import { virtualModule } from './virtual-modules';

/** What one realm gives for a package name before any file is looked for. */
export type PackageOverride = (request: string) => unknown;

type ModuleWrapper = (
  exports: unknown,
  require: (request: string) => unknown,
  module: { exports: unknown },
  filename: string,
  directory: string,
) => void;
type RealmFactory = (...globals: unknown[]) => ModuleWrapper;

const compiled = new Map<string, RealmFactory>();

/**
 * A CommonJS loader that runs files in a {@link Realm}.
 *
 * A file is compiled once for the whole process as a function of the shadowed globals, inside which the module itself is
 * a nested function: so `const crypto = require('crypto')` shadows a global as it does in Node, and a further copy of a
 * module costs about a millisecond.
 */
export class ModuleLoader {
  private readonly modules = new Map<string, { exports: unknown }>();
  private readonly globals: readonly unknown[];
  /** Folder that files come from; empty when any will do. */
  private readonly root: string;

  /**
   * @param realm Globals and built-in modules of the code.
   * @param override Packages that are provided rather than loaded. @default - every package is loaded from its files
   */
  constructor(
    private readonly realm: Realm,
    private readonly override: PackageOverride = () => undefined,
  ) {
    this.globals = SHADOWED_GLOBALS.map((name) => realm.globals[name]);
    const { asset } = realm.options;
    this.root = asset ? `${realpathSync(asset.directory)}${sep}` : '';
  }

  /** Loads a file by its absolute path, or gives the copy this loader already has. */
  load(filename: string): unknown {
    const known = this.modules.get(filename);
    if (known) return known.exports;
    const module = { exports: {} as unknown };
    this.modules.set(filename, module);
    if (filename.endsWith('.json')) {
      module.exports = this.parsed(filename, (source) => JSON.parse(source));
    } else {
      ownCode(filename, this.realm.options.label);
      const factory = compiled.get(filename) ?? this.parsed(filename, (source) => this.compile(filename, source));
      const run = factory(...this.globals);
      run.call(module.exports, module.exports, this.requireFrom(filename), module, filename, dirname(filename));
    }
    return module.exports;
  }

  /** `require` as the file sees it. */
  requireFrom(filename: string): (request: string) => unknown {
    const { resolve } = createRequire(filename);
    const require = (request: string): unknown => {
      const provided = this.override(request) ?? virtualModule(request, this.realm);
      if (provided !== undefined) return provided;
      return this.load(this.resolveIn(filename, request, resolve));
    };
    return Object.assign(require, { resolve });
  }

  /**
   * Reads a file and parses it.
   *
   * @throws BadInput for a file of an asset that cannot be parsed; as Node.js would, at the place that requires it.
   */
  private parsed<T>(filename: string, parse: (source: string) => T): T {
    const source = readFileSync(filename, 'utf8');
    const { asset, label } = this.realm.options;
    try {
      return parse(source);
    } catch (error) {
      if (!asset || !isSyntaxError(error)) throw error;
      const functionId = label.replace(/#\d+$/, '');
      throw unparsable({ filename, source, functionId, directory: asset.directory }, error);
    }
  }

  /** Compiles a file; an application's may be written as an ECMAScript module, the SDK is not. */
  private compile(filename: string, source: string): RealmFactory {
    const isTranslated = this.root !== '' && needsTranslation(source);
    const factory = compile(filename, isTranslated ? translate(filename, source) : source);
    compiled.set(filename, factory);
    return factory;
  }

  /** The file a request means. What lies outside the asset is on this machine, but would not be on Lambda. */
  private resolveIn(filename: string, request: string, resolve: (request: string) => string): string {
    const { label } = this.realm.options;
    let found: string | undefined;
    try {
      found = resolve(request);
    } catch {
      throw new NotModelled(`package ${request}, required by ${filename} (${label}): not found`);
    }
    if (found.startsWith(this.root)) return found;
    throw new NotModelled(`package ${request}, required by ${filename} (${label}): not found in its asset`);
  }
}

/** Whether a parser refused a text; it may be the `SyntaxError` of another set of globals. */
export function isSyntaxError(error: unknown): boolean {
  return (error as Partial<Error> | undefined)?.name === 'SyntaxError';
}

/** Registers source text to be run under a file name, for entry files, which may have been translated first. */
export function compileSource(filename: string, source: string): void {
  compiled.set(filename, compile(filename, source));
}

function compile(filename: string, source: string): RealmFactory {
  const body = source.startsWith('#!') ? `//${source}` : source;
  const text = `return function (exports, require, module, __filename, __dirname) {${body}\n}`;
  return compileIn(filename, text, SHADOWED_GLOBALS) as RealmFactory;
}
