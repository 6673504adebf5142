import type { HttpAnswer, HttpRequest } from '../api/http-event';

/** How an operation ended for its client, all its tries together. */
export interface Ending {
  /** When the client began, in virtual milliseconds. */
  readonly invokeMs: number;
  /** When it had its answer or gave up. */
  readonly completeMs: number;
  /** Region of the last try. @default - the name had no address */
  readonly region?: string;
  /** The last answer, when it was neither 429 nor 5xx. @default - there was none */
  readonly answer?: HttpAnswer;
  /** Whether a try may have had an effect that its client did not hear of. */
  readonly isOpen: boolean;
}

/** What the drill keeps of one intention of a client. */
export interface Operation {
  /** Short name, for example `deliver`. */
  readonly kind: string;
  /** The request; repeated as it is when a try fails. */
  readonly request: Omit<HttpRequest, 'host'>;
  /** Whether an answer of this status, which is neither 429 nor 5xx, is for it to judge. @default - from 200 to 299 */
  isAnswer?(status: number): boolean;
  /** Name by which the service tells a repeated request from a second one. @default - the method says that it may be repeated */
  readonly idempotencyKey?: string;
  /**
   * Judges an answer that reached the client, and remembers what it acknowledged.
   *
   * @returns why the answer is wrong, or nothing when it is right.
   */
  accept(answer: HttpAnswer, nowMs: number): string | undefined;
  /** What follows an accepted answer, and without which the operation is not done. @default - nothing */
  readonly upload?: Upload;
  /** Hears that no try succeeded: what was asked for may or may not have happened. */
  abandon(): void;
  /** Hears, before either of them, how it ended: what a history records. @default - it is not recorded */
  conclude?(ending: Ending): void;
}

/** A transfer straight to a bucket, by a URL that the API has signed. */
export interface Upload {
  /** The request, as an accepted answer allows it. */
  request(answer: HttpAnswer): UploadRequest;
  /** Hears that the bucket has taken it. */
  acknowledge(nowMs: number): void;
}

/** What a client sends to a bucket. */
export interface UploadRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A write that a client saw acknowledged. */
export interface AcknowledgedWrite {
  readonly kind: string;
  readonly acknowledgedMs: number;
}

/** One acknowledged state that must still be there after the outage. */
export interface ReadBack {
  /** Writes that this reading proves. */
  readonly writes: readonly AcknowledgedWrite[];
  readonly request: Omit<HttpRequest, 'host'>;
  /** Which of the writes an answer does not show, by index. */
  missing(answer: HttpAnswer): readonly number[];
  /** Hears how each Region's reading ended: what a history records. @default - it is not recorded */
  conclude?(ending: Ending): void;
}

/** What clients do, and what they were promised. */
export interface Workload {
  /** Name in reports. */
  readonly name: string;
  /** Route keys it needs of an API. */
  readonly routeKeys: readonly string[];
  /** The next thing this client wants. */
  next(client: number, nowMs: number): Operation;
  /** Writes acknowledged so far. */
  readonly acknowledgedWrites: number;
  /** Every acknowledged write, for the ledger to read back. */
  readBacks(): Iterable<ReadBack>;
  /** Uploads acknowledged so far. */
  readonly acknowledgedObjects: number;
  /** Every acknowledged upload, for the ledger to read back. */
  objectReadBacks(): Iterable<ReadBack>;
}
