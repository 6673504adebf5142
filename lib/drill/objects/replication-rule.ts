import { NotModelled } from '../not-modelled';

/** One rule by which a bucket replicates to another. */
export interface ReplicationRule {
  readonly id: string;
  /** Name of the bucket it replicates to. */
  readonly destination: string;
  /** Beginning of the keys it is for; empty for all. */
  readonly prefix: string;
  /** Whether deletions are replicated. */
  readonly deleteMarkers: boolean;
  /** Whether S3 answers for fifteen minutes. */
  readonly timeControl: boolean;
}

interface Toggle {
  readonly Status?: unknown;
}

/** A rule, as templates and the API write it. */
interface WrittenRule extends Toggle {
  readonly Id?: unknown;
  readonly ID?: unknown;
  readonly Prefix?: unknown;
  readonly Filter?: {
    readonly Prefix?: unknown;
    readonly TagFilter?: unknown;
    readonly Tag?: unknown;
    readonly And?: unknown;
  };
  readonly DeleteMarkerReplication?: Toggle;
  readonly Destination?: { readonly Bucket?: unknown; readonly ReplicationTime?: Toggle };
}

/**
 * Reads a replication configuration, of a template or of a call of the API. Without a filter a rule is of the first version, which
 * replicates deletions.
 *
 * @param where Names the owner in messages.
 * @throws NotModelled for a rule that is for some objects by their tags.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html
 */
export function readReplication(configuration: unknown, where: string): readonly ReplicationRule[] {
  const { Rules } = (configuration ?? {}) as { Rules?: readonly WrittenRule[] };
  return (Rules ?? []).filter(isEnabled).map((rule, index) => {
    const id = String(rule.Id ?? rule.ID ?? index);
    const { Filter, Destination } = rule;
    if (Filter?.TagFilter !== undefined || Filter?.Tag !== undefined || Filter?.And !== undefined) {
      throw new NotModelled(`replication rule ${id} of ${where}: a filter by tags`);
    }
    const arn = Destination?.Bucket;
    if (typeof arn !== 'string' || !/^arn:[\w-]+:s3:::[^{}]+$/.test(arn)) {
      throw new NotModelled(`replication rule ${id} of ${where}: destination ${JSON.stringify(arn)}`);
    }
    return {
      id,
      destination: arn.slice(arn.lastIndexOf(':') + 1),
      prefix: String(Filter?.Prefix ?? rule.Prefix ?? ''),
      deleteMarkers: Filter === undefined || isEnabled(rule.DeleteMarkerReplication),
      timeControl: isEnabled(Destination?.ReplicationTime),
    };
  });
}

function isEnabled(toggle: Toggle | undefined): boolean {
  return toggle?.Status === 'Enabled';
}
