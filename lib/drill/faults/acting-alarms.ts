import type { Assembly, AssemblyResource } from '../../assembly';

type Properties = AssemblyResource['properties'];

const ALARM = /^AWS::CloudWatch::(Composite)?Alarm$/;
const INVOCABLE = /^AWS::Lambda::(Function|Alias|Version)$/;
const TOPIC = 'AWS::SNS::Topic';

/** An ARN of a function, of this assembly or another. */
export const FUNCTION_ARN = /^arn:[\w-]+:lambda:/;

/** Properties of an alarm that say what it does, by the state that it comes to. */
const ACTIONS = {
  ALARM: 'AlarmActions',
  OK: 'OKActions',
  INSUFFICIENT_DATA: 'InsufficientDataActions',
} as const;

/** States in which an alarm may do something. */
export const STATES_WITH_ACTIONS = Object.keys(ACTIONS) as readonly (keyof typeof ACTIONS)[];

/** Protocol of a subscription that invokes a function. */
export const LAMBDA_PROTOCOL = 'lambda';

/**
 * Whether a resource is an alarm that sets a function going, by itself or through a topic, whatever its state. Read from what the templates
 * say alone, since a function that is not modelled is set going all the same.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
 */
export function isActingAlarm(assembly: Assembly, { type, properties }: AssemblyResource): boolean {
  if (!ALARM.test(type)) return false;
  return STATES_WITH_ACTIONS.flatMap((state) => enabledActions(properties, state)).some((action) =>
    invokesFunction(assembly, action),
  );
}

/** What an alarm does when it comes to a state; nothing where its actions are disabled. */
export function enabledActions(properties: Properties, state: keyof typeof ACTIONS): readonly unknown[] {
  const actions = properties[ACTIONS[state]];
  return String(properties.ActionsEnabled) === 'false' || !Array.isArray(actions) ? [] : actions;
}

/** Whether a topic hands what it is told to functions. */
export function topicInvokes(assembly: Assembly, topic: AssemblyResource): boolean {
  return subscriptionsOf(assembly, topic).some(({ Protocol }) => Protocol === LAMBDA_PROTOCOL);
}

/** The subscriptions of a topic, those in its own template entry first. */
export function subscriptionsOf(assembly: Assembly, topic: AssemblyResource): readonly Properties[] {
  const { Subscription } = topic.properties;
  const inline = (Array.isArray(Subscription) ? Subscription : []) as readonly Properties[];
  const apart = assembly
    .resourcesOf('AWS::SNS::Subscription')
    .filter(({ properties, stack }) => assembly.referenceIn(properties.TopicArn, { from: stack })?.resource === topic)
    .map(({ properties }) => properties);
  return [...inline, ...apart];
}

function invokesFunction(assembly: Assembly, action: unknown): boolean {
  const named = assembly.referencesIn(action).map(({ resource }) => resource);
  return (
    FUNCTION_ARN.test(String(action)) ||
    named.some(
      (resource) => INVOCABLE.test(resource.type) || (resource.type === TOPIC && topicInvokes(assembly, resource)),
    )
  );
}
