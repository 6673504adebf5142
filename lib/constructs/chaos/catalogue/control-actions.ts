import type { ActionSpec } from './action-spec';
import { ARN, DOCUMENT, FROM_A_MINUTE, LIST, SHARE, TEXT } from './parameter-spec';
import { everywhere, here, TARGETS } from './permission-spec';

/** Which calls fail, of the two services that can. */
const API_FAULT = {
  duration: FROM_A_MINUTE,
  service: { type: 'enum', values: ['ec2', 'kinesis'] },
  percentage: SHARE,
  operations: LIST,
} as const;

/** Calls of AWS's own APIs, waits, alarms and Systems Manager documents. */
export const CONTROL_ACTIONS = {
  'aws:fis:inject-api-internal-error': {
    page: 'inject-api-internal-error',
    target: { Roles: 'aws:iam:role' },
    required: API_FAULT,
    optional: {},
    lasts: 'duration',
    permissions: [{ actions: ['fis:InjectApiInternalError'], resources: [here('fis', 'experiment/*')] }],
  },
  'aws:fis:inject-api-throttle-error': {
    page: 'inject-api-throttle-error',
    target: { Roles: 'aws:iam:role' },
    required: API_FAULT,
    optional: {},
    lasts: 'duration',
    permissions: [{ actions: ['fis:InjectApiThrottleError'], resources: [here('fis', 'experiment/*')] }],
  },
  'aws:fis:inject-api-unavailable-error': {
    page: 'inject-api-unavailable-error',
    target: { Roles: 'aws:iam:role' },
    required: API_FAULT,
    optional: {},
    lasts: 'duration',
    permissions: [{ actions: ['fis:InjectApiUnavailableError'], resources: [here('fis', 'experiment/*')] }],
  },
  'aws:fis:wait': {
    page: 'wait',
    target: {},
    required: { duration: FROM_A_MINUTE },
    optional: {},
    lasts: 'duration',
    permissions: [],
  },
  'aws:cloudwatch:assert-alarm-state': {
    page: 'assert-alarm-state',
    target: {},
    required: {
      alarmArns: { type: 'list', maximumItems: 5 },
      alarmStates: { type: 'list', values: ['OK', 'ALARM', 'INSUFFICIENT_DATA'] },
    },
    optional: {},
    permissions: [everywhere('cloudwatch:DescribeAlarms')],
  },
  'aws:ssm:send-command': {
    page: 'ssm-send-command',
    target: { Instances: 'aws:ec2:instance' },
    required: { documentArn: ARN, duration: FROM_A_MINUTE },
    optional: { documentVersion: TEXT, documentParameters: DOCUMENT },
    lasts: 'duration',
    permissions: [
      { actions: ['ssm:SendCommand'], resources: TARGETS },
      { actions: ['ssm:SendCommand'], resources: ['{parameter:documentArn}'] },
      everywhere('ssm:ListCommands', 'ssm:CancelCommand'),
      {
        actions: ['ec2:DescribeInstances', 'ec2:DescribeSubnets'],
        resources: ['*'],
        when: { parameter: 'documentArn', matching: 'AWSFIS-Run-Network-(?:Latency|Packet-Loss)-Sources' },
      },
    ],
  },
  'aws:ssm:start-automation-execution': {
    page: 'ssm-start-automation-execution',
    target: {},
    required: { documentArn: ARN, maxDuration: FROM_A_MINUTE },
    optional: { documentVersion: TEXT, documentParameters: DOCUMENT },
    lasts: 'maxDuration',
    permissions: [
      {
        actions: ['ssm:StartAutomationExecution'],
        resources: [
          here('ssm', 'document/*'),
          here('ssm', 'automation-execution/*'),
          here('ssm', 'automation-definition/*:*'),
        ],
      },
      {
        actions: ['ssm:GetAutomationExecution', 'ssm:StopAutomationExecution'],
        resources: [here('ssm', 'automation-execution/*')],
      },
      {
        actions: ['iam:PassRole'],
        resources: ['arn:{partition}:iam::{account}:role/*'],
        when: { circumstance: 'assumed-role' },
        conditions: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
      },
    ],
  },
} as const satisfies Readonly<Record<string, ActionSpec>>;
