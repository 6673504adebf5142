import { type Problem, quoteFound } from '../bad-input';
import type { ShapedConfig } from './config-schema';
import { names } from './names';
import { REGIONS_WITHOUT_HTTP_APIS, STRONG_REGION_SETS } from './regions';

/**
 * Seconds that a resolver may keep an answer that holds a lost Region: the time to live of an alias record.
 *
 * It cannot be set; the target decides. AWS gives 60 s for load balancers and no number for API Gateway, for which 60 s is assumed.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 */
const ALIAS_TTL_SECONDS = 60;

/** Longest DNS name, in characters. https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html */
const LONGEST_DOMAIN_NAME = 253;

/** Longest name of a bucket, in characters. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const LONGEST_BUCKET_NAME = 63;

type Field = keyof ShapedConfig;

/** A field, or a field within one, as `objectives.rtoSeconds`. */
type FieldPath = Field | `${Field}.${string}`;

/** A rule that joins fields. It is asked once all the fields it needs have the right shape, whatever the others look like. */
export interface ConfigRule {
  /** Paths of the fields the rule reads. */
  readonly needs: readonly FieldPath[];
  /** Problems found; none when the rule holds. */
  readonly check: (config: ShapedConfig) => Problem[];
}

/** Every rule that joins fields, in the order in which their problems are told. */
export const CONFIG_RULES: readonly ConfigRule[] = [
  rule(['application', 'account', 'regions'], bucketNamesFit),
  rule(['hostedZone'], zoneExistsOrIsOwned),
  rule(['hostedZone.name', 'recordName'], recordLiesInZone),
  rule(['recordName', 'regions'], regionalHostsFit),
  rule(['regions'], regionsHaveHttpApis),
  rule(['consistency', 'witnessRegion'], witnessOnlyWithStrong),
  rule(['consistency', 'regions', 'witnessRegion'], witnessServesNobody),
  rule(['consistency', 'regions', 'witnessRegion'], strongTakesThreeRegionsOfOneSet),
  rule(['consistency', 'objectives.rpoSeconds'], eventualPromisesNoZeroRpo),
  rule(['objectives.rtoSeconds', 'healthCheck.intervalSeconds', 'healthCheck.failureThreshold'], rtoLeavesTimeForDns),
  rule(['evacuation', 'regions'], regionSwitchSpansTwoRegions),
  rule(['account', 'backup.account'], backupLeavesTheAccount),
  rule(['regions', 'backup.region'], backupLeavesTheRegions),
];

function bucketNamesFit({
  application,
  account,
  regions,
}: Pick<ShapedConfig, 'application' | 'account' | 'regions'>): Problem[] {
  return regions
    .map((region) => names.bucket(application, account, region))
    .filter((bucket) => bucket.length > LONGEST_BUCKET_NAME)
    .slice(0, 1)
    .map((bucket) => ({
      field: 'application',
      found: quoteFound(application),
      allowed: `a name that leaves room for the bucket "${bucket}" within ${LONGEST_BUCKET_NAME} characters`,
      remedy: `take ${bucket.length - LONGEST_BUCKET_NAME} characters away`,
    }));
}

function zoneExistsOrIsOwned({ hostedZone }: Pick<ShapedConfig, 'hostedZone'>): Problem[] {
  if (hostedZone.id !== undefined || hostedZone.owned) return [];
  return [
    {
      field: 'hostedZone.id',
      found: quoteFound(hostedZone.id),
      allowed: 'the identifier of a public zone that exists, unless `owned: true` lets the blueprint create the zone',
      remedy: 'copy the Id from `aws route53 list-hosted-zones-by-name`, or write `owned: true`',
    },
  ];
}

function recordLiesInZone({ hostedZone, recordName }: Pick<ShapedConfig, 'hostedZone' | 'recordName'>): Problem[] {
  if (recordName === hostedZone.name || recordName.endsWith(`.${hostedZone.name}`)) return [];
  return [
    {
      field: 'recordName',
      found: quoteFound(recordName),
      allowed: `"${hostedZone.name}" or a name that ends with ".${hostedZone.name}", because a zone holds no records of another domain`,
      remedy: `write for example "api.${hostedZone.name}", or give the hosted zone of your record`,
    },
  ];
}

function regionalHostsFit({ recordName, regions }: Pick<ShapedConfig, 'recordName' | 'regions'>): Problem[] {
  return regions
    .map((region) => names.regionalHost(recordName, region))
    .filter((host) => host.length > LONGEST_DOMAIN_NAME)
    .map((host) => ({
      field: 'recordName',
      found: quoteFound(recordName),
      allowed: `a name that leaves room for "${host}" within ${LONGEST_DOMAIN_NAME} characters`,
      remedy: 'choose a shorter name',
    }));
}

function regionsHaveHttpApis({ regions }: Pick<ShapedConfig, 'regions'>): Problem[] {
  return regions.flatMap((region, index) =>
    REGIONS_WITHOUT_HTTP_APIS.includes(region)
      ? [
          {
            field: `regions[${index}]`,
            found: quoteFound(region),
            allowed: `a Region in which API Gateway has HTTP APIs on IPv4 and IPv6, as it has not in ${REGIONS_WITHOUT_HTTP_APIS.join(', ')}`,
            remedy: 'choose a Region near it',
          },
        ]
      : [],
  );
}

function witnessOnlyWithStrong({
  consistency,
  witnessRegion,
}: Pick<ShapedConfig, 'consistency' | 'witnessRegion'>): Problem[] {
  if (witnessRegion === undefined || consistency === 'strong') return [];
  return [
    {
      field: 'witnessRegion',
      found: quoteFound(witnessRegion),
      allowed: 'nothing with consistency "eventual", because only a strong table takes a vote between Regions',
      remedy: 'remove witnessRegion, or choose consistency "strong"',
    },
  ];
}

function witnessServesNobody({
  consistency,
  regions,
  witnessRegion,
}: Pick<ShapedConfig, 'consistency' | 'regions' | 'witnessRegion'>): Problem[] {
  if (consistency === 'eventual' || witnessRegion === undefined || !regions.includes(witnessRegion)) return [];
  return [
    {
      field: 'witnessRegion',
      found: quoteFound(witnessRegion),
      allowed: 'a Region that is not among `regions`, because a witness keeps a log and cannot be read or written',
      remedy: `name a third Region, or remove it from regions[${regions.indexOf(witnessRegion)}]`,
    },
  ];
}

function strongTakesThreeRegionsOfOneSet({
  consistency,
  regions,
  witnessRegion,
}: Pick<ShapedConfig, 'consistency' | 'regions' | 'witnessRegion'>): Problem[] {
  if (consistency !== 'strong' || (witnessRegion !== undefined && regions.includes(witnessRegion))) return [];
  const members = [...new Set(regions), ...(witnessRegion === undefined ? [] : [witnessRegion])];
  const problems: Problem[] = [];
  if (members.length !== 3) {
    problems.push({
      field: 'regions',
      found: `${quoteFound(regions)} and witness ${quoteFound(witnessRegion)}, ${members.length} in all`,
      allowed:
        'exactly three Regions with consistency "strong", counting the witness, because DynamoDB takes a majority of three before it acknowledges a write',
      remedy:
        members.length < 3
          ? 'add a third active Region or a witnessRegion'
          : 'keep three Regions, or choose consistency "eventual" (then rpoSeconds above 0)',
    });
  }
  if (!STRONG_REGION_SETS.some((set) => members.every((member) => set.includes(member)))) {
    problems.push({
      field: 'regions',
      found: quoteFound(members),
      allowed: `with consistency "strong" Regions of one Region set, ${STRONG_REGION_SETS.map((set) => `{${set.join(', ')}}`).join(' or ')}: some pages of AWS allow more, but the TableV2 construct enforces these`,
      remedy: 'take all three from one set, or choose consistency "eventual" (then rpoSeconds above 0)',
    });
  }
  return problems;
}

function eventualPromisesNoZeroRpo({
  consistency,
  objectives,
}: Pick<ShapedConfig, 'consistency' | 'objectives'>): Problem[] {
  if (consistency === 'strong' || objectives.rpoSeconds > 0) return [];
  return [
    {
      field: 'objectives.rpoSeconds',
      found: quoteFound(objectives.rpoSeconds),
      allowed:
        'at least 1 with consistency "eventual", because a write that was acknowledged but not yet sent on is lost with its Region',
      remedy: 'promise at least 1 s, or choose consistency "strong"',
    },
  ];
}

function rtoLeavesTimeForDns({ objectives, healthCheck }: Pick<ShapedConfig, 'objectives' | 'healthCheck'>): Problem[] {
  const detection = healthCheck.intervalSeconds * healthCheck.failureThreshold;
  const shortest = detection + ALIAS_TTL_SECONDS;
  if (objectives.rtoSeconds >= shortest) return [];
  return [
    {
      field: 'objectives.rtoSeconds',
      found: quoteFound(objectives.rtoSeconds),
      allowed:
        `at least ${shortest}: healthCheck.intervalSeconds ${healthCheck.intervalSeconds} × failureThreshold ${healthCheck.failureThreshold} = ${detection} s ` +
        `until Route 53 sees the loss, + ${ALIAS_TTL_SECONDS} s until resolvers drop the old answer`,
      remedy: `promise ${shortest} s or more, or detect sooner with a shorter interval or a lower threshold`,
    },
  ];
}

function regionSwitchSpansTwoRegions({ evacuation, regions }: Pick<ShapedConfig, 'evacuation' | 'regions'>): Problem[] {
  if (evacuation === 'switch' || regions.length === 2) return [];
  return [
    {
      field: 'evacuation',
      found: `"region-switch" with ${regions.length} active Regions`,
      allowed: '"switch", because a plan of ARC Region switch spans exactly two Regions',
      remedy: 'leave evacuation out, or keep two active Regions',
    },
  ];
}

function backupLeavesTheAccount({ account, backup }: Pick<ShapedConfig, 'account' | 'backup'>): Problem[] {
  if (backup === undefined || backup.account !== account) return [];
  return [
    {
      field: 'backup.account',
      found: quoteFound(backup.account),
      allowed: 'another account than the application has, because whoever takes over an account has its backups too',
      remedy: 'name an account of the same organization that runs nothing else',
    },
  ];
}

function backupLeavesTheRegions({ regions, backup }: Pick<ShapedConfig, 'regions' | 'backup'>): Problem[] {
  if (backup === undefined || !regions.includes(backup.region)) return [];
  return [
    {
      field: 'backup.region',
      found: quoteFound(backup.region),
      allowed: 'a Region that is not active, because a copy beside its original is lost with it',
      remedy: `name a Region other than ${regions.join(', ')}`,
    },
  ];
}

function rule(needs: readonly FieldPath[], check: (config: ShapedConfig) => Problem[]): ConfigRule {
  return { needs, check };
}
