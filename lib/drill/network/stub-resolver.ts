import type { Fault } from '../faults/fault';
import type { RandomStream } from '../kernel/random';
import { numberConstant } from '../model/constants';
import { CodeError } from '../sandbox/code-error';
import type { DrillContext } from '../world/context';

/** How long a host asks a resolver that does not answer, in milliseconds (`dns.stub.giveUp`). */
const GIVE_UP_MS = 1000 * numberConstant('dns.stub.giveUp');

/**
 * A host's way to the resolver of its Region, which may not answer.
 *
 * Simplified: functions look names up with the resolver fleet that instances in a VPC use. That Lambda's own hosts do is assumed, as
 * the worse case.
 */
export class StubResolver {
  /**
   * @param region Region of the host.
   * @param random Stream for draws of faults.
   */
  constructor(
    private readonly region: string,
    private readonly context: DrillContext,
    private readonly random: RandomStream,
  ) {}

  /** The fault that keeps the resolver from answering a question asked now, if one does. */
  fault(): Fault | undefined {
    const { faults, scheduler } = this.context;
    return faults.strikes('resolver', this.region, scheduler.nowMs, () => this.random.next());
  }

  /** Waits for the answer that does not come, and gives the error that Node does then. */
  async giveUp(hostname: string): Promise<Error> {
    await this.context.scheduler.sleep(GIVE_UP_MS);
    return lookUpError(hostname, 'EAI_AGAIN', -3001);
  }
}

/** The error Node gives for a name without an address. */
export function unresolvable(hostname: string): Error {
  return lookUpError(hostname, 'ENOTFOUND', -3008);
}

function lookUpError(hostname: string, code: string, errno: number): Error {
  const error = new CodeError(`getaddrinfo ${code} ${hostname}`);
  return Object.assign(error, { code, errno, syscall: 'getaddrinfo', hostname });
}
