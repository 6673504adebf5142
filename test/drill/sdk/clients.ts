import type * as DynamoDb from '@aws-sdk/client-dynamodb';
import type * as LibDynamoDb from '@aws-sdk/lib-dynamodb';
import type { TableDefinition } from '../../../lib/drill/data/table-definition';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { AwsWire, type WireAnswer, type WireRequest } from '../../../lib/drill/network/aws-wire';
import type { BucketDefinition } from '../../../lib/drill/objects/bucket-definition';
import type { ParameterDefinition } from '../../../lib/drill/parameters/parameter-definition';
import { sdkFacade } from '../../../lib/drill/sdk/facade';
import { SharedSdk } from '../../../lib/drill/sdk/shared-sdk';
import type { DrillContext } from '../../../lib/drill/world/context';
import { drillContext } from '../data/fixture';
import { awsServices } from '../network/aws-services';

/** What a scripted wire does with its n-th request, counted from 0; nothing: what the world would do. */
export type Script = (index: number, context: DrillContext) => Promise<WireAnswer | undefined> | WireAnswer | undefined;

/** How an application's AWS packages are set up for a test. */
export interface Setup {
  readonly shortCut?: boolean;
  readonly region?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly faults?: readonly Fault[];
  readonly table?: TableDefinition;
  readonly buckets?: readonly BucketDefinition[];
  readonly parameters?: readonly ParameterDefinition[];
  /** Answers in place of the service. */
  readonly script?: Script;
  /** Connections are never made. */
  readonly blackHole?: boolean;
}

/** An application's side of the AWS packages, and what went over the wire. */
export interface Application {
  readonly context: DrillContext;
  readonly wire: AwsWire;
  readonly require: (request: string) => Readonly<Record<string, unknown>> | undefined;
  readonly dynamoDb: typeof DynamoDb;
  readonly lib: typeof LibDynamoDb;
  /** When each attempt began, in virtual milliseconds. */
  readonly attempts: number[];
  /** What was sent over a connection. */
  readonly sent: { readonly atMs: number; readonly target: string; readonly body: unknown }[];
}

/** The packages as an execution environment sees them; equal set-ups draw equal chances. */
export function application(setup: Setup = {}): Application {
  const context = drillContext({ ...(setup.faults ? { faults: setup.faults } : {}) });
  const region = setup.region ?? 'us-east-2';
  const services = awsServices(context, {
    ...(setup.table ? { tables: [setup.table] } : {}),
    ...(setup.buckets ? { buckets: setup.buckets } : {}),
    ...(setup.parameters ? { parameters: setup.parameters } : {}),
  });
  const attempts: number[] = [];
  const sent: { atMs: number; target: string; body: unknown }[] = [];
  const wire = new (class extends AwsWire {
    override connect(hostname: string): Promise<void> {
      attempts.push(context.scheduler.nowMs);
      return setup.blackHole ? new Promise(() => {}) : super.connect(hostname);
    }

    override async exchange(request: WireRequest): Promise<WireAnswer> {
      const index = sent.length;
      sent.push({
        atMs: context.scheduler.nowMs,
        target: request.target,
        body: request.body && JSON.parse(request.body),
      });
      return (await setup.script?.(index, context)) ?? super.exchange(request);
    }
  })(region, services, context, new RandomStream('wire'));
  const require = sdkFacade({
    label: 'Stack/Function#1',
    sdk: new SharedSdk(context),
    wire,
    scheduler: context.scheduler,
    env: { AWS_REGION: region, ...setup.env },
    shortCut: setup.shortCut ?? true,
  });
  return {
    context,
    wire,
    require,
    dynamoDb: require('@aws-sdk/client-dynamodb') as unknown as typeof DynamoDb,
    lib: require('@aws-sdk/lib-dynamodb') as unknown as typeof LibDynamoDb,
    attempts,
    sent,
  };
}

/** An answer of the service. */
export function answer(statusCode: number, body: object): WireAnswer {
  return { statusCode, body: JSON.stringify(body) };
}

/** An error answer of the service. */
export function refusal(statusCode: number, name: string): WireAnswer {
  return answer(statusCode, {
    __type: `com.amazonaws.dynamodb.v20120810#${name}`,
    message: `${name}, says the service`,
  });
}
