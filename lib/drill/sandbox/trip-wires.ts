import { setImmediate } from 'node:timers';
import { promisify } from 'node:util';
import { compileFunction } from 'node:vm';
import type { Scheduler } from '../kernel/scheduler';
import { NotModelled } from '../not-modelled';
import { callingCode } from './calling-code';
import { ownersOf } from './sandboxed-code';

type Members = Record<PropertyKey, unknown>;

/** The global object of the code that the drill runs, and the drill's own, which a test runner may keep apart from it. */
const GLOBALS = [...new Set([compileFunction('return globalThis;')() as Members, globalThis as unknown as Members])];

/** Real functions that code in a realm has no business with, by the object that holds them. */
const WATCHED: readonly (readonly [path: string, names: readonly string[]])[] = [
  ['Date', ['now']],
  ['Math', ['random']],
  ['Performance.prototype', ['now', 'timeOrigin']],
  ['Event.prototype', ['timeStamp']],
  ['Atomics', ['wait', 'waitAsync']],
  ['AbortSignal', ['timeout']],
  ['URL', ['createObjectURL']],
  ['Intl', ['DateTimeFormat']],
  ['WebAssembly', ['compile', 'compileStreaming', 'instantiate', 'instantiateStreaming']],
  [
    '',
    [
      'process',
      'crypto',
      'navigator',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'fetch',
      'WebSocket',
      'EventSource',
      'MessageChannel',
      'BroadcastChannel',
      'CompressionStream',
      'DecompressionStream',
      'WeakRef',
      'FinalizationRegistry',
      'Temporal',
      'localStorage',
      'sessionStorage',
    ],
  ],
];

const watched = new WeakSet<Scheduler>();
const running: Scheduler[] = [];

/**
 * Watches the real clock, chance, timers, network and process while a scheduler runs. Code of a realm that gets at one of
 * them, past what its realm gives it, stops the run with a message that names its file; the drill's own code, and whatever
 * else runs in the process, may use them.
 */
export function watchRuns(scheduler: Scheduler): void {
  if (watched.has(scheduler)) return;
  watched.add(scheduler);
  scheduler.guard(() => {
    if (strung.length === 0) strung = string();
    running.push(scheduler);
    return () => {
      running.splice(running.indexOf(scheduler), 1);
      // A world runs in many short steps; what one optimizes, the next should not have to again.
      setImmediate(() => {
        if (running.length === 0) for (const undo of strung.splice(0).reverse()) undo();
      });
    };
  });
}

let strung: (() => void)[] = [];

/** Puts every wire up. */
function string(): (() => void)[] {
  return GLOBALS.flatMap((globals) => [
    ...WATCHED.flatMap(([path, names]) => {
      const steps = path === '' ? [] : path.split('.');
      const holder = steps.reduce<Members | undefined>((at, step) => at?.[step] as Members | undefined, globals);
      return holder ? names.flatMap((name) => wire(holder, name, [...steps, name].join('.'))) : [];
    }),
    ...wireDate(globals),
  ]);
}

/** Replaces one member by a wire; a getter is one when it is read, a function when it is called. */
function wire(holder: Members, name: string, path: string): (() => void)[] {
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  if (!descriptor?.configurable) return [];
  const { get, value } = descriptor;
  const isObject = typeof value === 'object' && value !== null;
  if (get || isObject) {
    return replace(holder, name, descriptor, {
      configurable: true,
      enumerable: descriptor.enumerable ?? false,
      get(this: unknown) {
        trip(path);
        return get ? Reflect.apply(get, this, []) : value;
      },
      set: (changed: unknown) => {
        Object.defineProperty(holder, name, { value: changed, writable: true, configurable: true, enumerable: true });
      },
    });
  }
  if (typeof value !== 'function') return [];
  return replace(holder, name, descriptor, { ...descriptor, value: watching(value, path, () => true) });
}

/** The constructor of dates reads the clock when it is given no time. */
function wireDate(globals: Members): (() => void)[] {
  const RealDate = globals.Date as DateConstructor;
  const value = watching(RealDate, 'Date', (args) => args.length === 0);
  const ofGlobal = Object.getOwnPropertyDescriptor(globals, 'Date') as PropertyDescriptor;
  const ofPrototype = Object.getOwnPropertyDescriptor(RealDate.prototype, 'constructor') as PropertyDescriptor;
  return [
    ...replace(globals, 'Date', ofGlobal, { ...ofGlobal, value }),
    ...replace(RealDate.prototype as never, 'constructor', ofPrototype, { ...ofPrototype, value }),
  ];
}

function watching(real: object, path: string, reads: (args: unknown[]) => boolean): object {
  return new Proxy(real, {
    apply: (target, self, args) => {
      trip(path);
      return Reflect.apply(target as () => unknown, self, args);
    },
    construct: (target, args, newTarget) => {
      if (reads(args)) trip(path);
      return Reflect.construct(target as new () => object, args, newTarget);
    },
    // `promisify(setTimeout)` takes another function, which hangs on the first.
    get: (target, name, receiver) => {
      const value = Reflect.get(target, name, receiver);
      return name === promisify.custom ? watching(value as object, path, () => true) : value;
    },
  });
}

function replace(holder: Members, name: string, before: PropertyDescriptor, after: PropertyDescriptor): (() => void)[] {
  Object.defineProperty(holder, name, after);
  return [() => Object.defineProperty(holder, name, before)];
}

/** Stops the run when the code that touched a wire is a realm's. */
function trip(path: string): void {
  const { file, throughNode } = callingCode();
  // With nobody on the stack the language itself calls, as for `promise.then(Date.now)`; the drill's own code does not do that.
  const owners = file === undefined ? (throughNode ? undefined : ['code without a file']) : ownersOf(file);
  if (!owners) return;
  const error = new NotModelled(`the real ${path}, reached by ${owners.join(', ')}${file ? ` (${file})` : ''}`);
  for (const scheduler of running) scheduler.fail(error);
  throw error;
}
