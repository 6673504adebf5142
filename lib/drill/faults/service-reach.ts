import type { Assembly, AssemblyResource } from '../../assembly';
import { isActingAlarm } from './acting-alarms';
import type { Fault, FaultTarget } from './fault';

/** What an effect of the catalogue comes to: requests fail, are late, are held back, or their packets are lost. */
export type EffectClass = 'fails' | 'late' | 'held' | 'loses';

/** A place of the drill in which a service's failure is felt, and how each class of effect is felt there. */
export interface FeltPlace {
  readonly target: FaultTarget;
  /** Classes that are not here are not felt there. */
  readonly ways: Readonly<Partial<Record<EffectClass, Fault['kind']>>>;
  /** Operations that are hit. @default - all of them */
  readonly operations?: readonly string[];
  /** Other ends that are hit. @default - all of them */
  readonly peers?: readonly string[];
}

/** What an outage phase's service means to an assembly. */
export type ServiceReach =
  /** The drill replays it in these places. */
  | {
      readonly kind: 'modelled';
      readonly places: readonly FeltPlace[];
      /** Where it is felt when a plane of this name failed. @default - in the same places */
      readonly planes?: Readonly<Record<string, readonly FeltPlace[]>>;
      /** What plays the service's part in the design. @default - the service itself */
      readonly role?: string;
    }
  /** It can only be felt through such resources; without them it does not reach the design. */
  | { readonly kind: 'through'; readonly isSuch: (resource: AssemblyResource) => boolean; readonly what: string }
  /** Nothing that serves requests depends on it, but in an assembly with something that does: there it is replayed in other places. */
  | {
      readonly kind: 'bystander';
      readonly why: string;
      /** @default - in every assembly it is a bystander */
      readonly unless?: {
        readonly isSuch: (assembly: Assembly, resource: AssemblyResource) => boolean;
        readonly reach: ServiceReach & { kind: 'modelled' };
      };
    };

function felt(
  target: FaultTarget,
  ways: FeltPlace['ways'],
  narrow: Pick<FeltPlace, 'operations' | 'peers'> = {},
): FeltPlace {
  return { target, ways, ...narrow };
}

function modelled(
  places: readonly FeltPlace[],
  more: Pick<ServiceReach & { kind: 'modelled' }, 'planes' | 'role'> = {},
): ServiceReach & { kind: 'modelled' } {
  return { kind: 'modelled', places, ...more };
}

function through(what: string, ...types: readonly RegExp[]): ServiceReach {
  return { kind: 'through', what, isSuch: ({ type }) => types.some((pattern) => pattern.test(type)) };
}

const bystander = (why: string): ServiceReach => ({ kind: 'bystander', why });

/** The same reach for several services. */
function each(reach: ServiceReach, ...services: readonly string[]): Record<string, ServiceReach> {
  return Object.fromEntries(services.map((service) => [service, reach]));
}

const SERVES = { fails: 'error', late: 'slow' } as const;
const DYNAMODB = felt('dynamodb', SERVES);
const REPLICATION_CUT = felt('dynamodb-replication', { fails: 'delay' });
const S3 = felt('s3', SERVES);
const SSM = felt('ssm', SERVES);
const LAMBDA = felt('lambda', SERVES);
const API_GATEWAY = felt('api-gateway', SERVES);
const CLOUDWATCH = felt('cloudwatch', { fails: 'error', held: 'delay' });
const SNS = felt('sns', { fails: 'error', held: 'delay', late: 'delay' });
/** What reaches a schedule's target is an event, so that its latency is a delay. */
const SCHEDULER = felt('scheduler', { fails: 'error', held: 'delay', late: 'delay' });
/** Lambda's control plane starts environments. Where it fails, the worse case is that invocations do. */
const LAMBDA_CONTROL = [felt('lambda', { fails: 'error' }), felt('lambda-starts', { late: 'slow' })];

const NAME_SERVERS = modelled([felt('route53', { fails: 'error' })], { role: "Route 53's answers" });
const CALLED_APIS = modelled([DYNAMODB, S3, SSM], { role: 'the APIs that functions call' });
const APPLICATION = modelled([API_GATEWAY], { role: 'the application itself' });

/** What people and deployments use. A slow control plane of a service that is modelled is one such thing. */
export const OPERATORS = bystander(
  'used by people and deployments; serving a request and leaving a Region need neither',
);
const CREDENTIALS = bystander(
  "running functions already hold their role's credentials, and no handler calls STS (its client would stop the drill)",
);
const PEOPLE_ONLY = bystander('tells people something; no request waits for it');

const COMPUTE = through('EC2 instances', /^AWS::EC2::Instance$/, /^AWS::AutoScaling::/, /^AWS::EC2::(Spot)?Fleet$/);
const LOAD_BALANCERS = through('load balancers', /^AWS::ElasticLoadBalancing/);
const CONTAINERS = through('containers', /^AWS::ECS::/, /^AWS::EKS::/);
const ENDPOINTS = through('VPC endpoints', /^AWS::EC2::VPCEndpoint$/);
const DATABASES = through('databases', /^AWS::RDS::/);
const WAREHOUSES = through('Redshift', /^AWS::Redshift/);
const DESKTOPS = through('WorkSpaces', /^AWS::WorkSpaces/);
const STREAMS = through('streams', /^AWS::Kinesis/);
const POLLED = through('queues polled by functions', /^AWS::Lambda::EventSourceMapping$/, /^AWS::SQS::/);
const VOLUMES = through('EC2 volumes', /^AWS::EC2::(Instance|Volume)$/, /^AWS::AutoScaling::/);
const ZONAL = through(
  'resources that lie in one Availability Zone',
  /^AWS::EC2::(Instance|Volume|NatGateway|Subnet)$/,
  /^AWS::(RDS|ElastiCache|MSK|Redshift|EFS|FSx)::/,
);
const EDGE = through('content delivery network', /^AWS::CloudFront::/);
const FIREWALL = through('web application firewall', /^AWS::WAFv2::/, /^AWS::CloudFront::/);
const SCRUBBING = through('scrubbing service in front', /^AWS::Shield::/, /^AWS::GlobalAccelerator::/);
const OWN_ADDRESSES = through(
  'address ranges of its own',
  /^AWS::EC2::IPAM/,
  /^AWS::EC2::EIP/,
  /^AWS::GlobalAccelerator::/,
);

/** User pools, and authorizers that trust the tokens of one. */
const USER_POOLS: ServiceReach = {
  kind: 'through',
  what: "user pools; its tokens' issuer is outside of the Regions",
  isSuch: ({ type, properties }) =>
    /^AWS::Cognito::/.test(type) || JSON.stringify(properties.JwtConfiguration ?? '').includes('cognito-idp.'),
};

/** What hears of objects in buckets. */
const NOTIFICATIONS: ServiceReach = {
  kind: 'through',
  what: 'functions or queues that buckets notify',
  isSuch: ({ type, properties }) =>
    /^Custom::S3BucketNotifications$|^AWS::SQS::/.test(type) ||
    (type === 'AWS::S3::Bucket' && properties.NotificationConfiguration !== undefined),
};

/**
 * Every service that the catalogue's outages name, and how its failure would reach an assembly.
 *
 * A service of another provider is replayed by its role: what plays this role in the design fails as that did (decision 34). A service that is
 * not listed is not modelled, and a drill of an outage that names it stops.
 */
export const SERVICE_REACH: Readonly<Record<string, ServiceReach>> = {
  // What functions and clients ask.
  dynamodb: modelled([DYNAMODB], { planes: { dns: [felt('dynamodb', { fails: 'name' })] } }),
  'dynamodb:global-tables': modelled([felt('dynamodb-replication', { held: 'delay' })]),
  s3: modelled([S3]),
  's3:PUT': modelled([felt('s3', SERVES, { operations: ['PUT', 'DELETE'] })]),
  's3:event-notifications': NOTIFICATIONS,
  's3-names': modelled([felt('s3', { fails: 'name' })]),
  lambda: modelled([LAMBDA], { planes: { control: LAMBDA_CONTROL } }),
  'lambda:invoke': modelled([LAMBDA]),
  'lambda:async': modelled([felt('lambda-events', { held: 'delay' })]),
  ...each(POLLED, 'lambda:sqs-polling', 'lambda:event-sources'),
  'api-gateway': modelled([API_GATEWAY]),
  ...each(modelled([SCHEDULER]), 'eventbridge', 'eventbridge:delivery'),
  // The gauges of switches are printed to logs and become metrics there.
  ...each(modelled([CLOUDWATCH]), 'cloudwatch', 'cloudwatch:logs'),
  'cloudwatch:PutMetricData': bystander(
    'metrics that decide anything are printed to logs; no handler puts them by a call',
  ),
  // Alarms that lack their metrics stay where they are, or say so, as those did.
  'cloudwatch:alarms': {
    kind: 'bystander',
    why: "health checks read an alarm's metric, not its state",
    unless: { isSuch: isActingAlarm, reach: modelled([CLOUDWATCH], { role: 'what alarms go by' }) },
  },
  'all-services': modelled([API_GATEWAY, LAMBDA, DYNAMODB, REPLICATION_CUT, S3, SSM, CLOUDWATCH, SNS, SCHEDULER]),

  // Names and networks.
  ...each(NAME_SERVERS, 'route53:public-dns', 'route53:public-dns(subset)'),
  // Akamai's and Meta's name servers, by their role.
  ...each(NAME_SERVERS, 'edge-dns', 'gtm', 'authoritative-dns'),
  'vpc-resolver': modelled([felt('resolver', { fails: 'error' })], {
    role: "the Region's resolver, for its functions",
  }),
  // Destinations on the internet were cut off; inside and between Regions all was well, and checkers run in Regions.
  'internet-connectivity': modelled([felt('network', { loses: 'loss' }, { peers: ['clients'] })]),
  // Meta's network joins its data centres and reaches the internet: all that the design's Regions are reached by.
  backbone: modelled(
    [felt('network', { fails: 'error' }), REPLICATION_CUT, felt('s3-replication', { fails: 'delay' })],
    {
      role: 'the ways between Regions, and to them',
    },
  ),
  ...each(ENDPOINTS, 'vpc-endpoints:dynamodb', 'vpc-endpoints:s3'),
  ...each(OWN_ADDRESSES, 'byoip:announcements', 'byoip:announcements+bindings'),
  ...each(SCRUBBING, 'ddos-scrubbing:routed-3.0', 'ddos-scrubbing:routed-3.0(no-auto-reroute)'),

  // In front of the design, where it has such a thing.
  ...each(EDGE, 'cdn', 'cdn:delivery', 'cdn:cache', 'cdn:older-proxy+managed-rules', 'front-door', 'azure-cdn'),
  ...each(EDGE, 'workers-kv', 'access', 'turnstile'),
  waf: FIREWALL,

  // Other providers' services, by their role.
  ...each(CALLED_APIS, 'google-cloud-apis', 'workspace-apis', 'dependent-products'),
  ...each(APPLICATION, 'facebook', 'instagram', 'whatsapp'),
  login: modelled([felt('identity-provider', { fails: 'error' })], { role: "the issuer of clients' tokens" }),

  // What the design may be made of.
  ...each(
    COMPUTE,
    'ec2',
    'ec2:launch',
    'ec2:launch(other-azs)',
    'ec2:apis',
    'ec2:networking-apis',
    'ec2:RunInstances(idempotency-token)',
    'autoscaling',
    'ebs:volumes-from-snapshot',
    'vm:create',
    'vmss:scale',
  ),
  'autoscaling:reactive-policies': through('scaling policies', /^AWS::AutoScaling::/, /^AWS::ApplicationAutoScaling::/),
  ...each(VOLUMES, 'ebs', 'ebs:volumes-on-dead-hosts'),
  'all-zonal-resources': ZONAL,
  'nat-gateway': through('NAT gateways', /^AWS::EC2::NatGateway$/),
  ...each(LOAD_BALANCERS, 'elb', 'elb:provision', 'elb:register-targets', 'nlb', 'alb+waf', 'alb-sticky-sessions'),
  ...each(CONTAINERS, 'ecs', 'eks', 'fargate', 'eks:create-cluster', 'aks:node-provisioning'),
  ...each(DATABASES, 'rds', 'rds:create'),
  elasticache: through('caches', /^AWS::ElastiCache::/, /^AWS::MemoryDB::/),
  ...each(WAREHOUSES, 'redshift', 'redshift:clusters', 'redshift:iam-user-login'),
  ...each(DESKTOPS, 'workspaces', 'workspaces:create'),
  'emr:create': through('EMR clusters', /^AWS::EMR/),
  ...each(STREAMS, 'kinesis', 'kinesis:internal-cell'),
  firehose: through('delivery streams', /^AWS::KinesisFirehose::/),
  ...each(USER_POOLS, 'cognito:user-pools', 'cognito:identity-pools'),
  connect: through('contact centres', /^AWS::Connect::/),
  glue: through('Glue jobs', /^AWS::Glue::/),
  sagemaker: through('SageMaker', /^AWS::SageMaker::/),
  'iot-core': through('IoT', /^AWS::IoT/),
  'msk:partition-leader-election': through('Kafka clusters', /^AWS::MSK::/),
  budgets: through('budgets that act', /^AWS::Budgets::BudgetsAction$/),

  // Credentials, operators, people.
  ...each(CREDENTIALS, 'sts', 'sts:federation', 'sts:oidc-federation', 'managed-identity:tokens'),
  'route53:change-apis': bystander('leaving a Region changes the status of a health check and edits no record'),
  ...each(
    OPERATORS,
    's3-console',
    'iam:sign-in',
    'iam:updates',
    'console',
    'console:sign-in',
    'identity-center(us-east-1)',
    'support:cases',
    'support:create-case',
    'support-center',
    'remote-access',
    'out-of-band-access',
    'internal-tools',
    'portal',
    'entra-admin',
    'front-door:configuration-changes',
    'dashboard',
    'dashboard:sign-in',
    'resource-manager:writes',
    'github-actions:hosted-runners',
  ),
  ...each(PEOPLE_ONLY, 'aws-service-health-dashboard', 'billing-console', 'cost-explorer'),
  ...each(PEOPLE_ONLY, 'cost-anomaly-detection', 'cur'),
  ...each(bystander("another provider's product, which no request needs"), 'messenger', 'ads-manager'),
};
