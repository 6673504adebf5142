import type { Assembly, AssemblyResource } from '../../../assembly';
import { fieldsConstant, numberConstant } from '../../model/constants';
import { NotModelled } from '../../not-modelled';
import { readTable, TABLE_TYPES } from '../table-definition';

/** What a template declares of the reads or the writes of a table or an index in one Region, in units a second. */
export type UnitLimit =
  | {
      readonly kind: 'provisioned';
      /** Capacity at the start. */
      readonly units: number;
      /** How it is scaled. @default - it stays as it is */
      readonly scaling?: ScalingDefinition;
    }
  | {
      readonly kind: 'on-demand';
      /** What is taken at once, however little was asked for before. */
      readonly warm: number;
      /** Most that is ever taken. */
      readonly most: number;
      /** Whether the template sets that; otherwise it is the account's quota. */
      readonly isOwnMost: boolean;
    };

/** Target tracking, as Application Auto Scaling follows it. */
export interface ScalingDefinition {
  readonly min: number;
  readonly max: number;
  /** Share of the capacity that shall be used, from 0.2 to 0.9. */
  readonly target: number;
}

/** Limits of reads and of writes. */
export interface CapacityLimits {
  readonly read: UnitLimit;
  readonly write: UnitLimit;
}

/** Capacity of a table in one Region: its own, and that of each global index. */
export interface RegionCapacity {
  readonly table: CapacityLimits;
  readonly indexes: Readonly<Record<string, CapacityLimits>>;
}

/** Capacity of a table by Region. */
export type TableCapacity = Readonly<Record<string, RegionCapacity>>;

type Properties = Readonly<Record<string, unknown>>;

const WARM = fieldsConstant('ddb.warm.default');
const QUOTA = numberConstant('ddb.table.quota');
const KINDS = { read: 'Read', write: 'Write' } as const;

/** The capacity of every table of an assembly, by the table's name. */
export function readCapacities(assembly: Assembly): ReadonlyMap<string, TableCapacity> {
  const tables = TABLE_TYPES.flatMap((type) => assembly.resourcesOf(type));
  return new Map(tables.map((resource) => [readTable(resource).name, readCapacity(resource)]));
}

/**
 * Reads the capacity of a table from its resource, `AWS::DynamoDB::GlobalTable` or `AWS::DynamoDB::Table`.
 *
 * @throws NotModelled for provisioned capacity of which the template does not say how much it is.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html#V2globaltables_HowItWorks.Throughput
 */
export function readCapacity({ type, properties, stack, logicalId }: AssemblyResource): TableCapacity {
  const where = `${stack.id}/${logicalId}`;
  const isOnDemand = properties.BillingMode === 'PAY_PER_REQUEST';
  const replicas: readonly Properties[] =
    type === 'AWS::DynamoDB::GlobalTable' ? listOf(properties.Replicas) : [{ Region: stack.region }];
  const limits = (levels: readonly Properties[], name: string): CapacityLimits => ({
    read: isOnDemand ? onDemand(levels, 'read') : provisioned(levels, 'read', name),
    write: isOnDemand ? onDemand(levels, 'write') : provisioned(levels, 'write', name),
  });
  const ofReplica = (replica: Properties): readonly [string, RegionCapacity] => {
    const indexes = listOf(properties.GlobalSecondaryIndexes).map((index): readonly [string, CapacityLimits] => {
      const name = String(index.IndexName);
      const own = listOf(replica.GlobalSecondaryIndexes).find(({ IndexName }) => IndexName === name);
      return [name, limits([own ?? {}, index], `index ${name} of ${where}`)];
    });
    const table = limits([replica, properties], where);
    return [String(replica.Region), { table, indexes: Object.fromEntries(indexes) }];
  };
  return Object.fromEntries(replicas.map(ofReplica));
}

/** @param levels Where it may be declared, the most specific place first. */
function onDemand(levels: readonly Properties[], kind: keyof typeof KINDS): UnitLimit {
  const settings = levels.flatMap((level) => [
    level.OnDemandThroughput,
    level[`${KINDS[kind]}OnDemandThroughputSettings`],
  ]);
  const most = numberIn(settings, `Max${KINDS[kind]}RequestUnits`);
  const warm = numberIn(
    levels.map(({ WarmThroughput }) => WarmThroughput),
    `${KINDS[kind]}UnitsPerSecond`,
  );
  // -1 takes a limit away.
  const isOwnMost = most !== undefined && most > 0;
  return { kind: 'on-demand', warm: warm ?? WARM[kind] ?? 0, most: isOwnMost ? most : QUOTA, isOwnMost };
}

function provisioned(levels: readonly Properties[], kind: keyof typeof KINDS, name: string): UnitLimit {
  const word = KINDS[kind];
  const settings = levels.flatMap((level) => [
    level[`${word}ProvisionedThroughputSettings`],
    level.ProvisionedThroughput,
  ]);
  const [scaled] = settings.flatMap((setting) => asProperties(setting)?.[`${word}CapacityAutoScalingSettings`] ?? []);
  const scaling = asProperties(scaled);
  if (scaling) return autoScaled(scaling);
  const units = numberIn(settings, `${word}CapacityUnits`);
  if (units === undefined) throw new NotModelled(`provisioned ${kind} capacity of ${name}: no ${word}CapacityUnits`);
  return { kind: 'provisioned', units };
}

function autoScaled(settings: Properties): UnitLimit {
  const { MinCapacity, MaxCapacity, SeedCapacity, TargetTrackingScalingPolicyConfiguration } = settings;
  const percent = Number(asProperties(TargetTrackingScalingPolicyConfiguration)?.TargetValue);
  const scaling = { min: Number(MinCapacity), max: Number(MaxCapacity), target: percent / 100 };
  return { kind: 'provisioned', units: Number(SeedCapacity ?? MinCapacity), scaling };
}

function numberIn(settings: readonly unknown[], key: string): number | undefined {
  const found = settings.map((setting) => asProperties(setting)?.[key]).find((value) => value !== undefined);
  return found === undefined ? undefined : Number(found);
}

function asProperties(value: unknown): Properties | undefined {
  return typeof value === 'object' && value !== null ? (value as Properties) : undefined;
}

function listOf(value: unknown): readonly Properties[] {
  return Array.isArray(value) ? value : [];
}
