import { format, promisify } from 'node:util';
import type { RandomStream } from '../kernel/random';
import type { Scheduler } from '../kernel/scheduler';
import { NotModelled } from '../not-modelled';
import { RealmTimers } from './realm-timers';
import { type Outbound, virtualFetch } from './virtual-fetch';

/** Runtime that a realm pretends to be; what Lambda runs for `nodejs24.x`. */
const NODE_VERSION = '24.0.0';

/** What a realm is made of. */
export interface RealmOptions {
  /** Names the owner in messages, for example an asset and a function. */
  readonly label: string;
  readonly scheduler: Scheduler;
  /** Stream behind `Math.random`. */
  readonly random: RandomStream;
  /** Stream behind `crypto`; apart from `random`, so that an identifier drawn or saved moves no jitter. */
  readonly entropy: RandomStream;
  /** Calendar time of virtual time zero, in milliseconds since 1970. */
  readonly epochMs: number;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Receives what the code prints. @default - output is dropped */
  readonly onOutput?: (text: string) => void;
  /** The network that `fetch` reaches. @default - there is none, and a call stops the drill */
  readonly outbound?: Outbound;
}

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
  'WebSocket',
] as const;

/**
 * A set of globals in which time, chance, environment and output are the drill's.
 *
 * Code is not confined: shadowing is lexical, and code that goes out of its way (`Function('return Date')()`) reaches
 * the real ones. The drill runs its owner's code, not hostile code.
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
    const own = {
      process: virtualProcess(options),
      console: virtualConsole(options),
      Date: virtualDate(nowMs),
      Math: Object.defineProperties(
        {},
        {
          ...Object.getOwnPropertyDescriptors(Math),
          random: { value: () => options.random.next() },
        },
      ),
      ...timers,
      performance: { now: () => scheduler.nowMs, timeOrigin: epochMs, toJSON: () => ({ timeOrigin: epochMs }) },
      crypto: virtualCrypto(options),
      AbortSignal: virtualAbortSignal(timers.setTimeout),
      fetch: options.outbound
        ? virtualFetch(options.outbound, ({ what }) => refuse(what, options))
        : () => refuse('fetch', options),
      WebSocket: undefined,
    };
    const globalObject: Record<string, unknown> = Object.create(globalThis);
    Object.defineProperties(globalObject, Object.getOwnPropertyDescriptors(own));
    globalObject.globalThis = globalObject;
    globalObject.global = globalObject;
    this.globals = { ...own, globalThis: globalObject, global: globalObject };
  }
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

function virtualDate(nowMs: () => number): DateConstructor {
  return new Proxy(Date, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [nowMs()] : args, newTarget),
    apply: () => new Date(nowMs()).toString(),
    get: (target, property, receiver) => (property === 'now' ? nowMs : Reflect.get(target, property, receiver)),
  });
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

function virtualProcess(options: RealmOptions): unknown {
  const { env, scheduler, onOutput } = options;
  const hrtime = (previous?: [number, number]): [number, number] => {
    const nanoseconds = Math.round(scheduler.nowMs * 1e6);
    const seconds = Math.floor(nanoseconds / 1e9);
    const rest = nanoseconds - seconds * 1e9;
    if (!previous) return [seconds, rest];
    const [previousSeconds, previousRest] = previous;
    return rest < previousRest
      ? [seconds - previousSeconds - 1, rest - previousRest + 1e9]
      : [seconds - previousSeconds, rest - previousRest];
  };
  hrtime.bigint = (): bigint => BigInt(Math.round(scheduler.nowMs * 1e6));
  const output = {
    write: (text: unknown, ...rest: unknown[]) => {
      onOutput?.(String(text));
      const written = rest.at(-1);
      if (typeof written === 'function') scheduler.after(0, () => written());
      return true;
    },
    isTTY: false,
    on: noop,
    once: noop,
    removeListener: noop,
    listenerCount: () => 0,
  };
  return {
    env: { ...env },
    argv: ['/var/lang/bin/node', '/var/runtime/index.mjs'],
    execArgv: [],
    version: `v${NODE_VERSION}`,
    versions: { ...process.versions, node: NODE_VERSION },
    release: { name: 'node' },
    platform: 'linux',
    arch: 'arm64',
    pid: 8,
    title: 'node',
    stdout: output,
    stderr: output,
    cwd: () => '/var/task',
    uptime: () => scheduler.nowMs / 1000,
    hrtime,
    nextTick: process.nextTick,
    memoryUsage: process.memoryUsage,
    emitWarning: noop,
    on: noop,
    once: noop,
    off: noop,
    addListener: noop,
    removeListener: noop,
    emit: () => false,
    listenerCount: () => 0,
    listeners: () => [],
    exit: () => refuse('process.exit', options),
    kill: () => refuse('process.kill', options),
    abort: () => refuse('process.abort', options),
    dlopen: () => refuse('process.dlopen', options),
  };
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

/** Stops the drill, even when the code that asked for it catches the error. */
export function refuse(what: string, { label, scheduler }: Pick<RealmOptions, 'label' | 'scheduler'>): never {
  return scheduler.abort(new NotModelled(`${what}, called by ${label}`));
}

function noop(): void {}
