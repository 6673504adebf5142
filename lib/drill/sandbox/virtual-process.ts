import type { RealmOptions } from './realm-options';
import { refuse } from './refusal';
import { standIn } from './stand-in';
import { TASK_ROOT } from './virtual-files';

/** Runtime that a realm pretends to be; what Lambda runs for `nodejs24.x`. */
export const NODE_MAJOR = 24;

/** Who runs the process, which code must do without on some platforms. */
const IDENTITY = ['getuid', 'geteuid', 'getgid', 'getegid', 'getgroups'] as const;

/** Node's own, taken before anything watches over it. */
const realProcess = process;

/**
 * `process` of a Lambda host, the same on every machine: its clocks, variables and output are the drill's. What asks the real
 * process for anything else stops the drill.
 */
export function virtualProcess(options: RealmOptions): Record<PropertyKey, unknown> {
  const { env, scheduler } = options;
  const own = {
    env: { ...env },
    argv: ['/var/lang/bin/node', '/var/runtime/index.mjs'],
    execArgv: [],
    version: `v${NODE_MAJOR}.0.0`,
    versions: { node: `${NODE_MAJOR}.0.0` },
    release: { name: 'node' },
    platform: 'linux',
    arch: 'arm64',
    pid: 8,
    title: 'node',
    exitCode: undefined,
    stdout: outputOf(options),
    stderr: outputOf(options),
    cwd: () => TASK_ROOT,
    uptime: () => scheduler.nowMs / 1000,
    hrtime: hrtimeOf(options),
    nextTick: realProcess.nextTick,
    ...emitter(),
    emitWarning: noop,
    setSourceMapsEnabled: noop,
    exit: () => refuse('process.exit', options),
  };
  return standIn(realProcess, own, 'process', options, IDENTITY);
}

function hrtimeOf({ scheduler }: RealmOptions): unknown {
  const nanoseconds = (): number => Math.round(scheduler.nowMs * 1e6);
  const hrtime = (previous?: [number, number]): [number, number] => {
    const now = nanoseconds();
    const seconds = Math.floor(now / 1e9);
    const rest = now - seconds * 1e9;
    if (!previous) return [seconds, rest];
    const [previousSeconds, previousRest] = previous;
    return rest < previousRest
      ? [seconds - previousSeconds - 1, rest - previousRest + 1e9]
      : [seconds - previousSeconds, rest - previousRest];
  };
  return Object.assign(hrtime, { bigint: () => BigInt(nanoseconds()) });
}

/** A stream that hands on what is written. */
function outputOf({ onOutput, scheduler }: RealmOptions): Record<string, unknown> {
  return {
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
}

/** Listeners that never hear anything: an environment gets no signal, and its end is not announced. */
function emitter(): Record<string, unknown> {
  const silent = ['on', 'once', 'off', 'addListener', 'prependListener', 'prependOnceListener', 'removeListener'];
  return {
    ...Object.fromEntries([...silent, 'removeAllListeners', 'setMaxListeners'].map((name) => [name, noop])),
    emit: () => false,
    listenerCount: () => 0,
    listeners: () => [],
    rawListeners: () => [],
    eventNames: () => [],
    getMaxListeners: () => 10,
  };
}

function noop(): void {}
