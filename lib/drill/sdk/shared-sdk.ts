import { createRequire } from 'node:module';
import type { WireAnswer } from '../network/aws-wire';
import { ModuleLoader } from '../sandbox/module-loader';
import { Realm } from '../sandbox/realm';
import type { DrillContext } from '../world/context';

type Constructor = new (...args: never[]) => object;

/** The AWS packages that handlers may load, each the real one. */
export const SDK_PACKAGES = [
  '@aws-sdk/client-dynamodb',
  '@aws-sdk/client-s3',
  '@aws-sdk/client-ssm',
  '@aws-sdk/lib-dynamodb',
  '@aws-sdk/util-dynamodb',
] as const;

const resolvePackage = createRequire(__filename).resolve;

/**
 * The real AWS SDK for JavaScript, loaded once for a world in a realm of its own and shared by every execution
 * environment: its clocks, timers and jitter are the drill's, its code is untouched.
 */
export class SharedSdk {
  private readonly loader: ModuleLoader;
  /** Gives an answer from the wire as the SDK's own response class. */
  readonly createResponse: (answer: WireAnswer) => unknown;

  constructor(context: DrillContext) {
    const realm = new Realm({
      label: 'the AWS SDK',
      scheduler: context.scheduler,
      random: context.random.fork('sdk/jitter'),
      entropy: context.random.fork('sdk/entropy'),
      epochMs: context.epochMs,
      env: { AWS_REGION: 'us-east-1' },
    });
    this.loader = new ModuleLoader(realm);
    const { HttpResponse } = this.load('@smithy/core/protocols') as { HttpResponse: Constructor };
    this.createResponse = ({ statusCode, headers, body }) =>
      new HttpResponse({
        statusCode,
        headers: headers ?? { 'content-type': 'application/x-amz-json-1.0' },
        body: Buffer.from(body),
      } as never);
  }

  /** A package's exports. */
  load(request: string): Record<string, unknown> {
    return this.loader.load(resolvePackage(request)) as Record<string, unknown>;
  }
}
