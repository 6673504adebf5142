import { nearestName } from './nearest-name';
import { KNOWN_REGIONS } from './regions';

/** What a person needs to know to put a field right. */
export interface FieldGuide {
  /** Values allowed, and why. */
  readonly allowed: string;
  /** What to do about another value. */
  readonly remedy: string;
}

/** Guide of the config as a whole. */
export const CONFIG_GUIDE: FieldGuide = {
  allowed: 'one object, a `BlueprintConfig`',
  remedy: 'write `export default config` with the object',
};

/** Guides of every field, keyed by its path with `[]` for any place in a list and `.*` for any tag. */
export const FIELD_GUIDES: Readonly<Record<string, FieldGuide>> = {
  application: {
    allowed:
      '2 to 32 lower-case letters, digits and hyphens, first a letter, last no hyphen, because stacks, the table and the function are named after it',
    remedy: 'choose a short name such as "dispatch"',
  },
  account: {
    allowed: '12 digits in quotes, because a stack is bound to one account and leading zeros count',
    remedy: 'copy the number that `aws sts get-caller-identity --query Account` prints',
  },
  hostedZone: {
    allowed: 'an object with `id` and `name` of a public hosted zone that exists',
    remedy: 'copy both from `aws route53 list-hosted-zones-by-name`',
  },
  'hostedZone.id': {
    allowed: '"Z" and 1 to 31 capital letters and digits, without "/hostedzone/" in front',
    remedy: 'copy the Id of your public zone from `aws route53 list-hosted-zones-by-name`',
  },
  'hostedZone.name': {
    allowed: 'a domain name in lower case with at least two labels, no dot at the end',
    remedy: 'copy the Name of your public zone from `aws route53 list-hosted-zones-by-name`, without its last dot',
  },
  recordName: {
    allowed:
      'a domain name in lower case, no wildcard, no dot at the end, at most 64 characters, because a certificate takes no longer one as its first name',
    remedy: 'choose a name such as "api.example.com" in your hosted zone',
  },
  regions: {
    allowed: '2 to 6 Regions, because one Region cannot outlast itself',
    remedy: 'list the active Regions, for example ["us-east-2", "us-west-2"]',
  },
  consistency: {
    allowed: '"strong" (a write waits for another Region, RPO 0) or "eventual" (a write is sent on later)',
    remedy: 'choose one; a deployed table cannot change it',
  },
  objectives: {
    allowed: 'an object with `availability`, `rtoSeconds` and `rpoSeconds`',
    remedy: 'write what the application promises, for example { availability: 0.999, rtoSeconds: 120, rpoSeconds: 0 }',
  },
  'objectives.availability': {
    allowed: 'a share above 0 and below 1, because nothing is always available',
    remedy: 'write 99.9 % as 0.999',
  },
  'objectives.rtoSeconds': { allowed: 'whole seconds, at least 1', remedy: 'write two minutes as 120' },
  'objectives.rpoSeconds': { allowed: 'whole seconds, at least 0', remedy: 'write 0 for no acknowledged write lost' },
  healthCheck: {
    allowed: 'an object with `intervalSeconds` and `failureThreshold`, or nothing for 10 s and 3',
    remedy: 'write { intervalSeconds: 10, failureThreshold: 3 }',
  },
  'healthCheck.intervalSeconds': {
    allowed: '10 or 30, because Route 53 offers no other interval',
    remedy: 'choose 10 to detect sooner, 30 to pay less',
  },
  'healthCheck.failureThreshold': {
    allowed: 'a whole number from 1 to 10, the range of Route 53',
    remedy: 'choose 3 unless you measured otherwise',
  },
  load: {
    allowed: 'an object with `peakRequestsPerSecond` and `p99DurationMilliseconds`',
    remedy: 'write the peak over all Regions, for example { peakRequestsPerSecond: 200, p99DurationMilliseconds: 250 }',
  },
  'load.peakRequestsPerSecond': {
    allowed: 'a number above 0 and at most 100,000, over all Regions together',
    remedy: 'write the highest rate you expect; throttles follow from it',
  },
  'load.p99DurationMilliseconds': {
    allowed: 'a number from 1 to 10,000, because the function is stopped after 10 s',
    remedy: 'write the duration that 99 of 100 requests stay under',
  },
  authorization: {
    allowed: '{ type: "iam" } or { type: "jwt", issuer, audience }',
    remedy: 'choose one; there is no open API',
  },
  'authorization.type': { allowed: '"iam" or "jwt"', remedy: 'choose one; there is no open API' },
  'authorization.issuer': {
    allowed: 'an https URL, because API Gateway fetches the keys of the tokens from there',
    remedy: 'copy the `issuer` of your provider\'s "/.well-known/openid-configuration"',
  },
  'authorization.audience': {
    allowed: '1 to 50 client or audience identifiers',
    remedy: 'list the `aud` or `client_id` of the tokens you accept',
  },
  'authorization.audience[]': {
    allowed: 'a client or audience identifier that is not empty',
    remedy: 'write the `aud` or `client_id` of the tokens you accept',
  },
  tags: {
    allowed: 'at most 40 tags, each key with one text',
    remedy: 'write { key: "value" } and leave out the least used',
  },
  'tags.*': {
    allowed:
      'a key of 1 to 128 and a value of 1 to 256 letters, digits, spaces and _ . : / = + - @, no key that begins with "aws:", which AWS keeps for itself',
    remedy: 'rename the key or shorten the value',
  },
};

/** Guide of a Region that stands in the list a second time. */
export function repeatedRegionGuide(first: number): FieldGuide {
  return { allowed: `each Region once; regions[${first}] is the same`, remedy: 'remove it or write another Region' };
}

/** Guide of a Region's name, with the Region that a misspelt one most likely meant. */
export function regionGuide(found: unknown): FieldGuide {
  const nearest = typeof found === 'string' ? nearestName(found, KNOWN_REGIONS.keys()) : undefined;
  return {
    allowed:
      'the code of a commercial AWS Region such as "us-east-2", because records, stacks and the table are placed by it',
    remedy: nearest ? `write "${nearest}" if you meant that` : 'choose one of `aws account list-regions`',
  };
}
