import { createHash } from 'node:crypto';
import type { Fault } from '../faults/fault';
import type { Backlog } from '../kernel/backlog';
import type { RandomStream } from '../kernel/random';
import { uniformConstant } from '../model/constants';
import type { BucketService, RestAnswer, RestRequest } from '../network/aws-service';
import { ROLE_CREDENTIALS } from '../network/role-credentials';
import { NotModelled } from '../not-modelled';
import type { DrillContext } from '../world/context';
import { Bucket, type ObjectVersion } from './bucket';
import type { BucketDefinition } from './bucket-definition';
import { checkPresigned } from './presigned-url';
import { type LiveBucket, Replication } from './replication';

/** A Regional endpoint of S3 with a bucket in front, dots left out: `bucket.s3.eu-west-1.amazonaws.com`. */
const BUCKET_HOST = /^([a-z0-9-]+)\.s3\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com$/;

/**
 * Buckets of every Region, and the replication between them.
 *
 * Simplified: whoever signs may do what the URL or the request says, as IAM is not evaluated; signatures in URLs are
 * checked, those of the SDK's own requests are not. Objects are read, written and deleted whole and one by one.
 */
export class S3Service implements BucketService {
  private readonly buckets: ReadonlyMap<string, LiveBucket>;
  private readonly replication: Replication;
  private readonly random: RandomStream;
  private readonly latencyMs = uniformConstant('s3.latency');
  private versions = 0;

  constructor(
    definitions: readonly BucketDefinition[],
    private readonly context: DrillContext,
  ) {
    this.buckets = new Map(
      definitions.map((definition) => [definition.name, { definition, bucket: new Bucket(definition.versioned) }]),
    );
    this.replication = new Replication(this.buckets, context);
    this.random = context.random.fork('s3/endpoints');
  }

  /** Region of the bucket behind a host name; nothing when it is no bucket of the drill. */
  regionOf(hostname: string): string | undefined {
    return this.bucketOf(hostname)?.definition.region;
  }

  /** Draws whether the name of a bucket has no address for a client, and by which fault. */
  namelessFor(hostname: string, geography: string): Fault | undefined {
    const { faults, scheduler } = this.context;
    const live = this.bucketOf(hostname);
    if (!live) return undefined;
    const asked = { resource: live.definition.name, peers: ['clients', geography] };
    return faults.hit('name', 's3', live.definition.region, scheduler.nowMs, () => this.random.next(), asked);
  }

  /** Longest time from an upload to its replica in another Region, in milliseconds. */
  get longestLagMs(): number {
    return this.replication.longestLagMs;
  }

  /** What is on its way to each bucket, by the bucket's name. */
  get backlogs(): ReadonlyMap<string, Backlog> {
    return this.replication.backlogs;
  }

  /** The buckets of a Region that a bucket replicates to, by their names. */
  replicasOf(bucket: string, region: string): readonly string[] {
    const rules = this.buckets.get(bucket)?.definition.rules ?? [];
    return rules
      .map(({ destination }) => destination)
      .filter((destination) => this.buckets.get(destination)?.definition.region === region);
  }

  /** Settles once every version has reached the buckets it was sent to. */
  settled(): Promise<void> {
    return this.replication.settled();
  }

  /** Answers a request that has reached the Region of its bucket. */
  async answer(request: RestRequest): Promise<RestAnswer> {
    const { scheduler, faults } = this.context;
    const live = this.bucketOf(request.hostname);
    if (!live) throw new NotModelled(`request to ${request.hostname}, which is no bucket of the assembly`);
    const { region, name } = live.definition;
    const asked = { operation: request.method, resource: name };
    const draw = (): number => this.random.next();
    const fault = faults.strikes('s3', region, scheduler.nowMs, draw, asked);
    if (fault) return { ...failure(503, 'ServiceUnavailable'), phaseId: fault.phaseId };
    const { lateMs } = faults.slowness('s3', region, scheduler.nowMs, draw, asked);
    await scheduler.sleep(lateMs + this.random.uniform(this.latencyMs.min, this.latencyMs.max));
    const refusal = this.refusalOf(request, live);
    if (refusal !== undefined) return failure(403, refusal);
    const key = request.path.slice(1).split('/').map(decodeURIComponent).join('/');
    switch (request.method) {
      case 'PUT':
        return this.put(live, key, request);
      case 'DELETE':
        return this.delete(live, key);
      case 'GET':
      case 'HEAD':
        return read(live.bucket.current(key), request.method);
      default:
        throw new NotModelled(`S3 request ${request.method} ${request.path}`);
    }
  }

  private refusalOf(request: RestRequest, { definition }: LiveBucket): string | undefined {
    const { query, headers } = request;
    if (query['X-Amz-Signature'] === undefined) return headers.authorization === undefined ? 'AccessDenied' : undefined;
    const nowMs = this.context.epochMs + this.context.scheduler.nowMs;
    return checkPresigned(request, {
      region: definition.region,
      secretAccessKey: ROLE_CREDENTIALS.secretAccessKey,
      nowMs,
    });
  }

  private put(live: LiveBucket, key: string, { headers, body }: RestRequest): RestAnswer {
    const bytes = Buffer.from(body);
    const { 'content-length': length, 'content-type': type, 'x-amz-checksum-sha256': sha256 } = headers;
    if (length !== undefined && Number(length) !== bytes.length) return failure(400, 'IncompleteBody');
    if (sha256 !== undefined && sha256 !== createHash('sha256').update(bytes).digest('base64')) {
      return failure(400, 'BadDigest');
    }
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    const version = this.write(live, key, body, {
      etag,
      'content-length': String(bytes.length),
      ...(type === undefined ? {} : { 'content-type': type }),
    });
    return { statusCode: 200, headers: { etag, 'x-amz-version-id': version.versionId }, body: '' };
  }

  private delete(live: LiveBucket, key: string): RestAnswer {
    const { versionId } = this.write(live, key, undefined, {});
    return {
      statusCode: 204,
      headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': versionId },
      body: '',
    };
  }

  private write(
    live: LiveBucket,
    key: string,
    body: string | undefined,
    headers: Readonly<Record<string, string>>,
  ): ObjectVersion {
    const version = {
      key,
      versionId: `version-${++this.versions}`,
      writtenMs: this.context.scheduler.nowMs,
      body,
      headers,
    };
    live.bucket.put(version);
    this.replication.send(live, version);
    return version;
  }

  private bucketOf(hostname: string): LiveBucket | undefined {
    const [, name = '', region] = BUCKET_HOST.exec(hostname) ?? [];
    const live = this.buckets.get(name);
    return live?.definition.region === region ? live : undefined;
  }
}

function read(version: ObjectVersion | undefined, method: 'GET' | 'HEAD'): RestAnswer {
  if (version?.body === undefined) {
    const marker: Record<string, string> = version ? { 'x-amz-delete-marker': 'true' } : {};
    const { body, headers } = failure(404, 'NoSuchKey');
    return { statusCode: 404, headers: { ...headers, ...marker }, body: method === 'HEAD' ? '' : body };
  }
  const headers = { ...version.headers, 'x-amz-version-id': version.versionId };
  return { statusCode: 200, headers, body: method === 'HEAD' ? '' : version.body };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function failure(statusCode: number, code: string): RestAnswer {
  return {
    statusCode,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`,
  };
}
