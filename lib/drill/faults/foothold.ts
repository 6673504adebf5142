import type { Assembly, AssemblyResource } from '../../assembly';
import { isActingAlarm, topicInvokes } from './acting-alarms';
import { EVERYWHERE, type FaultTarget } from './fault';
import type { FeltPlace } from './service-reach';

/** What a fault of a place acts on: without any of it in a Region, a fault there does nothing. */
interface Foothold {
  /** What it is, in words. */
  readonly what: string;
  /** The Regions in which a resource is, or has, such a thing; none when it is nothing of the kind. */
  readonly regionsOf: (resource: AssemblyResource, assembly: Assembly) => readonly string[];
}

/** Resources of some types, where their stack is. */
function resources(what: string, ...types: readonly string[]): Foothold {
  return { what, regionsOf: ({ type, stack }) => (types.includes(type) ? [stack.region] : []) };
}

const APIS = resources('APIs', 'AWS::ApiGatewayV2::Api', 'AWS::ApiGateway::RestApi');
const FUNCTIONS = resources('functions', 'AWS::Lambda::Function');
const BUCKETS = resources('buckets', 'AWS::S3::Bucket');

/** Replicas with an endpoint. */
const REPLICAS: Foothold = { what: 'tables', regionsOf: (resource) => tableRegions(resource).replicas };

/** Whatever takes part in a table's replication; a table in one Region has none. */
const PARTICIPANTS: Foothold = {
  what: 'replicas or witnesses of tables',
  regionsOf: (resource) => {
    const { replicas, witnesses } = tableRegions(resource);
    return replicas.length + witnesses.length > 1 ? [...replicas, ...witnesses] : [];
  },
};

/** An alarm lies where its metric does, and of all alarms it is these that clients feel, and those that set functions going. */
const FOLLOWED_METRICS: Foothold = {
  what: 'metrics that health checks follow',
  regionsOf: (resource, assembly) => {
    const { type, properties, stack } = resource;
    if (isActingAlarm(assembly, resource)) return [stack.region];
    if (type !== 'AWS::Route53::HealthCheck') return [];
    const { AlarmIdentifier } = (properties.HealthCheckConfig ?? {}) as { AlarmIdentifier?: { Region?: unknown } };
    return typeof AlarmIdentifier?.Region === 'string' ? [AlarmIdentifier.Region] : [];
  },
};

const TOPICS: Foothold = {
  what: 'topics that invoke functions',
  regionsOf: (resource, assembly) =>
    resource.type === 'AWS::SNS::Topic' && topicInvokes(assembly, resource) ? [resource.stack.region] : [],
};

const TOKENS: Foothold = {
  what: 'routes that ask for tokens',
  regionsOf: ({ type, stack, properties }) =>
    type === 'AWS::ApiGatewayV2::Authorizer' && properties.AuthorizerType === 'JWT' ? [stack.region] : [],
};

/** What is reached from outside a Region, or reaches out of it. */
const REACHED: Foothold = {
  what: 'APIs, functions or replicas',
  regionsOf: (resource, assembly) =>
    [APIS, FUNCTIONS, PARTICIPANTS].flatMap(({ regionsOf }) => regionsOf(resource, assembly)),
};

const FOOTHOLDS: Readonly<Record<FaultTarget, Foothold>> = {
  dynamodb: REPLICAS,
  'dynamodb-replication': PARTICIPANTS,
  lambda: FUNCTIONS,
  'lambda-extension': FUNCTIONS,
  'lambda-starts': FUNCTIONS,
  'lambda-events': FUNCTIONS,
  'api-gateway': APIS,
  cloudwatch: FOLLOWED_METRICS,
  sns: TOPICS,
  scheduler: resources('schedules', 'AWS::Scheduler::Schedule', 'AWS::Events::Rule'),
  s3: BUCKETS,
  's3-replication': BUCKETS,
  ssm: resources('parameters', 'AWS::SSM::Parameter'),
  resolver: FUNCTIONS,
  route53: resources('DNS records', 'AWS::Route53::RecordSet', 'AWS::Route53::RecordSetGroup'),
  'health-checks': resources('health checks', 'AWS::Route53::HealthCheck'),
  network: REACHED,
  'identity-provider': TOKENS,
  cdn: resources('content delivery networks', 'AWS::CloudFront::Distribution'),
};

/** Whether a Region of an assembly holds what faults of a place act on; of a fault that acts everywhere: whether any Region does. */
export function hasFoothold(assembly: Assembly, place: Pick<FeltPlace, 'target' | 'peers'>, region: string): boolean {
  const { regionsOf } = footholdOf(place);
  return assembly.resources.some((resource) => {
    const regions = regionsOf(resource, assembly);
    return region === EVERYWHERE ? regions.length > 0 : regions.includes(region);
  });
}

/** What some Regions would have to hold for places to be felt, in words: `buckets in us-east-1`. */
export function describeLack(
  places: readonly Pick<FeltPlace, 'target' | 'peers'>[],
  regions: readonly string[],
): string {
  const whats = [...new Set(places.map((place) => footholdOf(place).what))];
  const where = regions.includes(EVERYWHERE) ? '' : ` in ${regions.join(' and ')}`;
  return `no ${whats.length > 1 ? `${whats.slice(0, -1).join(', ')} or ${whats.at(-1)}` : whats.join('')}${where}`;
}

/** Clients, unlike peers, ask nothing but APIs. */
function footholdOf({ target, peers }: Pick<FeltPlace, 'target' | 'peers'>): Foothold {
  return target === 'network' && peers?.every((peer) => peer === 'clients') ? APIS : FOOTHOLDS[target];
}

/** Read from what the templates say alone, since a table that is not modelled still lies where it lies. */
function tableRegions({ type, stack, properties }: AssemblyResource): {
  readonly replicas: readonly string[];
  readonly witnesses: readonly string[];
} {
  if (type === 'AWS::DynamoDB::Table') return { replicas: [stack.region], witnesses: [] };
  if (type !== 'AWS::DynamoDB::GlobalTable') return { replicas: [], witnesses: [] };
  const regions = (name: string): readonly string[] =>
    ((properties[name] as readonly { Region: string }[] | undefined) ?? []).map(({ Region }) => Region);
  return { replicas: regions('Replicas'), witnesses: regions('GlobalTableWitnesses') };
}
