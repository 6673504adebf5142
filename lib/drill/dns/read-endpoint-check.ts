import { BlockList, isIP } from 'node:net';
import { type Assembly, addressOf } from '../../assembly';
import { listConstant, numberConstant } from '../model/constants';
import type { EndpointHealthCheck } from './health-check';
import type { PropertyReader } from './property-reader';
import { normalizeName } from './record';

const ENDPOINT_TYPES: readonly string[] = ['HTTP', 'HTTPS', 'HTTP_STR_MATCH', 'HTTPS_STR_MATCH', 'TCP'];

/**
 * Reads a health check that watches an endpoint.
 *
 * @throws NotModelled for the types and settings this model leaves out.
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
 */
export function readEndpointCheck(assembly: Assembly, config: PropertyReader): EndpointHealthCheck {
  const type = config.requiredText('Type');
  if (!ENDPOINT_TYPES.includes(type)) throw config.notModelled(`a health check of type ${type || 'nothing'}`);
  if (config.has('EnableSNI') && !config.flag('EnableSNI')) throw config.notModelled('EnableSNI: false');
  const protocol = type === 'TCP' ? type : type.startsWith('HTTPS') ? 'HTTPS' : 'HTTP';
  if (protocol === 'TCP' && !config.has('Port')) throw config.notModelled('a TCP check without a port');
  const path = config.text('ResourcePath');
  const searchString = type.endsWith('_STR_MATCH') ? config.requiredText('SearchString') : undefined;
  if (searchString !== undefined && searchString.length > 255) {
    config.problem('SearchString', 'at most 255 characters', 'search for a shorter text');
  }
  return {
    kind: 'endpoint',
    id: addressOf(config.resource),
    protocol,
    ...readHost(assembly, config),
    port: config.integer('Port', 1, 65_535, protocol === 'HTTPS' ? 443 : 80),
    path: path.startsWith('/') ? path : `/${path}`,
    ...(searchString === undefined ? {} : { searchString }),
    intervalSeconds: readInterval(config),
    failureThreshold: config.integer('FailureThreshold', 1, 10, numberConstant('r53.threshold.default')),
    checkerRegions: readCheckerRegions(config),
    inverted: config.flag('Inverted'),
  };
}

/** Where requests go. A host or an address that a resource of the assembly gets when it is deployed stays a token. */
function readHost(
  assembly: Assembly,
  config: PropertyReader,
): Pick<EndpointHealthCheck, 'fullyQualifiedDomainName' | 'ipAddress' | 'resource'> {
  const ipAddress = readAddress(config);
  const place = ipAddress ?? String(config.value('FullyQualifiedDomainName') ?? '');
  const resource = place.includes('{{') ? assembly.referencesIn(place)[0]?.resource : undefined;
  const name = resource && ipAddress === undefined ? place : readName(config, ipAddress);
  return {
    fullyQualifiedDomainName: name,
    ...(ipAddress === undefined ? {} : { ipAddress }),
    ...(resource ? { resource } : {}),
  };
}

function readName(config: PropertyReader, ipAddress: string | undefined): string {
  if (ipAddress === undefined) return normalizeName(config.requiredText('FullyQualifiedDomainName'));
  return normalizeName(config.text('FullyQualifiedDomainName') || ipAddress);
}

function readAddress(config: PropertyReader): string | undefined {
  if (!config.has('IPAddress')) return undefined;
  const address = String(config.value('IPAddress'));
  const family = isIP(address);
  const isReachable = family !== 0 && !OUT_OF_REACH.check(address, family === 4 ? 'ipv4' : 'ipv6');
  if (!address.includes('{{') && !isReachable) {
    config.problem('IPAddress', 'a public IPv4 or IPv6 address: checkers are on the internet', 'name a public address');
  }
  return address;
}

/**
 * Local, private and multicast ranges, which checkers cannot reach.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html
 */
const OUT_OF_REACH = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 4],
] as const) {
  OUT_OF_REACH.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  OUT_OF_REACH.addSubnet(network, prefix, 'ipv6');
}

function readInterval(config: PropertyReader): number {
  const standard = numberConstant('r53.interval.default');
  const fast = numberConstant('r53.interval.fast');
  const interval = config.integer('RequestInterval', fast, standard, standard);
  if (interval !== fast && interval !== standard) {
    config.problem('RequestInterval', `${fast} or ${standard} seconds`, 'choose one of the two');
  }
  return interval;
}

function readCheckerRegions(config: PropertyReader): readonly string[] {
  const all = listConstant('r53.checker.regions');
  if (!config.has('Regions')) return all;
  const chosen = config.list('Regions').map(String);
  const fewest = numberConstant('r53.checker.minRegions');
  if (new Set(chosen).size < fewest || !chosen.every((region) => all.includes(region))) {
    config.problem('Regions', `at least ${fewest} different ones of ${all.join(', ')}`, 'leave it out for all of them');
  }
  return chosen;
}
