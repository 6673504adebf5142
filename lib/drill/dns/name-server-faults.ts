import { EVERYWHERE } from '../faults/fault';
import type { FaultPlan } from '../faults/fault-plan';
import type { RandomStream } from '../kernel/random';
import { numberConstant } from '../model/constants';
import type { Geography } from '../model/round-trips';
import type { DnsAnswer } from './answer-query';

/**
 * How long a resolver has no answer after a question that stayed unanswered, in seconds: it tries all name servers, gives up, and
 * remembers that for a moment (`dns.resolver.giveUp`, `dns.servfail.ttl`).
 */
const UNANSWERED_SECONDS = numberConstant('dns.resolver.giveUp') + numberConstant('dns.servfail.ttl');

/** How long a resolver remembers an answer that says there is nothing (`r53.negative.ttl`). */
const EMPTY_SECONDS = numberConstant('r53.negative.ttl');

/**
 * What becomes of questions while Route 53's name servers fail: they stay unanswered, or are answered as if there were no such name.
 *
 * Simplified: name servers fail all alike, and no resolver serves answers beyond their life instead, as some do.
 */
export class NameServerFaults {
  /**
   * @param faults What is broken, and when.
   * @param random A stream of its own.
   */
  constructor(
    private readonly faults: FaultPlan,
    private readonly random: RandomStream,
  ) {}

  /** Whether name servers fail at all at some time of the run, as far as is known. */
  get areThere(): boolean {
    return this.faults.faults.some(({ target }) => target === 'route53');
  }

  /** Draws what a resolver gets for a question at an instant when it gets no proper answer; nothing when it does. */
  troubleAt({ id }: Geography, nowMs: number): DnsAnswer | undefined {
    const asked = { peers: [id] };
    const draw = (): number => this.random.next();
    const unanswered = this.faults.hit('error', 'route53', EVERYWHERE, nowMs, draw, asked);
    if (unanswered) return { ttlSeconds: UNANSWERED_SECONDS, phaseId: unanswered.phaseId };
    const empty = this.faults.hit('name', 'route53', EVERYWHERE, nowMs, draw, asked);
    return empty && { ttlSeconds: EMPTY_SECONDS, phaseId: empty.phaseId };
  }
}
