import type { ActionSpec } from './action-spec';
import { DOCUMENT, DURATION, FROM_A_MINUTE, LIST, PORT, SHARE, SHARE_OR_NONE, TEXT } from './parameter-spec';
import { everywhere, here, type PermissionSpec, READS_TAGS, RESOLVES_TAGS, TARGETS } from './permission-spec';

/** Every fault of a pod runs in a pod of FIS, under a service account of the cluster. */
const POD = { kubernetesServiceAccount: TEXT } as const;

const FIS_POD = {
  fisPodContainerImage: TEXT,
  maxErrorsPercent: SHARE_OR_NONE,
  fisPodLabels: TEXT,
  fisPodAnnotations: TEXT,
} as const;

const SECURITY_STANDARD = { type: 'enum', values: ['privileged', 'baseline', 'restricted'] } as const;

const STARTS_POD: readonly PermissionSpec[] = [
  { actions: ['eks:DescribeCluster'], resources: [here('eks', 'cluster/*')] },
  everywhere('ec2:DescribeSubnets'),
  READS_TAGS,
];

/** Pods and nodes of EKS. */
export const KUBERNETES_ACTIONS = {
  'aws:eks:inject-kubernetes-custom-resource': {
    page: 'inject-kubernetes-custom-resource',
    target: { Cluster: 'aws:eks:cluster' },
    required: {
      kubernetesApiVersion: { type: 'enum', values: ['chaos-mesh.org/v1alpha1', 'litmuschaos.io/v1alpha1'] },
      kubernetesKind: {
        type: 'enum',
        values: [
          'AWSChaos',
          'DNSChaos',
          'GCPChaos',
          'HTTPChaos',
          'IOChaos',
          'JVMChaos',
          'KernelChaos',
          'NetworkChaos',
          'PhysicalMachineChaos',
          'PodChaos',
          'PodHttpChaos',
          'PodIOChaos',
          'PodNetworkChaos',
          'Schedule',
          'StressChaos',
          'TimeChaos',
          'ChaosEngine',
        ],
      },
      kubernetesNamespace: TEXT,
      kubernetesSpec: DOCUMENT,
      maxDuration: FROM_A_MINUTE,
    },
    optional: {},
    lasts: 'maxDuration',
    permissions: [],
  },
  'aws:eks:pod-cpu-stress': {
    page: 'pod-cpu-stress',
    target: { Pods: 'aws:eks:pod' },
    required: { duration: DURATION, ...POD },
    optional: {
      percent: SHARE_OR_NONE,
      workers: { type: 'integer', minimum: 0 },
      ...FIS_POD,
      fisPodSecurityPolicy: SECURITY_STANDARD,
    },
    lasts: 'duration',
    permissions: STARTS_POD,
  },
  'aws:eks:pod-delete': {
    page: 'pod-delete',
    target: { Pods: 'aws:eks:pod' },
    required: POD,
    optional: {
      gracePeriodSeconds: { type: 'integer', minimum: 0 },
      ...FIS_POD,
      fisPodSecurityPolicy: SECURITY_STANDARD,
    },
    permissions: STARTS_POD,
  },
  'aws:eks:pod-io-stress': {
    page: 'pod-io-stress',
    target: { Pods: 'aws:eks:pod' },
    required: { duration: DURATION, ...POD },
    optional: {
      workers: { type: 'integer' },
      percent: { type: 'integer' },
      ...FIS_POD,
      fisPodSecurityPolicy: { type: 'enum', values: ['privileged', 'baseline'] },
    },
    lasts: 'duration',
    permissions: STARTS_POD,
  },
  'aws:eks:pod-memory-stress': {
    page: 'pod-memory-stress',
    target: { Pods: 'aws:eks:pod' },
    required: { duration: DURATION, ...POD },
    optional: {
      workers: { type: 'integer' },
      percent: { type: 'integer' },
      ...FIS_POD,
      fisPodSecurityPolicy: SECURITY_STANDARD,
    },
    lasts: 'duration',
    permissions: STARTS_POD,
  },
  'aws:eks:pod-network-blackhole-port': {
    page: 'pod-network-blackhole-port',
    target: { Pods: 'aws:eks:pod' },
    required: {
      duration: DURATION,
      protocol: { type: 'enum', values: ['tcp', 'udp'] },
      trafficType: { type: 'enum', values: ['ingress', 'egress'] },
      port: PORT,
      ...POD,
    },
    optional: FIS_POD,
    lasts: 'duration',
    permissions: STARTS_POD,
  },
  'aws:eks:pod-network-latency': {
    page: 'pod-network-latency',
    target: { Pods: 'aws:eks:pod' },
    required: { duration: DURATION, ...POD },
    optional: {
      interface: LIST,
      delayMilliseconds: { type: 'integer' },
      jitterMilliseconds: { type: 'integer' },
      flowsPercent: { type: 'integer', maximum: 100 },
      sources: LIST,
      ...FIS_POD,
    },
    lasts: 'duration',
    conflictsWith: ['aws:eks:pod-network-packet-loss'],
    permissions: STARTS_POD,
  },
  'aws:eks:pod-network-packet-loss': {
    page: 'pod-network-packet-loss',
    target: { Pods: 'aws:eks:pod' },
    required: { duration: DURATION, ...POD },
    optional: {
      interface: LIST,
      lossPercent: { type: 'integer', maximum: 100 },
      flowsPercent: { type: 'integer', maximum: 100 },
      sources: LIST,
      ...FIS_POD,
    },
    lasts: 'duration',
    conflictsWith: ['aws:eks:pod-network-latency'],
    permissions: STARTS_POD,
  },
  'aws:eks:terminate-nodegroup-instances': {
    page: 'terminate-nodegroup-instance',
    target: { Nodegroups: 'aws:eks:nodegroup' },
    required: { instanceTerminationPercentage: SHARE },
    optional: {},
    permissions: [
      everywhere('ec2:DescribeInstances'),
      { actions: ['ec2:TerminateInstances'], resources: [here('ec2', 'instance/*')] },
      { actions: ['eks:DescribeNodegroup'], resources: TARGETS },
      RESOLVES_TAGS,
    ],
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
