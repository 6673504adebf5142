import type { ActionSpec } from './action-spec';
import { DURATION, FROM_A_MINUTE, LONGEST_SECONDS, TEXT } from './parameter-spec';
import { everywhere, here, RESOLVES_TAGS, TARGETS } from './permission-spec';

/** Subnets, gateways, endpoints and zones. */
export const NETWORK_ACTIONS = {
  'aws:arc:start-zonal-autoshift': {
    page: 'recovery',
    target: { ManagedResources: 'aws:arc:zonal-shift-managed-resource' },
    required: { duration: DURATION, availabilityZoneIdentifier: TEXT },
    optional: {
      managedResourceTypes: { type: 'list', values: ['ASG', 'ALB', 'NLB', 'EKS'] },
      zonalAutoshiftStatus: { type: 'enum', values: ['ENABLED', 'DISABLED', 'ANY'] },
    },
    lasts: 'duration',
    permissions: [
      everywhere(
        'arc-zonal-shift:StartZonalShift',
        'arc-zonal-shift:GetManagedResource',
        'arc-zonal-shift:UpdateZonalShift',
        'arc-zonal-shift:CancelZonalShift',
      ),
      everywhere('arc-zonal-shift:ListManagedResources', 'autoscaling:DescribeTags'),
      RESOLVES_TAGS,
    ],
  },
  'aws:network:disrupt-connectivity': {
    page: 'disrupt-connectivity',
    target: { Subnets: 'aws:ec2:subnet' },
    required: {
      scope: {
        type: 'enum',
        values: ['all', 'availability-zone', 'dynamodb', 'prefix-list', 's3', 's3express', 'vpc'],
      },
      duration: FROM_A_MINUTE,
    },
    optional: { prefixListIdentifier: TEXT },
    lasts: 'duration',
    neededWhen: { prefixListIdentifier: { scope: 'prefix-list' } },
    permissions: [
      {
        actions: ['ec2:CreateTags'],
        resources: [here('ec2', 'network-acl/*')],
        conditions: { StringEquals: { 'ec2:CreateAction': 'CreateNetworkAcl', 'aws:RequestTag/managedByFIS': 'true' } },
      },
      {
        actions: ['ec2:CreateNetworkAcl'],
        resources: [here('ec2', 'network-acl/*')],
        conditions: { StringEquals: { 'aws:RequestTag/managedByFIS': 'true' } },
      },
      { actions: ['ec2:CreateNetworkAcl'], resources: [here('ec2', 'vpc/*')] },
      {
        actions: ['ec2:CreateNetworkAclEntry', 'ec2:DeleteNetworkAcl'],
        resources: [here('ec2', 'network-acl/*'), here('ec2', 'vpc/*')],
        conditions: { StringEquals: { 'ec2:ResourceTag/managedByFIS': 'true' } },
      },
      everywhere(
        'ec2:DescribeManagedPrefixLists',
        'ec2:DescribeNetworkAcls',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
      ),
      { actions: ['ec2:GetManagedPrefixListEntries'], resources: [here('ec2', 'prefix-list/*')] },
      {
        actions: ['ec2:ReplaceNetworkAclAssociation'],
        resources: [here('ec2', 'subnet/*'), here('ec2', 'network-acl/*')],
      },
      RESOLVES_TAGS,
    ],
  },
  'aws:network:route-table-disrupt-cross-region-connectivity': {
    page: 'route-table-disrupt-cross-region-connectivity',
    target: { Subnets: 'aws:ec2:subnet' },
    required: { region: TEXT, duration: DURATION },
    optional: {},
    lasts: 'duration',
    permissions: [
      {
        actions: ['ec2:CreateRouteTable'],
        resources: [here('ec2', 'route-table/*')],
        conditions: { StringEquals: { 'aws:RequestTag/managedByFIS': 'true' } },
      },
      { actions: ['ec2:CreateRouteTable'], resources: [here('ec2', 'vpc/*')] },
      {
        actions: ['ec2:CreateTags'],
        resources: [here('ec2', 'route-table/*')],
        conditions: { StringEquals: { 'ec2:CreateAction': 'CreateRouteTable', 'aws:RequestTag/managedByFIS': 'true' } },
      },
      {
        actions: ['ec2:CreateTags'],
        resources: [here('ec2', 'network-interface/*')],
        conditions: {
          StringEquals: { 'ec2:CreateAction': 'CreateNetworkInterface', 'aws:RequestTag/managedByFIS': 'true' },
        },
      },
      {
        actions: ['ec2:CreateTags'],
        resources: [here('ec2', 'prefix-list/*')],
        conditions: {
          StringEquals: { 'ec2:CreateAction': 'CreateManagedPrefixList', 'aws:RequestTag/managedByFIS': 'true' },
        },
      },
      {
        actions: ['ec2:DeleteRouteTable'],
        resources: [here('ec2', 'route-table/*'), here('ec2', 'vpc/*')],
        conditions: { StringEquals: { 'ec2:ResourceTag/managedByFIS': 'true' } },
      },
      {
        actions: ['ec2:CreateRoute'],
        resources: [here('ec2', 'route-table/*')],
        conditions: { StringEquals: { 'ec2:ResourceTag/managedByFIS': 'true' } },
      },
      {
        actions: ['ec2:CreateNetworkInterface'],
        resources: [here('ec2', 'network-interface/*')],
        conditions: { StringEquals: { 'aws:RequestTag/managedByFIS': 'true' } },
      },
      {
        actions: ['ec2:CreateNetworkInterface'],
        resources: [here('ec2', 'subnet/*'), here('ec2', 'security-group/*')],
      },
      {
        actions: ['ec2:DeleteNetworkInterface'],
        resources: [here('ec2', 'network-interface/*')],
        conditions: { StringEquals: { 'ec2:ResourceTag/managedByFIS': 'true' } },
      },
      {
        actions: ['ec2:CreateManagedPrefixList'],
        resources: [here('ec2', 'prefix-list/*')],
        conditions: { StringEquals: { 'aws:RequestTag/managedByFIS': 'true' } },
      },
      {
        actions: ['ec2:DeleteManagedPrefixList', 'ec2:ModifyManagedPrefixList'],
        resources: [here('ec2', 'prefix-list/*')],
        conditions: { StringEquals: { 'ec2:ResourceTag/managedByFIS': 'true' } },
      },
      everywhere(
        'ec2:DescribeManagedPrefixLists',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeRouteTables',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcPeeringConnections',
        'ec2:DescribeVpcs',
      ),
      everywhere('ec2:DescribeVpcEndpoints'),
      { actions: ['ec2:GetManagedPrefixListEntries'], resources: [here('ec2', 'prefix-list/*')] },
      {
        actions: ['ec2:ReplaceRouteTableAssociation', 'ec2:AssociateRouteTable'],
        resources: [here('ec2', 'subnet/*'), here('ec2', 'route-table/*')],
      },
      {
        actions: ['ec2:DisassociateRouteTable'],
        resources: [here('ec2', 'route-table/*')],
        conditions: { StringEquals: { 'ec2:ResourceTag/managedByFIS': 'true' } },
      },
      { actions: ['ec2:DisassociateRouteTable'], resources: [here('ec2', 'subnet/*')] },
      {
        actions: ['ec2:ModifyVpcEndpoint'],
        resources: [here('ec2', 'route-table/*')],
        conditions: { StringEquals: { 'ec2:ResourceTag/managedByFIS': 'true' } },
      },
      { actions: ['ec2:ModifyVpcEndpoint'], resources: [here('ec2', 'vpc-endpoint/*')] },
      RESOLVES_TAGS,
    ],
  },
  'aws:network:transit-gateway-disrupt-cross-region-connectivity': {
    page: 'transit-gateway-disrupt-cross-region-connectivity',
    target: { TransitGateways: 'aws:ec2:transit-gateway' },
    required: { region: TEXT, duration: DURATION },
    optional: {},
    lasts: 'duration',
    permissions: [
      {
        actions: ['ec2:AssociateTransitGatewayRouteTable', 'ec2:DisassociateTransitGatewayRouteTable'],
        resources: [here('ec2', 'transit-gateway-route-table/*'), here('ec2', 'transit-gateway-attachment/*')],
      },
      everywhere(
        'ec2:DescribeTransitGatewayAttachments',
        'ec2:DescribeTransitGatewayPeeringAttachments',
        'ec2:DescribeTransitGateways',
      ),
      RESOLVES_TAGS,
    ],
  },
  'aws:network:disrupt-vpc-endpoint': {
    page: 'disrupt-vpc-endpoint',
    target: { VPCEndpoints: 'aws:ec2:vpc-endpoint' },
    required: { duration: DURATION },
    optional: {},
    lasts: 'duration',
    permissions: [
      everywhere('ec2:DescribeVpcEndpoints', 'ec2:DescribeSecurityGroups'),
      {
        actions: ['ec2:ModifyVpcEndpoint'],
        resources: [here('ec2', 'vpc-endpoint/*'), here('ec2', 'security-group/*')],
      },
      { actions: ['ec2:CreateSecurityGroup'], resources: [here('ec2', 'vpc/*'), here('ec2', 'security-group/*')] },
      {
        actions: ['ec2:CreateTags'],
        resources: [here('ec2', 'security-group/*')],
        conditions: {
          StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup', 'aws:RequestTag/managedByFIS': 'true' },
        },
      },
      {
        actions: ['ec2:DeleteSecurityGroup', 'ec2:RevokeSecurityGroupEgress'],
        resources: [here('ec2', 'security-group/*')],
        conditions: { StringEquals: { 'aws:ResourceTag/managedByFIS': 'true' } },
      },
      {
        actions: ['vpce:AllowMultiRegion'],
        resources: [here('ec2', 'vpc-endpoint/*')],
        when: { circumstance: 'cross-region-endpoint' },
      },
      RESOLVES_TAGS,
    ],
  },
  'aws:directconnect:virtual-interface-disconnect': {
    page: 'directconnect-virtual-interface-disconnect',
    target: { VirtualInterfaces: 'aws:directconnect:virtual-interface' },
    required: { duration: { type: 'duration', minimumSeconds: 600, maximumSeconds: LONGEST_SECONDS } },
    optional: {},
    lasts: 'duration',
    permissions: [
      {
        actions: [
          'directconnect:DescribeVirtualInterfaces',
          'directconnect:StartBgpFailoverTest',
          'directconnect:ListVirtualInterfaceTestHistory',
          'directconnect:StopBgpFailoverTest',
        ],
        resources: TARGETS,
      },
      RESOLVES_TAGS,
    ],
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
