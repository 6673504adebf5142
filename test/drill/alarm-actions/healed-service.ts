import type { Assembly } from '../../../lib/assembly';
import { writeService } from '../written/written-service';

export const EAST = 'us-east-2';
export const WEST = 'us-west-2';

/** Name of the parameter by which a Region says that clients shall leave it. */
export const PARAMETER = '/parcels/evacuated';

/** A way in which the alarm of a Region reaches the function that heals it. */
export type Way = 'direct' | 'alias' | 'topic' | 'topic with subscription inside' | 'composite';

/** What a test says of the service. */
export interface HealedService {
  readonly way: Way;
  /** What the function's policy lets invoke it. @default - what the way needs */
  readonly permission?: Readonly<Record<string, unknown>> | null;
  /** Properties of the alarm, beside these or instead of them. @default - none */
  readonly alarm?: Readonly<Record<string, unknown>>;
  /** Properties of the subscription beside these. @default - none */
  readonly subscription?: Readonly<Record<string, unknown>>;
  /** Other resources of every Region. @default - none */
  readonly more?: Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>;
  /** Text put before what the healing function does. @default - nothing */
  readonly first?: string;
}

/**
 * Reads the table on every request but those of health checkers, who hear what the parameter says. The function that heals prints its event
 * and writes the parameter; nothing else does.
 */
const handler = (first: string): string => `
const { DynamoDBClient, GetItemCommand } = require('@aws-sdk/client-dynamodb');
const { SSMClient, GetParameterCommand, PutParameterCommand } = require('@aws-sdk/client-ssm');
const table = new DynamoDBClient({ maxAttempts: 1 });
const parameters = new SSMClient({});
const Name = '${PARAMETER}';

exports.handler = async ({ rawPath }) => {
  if (rawPath === '/health') {
    const { Parameter } = await parameters.send(new GetParameterCommand({ Name }));
    const status = Parameter.Value === 'yes' ? 'evacuated' : 'healthy';
    return { statusCode: 200, body: JSON.stringify({ status }) };
  }
  try {
    await table.send(new GetItemCommand({ TableName: 'parcels', Key: { pk: { S: rawPath } } }));
    return { statusCode: 200, body: '{}' };
  } catch {
    return { statusCode: 503, body: '{}' };
  }
};

let runs = 0;
exports.heal = async (event) => {
  console.log(JSON.stringify(event));
  runs += 1;
  ${first}
  await parameters.send(new PutParameterCommand({ Name, Value: 'yes', Overwrite: true }));
};
`;

const ARN = { 'Fn::GetAtt': ['Healer', 'Arn'] };

/** The service in two Regions, each of which an alarm on its own errors, and nothing else, takes out of DNS. */
export function healedService({ way, permission, alarm, subscription, more, first = '' }: HealedService): Assembly {
  const isTold = way.startsWith('topic');
  const action = way === 'alias' ? { Ref: 'Live' } : isTold ? { Ref: 'Topic' } : ARN;
  const Inside = { Subscription: [{ Protocol: 'lambda', Endpoint: ARN, ...subscription }] };
  const usual = {
    FunctionName: way === 'alias' ? { Ref: 'Live' } : { Ref: 'Healer' },
    Action: 'lambda:InvokeFunction',
    Principal: isTold ? 'sns.amazonaws.com' : 'lambda.alarms.cloudwatch.amazonaws.com',
    SourceAccount: { Ref: 'AWS::AccountId' },
    SourceArn: isTold ? { Ref: 'Topic' } : { 'Fn::GetAtt': [way === 'composite' ? 'Any' : 'Errors', 'Arn'] },
  };
  const permitted = permission === null ? undefined : { ...usual, ...permission };
  return writeService({
    handler: handler(first),
    intervalSeconds: 30,
    more: (region) => ({
      Parameter: { Type: 'AWS::SSM::Parameter', Properties: { Name: PARAMETER, Type: 'String', Value: 'no' } },
      Healer: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: 'healer',
          Runtime: 'nodejs24.x',
          Handler: 'index.heal',
          Code: { S3Bucket: 'assets', S3Key: 'parcels.zip' },
          Timeout: 10,
        },
      },
      Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Healer' }, Name: 'live' } },
      Errors: {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmName: `errors-${region}`,
          AlarmDescription: 'Clients meet errors',
          Namespace: 'AWS/ApiGateway',
          MetricName: '5xx',
          Dimensions: [{ Name: 'ApiId', Value: { Ref: 'Api' } }],
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 100,
          ComparisonOperator: 'GreaterThanThreshold',
          TreatMissingData: 'notBreaching',
          ...(way === 'composite' ? {} : { AlarmActions: [action] }),
          ...alarm,
        },
      },
      ...(way === 'composite'
        ? {
            Any: {
              Type: 'AWS::CloudWatch::CompositeAlarm',
              Properties: { AlarmName: 'any', AlarmRule: `ALARM("errors-${region}")`, AlarmActions: [ARN] },
            },
          }
        : {}),
      ...(isTold ? { Topic: { Type: 'AWS::SNS::Topic', Properties: way === 'topic' ? {} : Inside } } : {}),
      ...(way === 'topic'
        ? {
            Told: {
              Type: 'AWS::SNS::Subscription',
              Properties: { Protocol: 'lambda', TopicArn: { Ref: 'Topic' }, Endpoint: ARN, ...subscription },
            },
          }
        : {}),
      ...(permitted ? { Permission: { Type: 'AWS::Lambda::Permission', Properties: permitted } } : {}),
      ...more,
    }),
  });
}
