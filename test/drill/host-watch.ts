import { relative } from 'node:path';
import { ROOT } from '../helpers/source-files';

type Members = Record<string, unknown>;

/** Whose calls count: the drill's own code, what it reads assemblies with, and the libraries it is made of. */
const WATCHED = /^(?:lib\/|node_modules\/(?:dynalite|lazy|lodash|big\.js|async|@aws-sdk|@smithy)\/)/;

/** Built-in modules that reach the machine, whole. */
const OUTSIDE = ['fs', 'fs/promises', 'net', 'tls', 'http', 'https', 'http2', 'dns', 'dgram', 'child_process'] as const;

/** Functions of other built-in modules that reach the machine. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  crypto: ['randomBytes', 'randomUUID', 'randomInt', 'randomFill', 'randomFillSync', 'getRandomValues'],
  os: ['hostname', 'cpus', 'freemem', 'totalmem', 'loadavg', 'uptime', 'networkInterfaces', 'tmpdir', 'homedir'],
  timers: ['setTimeout', 'setInterval'],
  'timers/promises': ['setTimeout', 'setImmediate', 'setInterval'],
  worker_threads: ['Worker'],
  perf_hooks: ['monitorEventLoopDelay'],
};

/** What reads the assembly, the catalogue and the code to run, which are the input of a drill. */
const LOADING =
  /^fs\.\w+ by lib\/(?:assembly\/|outages\/|drill\/(?:sandbox\/module-loader|compute\/function-code)\.ts)/;

/**
 * Watches over the clock, the chance, the files and the network of the machine, until the function it gives is called: that one gives
 * every use by the drill's own code, but for reading what it is to run. Everybody else may go on using them.
 */
export function watchHost(): () => readonly string[] {
  const touched = new Set<string>();
  const undo: (() => void)[] = [];
  const note = (what: string): void => {
    const file = caller();
    if (file !== undefined && WATCHED.test(file)) touched.add(`${what} by ${file}`);
  };
  const watch = (
    holder: Members,
    name: string,
    path: string,
    reads: (args: unknown[]) => boolean = () => true,
  ): void => {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    const real = holder[name];
    if (typeof real !== 'function' || descriptor?.configurable === false) return;
    const value = new Proxy(real, {
      apply: (target, self, args) => {
        note(path);
        return Reflect.apply(target, self, args);
      },
      construct: (target, args, newTarget) => {
        if (reads(args)) note(path);
        return Reflect.construct(target, args, newTarget);
      },
    });
    Object.defineProperty(holder, name, { value, writable: true, configurable: true, enumerable: true });
    undo.push(() =>
      descriptor ? Object.defineProperty(holder, name, descriptor) : Reflect.deleteProperty(holder, name),
    );
  };
  const globals = globalThis as unknown as Members;
  watch(Date as unknown as Members, 'now', 'Date.now');
  watch(globals, 'Date', 'Date', (args) => args.length === 0);
  watch(Math as unknown as Members, 'random', 'Math.random');
  watch(performance as unknown as Members, 'now', 'performance.now');
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'fetch']) watch(globals, name, name);
  for (const name of ['randomUUID', 'getRandomValues']) watch(crypto as unknown as Members, name, `crypto.${name}`);
  for (const name of ['hrtime', 'cwd', 'uptime', 'memoryUsage', 'cpuUsage']) {
    watch(process as unknown as Members, name, `process.${name}`);
  }
  for (const name of OUTSIDE) {
    const module = builtIn(name);
    for (const member of Object.keys(module)) watch(module, member, `${name}.${member}`);
  }
  for (const [name, members] of Object.entries(MEMBERS)) {
    for (const member of members) watch(builtIn(name), member, `${name}.${member}`);
  }
  return () => {
    for (const restore of undo.splice(0).reverse()) restore();
    return [...touched].filter((use) => !LOADING.test(use)).sort();
  };
}

function builtIn(name: string): Members {
  return require(`node:${name}`) as Members;
}

/** The file that called, from the root of the repository: the first on the stack that is neither Node.js nor this one. */
function caller(): string | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 30;
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = stackTraceLimit;
  const files = lines.map((line) => line.match(/\(?((?:\/|node:|[A-Z]:\\)[^()]*?):\d+:\d+\)?$/)?.[1]);
  const file = files.find((name) => name !== undefined && !name.startsWith('node:') && name !== __filename);
  return file && relative(ROOT, file);
}
