import type { ActionSpec } from './action-spec';
import { BOOLEAN, DURATION, FROM_A_MINUTE, LIST, SHARE } from './parameter-spec';
import { everywhere, here, injection, RESOLVES_TAGS, TARGETS } from './permission-spec';

/** EC2 instances, volumes and capacity. */
export const COMPUTE_ACTIONS = {
  'aws:ebs:pause-volume-io': {
    page: 'pause-volume-io',
    target: { Volumes: 'aws:ec2:ebs-volume' },
    required: { duration: DURATION },
    optional: {},
    lasts: 'duration',
    permissions: [
      everywhere('ec2:DescribeVolumes'),
      { actions: ['ec2:PauseVolumeIO'], resources: TARGETS },
      RESOLVES_TAGS,
    ],
  },
  'aws:ebs:volume-io-latency': {
    page: 'volume-latency-injection',
    target: { Volumes: 'aws:ec2:ebs-volume' },
    required: { duration: DURATION },
    optional: {
      readIOPercentage: { type: 'number', minimum: 0.1, maximum: 100 },
      readIOLatencyMilliseconds: { type: 'integer', minimum: 1, maximum: 60_000 },
      writeIOPercentage: { type: 'number', minimum: 0.1, maximum: 100 },
      writeIOLatencyMilliseconds: { type: 'integer', minimum: 1, maximum: 60_000 },
    },
    lasts: 'duration',
    permissions: [
      everywhere('ec2:DescribeVolumes'),
      { actions: ['ec2:InjectVolumeIOLatency'], resources: TARGETS },
      RESOLVES_TAGS,
    ],
  },
  'aws:ec2:api-insufficient-instance-capacity-error': {
    page: 'api-ice',
    target: { Roles: 'aws:iam:role' },
    required: { duration: DURATION, availabilityZoneIdentifiers: LIST, percentage: SHARE },
    optional: {},
    lasts: 'duration',
    arnsOnly: true,
    permissions: [
      {
        actions: ['ec2:InjectApiError'],
        resources: ['*'],
        conditions: injection('ec2', 'aws:ec2:api-insufficient-instance-capacity-error'),
      },
    ],
  },
  'aws:ec2:asg-insufficient-instance-capacity-error': {
    page: 'asg-ice',
    target: { AutoScalingGroups: 'aws:ec2:autoscaling-group' },
    required: { duration: DURATION, availabilityZoneIdentifiers: LIST },
    optional: { percentage: SHARE },
    lasts: 'duration',
    permissions: [
      {
        actions: ['ec2:InjectApiError'],
        resources: ['*'],
        conditions: injection('ec2', 'aws:ec2:asg-insufficient-instance-capacity-error'),
      },
      everywhere('autoscaling:DescribeAutoScalingGroups'),
      RESOLVES_TAGS,
    ],
  },
  'aws:ec2:reboot-instances': {
    page: 'reboot-instances',
    target: { Instances: 'aws:ec2:instance' },
    required: {},
    optional: {},
    permissions: [{ actions: ['ec2:RebootInstances'], resources: TARGETS }, everywhere('ec2:DescribeInstances')],
  },
  'aws:ec2:send-spot-instance-interruptions': {
    page: 'send-spot-instance-interruptions',
    target: { SpotInstances: 'aws:ec2:spot-instance' },
    required: { durationBeforeInterruption: { type: 'duration', minimumSeconds: 120, maximumSeconds: 900 } },
    optional: {},
    permissions: [
      { actions: ['ec2:SendSpotInstanceInterruptions'], resources: TARGETS },
      everywhere('ec2:DescribeInstances'),
    ],
  },
  'aws:ec2:stop-instances': {
    page: 'stop-instances',
    target: { Instances: 'aws:ec2:instance' },
    required: {},
    optional: { startInstancesAfterDuration: FROM_A_MINUTE, completeIfInstancesTerminated: BOOLEAN },
    lasts: 'startInstancesAfterDuration',
    permissions: [
      {
        actions: ['ec2:StopInstances', 'ec2:StartInstances'],
        resources: TARGETS,
      },
      {
        actions: ['ec2:DescribeInstances'],
        resources: ['*'],
        when: { parameter: 'completeIfInstancesTerminated', matching: 'true' },
      },
      {
        actions: ['kms:CreateGrant'],
        resources: [here('kms', 'key/*')],
        when: { circumstance: 'encrypted-volumes' },
        conditions: {
          StringLike: { 'kms:ViaService': 'ec2.*.amazonaws.com' },
          Bool: { 'kms:GrantIsForAWSResource': 'true' },
        },
      },
    ],
  },
  'aws:ec2:terminate-instances': {
    page: 'terminate-instances',
    target: { Instances: 'aws:ec2:instance' },
    required: {},
    optional: {},
    permissions: [{ actions: ['ec2:TerminateInstances'], resources: TARGETS }, everywhere('ec2:DescribeInstances')],
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
