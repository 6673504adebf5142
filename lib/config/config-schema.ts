import { z } from 'zod';
import { KNOWN_REGIONS } from './regions';

/**
 * Domain name in lower case: labels of 1 to 63 letters, digits and inner hyphens, at least two of them, no wildcard, no dot at the end.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
 */
const DOMAIN_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Longest common name of a certificate. ACM puts the first name of a request there and refuses longer ones.
 *
 * @see https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
 */
const LONGEST_COMMON_NAME = 64;

/**
 * One address as SNS takes it for a subscription: one `@`, no space, a domain name behind it.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
 */
const EMAIL = /^[^\s@]{1,64}@[^\s@]+\.[^\s@.]+$/;

/**
 * A short name that may begin every physical name. Parameters of Systems Manager cannot begin with "aws" or "ssm", buckets with the
 * others.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
const APPLICATION = /^(?!aws|ssm|xn--|sthree-|amzn-s3-demo-)[a-z][a-z0-9-]{0,30}[a-z0-9]$/;

/**
 * Longest time that an alarm looks back, in seconds. The alarm that stops experiments looks back the whole recovery time objective.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
const LONGEST_ALARM_SECONDS = 86_400;

/** Characters AWS takes in the keys and values of tags. */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;

const accountId = z.string().regex(/^\d{12}$/);

const knownRegion = z.string().refine((region) => KNOWN_REGIONS.has(region));

/** Shape of `blueprint.config.ts`, field by field; what takes two fields to decide stands in `config-rules.ts`. */
export const configSchema = z.strictObject({
  application: z.string().regex(APPLICATION),
  account: accountId,
  hostedZone: z.strictObject({
    id: z
      .string()
      .regex(/^Z[A-Z0-9]{1,31}$/)
      .optional(),
    name: z.string().regex(DOMAIN_NAME),
    owned: z.boolean().default(false),
  }),
  recordName: z.string().regex(DOMAIN_NAME).max(LONGEST_COMMON_NAME),
  regions: z
    .array(knownRegion)
    .min(2)
    .max(6)
    .superRefine((regions, context) => {
      for (const [index, region] of regions.entries()) {
        const first = regions.indexOf(region);
        if (first !== index) context.addIssue({ code: 'custom', path: [index], params: { repeats: first } });
      }
    }),
  consistency: z.enum(['strong', 'eventual']),
  witnessRegion: knownRegion.optional(),
  objectives: z.strictObject({
    availability: z.number().gt(0).lt(1),
    rtoSeconds: z.int().min(1).max(LONGEST_ALARM_SECONDS),
    rpoSeconds: z.int().min(0),
  }),
  healthCheck: z
    .strictObject({
      intervalSeconds: z.literal([10, 30]),
      failureThreshold: z.int().min(1).max(10),
    })
    .default({ intervalSeconds: 10, failureThreshold: 3 }),
  load: z.strictObject({
    peakRequestsPerSecond: z.number().gt(0).max(100_000),
    p99DurationMilliseconds: z.number().min(1).max(10_000),
  }),
  capacity: z
    .strictObject({
      provisionedConcurrency: z.boolean().default(false),
      warmThroughput: z.boolean().default(false),
    })
    .prefault({}),
  evacuation: z.enum(['switch', 'region-switch']).default('switch'),
  judge: z
    .strictObject({
      failingShare: z.number().gt(0).max(0.5).default(0.05),
      slowMilliseconds: z.int().min(100).max(3_000).default(2_000),
      dwellMinutes: z.int().min(1).max(60).default(2),
      recoveryMinutes: z.int().min(1).max(1_440).default(10),
      returnMinutes: z.int().min(0).max(1_440).default(10),
      maximumLagSeconds: z.int().min(1).max(3_600).default(60),
    })
    .prefault({}),
  authorization: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('iam') }),
    z.strictObject({
      type: z.literal('jwt'),
      issuer: z.string().refine(isHttpsUrl),
      audience: z.array(z.string().min(1)).min(1).max(50),
    }),
  ]),
  encryption: z.enum(['aws-owned', 'customer-managed']).default('aws-owned'),
  objects: z.strictObject({ replicationTimeControl: z.boolean().default(false) }).prefault({}),
  backup: z
    .strictObject({
      account: accountId,
      region: knownRegion,
      retentionDays: z.int().min(7).max(36_500).default(35),
    })
    .optional(),
  chaos: z
    .strictObject({
      faultHook: z.boolean().default(true),
      fisExtension: z.boolean().default(false),
    })
    .prefault({}),
  notifications: z.strictObject({ email: z.string().max(320).regex(EMAIL) }).optional(),
  tags: z
    .record(z.string(), z.string().max(256).regex(TAG_TEXT))
    .refine((tags) => Object.keys(tags).length <= 40)
    .superRefine((tags, context) => {
      for (const key of Object.keys(tags)) {
        if (key.length > 128 || !TAG_TEXT.test(key) || /^aws:/i.test(key)) {
          context.addIssue({ code: 'custom', path: [key], params: { key } });
        }
      }
    })
    .default({}),
});

/** The config after its shape was checked, before the rules that join fields. */
export type ShapedConfig = z.output<typeof configSchema>;

function isHttpsUrl(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:';
}
