import type { RestAnswer, RestRequest } from '../../../lib/drill/network/aws-service';
import type { BucketDefinition } from '../../../lib/drill/objects/bucket-definition';
import type { ReplicationRule } from '../../../lib/drill/objects/replication-rule';
import { S3Service } from '../../../lib/drill/objects/s3-service';
import type { DrillContext } from '../../../lib/drill/world/context';

export const EAST = 'us-east-2';
export const WEST = 'us-west-2';

/** A rule of a bucket for everything, to the bucket of a Region, but for what a test says. */
export function ruleTo(region: string, rest: Partial<ReplicationRule> = {}): ReplicationRule {
  return {
    id: `to-${region}`,
    destination: `objects-${region}`,
    prefix: '',
    deleteMarkers: true,
    timeControl: false,
    ...rest,
  };
}

/** A versioned bucket of a Region. */
export function bucketIn(region: string, rules: readonly ReplicationRule[] = []): BucketDefinition {
  return { name: `objects-${region}`, region, versioned: true, rules };
}

/** Buckets in both Regions that replicate both ways. */
export const BOTH_WAYS = [bucketIn(EAST, [ruleTo(WEST)]), bucketIn(WEST, [ruleTo(EAST)])];

/** A request of the SDK to a Region's bucket. */
export function request(method: string, region: string, key: string, rest: Partial<RestRequest> = {}): RestRequest {
  return {
    method,
    hostname: `objects-${region}.s3.${region}.amazonaws.com`,
    path: `/${key}`,
    query: {},
    body: '',
    headers: { authorization: 'AWS4-HMAC-SHA256 Credential=…' },
    ...rest,
  };
}

/** S3 and the clock it runs by. */
export class TestObjects {
  readonly s3: S3Service;

  constructor(
    readonly context: DrillContext,
    definitions: readonly BucketDefinition[] = BOTH_WAYS,
  ) {
    this.s3 = new S3Service(definitions, context);
  }

  /** Sends a request and lets time pass until it is answered. */
  ask(...what: Parameters<typeof request>): Promise<RestAnswer> {
    return this.send(request(...what));
  }

  send(wanted: RestRequest): Promise<RestAnswer> {
    const { scheduler } = this.context;
    return scheduler.runUntilSettled(this.s3.answer(wanted), scheduler.nowMs + 60_000);
  }

  /** Lets time pass until everything has arrived. */
  settle(): Promise<void> {
    const { scheduler } = this.context;
    return scheduler.runUntilSettled(this.s3.settled(), scheduler.nowMs + 24 * 3_600_000);
  }

  /** Body of an object in a Region, or the status of the answer. */
  async bodyIn(region: string, key: string): Promise<string | number> {
    const { statusCode, body } = await this.ask('GET', region, key);
    return statusCode === 200 ? body : statusCode;
  }
}
