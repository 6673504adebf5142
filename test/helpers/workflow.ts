import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT, textOf } from './source-files';

/** A step of a job or a composite action. */
export interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A job of a workflow. */
export interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

/** A workflow. */
export interface Workflow {
  readonly permissions: unknown;
  readonly concurrency: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Reads a workflow or an action of the repository. */
export function yamlOf<Shape>(path: string): Shape {
  return parse(textOf(path)) as Shape;
}

type Contexts = Readonly<Record<string, unknown>>;

/**
 * The value of an expression of GitHub Actions, as far as ours use them: properties, literals, `&&`, `||`, `==`, `!=` and some functions.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
 */
export function evaluate(expression: string, contexts: Contexts): unknown {
  const code = expression.replaceAll('==', '===').replaceAll('!=', '!==').replaceAll('!====', '!==');
  const functions = {
    fromJSON: (text: string) => JSON.parse(text),
    join: (list: readonly string[], separator: string) => list.join(separator),
  };
  const scope = { ...functions, ...contexts };
  return new Function(...Object.keys(scope), `return (${code});`)(...Object.values(scope));
}

/** A text with its `${{ expressions }}` replaced by their values. */
export function substitute(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => String(evaluate(expression, contexts) ?? ''));
}

/** What a job did. */
export interface JobRun {
  /** Commands in the order of their calls, and actions as `uses NAME`. */
  readonly calls: readonly string[];
  /** Names of the steps that failed. */
  readonly failed: readonly string[];
}

/** Commands that a job must not really call; each is recorded and answered as a test says. */
const COMMANDS = ['aws', 'gh', 'npm', 'npx'];

/**
 * Runs the steps of a job one after the other, with bash as GitHub's runner does and with commands that only record how they are
 * called. Actions are recorded, not run.
 *
 * @param contexts `matrix`, `needs`, `inputs`, `vars` and `github`, as the expressions of the job use them.
 * @param answers Shell code for calls that begin with a text: `exit 1`, `echo …`. Others succeed without a word.
 * @param files Files of the working directory, by path.
 */
export function runJob(
  workflow: Workflow,
  jobId: string,
  contexts: Contexts,
  answers: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): JobRun {
  const job = workflow.jobs[jobId];
  if (!job) throw new Error(`no job ${jobId}`);
  const directory = mkdtempSync(join(tmpdir(), 'job-'));
  try {
    return new Runner(directory, contexts, answers, files).run(workflow, job);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

class Runner {
  readonly #log: string;
  readonly #steps: Record<string, { outcome: string; outputs: Record<string, string> }> = {};
  readonly #failed: string[] = [];
  #env: Record<string, string> = {};

  constructor(
    readonly directory: string,
    readonly contexts: Contexts,
    answers: Readonly<Record<string, string>>,
    files: Readonly<Record<string, string>>,
  ) {
    this.#log = join(directory, 'calls');
    mkdirSync(join(directory, 'bin'));
    cpSync(join(ROOT, '.github'), join(directory, '.github'), { recursive: true });
    for (const [path, text] of Object.entries({ calls: '', ...files })) {
      mkdirSync(join(directory, path, '..'), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const cases = Object.entries(answers).map(([call, code]) => `  ${JSON.stringify(call)}*) ${code} ;;`);
    for (const command of COMMANDS) {
      const script = [
        '#!/usr/bin/env bash',
        `call="${command} $*"`,
        `echo "$call" >> ${this.#log}`,
        'case "$call" in',
        ...cases,
        'esac',
      ];
      writeFileSync(join(directory, 'bin', command), `${script.join('\n')}\n`);
      chmodSync(join(directory, 'bin', command), 0o755);
    }
  }

  run(workflow: Workflow, job: Job): JobRun {
    this.#env = { ...this.#resolved(workflow.env), ...this.#resolved(job.env) };
    for (const step of job.steps) if (step.id) this.#steps[step.id] = { outcome: 'skipped', outputs: {} };
    for (const step of job.steps) this.#step(step);
    return { calls: readFileSync(this.#log, 'utf8').split('\n').filter(Boolean), failed: this.#failed };
  }

  get #all(): Contexts {
    const failed = this.#failed.length > 0;
    return { steps: this.#steps, ...this.contexts, failure: () => failed, cancelled: () => false };
  }

  #resolved(env: Readonly<Record<string, string>> = {}): Record<string, string> {
    return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, substitute(String(text), this.#all)]));
  }

  #step(step: Step): void {
    const condition = step.if?.replace(/^\$\{\{(.*)\}\}$/s, '$1') ?? 'true';
    const asksForFailure = /failure\(\)|always\(\)/.test(condition);
    if (!evaluate(condition, this.#all) || (this.#failed.length > 0 && !asksForFailure)) return;
    const outputs = join(this.directory, 'outputs');
    const exported = join(this.directory, 'env');
    for (const file of [outputs, exported]) writeFileSync(file, '');
    const ok = step.uses ? this.#use(step.uses) : this.#bash(step, outputs, exported);
    Object.assign(this.#env, pairsIn(exported));
    if (step.id) this.#steps[step.id] = { outcome: ok ? 'success' : 'failure', outputs: pairsIn(outputs) };
    if (!ok) this.#failed.push(step.name ?? step.run ?? 'a step');
  }

  #use(action: string): boolean {
    writeFileSync(this.#log, `uses ${action.replace(/@.*/, '')}\n`, { flag: 'a' });
    return true;
  }

  #bash({ run = '', env }: Step, outputs: string, exported: string): boolean {
    const { status, stderr } = spawnSync(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', substitute(run, this.#all)],
      {
        cwd: this.directory,
        encoding: 'utf8',
        env: {
          PATH: `${join(this.directory, 'bin')}:${process.env.PATH}`,
          GITHUB_ENV: exported,
          GITHUB_OUTPUT: outputs,
          GITHUB_REPOSITORY: 'example/dispatch',
          GITHUB_REF_NAME: 'main',
          ...this.#env,
          ...this.#resolved(env),
        },
      },
    );
    if (/syntax error|command not found|unbound variable/.test(stderr)) throw new Error(stderr);
    return status === 0;
  }
}

function pairsIn(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
