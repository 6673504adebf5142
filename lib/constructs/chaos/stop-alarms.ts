import { CompositeAlarm, type IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Stack, Token } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { BlueprintError } from '../blueprint-error';

/** Most stop conditions of a template. @see https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
const MAX_STOP_ALARMS = 5;

/**
 * Sees to it that something stops the experiment.
 *
 * Composite alarms are refused: the guide speaks of an alarm with a threshold, and `DescribeAlarms`, with which FIS asks, answers with
 * metric alarms alone unless it is told otherwise. An alarm of another Region is taken by FIS when the template is made, and then the
 * experiment does not start.
 *
 * @throws BlueprintError when there is no alarm, or one that would not stop anything.
 * @see https://docs.aws.amazon.com/fis/latest/userguide/stop-conditions.html
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export function refuseDeadStopAlarms(experiment: IConstruct, alarms: readonly IAlarm[]): void {
  if (alarms.length < 1 || alarms.length > MAX_STOP_ALARMS) {
    throw new BlueprintError('StopAlarms', `stopAlarms must be 1 to ${MAX_STOP_ALARMS} alarms, got ${alarms.length}`);
  }
  for (const alarm of alarms) {
    if (alarm instanceof CompositeAlarm) {
      throw new BlueprintError(
        'StopAlarmIsComposite',
        `stopAlarms must be alarms on a metric, got the composite ${alarm.node.path}: FIS documents no other`,
      );
    }
    refuseElsewhere(experiment, 'stopAlarms', regionOf(alarm));
  }
}

/** @throws BlueprintError when something that FIS looks for in the experiment's Region is in another one. */
export function refuseElsewhere(experiment: IConstruct, property: string, region: string): void {
  const here = Stack.of(experiment).region;
  if (Token.isUnresolved(region) || Token.isUnresolved(here) || region === here) return;
  throw new BlueprintError(
    'ExperimentElsewhere',
    `${property} must be in ${here}, the Region of the experiment, got ${region}`,
  );
}

function regionOf({ alarmArn, env }: IAlarm): string {
  return Token.isUnresolved(alarmArn) ? env.region : (alarmArn.split(':')[3] ?? '');
}
