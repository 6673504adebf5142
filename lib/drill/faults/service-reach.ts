import type { Fault, FaultTarget } from './fault-plan';

/** One place that a service's failure strikes, and how requests fail there. */
export interface Strike {
  readonly target: FaultTarget;
  /** `by-effect`: as the phase's effect says; `cut`: held back until the phase is over. */
  readonly failure: Fault['kind'] | 'by-effect' | 'cut';
}

/** What an outage phase's service means to an assembly. */
export type ServiceReach =
  /** The drill replays it at these places. */
  | { readonly kind: 'modelled'; readonly strikes: readonly Strike[] }
  /** It can only be felt through resources of these types; without them it does not reach the design. */
  | { readonly kind: 'through'; readonly types: readonly RegExp[]; readonly what: string }
  /** Nothing that serves requests depends on it. */
  | { readonly kind: 'bystander'; readonly why: string };

const modelled = (...strikes: readonly (readonly [FaultTarget, Strike['failure']])[]): ServiceReach => ({
  kind: 'modelled',
  strikes: strikes.map(([target, failure]) => ({ target, failure })),
});
const through = (what: string, ...types: RegExp[]): ServiceReach => ({ kind: 'through', types, what });
const bystander = (why: string): ServiceReach => ({ kind: 'bystander', why });

/** The same reach for several services. */
function each(reach: ServiceReach, ...services: readonly string[]): Record<string, ServiceReach> {
  return Object.fromEntries(services.map((service) => [service, reach]));
}

const OPERATORS = bystander('used by people and deployments; serving a request and leaving a Region need neither');
const CREDENTIALS = bystander(
  "running functions already hold their role's credentials, and no handler calls STS (its client would stop the drill)",
);
const PEOPLE_ONLY = bystander('tells people something; no request waits for it');

const COMPUTE = through('EC2 instances', /^AWS::EC2::Instance$/, /^AWS::AutoScaling::/, /^AWS::EC2::(Spot)?Fleet$/);
const LOAD_BALANCERS = through('load balancers', /^AWS::ElasticLoadBalancing/);
const CONTAINERS = through('containers', /^AWS::ECS::/, /^AWS::EKS::/);
const ENDPOINTS = through('VPC endpoints', /^AWS::EC2::VPCEndpoint$/);
const DATABASES = through('databases', /^AWS::RDS::/);
const CACHES = through('caches', /^AWS::ElastiCache::/, /^AWS::MemoryDB::/);
const WAREHOUSES = through('Redshift', /^AWS::Redshift/);
const DESKTOPS = through('WorkSpaces', /^AWS::WorkSpaces/);
const STREAMS = through('streams', /^AWS::Kinesis/);
const DELIVERY_STREAMS = through('delivery streams', /^AWS::KinesisFirehose::/);
const USER_POOLS = through('user pools', /^AWS::Cognito::/);
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
const CALLED_APIS = modelled(['dynamodb', 'error'], ['s3', 'error'], ['ssm', 'error']);

/**
 * Every service that the catalogue's outages name, and how its failure would reach an assembly.
 *
 * A service of another provider is replayed by its role: what plays this role in the design fails as that did (decision 34). A service that is
 * not listed is not modelled, and a drill of an outage that names it stops.
 */
export const SERVICE_REACH: Readonly<Record<string, ServiceReach>> = {
  // What functions and clients ask.
  dynamodb: modelled(['dynamodb', 'error']),
  'dynamodb:global-tables': modelled(['dynamodb-replication', 'delay']),
  s3: modelled(['s3', 'error']),
  's3:PUT': modelled(['s3-writes', 'error']),
  's3:event-notifications': through(
    'functions or queues that buckets notify',
    /^Custom::S3BucketNotifications$/,
    /^AWS::SQS::/,
  ),
  's3-names': modelled(['s3', 'name']),
  ...each(modelled(['lambda', 'error']), 'lambda', 'lambda:invoke'),
  'lambda:async': modelled(['scheduler', 'by-effect']),
  ...each(
    through('queues polled by functions', /^AWS::Lambda::EventSourceMapping$/, /^AWS::SQS::/),
    'lambda:sqs-polling',
    'lambda:event-sources',
  ),
  'api-gateway': modelled(['api-gateway', 'error']),
  ...each(modelled(['scheduler', 'by-effect']), 'eventbridge', 'eventbridge:delivery'),
  // The gauges of switches are printed to logs and become metrics there.
  ...each(modelled(['cloudwatch', 'by-effect']), 'cloudwatch', 'cloudwatch:logs'),
  'cloudwatch:PutMetricData': bystander(
    'metrics that decide anything are printed to logs; no handler puts them by a call',
  ),
  'cloudwatch:alarms': bystander("health checks read an alarm's metric, not its state"),
  'all-services': modelled(
    ['api-gateway', 'error'],
    ['lambda', 'error'],
    ['dynamodb', 'error'],
    ['dynamodb-replication', 'cut'],
    ['s3', 'error'],
    ['ssm', 'error'],
    ['cloudwatch', 'error'],
    ['scheduler', 'error'],
  ),

  // Names and networks.
  ...each(modelled(['route53', 'error']), 'route53:public-dns', 'route53:public-dns(subset)'),
  // Akamai's and Meta's name servers, by their role.
  ...each(modelled(['route53', 'error']), 'edge-dns', 'gtm', 'authoritative-dns'),
  'vpc-resolver': modelled(['resolver', 'name']),
  'internet-connectivity': modelled(['internet', 'error']),
  // Meta's network joins its data centres and reaches the internet: all that the design's Regions are reached by.
  backbone: modelled(['internet', 'error']),
  ...each(ENDPOINTS, 'vpc-endpoints:dynamodb', 'vpc-endpoints:s3'),
  ...each(OWN_ADDRESSES, 'byoip:announcements', 'byoip:announcements+bindings'),
  ...each(SCRUBBING, 'ddos-scrubbing:routed-3.0', 'ddos-scrubbing:routed-3.0(no-auto-reroute)'),

  // In front of the design, where it has such a thing.
  ...each(
    EDGE,
    'cdn',
    'cdn:delivery',
    'cdn:cache',
    'cdn:older-proxy+managed-rules',
    'front-door',
    'azure-cdn',
    'workers-kv',
    'access',
    'turnstile',
  ),
  waf: FIREWALL,

  // Other providers' services, by their role: APIs that running software calls, and the application itself.
  ...each(CALLED_APIS, 'google-cloud-apis', 'workspace-apis', 'dependent-products'),
  ...each(modelled(['api-gateway', 'error']), 'facebook', 'instagram', 'whatsapp'),

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
  ...each(
    through('EC2 volumes', /^AWS::EC2::(Instance|Volume)$/, /^AWS::AutoScaling::/),
    'ebs',
    'ebs:volumes-on-dead-hosts',
  ),
  'all-zonal-resources': ZONAL,
  'nat-gateway': through('NAT gateways', /^AWS::EC2::NatGateway$/),
  ...each(LOAD_BALANCERS, 'elb', 'elb:provision', 'elb:register-targets', 'nlb', 'alb+waf', 'alb-sticky-sessions'),
  ...each(CONTAINERS, 'ecs', 'eks', 'fargate', 'eks:create-cluster', 'aks:node-provisioning'),
  ...each(DATABASES, 'rds', 'rds:create'),
  elasticache: CACHES,
  ...each(WAREHOUSES, 'redshift', 'redshift:clusters', 'redshift:iam-user-login'),
  ...each(DESKTOPS, 'workspaces', 'workspaces:create'),
  'emr:create': through('EMR clusters', /^AWS::EMR/),
  ...each(STREAMS, 'kinesis', 'kinesis:internal-cell'),
  firehose: DELIVERY_STREAMS,
  ...each(USER_POOLS, 'cognito:user-pools', 'cognito:identity-pools'),
  connect: through('contact centres', /^AWS::Connect::/),
  glue: through('Glue jobs', /^AWS::Glue::/),
  sagemaker: through('SageMaker', /^AWS::SageMaker::/),
  'iot-core': through('IoT', /^AWS::IoT/),
  'msk:partition-leader-election': through('Kafka clusters', /^AWS::MSK::/),

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
  ...each(
    PEOPLE_ONLY,
    'aws-service-health-dashboard',
    'billing-console',
    'cost-explorer',
    'budgets',
    'cost-anomaly-detection',
    'cur',
  ),
  ...each(bystander("another provider's product, which no request needs"), 'messenger', 'ads-manager'),
};

/** What phases of a service's control plane are to running requests, when the service itself is modelled. */
export const CONTROL_PLANE: ServiceReach = OPERATORS;
