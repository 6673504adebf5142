import { type Assembly, type AssemblyResource, addressOf } from '../../assembly';
import type { Invoked } from '../compute/async-queues';
import { functionIn, qualifierIn } from '../compute/function-definition';
import { type Invoker, mayInvoke, nameInArn } from '../compute/invoke-permission';
import {
  enabledActions,
  FUNCTION_ARN,
  LAMBDA_PROTOCOL,
  STATES_WITH_ACTIONS,
  subscriptionsOf,
} from '../faults/acting-alarms';
import { ALARM_TYPES, type AlarmState } from '../monitoring';
import { NotModelled } from '../not-modelled';

/** A function that an alarm invokes when it comes to a state. */
export interface AlarmAction extends Invoked {
  /** Stack id and logical id. */
  readonly alarm: string;
  readonly region: string;
  readonly state: AlarmState;
  /** Whether the function's own policy lets the alarm or the topic invoke it. */
  readonly isPermitted: boolean;
  /** The topic in between. @default - the alarm invokes the function itself */
  readonly topic?: ToldTopic;
}

/** A topic that hands what it is told to a function. */
export interface ToldTopic {
  /** Stack id and logical id. */
  readonly id: string;
  /** ARN, or the token by which code knows it too. */
  readonly arn: string;
  /** Version of the signature under its messages. */
  readonly signatureVersion: string;
}

/** Settings of a subscription that decide which messages reach it. */
const FILTERS = ['FilterPolicy', 'FilterPolicyScope'] as const;

/**
 * Reads which functions the alarms of an assembly invoke, by themselves and through topics. What else an alarm does tells people something, or
 * acts on what no assembly has that the drill takes: instances and their groups.
 *
 * @throws NotModelled for a function that no template has, a function or its topic in another Region, and a subscription that filters messages
 * or keeps an order.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export function readAlarmActions(assembly: Assembly): readonly AlarmAction[] {
  const alarms = ALARM_TYPES.flatMap((type) => assembly.resourcesOf(type));
  return alarms.flatMap((alarm) =>
    STATES_WITH_ACTIONS.flatMap((state) =>
      enabledActions(alarm.properties, state).flatMap((action) => readAction(assembly, alarm, state, action)),
    ),
  );
}

function readAction(
  assembly: Assembly,
  alarm: AssemblyResource,
  state: AlarmState,
  action: unknown,
): readonly AlarmAction[] {
  const place = `${alarm.type} ${addressOf(alarm)}`;
  const common = { alarm: addressOf(alarm), region: alarm.stack.region, state };
  const invoked = invokedBy(assembly, action, place, alarm.stack.region);
  if (invoked)
    return invoked.map((one) => ({ ...common, ...one, isPermitted: mayInvoke(assembly, one, asAlarm(alarm)) }));
  const topic = assembly.resourcesOf('AWS::SNS::Topic').find((candidate) => names(assembly, action, candidate));
  if (!topic) return [];
  const told: ToldTopic = {
    id: addressOf(topic),
    arn: String(action),
    signatureVersion: String(topic.properties.SignatureVersion ?? 1),
  };
  const subscribers = subscribed(assembly, topic);
  if (subscribers.length > 0 && topic.stack.region !== alarm.stack.region) {
    throw new NotModelled(`${place}: it tells ${told.id} in another Region, which invokes a function`);
  }
  return subscribers.map((one) => ({
    ...common,
    ...one,
    isPermitted: mayInvoke(assembly, one, asTopic(topic)),
    topic: told,
  }));
}

/** The functions that subscribe to a topic. */
function subscribed(assembly: Assembly, topic: AssemblyResource): readonly Invoked[] {
  const place = `AWS::SNS::Topic ${addressOf(topic)}`;
  const subscriptions = subscriptionsOf(assembly, topic).filter(({ Protocol }) => Protocol === LAMBDA_PROTOCOL);
  if (subscriptions.length > 0 && String(topic.properties.FifoTopic) === 'true') {
    throw new NotModelled(`${place}, which is FIFO and invokes a function`);
  }
  return subscriptions.flatMap((subscription) => {
    const filter = FILTERS.find((name) => subscription[name] !== undefined);
    if (filter) throw new NotModelled(`${filter} of a function's subscription to ${place}`);
    const invoked = invokedBy(assembly, subscription.Endpoint, place, topic.stack.region);
    if (!invoked) throw new NotModelled(`${place}: it invokes ${String(subscription.Endpoint)}, which no template has`);
    return invoked;
  });
}

/**
 * The function that an action or a subscription names; nothing when it names no function.
 *
 * @returns an empty list for one that was taken away with its Region.
 */
function invokedBy(assembly: Assembly, value: unknown, place: string, region: string): readonly Invoked[] | undefined {
  const named = functionIn(assembly, value);
  if (!named) {
    if (FUNCTION_ARN.test(String(value)))
      throw new NotModelled(`${place}: it invokes ${String(value)}, which no template has`);
    return undefined;
  }
  if (!assembly.resourcesOf('AWS::Lambda::Function').includes(named)) return [];
  if (named.stack.region !== region)
    throw new NotModelled(`${place}: it invokes ${addressOf(named)} in another Region`);
  const qualifier = qualifierIn(assembly, value);
  return [{ function: named, ...(qualifier === undefined ? {} : { qualifier }) }];
}

function names(assembly: Assembly, value: unknown, topic: AssemblyResource): boolean {
  return assembly.referencesIn(value).some(({ resource }) => resource === topic);
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
function asAlarm(source: AssemblyResource): Invoker {
  const { region, account } = source.stack;
  const sourceArn = `arn:aws:cloudwatch:${region}:${account}:alarm:${nameInArn(source, 'AlarmName')}`;
  return { principal: 'lambda.alarms.cloudwatch.amazonaws.com', source, sourceArn };
}

/** @see https://docs.aws.amazon.com/sns/latest/dg/lambda-console.html */
function asTopic(source: AssemblyResource): Invoker {
  const { region, account } = source.stack;
  const sourceArn = `arn:aws:sns:${region}:${account}:${nameInArn(source, 'TopicName')}`;
  return { principal: 'sns.amazonaws.com', source, sourceArn };
}
