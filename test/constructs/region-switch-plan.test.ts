import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Stack } from 'aws-cdk-lib/core';
import { BlueprintError, RegionSwitchPlan, type RegionSwitchPlanProps } from '../../lib/constructs';
import { type NormalTemplate, propertiesOf, templateOf, testApp } from '../helpers/synthesize';

const HOSTS = {
  'us-east-2': 'endpoint.us-east-2.api.example.com',
  'us-west-2': 'endpoint.us-west-2.api.example.com',
};

function planWith(props: Partial<RegionSwitchPlanProps> = {}, region?: string): NormalTemplate {
  const stack = new Stack(testApp(), 'Plan', { env: { account: '111111111111', region: region ?? 'us-east-1' } });
  new RegionSwitchPlan(stack, 'Plan', {
    name: 'dispatch',
    zone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' }),
    recordName: 'api.example.com',
    hosts: HOSTS,
    ...props,
  });
  return templateOf(stack);
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof BlueprintError) return error.code;
    throw error;
  }
  return 'accepted';
}

type Expression = string | number | { readonly [call: string]: readonly unknown[] };

/** What CloudFormation makes of an expression over the plan's health checks. */
function evaluate(expression: Expression, planHealthChecks: readonly string[]): string | readonly string[] {
  if (typeof expression !== 'object') return String(expression);
  const [[call, operands] = ['', []]] = Object.entries(expression);
  const list = (operand: unknown) => evaluate(operand as Expression, planHealthChecks);
  const [first, second] = operands;
  if (call === 'Fn::GetAtt' && second === 'PlanHealthChecks') return planHealthChecks;
  if (call === 'Fn::Join') return (list(second) as readonly string[]).join(String(first));
  if (call === 'Fn::Split') return (list(second) as string).split(String(first));
  const selected = call === 'Fn::Select' ? list(second)[Number(first)] : undefined;
  if (selected === undefined) throw new Error(`Template error: ${call} cannot select nonexistent value`);
  return selected;
}

/** Health check of each Region's address records, as CloudFormation resolves it. */
function attachedChecks(planHealthChecks: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    propertiesOf(planWith(), 'AWS::Route53::RecordSet')
      .filter(({ Type }) => Type === 'AAAA')
      .map(({ SetIdentifier, HealthCheckId }) => [
        SetIdentifier,
        evaluate(HealthCheckId as Expression, planHealthChecks),
      ]),
  );
}

describe('a plan of Region switch', () => {
  test('deactivates and activates either Region by the health checks of the shared name', () => {
    const [plan] = propertiesOf(planWith(), 'AWS::ARCRegionSwitch::Plan');
    const steps = [
      {
        Name: 'dns',
        ExecutionBlockType: 'Route53HealthCheck',
        ExecutionBlockConfiguration: {
          Route53HealthCheckConfig: {
            HostedZoneId: 'Z1',
            RecordName: 'api.example.com',
            RecordSets: [
              { RecordSetIdentifier: 'us-east-2', Region: 'us-east-2' },
              { RecordSetIdentifier: 'us-west-2', Region: 'us-west-2' },
            ],
            TimeoutMinutes: 5,
          },
        },
      },
    ];

    expect(plan).toMatchObject({
      Name: 'dispatch',
      RecoveryApproach: 'activeActive',
      Regions: ['us-east-2', 'us-west-2'],
      ExecutionRole: { 'Fn::GetAtt': [expect.stringMatching(/^PlanRole/), 'Arn'] },
      Workflows: [
        { WorkflowTargetAction: 'deactivate', Steps: steps },
        { WorkflowTargetAction: 'activate', Steps: steps },
      ],
    });
  });

  test('comes with the records that its checks decide on, one by latency for each Region and kind of address', () => {
    const records = propertiesOf(planWith(), 'AWS::Route53::RecordSet');

    expect(records.map(({ Name, Type, Region, SetIdentifier }) => [Name, Type, Region, SetIdentifier])).toEqual(
      ['us-east-2', 'us-west-2'].flatMap((region) =>
        ['A', 'AAAA'].map((type) => ['api.example.com.', type, region, region]),
      ),
    );
    for (const { Region, AliasTarget, HealthCheckId } of records) {
      expect(AliasTarget).toEqual({
        DNSName: `endpoint.${Region}.api.example.com`,
        HostedZoneId: 'Z1',
        EvaluateTargetHealth: true,
      });
      expect(JSON.stringify(HealthCheckId)).toContain('PlanHealthChecks');
    }
  });

  test.each([
    [['Z1:api.example.com:us-east-2:east', 'Z1:api.example.com:us-west-2:west']],
    [['Z1:api.example.com:us-west-2:west', 'Z1:api.example.com:us-east-2:east']],
    [['Z1:api.example.com.:us-west-2:west', 'Z1:api.example.com.:us-east-2:east']],
  ])('attaches to each Region the check that bears its name, in %p', (planHealthChecks) => {
    expect(attachedChecks(planHealthChecks)).toEqual({ 'us-east-2': 'east', 'us-west-2': 'west' });
  });

  test.each([[[]], [['Z1:api.example.com:us-east-2:east']], [['Z1:api.example.com:us-east-1:east']]])(
    'is not deployed with a check missing, in %p',
    (planHealthChecks) => {
      expect(() => attachedChecks(planHealthChecks)).toThrow('cannot select nonexistent value');
    },
  );

  test('may be executed by Region switch for its own account, and look at its records and its own permissions', () => {
    const template = planWith();
    const [role] = propertiesOf(template, 'AWS::IAM::Role');
    const [policy] = propertiesOf(template, 'AWS::IAM::Policy');

    expect(role?.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'arc-region-switch.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
        },
      ],
    });
    expect(policy?.PolicyDocument).toMatchObject({
      Statement: [
        { Action: 'route53:ListResourceRecordSets', Resource: 'arn:aws:route53:::hostedzone/Z1' },
        {
          Action: 'iam:SimulatePrincipalPolicy',
          Resource: { 'Fn::GetAtt': [expect.stringMatching(/^PlanRole/), 'Arn'] },
        },
      ],
    });
  });

  test.each<[string, Partial<RegionSwitchPlanProps>, string]>([
    ['one Region', { hosts: { 'us-east-2': HOSTS['us-east-2'] } }, 'PlanRegions'],
    ['three Regions', { hosts: { ...HOSTS, 'us-west-1': 'endpoint.us-west-1.api.example.com' } }, 'PlanRegions'],
    ['no Region', { hosts: {} }, 'PlanRegions'],
    [
      'one name for both Regions',
      { hosts: { 'us-east-2': 'a.example.com', 'us-west-2': 'a.example.com' } },
      'PlanHosts',
    ],
    ['a name of 33 characters', { name: 'x'.repeat(33) }, 'PlanName'],
    ['a name that ends with a hyphen', { name: 'dispatch-' }, 'PlanName'],
  ])('refuses %s', (_, props, code) => {
    expect(codeOf(() => planWith(props))).toBe(code);
  });

  test('accepts a name of 32 characters', () => {
    expect(codeOf(() => planWith({ name: 'x'.repeat(32) }))).toBe('accepted');
  });

  test('refuses a stack outside of the Region where plans are made', () => {
    expect(codeOf(() => planWith({}, 'us-east-2'))).toBe('PlanOutsideControlPlane');
  });
});
