import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { Scheduler } from '../../../lib/drill/kernel/scheduler';
import { ModuleLoader, type PackageOverride } from '../../../lib/drill/sandbox/module-loader';
import { Realm } from '../../../lib/drill/sandbox/realm';
import type { Asset } from '../../../lib/drill/sandbox/realm-options';

/** Calendar time at which virtual time begins in these tests: 2025-10-20T06:48:00Z. */
export const EPOCH_MS = Date.UTC(2025, 9, 20, 6, 48);

/** Code in a realm of its own, and what drives it. */
export interface Sandbox {
  readonly scheduler: Scheduler;
  readonly realm: Realm;
  /** What the code printed. */
  readonly output: string[];
  /** Runs a module and gives its exports. */
  run<T = Record<string, unknown>>(source: string): T;
  /** Runs virtual time until a promise of the code has settled. */
  settle<T>(work: unknown): Promise<T>;
  /** Calls a function of the code while the drill runs, and waits for its result. */
  invoke<T>(handler: () => unknown): Promise<T>;
  /** Loads a file written before. */
  load<T = Record<string, unknown>>(filename: string): T;
}

let directory: string | undefined;
let files = 0;

afterAll(() => {
  if (directory) rmSync(directory, { recursive: true, force: true });
  directory = undefined;
});

/** Writes a file below a folder that is removed after the tests of a file. */
export function writeFile(name: string, source: string): string {
  directory ??= mkdtempSync(join(tmpdir(), 'outlast-sandbox-'));
  const filename = join(directory, name);
  mkdirSync(dirname(filename), { recursive: true });
  writeFileSync(filename, source);
  return filename;
}

/** A sandbox; equal labels draw equal chances. */
export function createSandbox(
  options: {
    label?: string;
    asset?: Asset;
    env?: Record<string, string>;
    override?: PackageOverride;
    silent?: boolean;
  } = {},
): Sandbox {
  const scheduler = new Scheduler();
  const label = options.label ?? 'Stack/Function#1';
  const output: string[] = [];
  const realm = new Realm({
    label,
    ...(options.asset ? { asset: options.asset } : {}),
    scheduler,
    random: new RandomStream(`${label}/random`),
    entropy: new RandomStream(`${label}/entropy`),
    epochMs: EPOCH_MS,
    env: options.env ?? {},
    ...(options.silent ? {} : { onOutput: (text: string) => output.push(text) }),
  });
  const loader = new ModuleLoader(realm, options.override);
  const load = <T>(filename: string): T => loader.load(filename) as T;
  const settle = <T>(work: unknown): Promise<T> => scheduler.runUntilSettled(work as Promise<T>, 1e9);
  return {
    scheduler,
    realm,
    output,
    load,
    run: <T>(source: string): T => load<T>(writeFile(`module-${++files}.js`, source)),
    settle,
    invoke: <T>(handler: () => unknown): Promise<T> => settle<T>(scheduler.sleep(1).then(handler)),
  };
}
