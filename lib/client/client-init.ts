/** What a call may say: everything that `fetch` takes, and more. */
export interface ClientInit extends RequestInit {
  /**
   * Names what is to be done, the same in every repetition, so that the service does it once. With it a POST or PATCH may be
   * repeated; give it only where the service really tells repetitions by it.
   *
   * @default - GET, HEAD, OPTIONS, PUT and DELETE may be repeated, other methods are sent once
   */
  readonly idempotencyKey?: string;

  /**
   * Time for one attempt of this call, in milliseconds.
   *
   * @default - the client's
   */
  readonly attemptTimeoutMs?: number;

  /**
   * Time for this call, in milliseconds.
   *
   * @default - the client's
   */
  readonly deadlineMs?: number;
}
