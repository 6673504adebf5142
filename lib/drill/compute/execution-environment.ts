import { relative } from 'node:path';
import { BadInput } from '../../bad-input';
import type { AwsServices } from '../network/aws-service';
import { AwsWire } from '../network/aws-wire';
import { HttpsClient, type Internet } from '../network/https-client';
import { NotModelled } from '../not-modelled';
import { ModuleLoader } from '../sandbox/module-loader';
import { Realm, randomUuid } from '../sandbox/realm';
import { sdkFacade } from '../sdk/facade';
import type { SharedSdk } from '../sdk/shared-sdk';
import type { DrillContext } from '../world/context';
import { FisExtension } from './fis-extension';
import type { FunctionCode } from './function-code';
import type { FunctionDefinition } from './function-definition';

/** What an environment is made from. */
export interface EnvironmentHost {
  readonly context: DrillContext;
  readonly sdk: SharedSdk;
  /** AWS services that handlers call through the SDK. */
  readonly services: AwsServices;
  /** What handlers reach by `fetch`. */
  readonly internet: Internet;
  /** Whether SDK calls may take the short cut. */
  readonly shortCut: boolean;
  /**
   * Receives what handlers print, with the environment's label, its Region, and how many invocations the one stands for that prints.
   *
   * @default - output is dropped
   */
  readonly onOutput?: (label: string, text: string, region: string, standsFor: number) => void;
}

/** How an invocation ended. */
export type InvocationResult =
  | { readonly kind: 'answer'; readonly payload: unknown }
  | {
      readonly kind: 'function-error';
      readonly message: string;
      /** The error as the runtime tells it. @default - whoever failed the invocation told no more than the message */
      readonly error?: RuntimeError;
    }
  | { readonly kind: 'timeout' };

/**
 * An error as the runtime of Node.js hands it to Lambda; the trace is left out, for its lines are the drill's own.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
export interface RuntimeError {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** How a function is invoked. */
export interface Invocation {
  /** Alias or version by which it is invoked. @default - none: its latest code is */
  readonly qualifier?: string | undefined;
  /** How many invocations this one stands for. @default 1 */
  readonly standsFor?: number | undefined;
  /** For how many of them it is counted, where others are counted on their own. @default - all that it stands for */
  readonly countsFor?: number | undefined;
  /** Request id that the code sees. @default - one of its own */
  readonly requestId?: string | undefined;
}

type Handler = (event: unknown, context: unknown, callback: (error: unknown, result?: unknown) => void) => unknown;

/**
 * One Lambda execution environment: its own copy of the handler's modules, its own globals, one invocation at a time,
 * frozen in between. The handler's own computing takes no virtual time.
 */
export class ExecutionEnvironment {
  /** When the last invocation ended, in virtual milliseconds. */
  lastUsedMs = 0;
  /** The fault that struck a call of the current invocation, if any: its phase. */
  lastFaultPhase: string | undefined;
  private readonly realm: Realm;
  private readonly wire: AwsWire;
  private readonly https: HttpsClient;
  private readonly handler: Handler;
  private readonly extension: FisExtension | undefined;
  private gone = false;

  /**
   * Loads the handler, as an environment does when it starts.
   *
   * @param label Unique name, for example `Region-us-east-2/Function#3`.
   * @throws BadInput for a file that cannot be parsed; NotModelled for a module that throws while it is loaded.
   */
  constructor(
    readonly label: string,
    private readonly definition: FunctionDefinition,
    code: FunctionCode,
    host: EnvironmentHost,
  ) {
    const { context } = host;
    const { onOutput } = host;
    const network = context.random.fork(`environment/${label}/network`);
    this.https = new HttpsClient(definition.region, host.internet, context, network);
    this.realm = new Realm({
      label,
      asset: { directory: definition.codeDirectory, entry: relative(definition.codeDirectory, code.filename) },
      scheduler: context.scheduler,
      random: context.random.fork(`environment/${label}/random`),
      entropy: context.random.fork(`environment/${label}/entropy`),
      epochMs: context.epochMs + context.courses.clockSkewMs(definition.region),
      env: definition.env,
      outbound: (request) => this.https.send(request),
      ...(onOutput
        ? { onOutput: (text: string) => onOutput(label, text, definition.region, this.wire.standsFor) }
        : {}),
    });
    this.wire = new AwsWire(
      definition.region,
      host.services,
      context,
      context.random.fork(`environment/${label}/wire`),
      (phase) => {
        this.lastFaultPhase = phase;
      },
    );
    const facade = sdkFacade({
      label,
      sdk: host.sdk,
      wire: this.wire,
      scheduler: context.scheduler,
      env: definition.env,
      shortCut: host.shortCut,
    });
    const exports = loaded(definition.id, () => new ModuleLoader(this.realm, facade).load(code.filename));
    const handler = exports[code.exportName];
    if (typeof handler !== 'function') {
      throw new NotModelled(`function ${definition.id}: ${code.filename} exports no function ${code.exportName}`);
    }
    this.handler = handler as Handler;
    const { fisExtension, id, region } = definition;
    this.extension =
      fisExtension &&
      new FisExtension({
        functionId: id,
        region,
        settings: fisExtension,
        context,
        random: context.random.fork(`environment/${label}/fis`),
        onFault: (phaseId) => {
          this.lastFaultPhase = phaseId;
        },
      });
  }

  /**
   * Runs one invocation to its end or to the function's time-out, which leaves the environment unusable.
   *
   * @param lateMs Virtual milliseconds of the invocation that pass before the handler runs.
   */
  async invoke(event: unknown, call: Invocation = {}, lateMs = 0): Promise<InvocationResult> {
    const { qualifier, standsFor = 1, requestId } = call;
    const { scheduler } = this.realm.options;
    const startMs = scheduler.nowMs;
    this.lastFaultPhase = undefined;
    this.wire.standsFor = standsFor;
    this.realm.timers.thaw();
    let expire: (result: InvocationResult) => void = () => {};
    const timer = scheduler.after(this.definition.timeoutMs, () => expire({ kind: 'timeout' }));
    const expiry = new Promise<InvocationResult>((resolve) => {
      expire = resolve;
    });
    const run = (): Promise<InvocationResult> => this.run(event, startMs, lateMs, requestId);
    const running = this.extension ? this.extension.pass(run, qualifier) : run();
    const result = await Promise.race([running, expiry]);
    scheduler.cancel(timer);
    if (result.kind === 'timeout') this.destroy();
    else this.realm.timers.freeze();
    this.lastUsedMs = scheduler.nowMs;
    return result;
  }

  /** Drops the environment and everything it had planned; its calls are answered no more. */
  destroy(): void {
    this.gone = true;
    this.realm.timers.kill();
    this.wire.close();
    this.https.close();
  }

  private async run(
    event: unknown,
    startMs: number,
    lateMs: number,
    requestId: string | undefined,
  ): Promise<InvocationResult> {
    if (lateMs > 0) await this.realm.options.scheduler.sleep(lateMs);
    // The time-out may have come while the invocation was held back.
    if (this.gone) return { kind: 'timeout' };
    try {
      const payload = await new Promise((resolve, reject) => {
        const callback = (error: unknown, result?: unknown): void => (error ? reject(error) : resolve(result));
        const returned = this.handler(event, this.lambdaContext(startMs, requestId), callback);
        if (isPromise(returned)) returned.then(resolve, reject);
        else if (this.handler.length < 3) resolve(returned);
      });
      return { kind: 'answer', payload };
    } catch (error) {
      if (error instanceof NotModelled || error instanceof BadInput) throw error;
      return { kind: 'function-error', message: String(error), error: runtimeError(error) };
    }
  }

  private lambdaContext(startMs: number, requestId: string | undefined): object {
    const { name, region, account, memoryMb, timeoutMs } = this.definition;
    const { scheduler, entropy } = this.realm.options;
    // Drawn in any case, so that what the code draws does not hang on who invoked it.
    const ownId = randomUuid(entropy);
    return {
      callbackWaitsForEmptyEventLoop: true,
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      memoryLimitInMB: String(memoryMb),
      awsRequestId: requestId ?? ownId,
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: 'drill',
      getRemainingTimeInMillis: () => Math.max(0, timeoutMs - (scheduler.nowMs - startMs)),
    };
  }
}

/**
 * What a handler's module exports.
 *
 * On Lambda the init phase fails, is tried again at the next invocation, and each of them is answered with the error. Here it stops the
 * drill: what a module finds while it is loaded (variables that only AWS knows, parts of Node.js that are stood in for) is what the drill
 * has least of, and a verdict in which a Region serves nobody for that would be a guess.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
function loaded(functionId: string, load: () => unknown): Readonly<Record<string, unknown>> {
  try {
    return load() as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof NotModelled || error instanceof BadInput) throw error;
    const { errorType, errorMessage } = runtimeError(error);
    throw new NotModelled(`function ${functionId}, which throws while it is loaded: ${errorType}: ${errorMessage}`);
  }
}

/** Errors are of the realm's own classes, so that their shape tells them apart and not their class. */
function runtimeError(error: unknown): RuntimeError {
  const { name, message } = (error ?? {}) as { readonly name?: unknown; readonly message?: unknown };
  if (typeof name === 'string' && typeof message === 'string') return { errorType: name, errorMessage: message };
  return { errorType: typeof error, errorMessage: String(error) };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | undefined)?.then === 'function';
}
