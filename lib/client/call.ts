import { retryAfterMs, verdictOf } from './answer-verdict';
import { sleep } from './clock';
import type { Host, Hosts } from './hosts';
import { type Ending, limited } from './limited';
import { type Attempt, NoAnswer } from './no-answer';
import type { CallRequest, OutgoingRequest } from './outgoing-request';
import type { QualifiedProps } from './qualified-props';

/** One call of a client: its attempts and the waits between them. */
export class Call {
  private readonly startMs: number;
  private readonly maxAttempts: number;
  private readonly attempts: Attempt[] = [];
  /** Host of each attempt. */
  private readonly tried: Host[] = [];

  constructor(
    private readonly props: QualifiedProps,
    private readonly hosts: Hosts,
    private readonly request: CallRequest,
  ) {
    this.startMs = props.clock.now();
    this.maxAttempts = request.repeatable ? props.maxAttempts : 1;
  }

  /** The last answer. @throws NoAnswer; what `prepare` throws; the signal's reason. */
  async run(): Promise<Response> {
    const { clock } = this.props;
    const { repeatable, signal } = this.request;
    // A call that is sent once is nobody's probe: it goes where all is well.
    let host = this.hosts.first(repeatable, clock.now());
    for (;;) {
      const ending = await this.attempt(host);
      const next = this.following(host, ending);
      if (next) {
        await sleep(clock, next.waitMs, signal);
        host = next.host;
      } else if (ending.kind === 'done') {
        return ending.value;
      } else {
        throw ending.kind === 'aborted' ? ending.error : new NoAnswer(this.attempts, ending.error);
      }
    }
  }

  private async attempt(host: Host): Promise<Ending<Response>> {
    const { clock, attemptTimeoutMs, regionHeader, onAttempt } = this.props;
    const request = await this.prepared(host);
    const isLast = this.tried.length + 1 >= this.maxAttempts;
    const timeoutMs = isLast ? this.leftMs() : Math.min(attemptTimeoutMs, this.leftMs());
    const beganMs = clock.now();
    const passage = host.breaker.begin(beganMs);
    const ending = await limited({ clock, timeoutMs, signal: this.request.signal }, (signal) =>
      this.send(request, signal),
    );
    const endedMs = clock.now();
    this.tried.push(host);
    if (ending.kind === 'done') {
      const { status, headers } = ending.value;
      const hasFailed = verdictOf(status) === 'host failed';
      if (hasFailed) passage.failed(endedMs);
      else passage.succeeded(endedMs);
      this.hosts.heard(host, headers.get(regionHeader));
      if (!hasFailed) this.hosts.answered(host, this.tried, endedMs);
    } else if (ending.kind === 'failed' || (ending.kind === 'time-out' && timeoutMs >= attemptTimeoutMs)) {
      passage.failed(endedMs);
    } else {
      // Nobody can be blamed for what the caller ended, nor for less time than an attempt has.
      passage.released();
    }
    const attempt: Attempt = {
      host: host.name,
      ...(host.region === undefined ? {} : { region: host.region }),
      outcome: ending.kind === 'done' ? ending.value.status : OUTCOMES[ending.kind],
      durationMs: endedMs - beganMs,
    };
    this.attempts.push(attempt);
    onAttempt(attempt);
    return ending;
  }

  private async prepared({ name, region }: Host): Promise<OutgoingRequest> {
    const { clock, prepare } = this.props;
    const { path, method, headers, body, signal } = this.request;
    const request = { url: `https://${name}${path}`, method, headers, ...(body === undefined ? {} : { body }) };
    const target = { host: name, ...(region === undefined ? {} : { region }) };
    const ending = await limited({ clock, timeoutMs: this.leftMs(), signal }, () => prepare(request, target));
    if (ending.kind === 'done') return ending.value;
    throw ending.error;
  }

  /** One that breaks off half-way is no answer; reading one half of the response fills the other. */
  private async send({ url, ...request }: OutgoingRequest, signal: AbortSignal): Promise<Response> {
    const response = await this.props.fetch(url, { ...this.request.rest, ...request, signal } as RequestInit);
    await response.clone().arrayBuffer();
    return response;
  }

  /** What follows an attempt, and after how long; nothing when the call ends with it. */
  private following(host: Host, ending: Ending<Response>): { host: Host; waitMs: number } | undefined {
    if (ending.kind === 'aborted' || this.tried.length >= this.maxAttempts) return undefined;
    const nowMs = this.props.clock.now();
    const verdict = ending.kind === 'done' ? verdictOf(ending.value.status) : 'host failed';
    if (verdict === 'final') return undefined;
    const untilMs = nowMs + (ending.kind === 'done' ? retryAfterMs(ending.value.headers) : 0);
    if (verdict === 'host failed') host.breaker.hold(untilMs, nowMs);
    const choice = verdict === 'later' ? { host, fromMs: untilMs } : this.hosts.next(this.tried, nowMs);
    if (!choice) return undefined;
    const waitMs = choice.fromMs - nowMs + this.backOffMs();
    return waitMs < this.leftMs() ? { host: choice.host, waitMs } : undefined;
  }

  /** Full jitter. @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
  private backOffMs(): number {
    const { random, backOffMs, maxBackOffMs } = this.props;
    return random() * Math.min(maxBackOffMs, backOffMs * 2 ** (this.tried.length - 1));
  }

  private leftMs(): number {
    return Math.max(0, this.startMs + this.props.deadlineMs - this.props.clock.now());
  }
}

const OUTCOMES = { failed: 'no connection', 'time-out': 'time-out', aborted: 'aborted' } as const;
