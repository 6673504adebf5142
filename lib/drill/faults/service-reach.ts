import type { Fault, FaultTarget } from './fault-plan';

/** What an outage phase's service means to an assembly. */
export type ServiceReach =
  /** The drill replays it at this place, with requests failing in this way or as the phase's effect says. */
  | {
      readonly kind: 'modelled';
      readonly target: FaultTarget;
      readonly failure: Fault['kind'] | 'by-effect';
      /** Operations of the service that fail. @default - all of them */
      readonly operations?: readonly string[];
    }
  /** It can only be felt through resources of these types; without them it does not reach the design. */
  | { readonly kind: 'through'; readonly types: readonly RegExp[]; readonly what: string }
  /** Nothing that serves requests depends on it. */
  | { readonly kind: 'bystander'; readonly why: string };

const through = (what: string, ...types: RegExp[]): ServiceReach => ({ kind: 'through', types, what });
const bystander = (why: string): ServiceReach => ({ kind: 'bystander', why });

const OPERATORS = 'used by people and deployments; serving a request and leaving a Region need neither';
const CREDENTIALS =
  "running functions already hold their role's credentials, and no handler calls STS (its client would stop the drill)";

const COMPUTE = through('EC2 instances', /^AWS::EC2::Instance$/, /^AWS::AutoScaling::/, /^AWS::EC2::(Spot)?Fleet$/);
const LOAD_BALANCERS = through('load balancers', /^AWS::ElasticLoadBalancing/);
const CONTAINERS = through('containers', /^AWS::ECS::/, /^AWS::EKS::/);
const ENDPOINTS = through('VPC endpoints', /^AWS::EC2::VPCEndpoint$/);

/**
 * Every service that the catalogue's replayable outages name, and how its failure would reach an assembly.
 *
 * A service that is not listed is not modelled, and a drill of an outage that names it stops.
 */
export const SERVICE_REACH: Readonly<Record<string, ServiceReach>> = {
  dynamodb: { kind: 'modelled', target: 'dynamodb', failure: 'error' },
  'dynamodb:global-tables': { kind: 'modelled', target: 'dynamodb-replication', failure: 'delay' },
  s3: { kind: 'modelled', target: 's3', failure: 'error' },
  's3:PUT': { kind: 'modelled', target: 's3', failure: 'error', operations: ['PUT', 'DELETE'] },
  's3-console': bystander(OPERATORS),
  'ebs:volumes-from-snapshot': COMPUTE,
  lambda: { kind: 'modelled', target: 'lambda', failure: 'error' },
  'lambda:sqs-polling': through('queues polled by functions', /^AWS::Lambda::EventSourceMapping$/, /^AWS::SQS::/),
  'api-gateway': { kind: 'modelled', target: 'api-gateway', failure: 'error' },
  sts: bystander(CREDENTIALS),
  'sts:oidc-federation': bystander(CREDENTIALS),
  'iam:sign-in': bystander(OPERATORS),
  'iam:updates': bystander(OPERATORS),
  console: bystander(OPERATORS),
  'console:sign-in': bystander(OPERATORS),
  'identity-center(us-east-1)': bystander(OPERATORS),
  'support:cases': bystander(OPERATORS),
  'support:create-case': bystander(OPERATORS),
  'aws-service-health-dashboard': bystander(OPERATORS),
  'route53:change-apis': bystander('leaving a Region changes the status of a health check and edits no record'),
  cloudwatch: { kind: 'modelled', target: 'cloudwatch', failure: 'by-effect' },
  'ec2:launch': COMPUTE,
  'ec2:apis': COMPUTE,
  'elb:provision': LOAD_BALANCERS,
  'elb:register-targets': LOAD_BALANCERS,
  nlb: LOAD_BALANCERS,
  ecs: CONTAINERS,
  eks: CONTAINERS,
  fargate: CONTAINERS,
  'eventbridge:delivery': { kind: 'modelled', target: 'scheduler', failure: 'by-effect' },
  'vpc-endpoints:dynamodb': ENDPOINTS,
  'vpc-endpoints:s3': ENDPOINTS,
  connect: through('contact centres', /^AWS::Connect::/),
  'redshift:clusters': through('Redshift', /^AWS::Redshift/),
  'redshift:iam-user-login': through('Redshift', /^AWS::Redshift/),
  'rds:create': through('databases', /^AWS::RDS::/),
  'emr:create': through('EMR clusters', /^AWS::EMR/),
  'workspaces:create': through('WorkSpaces', /^AWS::WorkSpaces/),
};
