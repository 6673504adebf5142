import type { ActionSpec } from './action-spec';
import {
  BOOLEAN,
  CAPITALISED_BOOLEAN,
  DURATION,
  FROM_A_MINUTE,
  LIST,
  PORT,
  SHARE,
  SHARE_OR_NONE,
  TEXT,
} from './parameter-spec';
import { everywhere, here, type PermissionSpec, RESOLVES_TAGS, TARGETS } from './permission-spec';

/** FIS reaches tasks through an SSM agent beside them and documents of its own; the guide grants every document. */
const RUNS_COMMANDS: readonly PermissionSpec[] = [
  {
    actions: ['ssm:SendCommand'],
    resources: [here('ssm', 'managed-instance/*'), 'arn:{partition}:ssm:{region}:*:document/AWSFIS-Run-*'],
  },
  everywhere('ssm:ListCommands', 'ssm:CancelCommand'),
];

/** Only one of them at a time acts on a task. */
const NETWORK_FAULTS = [
  'aws:ecs:task-network-blackhole-port',
  'aws:ecs:task-network-latency',
  'aws:ecs:task-network-packet-loss',
] as const;

/** Clusters and tasks of ECS. */
export const CONTAINER_ACTIONS = {
  'aws:ecs:drain-container-instances': {
    page: 'drain-container-instances',
    target: { Clusters: 'aws:ecs:cluster' },
    required: { drainagePercentage: SHARE, duration: FROM_A_MINUTE },
    optional: {},
    lasts: 'duration',
    permissions: [
      {
        actions: ['ecs:DescribeClusters', 'ecs:ListContainerInstances'],
        resources: TARGETS,
      },
      { actions: ['ecs:UpdateContainerInstancesState'], resources: [here('ecs', 'container-instance/*/*')] },
      RESOLVES_TAGS,
    ],
  },
  'aws:ecs:stop-task': {
    page: 'stop-task',
    target: { Tasks: 'aws:ecs:task' },
    required: {},
    optional: {},
    permissions: [
      { actions: ['ecs:DescribeTasks', 'ecs:StopTask'], resources: TARGETS },
      everywhere('ecs:ListTasks'),
      RESOLVES_TAGS,
    ],
  },
  'aws:ecs:task-cpu-stress': {
    page: 'task-cpu-stress',
    target: { Tasks: 'aws:ecs:task' },
    required: { duration: DURATION },
    optional: {
      percent: SHARE_OR_NONE,
      workers: { type: 'integer', minimum: 0 },
      installDependencies: CAPITALISED_BOOLEAN,
    },
    lasts: 'duration',
    permissions: [{ actions: ['ecs:DescribeTasks'], resources: TARGETS }, ...RUNS_COMMANDS, RESOLVES_TAGS],
  },
  'aws:ecs:task-io-stress': {
    page: 'task-io-stress',
    target: { Tasks: 'aws:ecs:task' },
    required: { duration: DURATION },
    optional: { percent: { type: 'integer' }, workers: { type: 'integer' }, installDependencies: CAPITALISED_BOOLEAN },
    lasts: 'duration',
    permissions: [{ actions: ['ecs:DescribeTasks'], resources: TARGETS }, ...RUNS_COMMANDS, RESOLVES_TAGS],
  },
  'aws:ecs:task-kill-process': {
    page: 'task-kill-process',
    target: { Tasks: 'aws:ecs:task' },
    required: { processName: TEXT },
    optional: { signal: { type: 'enum', values: ['SIGTERM', 'SIGKILL'] }, installDependencies: CAPITALISED_BOOLEAN },
    permissions: [{ actions: ['ecs:DescribeTasks'], resources: TARGETS }, ...RUNS_COMMANDS, RESOLVES_TAGS],
  },
  'aws:ecs:task-network-blackhole-port': {
    page: 'task-network-blackhole-port',
    target: { Tasks: 'aws:ecs:task' },
    required: { duration: DURATION, port: PORT, trafficType: { type: 'enum', values: ['ingress', 'egress'] } },
    optional: {
      protocol: { type: 'enum', values: ['tcp', 'udp'] },
      installDependencies: CAPITALISED_BOOLEAN,
      useEcsFaultInjectionEndpoints: BOOLEAN,
    },
    lasts: 'duration',
    conflictsWith: NETWORK_FAULTS,
    permissions: [{ actions: ['ecs:DescribeTasks'], resources: TARGETS }, ...RUNS_COMMANDS, RESOLVES_TAGS],
  },
  'aws:ecs:task-network-latency': {
    page: 'task-network-latency',
    target: { Tasks: 'aws:ecs:task' },
    required: { duration: DURATION },
    optional: {
      delayMilliseconds: { type: 'integer' },
      jitterMilliseconds: { type: 'integer' },
      flowsPercent: { type: 'integer', maximum: 100 },
      sources: LIST,
      installDependencies: CAPITALISED_BOOLEAN,
      useEcsFaultInjectionEndpoints: BOOLEAN,
    },
    lasts: 'duration',
    conflictsWith: NETWORK_FAULTS,
    permissions: [
      { actions: ['ecs:DescribeTasks'], resources: TARGETS },
      { actions: ['ecs:DescribeContainerInstances'], resources: [here('ecs', 'container-instance/*/*')] },
      everywhere('ec2:DescribeInstances', 'ec2:DescribeSubnets'),
      ...RUNS_COMMANDS,
      RESOLVES_TAGS,
    ],
  },
  'aws:ecs:task-network-packet-loss': {
    page: 'task-network-packet-loss',
    target: { Tasks: 'aws:ecs:task' },
    required: { duration: DURATION },
    optional: {
      lossPercent: { type: 'integer', maximum: 100 },
      flowsPercent: { type: 'integer', maximum: 100 },
      sources: LIST,
      installDependencies: CAPITALISED_BOOLEAN,
      useEcsFaultInjectionEndpoints: BOOLEAN,
    },
    lasts: 'duration',
    conflictsWith: NETWORK_FAULTS,
    permissions: [
      { actions: ['ecs:DescribeTasks'], resources: TARGETS },
      { actions: ['ecs:DescribeContainerInstances'], resources: [here('ecs', 'container-instance/*/*')] },
      everywhere('ec2:DescribeInstances', 'ec2:DescribeSubnets'),
      ...RUNS_COMMANDS,
      RESOLVES_TAGS,
    ],
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
