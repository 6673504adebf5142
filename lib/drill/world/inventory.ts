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
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Function',
  'AWS::Lambda::Version',
  'AWS::Route53::HealthCheck',
  'AWS::Route53::HostedZone',
  'AWS::Route53::RecordSet',
  'AWS::Route53::RecordSetGroup',
  'AWS::S3::Bucket',
  'AWS::SSM::Parameter',
  'AWS::Scheduler::Schedule',
]);

/**
 * Types that decide nothing while requests are served: permissions, records for people, backups, and keys, which the services of a Region
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
  /^AWS::Lambda::(Permission|LayerVersion)$/,
  /^AWS::Logs::/,
  /^AWS::S3::BucketPolicy$/,
  /^AWS::SNS::/,
  /^Custom::/,
];

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
  return assembly.resources.filter(
    ({ type }) => !MODELLED.has(type) && !WITHOUT_EFFECT.some((pattern) => pattern.test(type)),
  );
}

function describe({ type, stack, logicalId }: AssemblyResource): string {
  return `${type} (${stack.id}/${logicalId})`;
}
