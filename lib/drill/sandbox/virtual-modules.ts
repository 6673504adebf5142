import * as nodeCrypto from 'node:crypto';
import { createRequire } from 'node:module';
import type { RandomStream } from '../kernel/random';
import { CodeError } from './code-error';
import { fillRandom, type Realm, randomUuid, refuse, virtualConsole } from './realm';

/** Built-in modules that touch neither time, chance nor the outside; code gets Node's own. */
const HARMLESS = new Set([
  'assert',
  'async_hooks',
  'buffer',
  'events',
  'path',
  'path/posix',
  'punycode',
  'querystring',
  'stream',
  'stream/promises',
  'string_decoder',
  'url',
  'util',
  'util/types',
]);

/** Functions of `node:crypto` that are pure; the others draw chance or work in the background. */
const PURE_CRYPTO = ['createHash', 'createHmac', 'getHashes', 'timingSafeEqual', 'hash'] as const;

const realRequire = createRequire(__filename);

/** The built-in module of this name as a realm sees it; `undefined` when Node has no such module. */
export function virtualModule(name: string, realm: Realm): unknown {
  const id = name.startsWith('node:') ? name.slice(5) : name;
  if (HARMLESS.has(id)) return realRequire(`node:${id}`);
  const build = VIRTUAL[id];
  if (build) return build(realm);
  const isBuiltIn = name.startsWith('node:') || realRequire('node:module').builtinModules.includes(id);
  return isBuiltIn ? refusingModule(id, realm) : undefined;
}

const VIRTUAL: Readonly<Record<string, (realm: Realm) => unknown>> = {
  process: ({ globals }) => globals.process,
  console: ({ globals, options }) => ({
    ...(globals.console as object),
    Console: function Console() {
      return virtualConsole(options);
    },
  }),
  timers: (realm) => {
    const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } = realm.globals;
    const promises = virtualTimersPromises(realm);
    return { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate, promises };
  },
  'timers/promises': (realm) => virtualTimersPromises(realm),
  perf_hooks: (realm) => ({ ...refusingModule('perf_hooks', realm), performance: realm.globals.performance }),
  crypto: (realm) => virtualCryptoModule(realm, realm.options.entropy),
  os: () => virtualOs(),
  fs: (realm) => virtualFs(realm),
  'fs/promises': (realm) => virtualFs(realm).promises,
};

function virtualTimersPromises(realm: Realm): object {
  const { timers } = realm;
  return {
    ...refusingModule('timers/promises', realm),
    setTimeout: (delayMs?: number, value?: unknown, options?: { signal?: AbortSignal }) =>
      timers.sleep(delayMs, value, options),
    setImmediate: (value?: unknown) => timers.immediate(value),
    scheduler: {
      wait: (delayMs: number, options?: { signal?: AbortSignal }) => timers.sleep(delayMs, undefined, options),
      yield: () => timers.immediate(undefined),
    },
  };
}

function virtualCryptoModule(realm: Realm, entropy: RandomStream): object {
  const { crypto: webcrypto } = realm.globals;
  const { scheduler } = realm.options;
  const randomBytes = (size: number, callback?: (error: null, bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(entropy.bytes(size));
    if (callback) scheduler.after(0, () => callback(null, bytes));
    return bytes;
  };
  return {
    ...refusingModule('crypto', realm),
    ...Object.fromEntries(PURE_CRYPTO.map((name) => [name, (nodeCrypto as Record<string, unknown>)[name]])),
    randomUUID: () => randomUuid(entropy),
    randomBytes,
    randomInt: (low: number, high?: number) =>
      high === undefined ? entropy.index(low) : low + entropy.index(high - low),
    randomFillSync: <T extends ArrayBufferView>(view: T): T => fillRandom(view, entropy),
    getRandomValues: <T extends ArrayBufferView>(view: T): T => fillRandom(view, entropy),
    webcrypto,
    subtle: (webcrypto as { readonly subtle: unknown }).subtle,
  };
}

/** A Lambda host, the same on every machine. */
function virtualOs(): object {
  return {
    ...(realRequire('node:os') as object),
    platform: () => 'linux',
    type: () => 'Linux',
    release: () => '5.10.0',
    arch: () => 'arm64',
    hostname: () => '169.254.0.1',
    homedir: () => '/home/sbx_user1051',
    tmpdir: () => '/tmp',
    cpus: () => [],
    uptime: () => 0,
  };
}

/** A file system in which nothing exists: configuration files are looked for and not found. */
function virtualFs(realm: Realm): { promises: object } & Record<string, unknown> {
  const missing = (path: unknown): Error =>
    Object.assign(new CodeError(`ENOENT: no such file or directory, open '${String(path)}'`), {
      code: 'ENOENT',
      errno: -2,
      syscall: 'open',
    });
  const promises = {
    ...refusingModule('fs/promises', realm),
    readFile: (path: unknown) => Promise.reject(missing(path)),
  };
  return {
    ...refusingModule('fs', realm),
    promises,
    existsSync: () => false,
    readFileSync: (path: unknown) => {
      throw missing(path);
    },
    readFile: (path: unknown, ...rest: unknown[]) => {
      const callback = rest.at(-1) as (error: Error) => void;
      realm.options.scheduler.after(0, () => callback(missing(path)));
    },
  };
}

/** A module whose constants can be read and whose functions say that they are not modelled. */
function refusingModule(id: string, realm: Realm): Record<string, unknown> {
  return refusing(realRequire(`node:${id}`) as object, `node:${id}`, realm);
}

function refusing(real: object, path: string, realm: Realm): Record<string, unknown> {
  const stand = (name: string, value: unknown): unknown => {
    if (typeof value === 'function') {
      return function refused(): never {
        return refuse(`${path} ${name}`, realm.options);
      };
    }
    if (isData(value)) return value;
    return new Proxy({}, { get: (_, member) => refuse(`${path} ${name}.${String(member)}`, realm.options) });
  };
  return Object.fromEntries(Object.entries(real).map(([name, value]) => [name, stand(name, value)]));
}

/** Whether a value is plain data through and through: nothing in it can act. */
function isData(value: unknown): boolean {
  if (typeof value === 'function') return false;
  if (typeof value !== 'object' || value === null) return true;
  const prototype = Object.getPrototypeOf(value) as object | null;
  const isPlain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
  return isPlain && Object.values(value).every(isData);
}
