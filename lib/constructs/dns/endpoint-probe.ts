import { BlueprintError } from '../blueprint-error';
import { CHECKER_REGIONS, refuseUnusableCheck } from './health-check-rules';

/**
 * An HTTPS request that Route 53's checkers send, and what it must answer.
 *
 * A checker waits 4 s for the connection, 2 s for the status and 2 s for the body; the Region is healthy while more than 18 % of
 * the checkers say so.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 */
export interface EndpointProbe {
  /** Path that begins with `/`. */
  readonly path: string;

  /** Text that the first 5,120 bytes of the answer must contain: 1 to 255 characters. */
  readonly searchString: string;

  /** Seconds between two probes of one checker: 10 or 30. */
  readonly intervalSeconds: number;

  /** Consecutive probes, 1 to 10, that change a checker's vote. */
  readonly failureThreshold: number;

  /**
   * Regions of the checkers, at least 3 of {@link CHECKER_REGIONS}.
   *
   * @default - all eight
   */
  readonly checkerRegions?: readonly string[];
}

/**
 * Refuses a probe that Route 53 would refuse, or that would ask for the record it decides on.
 *
 * @param probe What is asked and expected.
 * @param host Host name that is probed.
 * @param gatedName Name of the record that the probe decides on.
 * @param region Region that is probed.
 * @throws BlueprintError
 */
export function refuseUnusableProbe(probe: EndpointProbe, host: string, gatedName: string, region: string): void {
  refuseUnusableCheck(
    {
      type: 'HTTPS_STR_MATCH',
      fullyQualifiedDomainName: host,
      requestInterval: probe.intervalSeconds,
      failureThreshold: probe.failureThreshold,
      regions: [...(probe.checkerRegions ?? CHECKER_REGIONS)],
    },
    gatedName,
    region,
  );
  if (!probe.path.startsWith('/')) {
    throw new BlueprintError('HealthCheckPath', `path must begin with "/", got ${JSON.stringify(probe.path)}`);
  }
  if (probe.searchString.length < 1 || probe.searchString.length > 255) {
    throw new BlueprintError(
      'HealthCheckSearchString',
      `searchString must have 1 to 255 characters, got ${probe.searchString.length}`,
    );
  }
}
