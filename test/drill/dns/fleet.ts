import { EndpointCheck, type Vote } from '../../../lib/drill/dns/endpoint-check';
import type { EndpointHealthCheck } from '../../../lib/drill/dns/health-check';
import type { Probe } from '../../../lib/drill/dns/probe';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { Scheduler } from '../../../lib/drill/kernel/scheduler';
import { listConstant } from '../../../lib/drill/model/constants';

/** A check of all sixteen checkers. */
export function endpoint(rest: Partial<EndpointHealthCheck> = {}): EndpointHealthCheck {
  return {
    kind: 'endpoint',
    id: 'Stack/Check',
    protocol: 'HTTPS',
    fullyQualifiedDomainName: 'us-east-2.api.example.com',
    port: 443,
    path: '/health',
    intervalSeconds: 10,
    failureThreshold: 3,
    checkerRegions: listConstant('r53.checker.regions'),
    inverted: false,
    ...rest,
  };
}

/** What a watched fleet is made of. */
export interface FleetRun {
  /** The check. */
  readonly check: EndpointHealthCheck;
  /** Makes the probe of this run from its scheduler. */
  readonly probe: (scheduler: Scheduler) => Probe;
  /** Seed of the phases. */
  readonly seed: string;
  /** Virtual seconds. */
  readonly seconds: number;
}

/** Every vote of one run of a fleet. */
export async function votesOf({ check, probe, seed, seconds }: FleetRun): Promise<readonly Vote[]> {
  const scheduler = new Scheduler();
  const votes: Vote[] = [];
  new EndpointCheck(check, probe(scheduler), new RandomStream(seed), (vote) => votes.push(vote)).start(scheduler);
  await scheduler.run(1000 * seconds);
  return votes;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
