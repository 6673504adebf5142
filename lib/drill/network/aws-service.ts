import type { ServiceAnswer } from '../data/dynamodb-service';
import type { OperationData } from '../data/table-engine';
import type { FaultTarget } from '../faults/fault-plan';

/** An AWS service behind its Regional endpoints, in every Region of the drill. */
export interface AwsService {
  /**
   * Answers one request at a Region's endpoint; `input` is the request's body, read as JSON.
   *
   * @param standsFor How many requests this one stands for. @default 1
   */
  answer(region: string, operation: string, input: OperationData, standsFor?: number): Promise<ServiceAnswer>;
}

/** A request to a service that is asked by method and path. */
export interface RestRequest {
  readonly hostname: string;
  readonly method: string;
  /** Path as it was sent, encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer of such a service. */
export interface RestAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Outage phase that made it fail. @default - none did */
  readonly phaseId?: string;
}

/** S3, whose host names carry the bucket; it meets its faults itself, because clients reach it past functions too. */
export interface BucketService {
  /** Answers one request that has reached the Region of its bucket. */
  answer(request: RestRequest): Promise<RestAnswer>;
}

/** The services that functions can call. */
export interface AwsServices {
  readonly dynamodb: AwsService;
  readonly s3: BucketService;
  readonly ssm: AwsService;
}

/** A Regional endpoint of a service. */
export interface Endpoint {
  readonly service: keyof AwsServices & FaultTarget;
  readonly region: string;
}

/** Host names of Regional endpoints, with the Region as their group; DynamoDB's may have an account in front. */
const HOSTS: readonly (readonly [service: Endpoint['service'], pattern: RegExp])[] = [
  ['dynamodb', /^(?:\d{12}\.ddb|dynamodb)\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com$/],
  ['s3', /^[a-z0-9-]+\.s3\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com$/],
  ['ssm', /^ssm\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com$/],
];

/** What a service that cannot serve answers: the name of its error, as its protocol writes it. */
export const UNAVAILABLE_TYPES: Readonly<Record<Exclude<Endpoint['service'], 's3'>, string>> = {
  dynamodb: 'com.amazonaws.dynamodb.v20120810#ServiceUnavailable',
  ssm: 'ServiceUnavailable',
};

const endpoints = new Map<string, Endpoint>();

/** The endpoint behind a host name; nothing when it is none that the drill models. */
export function endpointOf(hostname: string): Endpoint | undefined {
  const known = endpoints.get(hostname);
  if (known) return known;
  for (const [service, pattern] of HOSTS) {
    const region = pattern.exec(hostname)?.[1];
    if (region === undefined) continue;
    const endpoint = { service, region };
    endpoints.set(hostname, endpoint);
    return endpoint;
  }
  return undefined;
}
