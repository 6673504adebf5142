import { CfnPlan } from 'aws-cdk-lib/aws-arcregionswitch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  AaaaRecord,
  ARecord,
  HealthCheck,
  type IHealthCheck,
  type IHostedZone,
  RecordTarget,
} from 'aws-cdk-lib/aws-route53';
import { Fn, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { BlueprintError } from '../blueprint-error';
import { ZoneNameTarget } from '../dns';
import { acknowledgeInlinePolicy } from '../security';

/** Properties of {@link RegionSwitchPlan}. */
export interface RegionSwitchPlanProps {
  /** Physical name: 1 to 32 letters, digits and hyphens. */
  readonly name: string;

  /** Public hosted zone of the records. */
  readonly zone: IHostedZone;

  /** Host name that both Regions share. */
  readonly recordName: string;

  /** The two active Regions, and for each the name in the zone that leads there while its endpoint check is healthy. */
  readonly hosts: Readonly<Record<string, string>>;
}

/**
 * A plan spans exactly two Regions.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-arcregionswitch-plan.html
 */
const REGIONS_OF_A_PLAN = 2;

/** Minutes for which an execution waits for Route 53. A change of a health check takes seconds. */
const TIMEOUT_MINUTES = 5;

/** Region of the plans' control plane; their data plane is in every Region. */
export const PLAN_REGION = 'us-east-1';

/**
 * A plan of ARC Region switch that takes one of two active Regions out of DNS and back in, by hand, and the records of the shared name
 * that its health checks decide on.
 *
 * ```ts
 * declare const planStack: Stack; // us-east-1
 * declare const zone: IHostedZone;
 *
 * new RegionSwitchPlan(planStack, 'Plan', {
 *   name: 'dispatch',
 *   zone,
 *   recordName: 'api.example.com',
 *   hosts: {
 *     'us-east-2': 'endpoint.us-east-2.api.example.com',
 *     'us-west-2': 'endpoint.us-west-2.api.example.com',
 *   },
 * });
 * ```
 *
 * Region switch vends one health check for each Region, and a plan whose checks hang on no record succeeds and moves nobody. So the plan
 * comes with its records, and the check of each Region is found in the plan's attribute by the Region's name, wherever it stands there;
 * if it is missing, CloudFormation fails instead of attaching another Region's.
 *
 * It lies in us-east-1, where plans are made and Route 53 is changed. Executing it needs neither: `start-plan-execution` is answered in
 * every Region. The plan is evaluated before its records exist, so its first evaluation warns; the next comes within 30 minutes.
 *
 * @see docs/decisions/0020-region-switch-as-an-option.md
 * @see https://docs.aws.amazon.com/r53recovery/latest/dg/route53-health-check-block.html
 */
export class RegionSwitchPlan extends Construct {
  /** ARN of the plan. */
  readonly planArn: string;

  /** @throws BlueprintError when the plan could not be made or could not be executed when it is needed. */
  constructor(scope: Construct, id: string, props: RegionSwitchPlanProps) {
    super(scope, id);
    refuseUnusable(this, props);
    const plan = this.#plan(props);
    this.planArn = plan.attrArn;
    for (const [region, host] of Object.entries(props.hosts)) this.#records(props, plan, region, host);
  }

  #plan({ name, zone, recordName, hosts }: RegionSwitchPlanProps): CfnPlan {
    const regions = Object.keys(hosts);
    const steps: CfnPlan.StepProperty[] = [
      {
        name: 'dns',
        executionBlockType: 'Route53HealthCheck',
        executionBlockConfiguration: {
          route53HealthCheckConfig: {
            hostedZoneId: zone.hostedZoneId,
            recordName,
            recordSets: regions.map((region) => ({ recordSetIdentifier: region, region })),
            timeoutMinutes: TIMEOUT_MINUTES,
          },
        },
      },
    ];
    return new CfnPlan(this, 'Plan', {
      name,
      description: `Takes a Region of ${recordName} out of DNS and back in`,
      recoveryApproach: 'activeActive',
      regions,
      executionRole: this.#role(zone).roleArn,
      workflows: [
        { workflowTargetAction: 'deactivate', workflowDescription: 'Evacuates the Region', steps },
        { workflowTargetAction: 'activate', workflowDescription: 'Restores the Region', steps },
      ],
    });
  }

  /**
   * Executing a block of health checks needs no permission; the role is assumed when the plan is evaluated.
   *
   * @see https://docs.aws.amazon.com/r53recovery/latest/dg/security_iam_region_switch_trust_policy.html
   * @see https://docs.aws.amazon.com/r53recovery/latest/dg/security_iam_region_switch_route53.html
   */
  #role(zone: IHostedZone): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('arc-region-switch.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['route53:ListResourceRecordSets'], resources: [zone.hostedZoneArn] }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['iam:SimulatePrincipalPolicy'], resources: [role.roleArn] }));
    acknowledgeInlinePolicy(role);
    return role;
  }

  #records({ zone, recordName }: RegionSwitchPlanProps, plan: CfnPlan, region: string, host: string): void {
    const record = {
      zone,
      recordName,
      target: RecordTarget.fromAlias(new ZoneNameTarget(host)),
      region,
      setIdentifier: region,
      healthCheck: this.#vendedCheck(plan, region),
    };
    new ARecord(this, `${region}A`, record);
    new AaaaRecord(this, `${region}Aaaa`, record);
  }

  /**
   * The attribute is a list of `<zone>:<record>:<region>:<health check>` in no promised order. Joined and split at the Region, the
   * identifier is what follows, up to the next entry.
   */
  #vendedCheck(plan: CfnPlan, region: string): IHealthCheck {
    const entries = Fn.join(',', plan.attrPlanHealthChecks);
    const following = Fn.select(1, Fn.split(`:${region}:`, entries));
    return HealthCheck.fromHealthCheckId(this, `${region}Check`, Fn.select(0, Fn.split(',', following)));
  }
}

function refuseUnusable(scope: Construct, { name, hosts }: RegionSwitchPlanProps): void {
  const regions = Object.keys(hosts);
  if (regions.length !== REGIONS_OF_A_PLAN) {
    throw new BlueprintError(
      'PlanRegions',
      `a plan of Region switch spans exactly two Regions, got ${regions.join(', ') || 'none'}; more Regions need evacuation: 'switch'`,
    );
  }
  if (Object.values(hosts)[0] === Object.values(hosts)[1]) {
    throw new BlueprintError(
      'PlanHosts',
      `each Region must have a name of its own, got ${Object.values(hosts)[0]} for both`,
    );
  }
  if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/.test(name)) {
    throw new BlueprintError('PlanName', `name must have 1 to 32 letters, digits and inner hyphens, got ${name}`);
  }
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region) || region !== PLAN_REGION) {
    throw new BlueprintError(
      'PlanOutsideControlPlane',
      `a plan is made in ${PLAN_REGION}; give its stack that Region as env`,
    );
  }
}
