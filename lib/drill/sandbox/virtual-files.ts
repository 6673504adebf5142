import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, posix, relative } from 'node:path';
import { CodeError } from './code-error';
import type { RealmOptions } from './realm-options';
import { refuse } from './refusal';
import { refusing } from './stand-in';

/** Directory of the code on Lambda, in which a function works. */
export const TASK_ROOT = '/var/task';

/** Directories of a Lambda host in which nothing is until code writes there; layers are not modelled. */
const EMPTY: readonly string[] = ['/home/sbx_user1051', '/tmp', '/opt'];

const realRequire = createRequire(__filename);

/**
 * `node:fs` of a realm. What is not there is not found: configuration files of the home directory, what nobody has
 * written to `/tmp`, and what the asset does not hold. Everything else, the asset's own files included, stops the drill.
 */
export function virtualFiles(options: RealmOptions): { promises: object } & Record<string, unknown> {
  const missing = (path: unknown): Error =>
    Object.assign(new CodeError(`ENOENT: no such file or directory, open '${String(path)}'`), {
      code: 'ENOENT',
      errno: -2,
      syscall: 'open',
    });
  const look = (what: string, path: unknown): Error =>
    isAbsent(path, options) ? missing(path) : refuse(`${what} of ${String(path)}`, options);
  const promises = {
    ...refusing(realRequire('node:fs/promises') as object, 'node:fs/promises', options),
    readFile: async (path: unknown) => Promise.reject(look('node:fs/promises readFile', path)),
  };
  return {
    ...refusing(realRequire('node:fs') as object, 'node:fs', options),
    promises,
    existsSync: (path: unknown) => {
      look('node:fs existsSync', path);
      return false;
    },
    readFileSync: (path: unknown) => {
      throw look('node:fs readFileSync', path);
    },
    readFile: (path: unknown, ...rest: unknown[]) => {
      const error = look('node:fs readFile', path);
      const callback = rest.at(-1) as (error: Error) => void;
      options.scheduler.after(0, () => callback(error));
    },
  };
}

/** Whether a path leads to nothing on Lambda, as far as the drill knows. */
function isAbsent(path: unknown, { asset }: RealmOptions): boolean {
  if (typeof path !== 'string') return false;
  const full = posix.resolve(TASK_ROOT, path);
  for (const root of asset ? [asset.directory, TASK_ROOT] : []) {
    if (isWithin(root, full)) return !existsSync(join(asset?.directory ?? root, relative(root, full)));
  }
  return EMPTY.some((directory) => isWithin(directory, full));
}

function isWithin(directory: string, path: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
