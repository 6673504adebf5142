import type {
  AuthorizationConfig,
  HealthCheckConfig,
  HostedZoneConfig,
  LoadConfig,
  ObjectivesConfig,
} from './blueprint-config';

/**
 * A config that passed every rule, with every default filled in. The stacks take nothing else, so no code below the config decides
 * a default.
 */
export interface QualifiedConfig {
  /** Name of the application. */
  readonly application: string;
  /** AWS account, 12 digits. */
  readonly account: string;
  /** Public hosted zone of the records. */
  readonly hostedZone: HostedZoneConfig;
  /** Host name the clients use. */
  readonly recordName: string;
  /** Active Regions, at least two, no duplicates; the first owns the table. */
  readonly regions: readonly [string, string, ...string[]];
  /** Consistency of the table between Regions. */
  readonly consistency: 'strong' | 'eventual';
  /** The witness of a strong table with two active Regions; empty for every other table. */
  readonly witnessRegions: readonly string[];
  /** What the application promises. */
  readonly objectives: ObjectivesConfig;
  /** How Route 53 watches each Region. */
  readonly healthCheck: HealthCheckConfig;
  /** Peak load over all Regions. */
  readonly load: LoadConfig;
  /** Who may call the API. */
  readonly authorization: AuthorizationConfig;
  /** Tags of every resource. */
  readonly tags: Readonly<Record<string, string>>;
}
