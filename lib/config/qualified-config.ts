import type {
  AuthorizationConfig,
  BackupSettings,
  CapacityConfig,
  ChaosConfig,
  HealthCheckConfig,
  JudgeSettings,
  LoadConfig,
  NotificationsConfig,
  ObjectivesConfig,
  ObjectsConfig,
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
  /** Public hosted zone of the records; without an identifier only when it is owned and not deployed yet. */
  readonly hostedZone: { readonly id: string | undefined; readonly name: string; readonly owned: boolean };
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
  /** What each Region holds ready. */
  readonly capacity: Required<CapacityConfig>;
  /** What takes a sick Region out of DNS. */
  readonly evacuation: 'switch' | 'region-switch';
  /** When a judge evacuates its ward and lets it return. */
  readonly judge: JudgeSettings;
  /** Who may call the API. */
  readonly authorization: AuthorizationConfig;
  /** Whose keys encrypt what is stored. */
  readonly encryption: 'aws-owned' | 'customer-managed';
  /** The replicated bucket. */
  readonly objects: Required<ObjectsConfig>;
  /** Backups in another account and Region, if asked for. */
  readonly backup: BackupSettings | undefined;
  /** Hooks that break the application on purpose. */
  readonly chaos: Required<ChaosConfig>;
  /** Who is told of alarms, if anybody. */
  readonly notifications: NotificationsConfig | undefined;
  /** Tags of every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A config whose hosted zone exists, so that its Regions can be synthesized. */
export interface ZonedConfig extends QualifiedConfig {
  readonly hostedZone: QualifiedConfig['hostedZone'] & { readonly id: string };
}

/** Whether the hosted zone exists: given, or owned and deployed before. */
export function isZoned(config: QualifiedConfig): config is ZonedConfig {
  return config.hostedZone.id !== undefined;
}
