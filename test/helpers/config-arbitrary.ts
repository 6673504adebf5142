import fc from 'fast-check';
import type { BlueprintConfig } from '../../lib/config';
import { KNOWN_REGIONS, REGIONS_WITHOUT_HTTP_APIS, STRONG_REGION_SETS } from '../../lib/config/regions';

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/);

const authorization: fc.Arbitrary<BlueprintConfig['authorization']> = fc.oneof(
  fc.constant({ type: 'iam' as const }),
  fc.record({
    type: fc.constant('jwt' as const),
    issuer: label.map((host) => `https://${host}.example`),
    audience: fc.uniqueArray(label, { minLength: 1, maxLength: 3 }),
  }),
);

type Placement = Pick<BlueprintConfig, 'consistency' | 'regions' | 'witnessRegion'> & { readonly rpoSeconds: number };

const strong: fc.Arbitrary<Placement> = fc
  .constantFrom(...STRONG_REGION_SETS)
  .chain((set) => fc.tuple(fc.shuffledSubarray([...set], { minLength: 3, maxLength: 3 }), fc.boolean(), fc.nat(60)))
  .map(([members, witnessed, rpoSeconds]) => ({
    consistency: 'strong',
    regions: witnessed ? members.slice(0, 2) : members,
    witnessRegion: witnessed ? members[2] : undefined,
    rpoSeconds,
  }));

const eventual: fc.Arbitrary<Placement> = fc
  .tuple(
    fc.shuffledSubarray(
      [...KNOWN_REGIONS.keys()].filter((region) => !REGIONS_WITHOUT_HTTP_APIS.includes(region)),
      { minLength: 2, maxLength: 6 },
    ),
    fc.integer({ min: 1, max: 60 }),
  )
  .map(([regions, rpoSeconds]) => ({ consistency: 'eventual', regions, rpoSeconds }));

const settings = fc.record(
  {
    capacity: fc.record({ provisionedConcurrency: fc.boolean(), warmThroughput: fc.boolean() }, { requiredKeys: [] }),
    encryption: fc.constantFrom('aws-owned' as const, 'customer-managed' as const),
    objects: fc.record({ replicationTimeControl: fc.boolean() }, { requiredKeys: [] }),
    judge: fc.record(
      {
        failingShare: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
        slowMilliseconds: fc.integer({ min: 100, max: 3_000 }),
        dwellMinutes: fc.integer({ min: 1, max: 60 }),
        recoveryMinutes: fc.integer({ min: 1, max: 1_440 }),
        returnMinutes: fc.nat(1_440),
        maximumLagSeconds: fc.integer({ min: 1, max: 3_600 }),
      },
      { requiredKeys: [] },
    ),
    chaos: fc.record({ faultHook: fc.boolean(), fisExtension: fc.boolean() }, { requiredKeys: [] }),
    notifications: label.map((name) => ({ email: `${name}@example.com` })),
  },
  { requiredKeys: [] },
);

/** Configs that keep every rule. */
export function configs(): fc.Arbitrary<BlueprintConfig> {
  return fc
    .record({
      // Longer names fit where the names of Regions are short; a test of the rule tries the limit.
      application: fc
        .stringMatching(/^[a-z][a-z0-9-]{0,25}[a-z0-9]$/)
        .filter((name) => !/^(aws|ssm|xn--|sthree-|amzn-s3-demo-)/.test(name)),
      account: fc.stringMatching(/^\d{12}$/),
      zoneId: fc.stringMatching(/^Z[A-Z0-9]{5,20}$/),
      zone: label.map((name) => `${name}.example`),
      prefix: fc.option(label, { nil: undefined }),
      placement: fc.oneof(strong, eventual),
      availability: fc.double({ min: 0.5, max: 0.9999, noNaN: true }),
      slackSeconds: fc.nat(600),
      healthCheck: fc.record({
        intervalSeconds: fc.constantFrom(10 as const, 30 as const),
        failureThreshold: fc.integer({ min: 1, max: 10 }),
      }),
      load: fc.record({
        peakRequestsPerSecond: fc.integer({ min: 1, max: 100_000 }),
        p99DurationMilliseconds: fc.integer({ min: 1, max: 10_000 }),
      }),
      authorization,
      evacuation: fc.constantFrom(undefined, 'switch' as const, 'region-switch' as const),
      settings,
      tags: fc.option(fc.dictionary(label, label, { maxKeys: 3 }), { nil: undefined }),
    })
    .map(
      ({
        application,
        account,
        zoneId,
        zone,
        prefix,
        placement,
        availability,
        slackSeconds,
        evacuation,
        settings,
        ...rest
      }) => {
        const { rpoSeconds, ...where } = placement;
        const { intervalSeconds, failureThreshold } = rest.healthCheck;
        return {
          application,
          account,
          hostedZone: { id: zoneId, name: zone },
          recordName: prefix === undefined ? zone : `${prefix}.${zone}`,
          ...where,
          ...rest,
          ...settings,
          evacuation: where.regions.length === 2 ? evacuation : undefined,
          objectives: {
            availability,
            rtoSeconds: intervalSeconds * failureThreshold + 60 + slackSeconds,
            rpoSeconds,
          },
        };
      },
    );
}
