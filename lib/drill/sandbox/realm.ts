import { format, promisify } from 'node:util';
import type { RandomStream } from '../kernel/random';
import type { RealmOptions } from './realm-options';
import { RealmTimers } from './realm-timers';
import { refuse } from './refusal';
import { refusingFunction, standIn } from './stand-in';
import { watchRuns } from './trip-wires';
import { virtualDate } from './virtual-date';
import { virtualFetch } from './virtual-fetch';
import { virtualFunction } from './virtual-function';
import { virtualIntl } from './virtual-intl';
import { NODE_MAJOR, virtualProcess } from './virtual-process';
import { VirtualFinalizationRegistry, VirtualWeakRef } from './virtual-references';

/** Globals that code in a realm sees instead of Node's, in the order the module wrapper takes them. */
export const SHADOWED_GLOBALS = [
  'globalThis',
  'global',
  'process',
  'console',
  'Date',
  'Math',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'performance',
  'crypto',
  'AbortSignal',
  'fetch',
  'Intl',
  'Function',
  'Atomics',
  'WebAssembly',
  'WeakRef',
  'FinalizationRegistry',
  'MessageChannel',
  'BroadcastChannel',
  'CompressionStream',
  'DecompressionStream',
  'navigator',
  'WebSocket',
  'EventSource',
  'Temporal',
  'localStorage',
  'sessionStorage',
] as const;

/** Globals that Lambda's runtime does not have, or that reach outside; some versions of Node.js have them. */
const ABSENT = ['WebSocket', 'EventSource', 'Temporal', 'localStorage', 'sessionStorage'] as const;

/** Globals that work outside virtual time: in threads of their own, or by messages that come when they come. */
const OUT_OF_TIME = ['MessageChannel', 'BroadcastChannel', 'CompressionStream', 'DecompressionStream'] as const;

/** Functions of the language that hold the whole world up, or end at a moment of the machine's. */
const WAITING = {
  Atomics: ['wait', 'waitAsync'],
  WebAssembly: ['compile', 'compileStreaming', 'instantiate', 'instantiateStreaming'],
} as const;

/** Node's own, taken before anything watches over them. */
const real = {
  Math: Object.getOwnPropertyDescriptors(Math),
  Atomics: Object.getOwnPropertyDescriptors(Atomics),
  WebAssembly: Object.getOwnPropertyDescriptors((globalThis as unknown as { WebAssembly: object }).WebAssembly),
  performance,
};

/**
 * A set of globals in which time, chance, environment and output are the drill's.
 *
 * Shadowing is lexical. Code that goes out of its way (an indirect `eval`, the constructor of a function) reaches the real ones,
 * which trip-wires watch while the drill runs. The drill runs its owner's code, not hostile code.
 */
export class Realm {
  readonly timers: RealmTimers;
  /** Values of {@link SHADOWED_GLOBALS}, by name. */
  readonly globals: Readonly<Record<(typeof SHADOWED_GLOBALS)[number], unknown>>;

  constructor(readonly options: RealmOptions) {
    const { scheduler, epochMs } = options;
    this.timers = new RealmTimers(scheduler);
    const nowMs = (): number => Math.floor(epochMs + scheduler.nowMs);
    const timers = timerGlobals(this.timers);
    watchRuns(scheduler);
    const own = {
      process: virtualProcess(options),
      console: virtualConsole(options),
      Date: virtualDate(nowMs),
      Math: Object.defineProperties(
        {},
        {
          ...real.Math,
          random: { value: () => options.random.next() },
        },
      ),
      ...timers,
      performance: standIn(
        real.performance,
        { now: () => scheduler.nowMs, timeOrigin: epochMs, toJSON: () => ({ timeOrigin: epochMs }) },
        'performance',
        options,
      ),
      crypto: virtualCrypto(options),
      AbortSignal: virtualAbortSignal(timers.setTimeout),
      fetch: options.outbound
        ? virtualFetch(options.outbound, ({ what }) => refuse(what, options))
        : () => refuse('fetch', options),
      Intl: virtualIntl(nowMs),
      Function: virtualFunction(options, () => this.globals),
      Atomics: withoutWaiting('Atomics', options),
      WebAssembly: withoutWaiting('WebAssembly', options),
      WeakRef: VirtualWeakRef,
      FinalizationRegistry: VirtualFinalizationRegistry,
      navigator: virtualNavigator(options),
      ...membersOf(OUT_OF_TIME, (name) => refusingFunction(name, options)),
      ...membersOf(ABSENT, () => undefined),
    };
    const globalObject: Record<string, unknown> = Object.create(globalThis);
    Object.defineProperties(globalObject, Object.getOwnPropertyDescriptors(own));
    globalObject.globalThis = globalObject;
    globalObject.global = globalObject;
    this.globals = { ...own, globalThis: globalObject, global: globalObject };
  }
}

function membersOf<Name extends string, T>(names: readonly Name[], make: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, T>;
}

function withoutWaiting(name: keyof typeof WAITING, options: RealmOptions): object {
  const refused = membersOf(WAITING[name], (member: string) => refusingFunction(`${name}.${member}`, options));
  return Object.defineProperties({}, { ...real[name], ...Object.getOwnPropertyDescriptors(refused) });
}

/** What Node.js says of itself where some versions of it say it; the machine's processors are not among it. */
function virtualNavigator(options: RealmOptions): object {
  const own = { language: 'en-US', languages: ['en-US'], platform: 'linux', userAgent: `Node.js/${NODE_MAJOR}` };
  return standIn({ hardwareConcurrency: 0 }, own, 'navigator', options);
}

function timerGlobals(timers: RealmTimers) {
  const setTimeout = (callback: (...args: unknown[]) => void, delayMs?: number, ...args: unknown[]) =>
    timers.set(callback, delayMs, false, args);
  const setImmediate = (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
    timers.setImmediate(callback, args);
  const clear = (timeout: unknown): void => timers.clear(timeout);
  Object.defineProperty(setTimeout, promisify.custom, {
    value: (delayMs: unknown, value: unknown, options?: { signal?: AbortSignal }) =>
      timers.sleep(delayMs, value, options),
  });
  Object.defineProperty(setImmediate, promisify.custom, {
    value: (value: unknown) => timers.immediate(value),
  });
  return {
    setTimeout,
    clearTimeout: clear,
    setInterval: (callback: (...args: unknown[]) => void, delayMs?: number, ...args: unknown[]) =>
      timers.set(callback, delayMs, true, args),
    clearInterval: clear,
    setImmediate,
    clearImmediate: clear,
  };
}

function virtualAbortSignal(setTimeout: (callback: () => void, delayMs: number) => unknown): typeof AbortSignal {
  const timeout = (delayMs: number): AbortSignal => {
    const controller = new AbortController();
    setTimeout(
      () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
      delayMs,
    );
    return controller.signal;
  };
  return new Proxy(AbortSignal, {
    get: (target, property, receiver) => (property === 'timeout' ? timeout : Reflect.get(target, property, receiver)),
  });
}

/** A console that formats only when somebody listens. */
export function virtualConsole({ onOutput }: Pick<RealmOptions, 'onOutput'>): Record<string, unknown> {
  const text = (args: readonly unknown[]): string =>
    args.length === 1 && typeof args[0] === 'string' ? args[0] : format(...args);
  const print = onOutput ? (...args: unknown[]) => onOutput(`${text(args)}\n`) : noop;
  const names = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table', 'group', 'groupCollapsed'];
  return {
    ...Object.fromEntries(names.map((name) => [name, print])),
    assert: (condition: unknown, ...args: unknown[]) => condition || print('Assertion failed:', ...args),
    ...Object.fromEntries(
      ['groupEnd', 'time', 'timeEnd', 'timeLog', 'count', 'countReset', 'clear'].map((name) => [name, noop]),
    ),
  };
}

/** The Web Crypto global: random values from the realm's stream; asynchronous cryptography is not modelled. */
function virtualCrypto(options: RealmOptions): unknown {
  const { entropy } = options;
  return {
    randomUUID: () => randomUuid(entropy),
    getRandomValues: <T extends ArrayBufferView>(view: T): T => fillRandom(view, entropy),
    subtle: new Proxy({}, { get: (_, name) => () => refuse(`crypto.subtle.${String(name)}`, options) }),
  };
}

/** A version 4 UUID from a stream. */
export function randomUuid(entropy: RandomStream): string {
  const bytes = Buffer.from(entropy.bytes(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Fills a view with bytes from a stream. */
export function fillRandom<T extends ArrayBufferView>(view: T, entropy: RandomStream): T {
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(entropy.bytes(view.byteLength));
  return view;
}

function noop(): void {}
