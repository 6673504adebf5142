import { EVERYWHERE, type Fault } from '../faults/fault';
import type { RandomStream } from '../kernel/random';
import { numberConstant } from '../model/constants';
import type { DrillContext } from '../world/context';

/** Life of a token, in milliseconds (`token.life`). */
const TOKEN_LIFE_MS = 1000 * numberConstant('token.life');

/**
 * The issuer of the tokens that clients show to JWT authorizers: one for all Regions, outside of them. A client has a token from
 * before the drill began, and gets a new one when it is over; while the issuer fails, it may get none.
 *
 * Simplified: a token costs no time, and gateways have the issuer's keys. HTTP APIs keep them for a while; what they do when an
 * issuer's keys cannot be had for longer is not published.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export class IdentityProvider {
  private readonly expiresMs = new Map<number, number>();
  private readonly random: RandomStream;

  constructor(private readonly context: DrillContext) {
    this.random = context.random.fork('identity-provider');
  }

  /** Sees to it that a client has a token; the fault that keeps it from getting one, if one does. */
  renew(client: number): Fault | undefined {
    const { faults, scheduler } = this.context;
    const { nowMs } = scheduler;
    const expiresMs = this.expiresMs.get(client) ?? this.firstExpiryMs(client);
    if (nowMs < expiresMs) return undefined;
    const fault = faults.strikes('identity-provider', EVERYWHERE, nowMs, () => this.random.next());
    if (!fault) this.expiresMs.set(client, nowMs + TOKEN_LIFE_MS);
    return fault;
  }

  /** The end of a token of any age, from before the drill began. */
  private firstExpiryMs(client: number): number {
    const expiresMs = this.random.uniform(0, TOKEN_LIFE_MS);
    this.expiresMs.set(client, expiresMs);
    return expiresMs;
  }
}
