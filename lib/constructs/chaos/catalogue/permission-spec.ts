/**
 * What the role of an experiment must be allowed for an action, as the action's page and AWS's own policies have it.
 *
 * Placeholders in braces are filled in for each experiment: `{partition}`, `{region}` and `{account}` of its stack; `{target}`, the
 * ARN of each target, or the pattern of its type when it is not known before deployment; `{targets}`, all of these in one condition;
 * `{parameter:name}`, a parameter of the action; `{configuration}`, the ARN of the folder that the Lambda extension reads.
 */
export interface PermissionSpec {
  /** IAM actions, without wildcards. */
  readonly actions: readonly string[];
  /** Resources, as far as AWS documents them. */
  readonly resources: readonly string[];
  /**
   * When the permission is needed.
   *
   * @default - always
   */
  readonly when?: Need;
  /**
   * Conditions, by operator and key.
   *
   * @default - none
   */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** When a permission is needed: for targets found by tag, for a parameter whose text matches, or for a declared circumstance. */
export type Need =
  | { readonly selectedBy: 'tags' }
  | { readonly parameter: string; readonly matching: string }
  | { readonly circumstance: Circumstance };

/** What an experiment cannot see of its targets and is told. */
export type Circumstance = 'strong-table' | 'encrypted-volumes' | 'cross-region-endpoint' | 'assumed-role';

/** An ARN pattern of the experiment's account and Region. */
export function here(service: string, resource: string): string {
  return `arn:{partition}:${service}:{region}:{account}:${resource}`;
}

/** Actions that have no resource level, or act on what is not known beforehand. */
export function everywhere(...actions: string[]): PermissionSpec {
  return { actions, resources: ['*'] };
}

/**
 * Conditions of actions that inject errors into an API: they have no resource level, and are kept to one action of FIS and its targets.
 * The guide writes them so for EC2; DynamoDB and Aurora DSQL document the same keys.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/security_iam_id-based-policy-examples.html
 */
export function injection(service: string, actionId: string): NonNullable<PermissionSpec['conditions']> {
  return {
    StringEquals: { [`${service}:FisActionId`]: actionId },
    'ForAllValues:ArnLike': { [`${service}:FisTargetArns`]: '{targets}' },
  };
}

/** The targets alone. */
export const TARGETS: readonly string[] = ['{target}'];

/** Finding targets by tag, which has no resource level. */
export const READS_TAGS: PermissionSpec = everywhere('tag:GetResources');

/** The same, needed only if targets are found by tag. */
export const RESOLVES_TAGS: PermissionSpec = { ...READS_TAGS, when: { selectedBy: 'tags' } };
