/** Frames looked at; code of a realm is close to what it touches. */
const MAX_FRAMES = 25;

/** Parts of Node.js that call whatever is due, and so say nothing of who wanted it. */
const RUNNERS = /^node:internal\/(?:process\/task_queues|timers)$/;

/** Files of the drill that stand between code and what it touches. */
const BETWEEN: ReadonlySet<string> = new Set([__filename, require.resolve('./trip-wires')]);

/** Who is on the stack. */
export interface Caller {
  /**
   * File of the first code that is neither Node.js itself nor the watch that asks; for code made from text, the file that made
   * it.
   *
   * @default - no file is on the stack
   */
  readonly file?: string;
  /** Whether Node.js itself stands between that code and what was called. */
  readonly throughNode: boolean;
}

/** Finds out who called. */
export function callingCode(): Caller {
  let throughNode = false;
  for (const site of callSites()) {
    const file = site.getFileName() ?? originOf(site);
    if (file === undefined || BETWEEN.has(file)) continue;
    if (!file.startsWith('node:')) return { file, throughNode };
    if (!RUNNERS.test(file)) throughNode = true;
  }
  return { throughNode };
}

/** The stack as V8 gives it, whatever a run or a library has set for traces that people read. */
function callSites(): readonly NodeJS.CallSite[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.prepareStackTrace = (_, sites) => sites;
  Error.stackTraceLimit = MAX_FRAMES;
  const { stack } = new Error();
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return Array.isArray(stack) ? stack : [];
}

/** The file behind code made from text: `eval at make (/var/task/index.js:1:5)`, one within the other. */
function originOf(site: NodeJS.CallSite): string | undefined {
  const origin = site.isEval() ? site.getEvalOrigin() : undefined;
  return origin?.match(/\(([^()]+?):\d+:\d+\)/)?.[1];
}
