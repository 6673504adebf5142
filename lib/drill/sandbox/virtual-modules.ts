import * as nodeCrypto from 'node:crypto';
import { createRequire } from 'node:module';
import { posix } from 'node:path';
import type { RandomStream } from '../kernel/random';
import { fillRandom, type Realm, randomUuid, virtualConsole } from './realm';
import { refusing } from './stand-in';
import { TASK_ROOT, virtualFiles } from './virtual-files';

/** Built-in modules that touch neither time, chance nor the outside; code gets Node's own. */
const HARMLESS = new Set([
  'assert',
  'buffer',
  'events',
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
  os: (realm) => virtualOs(realm),
  path: () => virtualPath(),
  'path/posix': () => virtualPath(),
  fs: ({ options }) => virtualFiles(options),
  'fs/promises': ({ options }) => virtualFiles(options).promises,
  async_hooks: (realm) => virtualAsyncHooks(realm),
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
    randomInt: virtualRandomInt(realm, entropy),
    randomFillSync: <T extends ArrayBufferView>(view: T): T => fillRandom(view, entropy),
    getRandomValues: <T extends ArrayBufferView>(view: T): T => fillRandom(view, entropy),
    webcrypto,
    subtle: (webcrypto as { readonly subtle: unknown }).subtle,
  };
}

/** `crypto.randomInt(min, max, callback)`, of which only the limit must be there. */
function virtualRandomInt({ options }: Realm, entropy: RandomStream) {
  return (...args: unknown[]): number | undefined => {
    const callback =
      typeof args.at(-1) === 'function' ? (args.pop() as (error: null, drawn: number) => void) : undefined;
    const [first = 0, second] = args as number[];
    const drawn = second === undefined ? entropy.index(first) : first + entropy.index(second - first);
    if (!callback) return drawn;
    options.scheduler.after(0, () => callback(null, drawn));
    return undefined;
  };
}

/** A Lambda host, the same on every machine; what else a machine could say of itself stops the drill. */
function virtualOs(realm: Realm): object {
  return {
    ...refusingModule('os', realm),
    platform: () => 'linux',
    type: () => 'Linux',
    release: () => '5.10.0',
    arch: () => 'arm64',
    machine: () => 'aarch64',
    endianness: () => 'LE',
    hostname: () => '169.254.0.1',
    homedir: () => '/home/sbx_user1051',
    tmpdir: () => '/tmp',
    cpus: () => [],
    uptime: () => 0,
  };
}

/** Paths of a Lambda host: relative ones begin at the function's code, wherever the drill was started. */
function virtualPath(): object {
  const resolve = (...paths: string[]): string => posix.resolve(TASK_ROOT, ...paths);
  const path = {
    ...posix,
    resolve,
    relative: (from: string, to: string): string => posix.relative(resolve(from), resolve(to)),
  };
  return Object.assign(path, { posix: path });
}

/** Context that follows asynchronous calls; the numbers of these calls are the machine's and not a function's business. */
function virtualAsyncHooks(realm: Realm): object {
  const { AsyncLocalStorage, AsyncResource } = realRequire('node:async_hooks') as Record<string, unknown>;
  return { ...refusingModule('async_hooks', realm), AsyncLocalStorage, AsyncResource };
}

/** A module whose constants can be read and whose functions say that they are not modelled. */
function refusingModule(id: string, { options }: Realm): Record<string, unknown> {
  return refusing(realRequire(`node:${id}`) as object, `node:${id}`, options);
}
