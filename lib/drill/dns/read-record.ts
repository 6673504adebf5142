import { type Assembly, type AssemblyResource, addressOf } from '../../assembly';
import type { Problem } from '../../bad-input';
import { numberConstant } from '../model/constants';
import type { Place } from '../model/places';
import { roundTripMs } from '../model/round-trips';
import { PropertyReader } from './property-reader';
import { type DnsRecord, normalizeName, type RecordTarget, type RoutingPolicy } from './record';
import { regionOfTarget } from './target-region';

/**
 * Life of the answer of an alias, by the type of its target; Route 53 uses the target's own.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 */
const ALIAS_TTL_CONSTANTS: Readonly<Record<string, string>> = {
  'AWS::ApiGatewayV2::DomainName': 'r53.alias.ttl.apigw',
  'AWS::ApiGateway::DomainName': 'r53.alias.ttl.apigw',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'r53.alias.ttl.elb',
  'AWS::CloudFront::Distribution': 'r53.alias.ttl.cloudfront',
};

/** Custom domains of API Gateway, whose attributes are host names. */
const DOMAIN_NAMES = /^AWS::ApiGateway(?:V2)?::DomainName$/;

const LEFT_OUT = ['GeoProximityLocation', 'CidrRoutingConfig'];

/** Continents that geolocation records may name. @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_GeoLocation.html */
const CONTINENTS = ['AF', 'AN', 'AS', 'EU', 'OC', 'NA', 'SA'];

/** A reader for each record that a resource declares: itself, or every member of a record set group. */
export function declaredRecords(resource: AssemblyResource, problems: Problem[]): readonly PropertyReader[] {
  const whole = new PropertyReader(resource, resource.properties, problems);
  whole.refuseUndecided();
  const zone = whole.value('HostedZoneId') ?? whole.value('HostedZoneName');
  const readers = resource.type === 'AWS::Route53::RecordSetGroup' ? whole.sections('RecordSets') : [whole];
  if (zone === undefined && readers.some((reader) => !reader.has('HostedZoneId') && !reader.has('HostedZoneName'))) {
    whole.problem('HostedZoneId', 'a hosted zone', 'give HostedZoneId or HostedZoneName');
  }
  return readers;
}

/** The record's normalised name. */
export function recordName(reader: PropertyReader): string {
  const name = normalizeName(reader.requiredText('Name'));
  if (name.startsWith('*.')) throw reader.notModelled(`wildcard name ${name}`);
  return name;
}

/**
 * Reads one record.
 *
 * @param names Every record name of the assembly: an alias to one of them is an alias to that record.
 * @throws NotModelled for policies and targets this model leaves out.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
 */
export function readRecord(assembly: Assembly, reader: PropertyReader, names: ReadonlySet<string>): DnsRecord {
  const type = reader.requiredText('Type').toUpperCase();
  if (type === 'SOA') throw reader.notModelled('an SOA record, which changes the life of negative answers');
  const policy = readPolicy(reader);
  const setIdentifier = policy.kind === 'simple' ? '' : reader.requiredText('SetIdentifier');
  const healthCheckId = readHealthCheckId(assembly, reader);
  const target = readTarget(assembly, reader, names);
  refuseMultivalue(reader, policy, type);
  return {
    address: reader.address,
    name: recordName(reader),
    type,
    policy,
    setIdentifier,
    target,
    evaluateTargetHealth: reader.section('AliasTarget')?.flag('EvaluateTargetHealth') ?? false,
    ...(healthCheckId === undefined ? {} : { healthCheckId }),
    region:
      regionOfTarget(assembly, target) ?? (policy.kind === 'latency' ? policy.region : reader.resource.stack.region),
  };
}

/** @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html */
function refuseMultivalue(reader: PropertyReader, { kind }: RoutingPolicy, type: string): void {
  if (kind !== 'multivalue') return;
  if (type === 'CNAME') reader.problem('Type', 'any type but CNAME for a multivalue answer', 'answer with addresses');
  if (reader.has('AliasTarget'))
    reader.problem('AliasTarget', 'no alias in a multivalue answer', 'give ResourceRecords');
}

function readPolicy(reader: PropertyReader): RoutingPolicy {
  const leftOut = LEFT_OUT.find((key) => reader.has(key));
  if (leftOut) throw reader.notModelled(`routing by ${leftOut}`);
  const [key, ...more] = ['Region', 'Weight', 'Failover', 'GeoLocation', 'MultiValueAnswer'].filter(
    (candidate) => reader.has(candidate) && (candidate !== 'MultiValueAnswer' || reader.flag(candidate)),
  );
  if (more.length > 0) reader.problem(more[0] ?? '', 'one routing policy for each record', `leave ${key} or it out`);
  switch (key) {
    case 'Region': {
      const region = reader.text('Region');
      if (!hasRoundTrips(region))
        throw reader.notModelled(`a latency record of Region ${region}: no round trips known`);
      return { kind: 'latency', region };
    }
    case 'Weight':
      return { kind: 'weighted', weight: reader.integer('Weight', 0, 255, 0) };
    case 'Failover': {
      const role = reader.text('Failover');
      if (role !== 'PRIMARY' && role !== 'SECONDARY') {
        reader.problem('Failover', 'PRIMARY or SECONDARY', 'choose one of the two');
      }
      return { kind: 'failover', role: role === 'SECONDARY' ? role : 'PRIMARY' };
    }
    case 'GeoLocation':
      return { kind: 'geolocation', location: readLocation(reader) };
    case 'MultiValueAnswer':
      return { kind: 'multivalue' };
    default:
      return { kind: 'simple' };
  }
}

/** @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_GeoLocation.html */
function readLocation(reader: PropertyReader): Partial<Place> {
  const location = reader.section('GeoLocation');
  const [continent, country, subdivision] = ['ContinentCode', 'CountryCode', 'SubdivisionCode'].map(
    (key) => location?.text(key).toUpperCase() ?? '',
  ) as [string, string, string];
  if (!location || (continent === '' && country === '')) {
    reader.problem('GeoLocation', 'a ContinentCode or a CountryCode', 'name a place, or CountryCode * for all others');
    return {};
  }
  if (continent !== '') {
    if (country !== '' || subdivision !== '') location.problem('ContinentCode', 'it alone', 'name the country only');
    if (!CONTINENTS.includes(continent)) location.problem('ContinentCode', CONTINENTS.join(', '), 'choose one of them');
    return { continent };
  }
  if (subdivision !== '' && country !== 'US')
    location.problem('CountryCode', 'US beside a state', 'leave the state out');
  if (country === '*') return {};
  return { country, ...(subdivision === '' ? {} : { subdivision }) };
}

function hasRoundTrips(region: string): boolean {
  try {
    return roundTripMs(region, region) >= 0;
  } catch {
    return false;
  }
}

function readHealthCheckId(assembly: Assembly, reader: PropertyReader): string | undefined {
  if (!reader.has('HealthCheckId')) return undefined;
  const reference = assembly.referenceIn(reader.value('HealthCheckId'), {
    type: 'AWS::Route53::HealthCheck',
    from: reader.resource.stack,
  });
  if (reference) return addressOf(reference.resource);
  throw reader.notModelled(`health check ${String(reader.value('HealthCheckId'))} is not in the assembly`);
}

function readTarget(assembly: Assembly, reader: PropertyReader, names: ReadonlySet<string>): RecordTarget {
  const alias = reader.section('AliasTarget');
  if (alias) return readAlias(assembly, alias, names);
  const values = reader.list('ResourceRecords').map(String);
  const domain = assembly.referenceIn(values.length === 1 ? values[0] : undefined);
  if (values.length === 0) reader.problem('ResourceRecords', 'at least one value, or an AliasTarget', 'give a value');
  if (values.length > 0 && !reader.has('TTL')) reader.problem('TTL', 'a life in seconds', 'give one, 60 or less');
  const ttlSeconds = reader.integer('TTL', 0, 2_147_483_647, 0);
  // A CNAME to the host name of a custom domain leads there as an alias does, but lives as long as it says itself.
  const isDomain = domain !== undefined && DOMAIN_NAMES.test(domain.resource.type) && domain.attribute !== 'Ref';
  return isDomain ? { kind: 'resource', ...domain, ttlSeconds } : { kind: 'values', values, ttlSeconds };
}

function readAlias(assembly: Assembly, alias: PropertyReader, names: ReadonlySet<string>): RecordTarget {
  const value = alias.value('DNSName');
  if (typeof value !== 'string' || value === '') {
    alias.problem('DNSName', 'the domain name of a resource or record', 'name what the alias points at');
    return { kind: 'record', name: '' };
  }
  // Names first: a custom domain may share its name with the record that is meant.
  const name = normalizeName(value);
  if (names.has(name)) return { kind: 'record', name };
  const reference = assembly.referenceIn(value.replace(/^dualstack\./i, ''), { from: alias.resource.stack });
  if (!reference) throw alias.notModelled(`an alias to ${value}, which is not in the assembly`);
  const { resource, attribute } = reference;
  if (resource.type === 'AWS::Route53::RecordSet') {
    return { kind: 'record', name: normalizeName(String(resource.properties.Name)) };
  }
  const constant = ALIAS_TTL_CONSTANTS[resource.type];
  if (!constant) throw alias.notModelled(`an alias to ${resource.type} ${addressOf(resource)}`);
  return { kind: 'resource', resource, attribute, ttlSeconds: numberConstant(constant) };
}
