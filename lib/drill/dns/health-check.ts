import type { AssemblyResource } from '../../assembly';
import type { MetricAlarm } from '../monitoring';

/** A health check whose checkers send requests to an endpoint, or only connect to it. */
export interface EndpointHealthCheck {
  /** Tells the kinds apart. */
  readonly kind: 'endpoint';
  /** Stack id and logical id. */
  readonly id: string;
  /** Scheme of the request, of which certificates are not validated; `TCP` sends none. */
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP';
  /**
   * Host that is sent in the `Host` header, lower case, and resolved at each request unless there is an address. An endpoint
   * that has nothing but an address has it here, too.
   */
  readonly fullyQualifiedDomainName: string;
  /** Address that requests go to, or the token of one that is known only after deployment. @default - the host is resolved */
  readonly ipAddress?: string;
  /** The resource that AWS gave the host or the address to. @default - the host is a name of some zone */
  readonly resource?: AssemblyResource;
  /** TCP port. */
  readonly port: number;
  /** Path with its query, starting with a slash; nothing asks for it by TCP. */
  readonly path: string;
  /** Text that must stand in the first 5,120 bytes of the body. @default - the body is not looked at */
  readonly searchString?: string;
  /** Seconds from a response to the next request of the same checker: 10 or 30. */
  readonly intervalSeconds: number;
  /** Consecutive requests that must fail, or pass, for a checker to change its mind: 1 to 10. */
  readonly failureThreshold: number;
  /** Regions whose checkers take part. */
  readonly checkerRegions: readonly string[];
  /** Whether the status is turned round. */
  readonly inverted: boolean;
}

/** A health check that counts the healthy ones among its children. */
export interface CalculatedHealthCheck {
  /** Tells the kinds apart. */
  readonly kind: 'calculated';
  /** Stack id and logical id. */
  readonly id: string;
  /** Ids of the children; none of them is calculated. */
  readonly children: readonly string[];
  /** Children that must be healthy. 0 is always healthy, more than there are children is always unhealthy. */
  readonly healthThreshold: number;
  /** Whether the status is turned round. */
  readonly inverted: boolean;
}

/** Status of a check on an alarm while its data does not tell the alarm's state. */
export const INSUFFICIENT_DATA_STATUSES = ['Healthy', 'Unhealthy', 'LastKnownStatus'] as const;

/** A health check that evaluates the data stream of a CloudWatch alarm. */
export interface MetricHealthCheck {
  /** Tells the kinds apart. */
  readonly kind: 'metric';
  /** Stack id and logical id. */
  readonly id: string;
  /** The alarm whose metric and settings it takes; the alarm's state is nothing to it. */
  readonly alarm: MetricAlarm;
  /** Its status, before inversion, while data is insufficient. */
  readonly insufficientDataStatus: (typeof INSUFFICIENT_DATA_STATUSES)[number];
  /** Whether the status is turned round. */
  readonly inverted: boolean;
}

/**
 * A health check that checks nothing: it is healthy, or unhealthy when it is inverted.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
 */
export interface DisabledHealthCheck {
  /** Tells the kinds apart. */
  readonly kind: 'disabled';
  /** Stack id and logical id. */
  readonly id: string;
  /** Whether the status is turned round. */
  readonly inverted: boolean;
}

/** A Route 53 health check, as far as it is modelled. */
export type HealthCheck = EndpointHealthCheck | CalculatedHealthCheck | MetricHealthCheck | DisabledHealthCheck;
