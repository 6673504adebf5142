import type { Assembly, AssemblyResource } from '../../assembly';
import { NotModelled } from '../not-modelled';

/** Types whose behaviour the drill models. */
const MODELLED: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::DomainName',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Route53::HealthCheck',
  'AWS::Route53::HostedZone',
  'AWS::Route53::RecordSet',
  'AWS::Route53::RecordSetGroup',
  'AWS::S3::Bucket',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SSM::Parameter',
  'AWS::Scheduler::Schedule',
]);

/**
 * Types that decide nothing while requests are served: roles, records for people, backups, and keys, which the services of a Region
 * ask for every few minutes and which no outage of the catalogue took away by themselves.
 */
const WITHOUT_EFFECT: readonly RegExp[] = [
  /^AWS::ApiGateway::Account$/,
  /^AWS::Backup::/,
  /^AWS::CDK::/,
  /^AWS::CertificateManager::/,
  /^AWS::CloudFormation::(Stack|WaitCondition|WaitConditionHandle)$/,
  /^AWS::CloudWatch::/,
  /^AWS::CodeDeploy::/,
  /^AWS::FIS::/,
  /^AWS::IAM::/,
  /^AWS::KMS::/,
  /^AWS::Lambda::LayerVersion$/,
  /^AWS::Logs::/,
  /^AWS::S3::BucketPolicy$/,
  /^AWS::SNS::/,
  /^Custom::/,
];

/**
 * What may be a mere place for what became of asynchronous events: nothing of an assembly that the drill takes reads a queue or answers to
 * what comes over a bus.
 */
const RECORD_TARGETS: ReadonlySet<string> = new Set(['AWS::SQS::Queue', 'AWS::Events::EventBus']);

/**
 * Sees to it that every resource of an assembly is either modelled or without effect on requests.
 *
 * @throws NotModelled naming every other resource.
 */
export function checkInventory(assembly: Assembly): void {
  const others = unmodelledResources(assembly);
  if (others.length > 0) throw new NotModelled(others.map(describe).join(', '));
}

/** Every resource that is neither modelled nor without effect on requests. */
export function unmodelledResources(assembly: Assembly): readonly AssemblyResource[] {
  const targets = recordTargets(assembly);
  return assembly.resources.filter(
    (resource) =>
      !MODELLED.has(resource.type) &&
      !WITHOUT_EFFECT.some((pattern) => pattern.test(resource.type)) &&
      !targets.has(resource),
  );
}

/** Queues and buses that functions name for what became of their events, and the policies of these alone. */
function recordTargets(assembly: Assembly): ReadonlySet<AssemblyResource> {
  const namedIn = (values: readonly unknown[], types: ReadonlySet<string>): readonly AssemblyResource[] =>
    values
      .flatMap((value) => assembly.referencesIn(value).map(({ resource }) => resource))
      .filter(({ type }) => types.has(type));
  const targets = new Set(
    namedIn(
      [
        ...assembly.resourcesOf('AWS::Lambda::EventInvokeConfig').map(({ properties }) => properties.DestinationConfig),
        ...assembly.resourcesOf('AWS::Lambda::Function').map(({ properties }) => properties.DeadLetterConfig),
      ],
      RECORD_TARGETS,
    ),
  );
  const policies = assembly.resourcesOf('AWS::SQS::QueuePolicy').filter(({ properties }) => {
    const queues = namedIn([properties.Queues], RECORD_TARGETS);
    return queues.length > 0 && queues.every((queue) => targets.has(queue));
  });
  return new Set([...targets, ...policies]);
}

function describe({ type, stack, logicalId }: AssemblyResource): string {
  return `${type} (${stack.id}/${logicalId})`;
}
