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
      '2 to 32 lower-case letters, digits and hyphens, first a letter, last no hyphen, not beginning with "aws", "ssm", "xn--", "sthree-" or "amzn-s3-demo-", because everything is named after it and AWS keeps these for itself',
    remedy: 'choose a short name such as "dispatch"',
  },
  account: {
    allowed: '12 digits in quotes, because a stack is bound to one account and leading zeros count',
    remedy: 'copy the number that `aws sts get-caller-identity --query Account` prints',
  },
  hostedZone: {
    allowed: 'an object with `id` and `name` of a public hosted zone that exists, or with `name` and `owned: true`',
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
  'hostedZone.owned': {
    allowed: 'true (the blueprint creates the zone) or false (it exists)',
    remedy: 'leave it out for a zone that exists',
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
  'objectives.rtoSeconds': {
    allowed: 'whole seconds, 1 to 86,400, because the alarm that stops experiments looks back one day at most',
    remedy: 'write two minutes as 120',
  },
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
  capacity: {
    allowed: 'an object with `provisionedConcurrency` and `warmThroughput`, or nothing for neither',
    remedy: 'write { provisionedConcurrency: true } where cold starts would break the objectives',
  },
  'capacity.provisionedConcurrency': { allowed: 'true or false', remedy: 'leave it out unless cold starts hurt' },
  'capacity.warmThroughput': { allowed: 'true or false', remedy: 'leave it out unless the peak exceeds a new table' },
  evacuation: {
    allowed: '"switch" (a judge in a peer Region) or "region-switch" (a plan of ARC Region switch)',
    remedy: 'leave it out for "switch"',
  },
  judge: {
    allowed: 'an object of thresholds, or nothing for the defaults',
    remedy: 'write only what differs, for example { dwellMinutes: 3 }',
  },
  'judge.failingShare': {
    allowed: 'a share above 0 and at most 0.5, because a Region that fails every second request has failed',
    remedy: 'write 5 % as 0.05',
  },
  'judge.slowMilliseconds': {
    allowed: 'whole milliseconds from 100 to 3,000, because a probe is given up after 3 s',
    remedy: 'write two seconds as 2000',
  },
  'judge.dwellMinutes': {
    allowed: 'whole minutes from 1 to 60, because the judge probes once a minute',
    remedy: 'choose 2: one bad minute is often noise',
  },
  'judge.recoveryMinutes': {
    allowed: 'whole minutes from 1 to 1,440',
    remedy: 'choose 10: a Region that flaps hurts more than one that stays away',
  },
  'judge.returnMinutes': {
    allowed: 'whole minutes from 0 to 1,440; 0 gives a returning Region its whole share at once',
    remedy: 'choose 10: caches and execution environments are cold',
  },
  'judge.maximumLagSeconds': {
    allowed: 'whole seconds from 1 to 3,600',
    remedy: 'choose 60: the judge writes one mark a minute',
  },
  authorization: {
    allowed: '{ type: "iam" } or { type: "jwt", issuer, audience }',
    remedy: 'choose one; there is no open API',
  },
  'authorization.type': { allowed: '"iam" or "jwt"', remedy: 'choose one; there is no open API' },
  'authorization.issuer': {
    allowed:
      'an https URL, because API Gateway fetches the keys of the tokens from there, for the first time when the API is deployed',
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
  encryption: {
    allowed: '"aws-owned" or "customer-managed" (one key in each Region)',
    remedy: 'leave it out unless keys must be yours',
  },
  objects: { allowed: 'an object with `replicationTimeControl`, or nothing', remedy: 'leave it out' },
  'objects.replicationTimeControl': {
    allowed: 'true or false',
    remedy: 'leave it out unless 15 minutes must be promised',
  },
  backup: {
    allowed: 'an object with `account`, `region` and perhaps `retentionDays`, or nothing for no copies outside',
    remedy: 'write for example { account: "222222222222", region: "ca-central-1" }',
  },
  'backup.account': {
    allowed: '12 digits in quotes, another account of the same organization',
    remedy: 'copy the number from `aws organizations list-accounts`',
  },
  'backup.retentionDays': {
    allowed: 'whole days from 7 to 36,500, because nobody can shorten them once the vault is locked',
    remedy: 'begin with 35',
  },
  chaos: {
    allowed: 'an object with `faultHook` and `fisExtension`, or nothing',
    remedy: 'write { fisExtension: true } where experiments on functions are wanted',
  },
  'chaos.faultHook': { allowed: 'true or false', remedy: 'leave it out: it does nothing until it is told to' },
  'chaos.fisExtension': { allowed: 'true or false', remedy: 'leave it out in production' },
  notifications: {
    allowed: 'an object with `email`, or nothing',
    remedy: 'write { email: "on-call@example.com" }',
  },
  'notifications.email': {
    allowed: 'one e-mail address, at most 320 characters',
    remedy: 'write for example "on-call@example.com"',
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
