import type { Assembly } from '../../../lib/assembly';
import type { ExperimentDefinition } from '../../../lib/drill/experiments/experiment-definition';
import { findExperiment } from '../../../lib/drill/experiments/read-experiments';
import { readStacks } from '../../assembly/write-assembly';
import { alarmTemplate } from '../monitoring/alarms';

export const EAST = 'us-east-2';
export const WEST = 'us-west-2';

/** Where FIS leaves what to inject, as CDK writes it. */
export const LOCATION = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Faults', 'Arn'] }, '/api/']] };

type Written = Readonly<Record<string, unknown>>;

/** A function with these tags; `variables` are those of its environment, `more` its other properties. */
export function lambdaFunction(tags: Written, variables: Written = {}, more: Written = {}): Written {
  const Properties = {
    Runtime: 'nodejs24.x',
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    Environment: { Variables: { AWS_FIS_CONFIGURATION_LOCATION: LOCATION, ...variables } },
    ...more,
  };
  return { Type: 'AWS::Lambda::Function', Properties };
}

/** Layer and wrapper of the extension, as properties of a function. */
export const EXTENSION = {
  Layers: ['arn:aws:lambda:us-east-2:123456789012:layer:aws-fis-extension-x86_64:1'],
  Environment: {
    Variables: { AWS_FIS_CONFIGURATION_LOCATION: LOCATION, AWS_LAMBDA_EXEC_WRAPPER: '/opt/aws-fis/bootstrap' },
  },
};

/** A table with replicas in both Regions, that in us-east-2 with a tag. */
export const TABLE = {
  Type: 'AWS::DynamoDB::GlobalTable',
  Properties: {
    TableName: 'parcels',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    Replicas: [{ Region: EAST, Tags: [{ Key: 'role', Value: 'data' }] }, { Region: WEST }],
  },
};

/** A wait of so long, after these actions. */
export function wait(duration: string, ...StartAfter: readonly string[]): Written {
  return {
    ActionId: 'aws:fis:wait',
    Parameters: { duration },
    ...(StartAfter.length === 0 ? {} : { StartAfter }),
  };
}

/** A pause of replication of target `tables`. */
export function pause(duration: string, ...StartAfter: readonly string[]): Written {
  return {
    ...wait(duration, ...StartAfter),
    ActionId: 'aws:dynamodb:global-table-pause-replication',
    Targets: { Tables: 'tables' },
  };
}

/** An action on invocations of target `functions`. */
export function onFunctions(ActionId: string, Parameters: Written = {}): Written {
  return { ActionId, Parameters: { duration: 'PT5M', ...Parameters }, Targets: { Functions: 'functions' } };
}

/** A target of resources of a type with these tags. */
export function tagged(ResourceType: string, ResourceTags: Written, more: Written = {}): Written {
  return { ResourceType, ResourceTags, SelectionMode: 'ALL', ...more };
}

/** The tables with the tag of {@link TABLE}. */
export const TABLES = { tables: tagged('aws:dynamodb:global-table', { role: 'data' }) };

/** What a template of an experiment says, and what is beside it. */
export interface WrittenExperiment {
  readonly actions?: Written;
  readonly targets?: Written;
  readonly stop?: readonly unknown[];
  readonly options?: Written;
  /** Resources beside it in us-east-2. */
  readonly resources?: Written;
  /** Resources in us-west-2. */
  readonly west?: Written;
}

/** An assembly whose stack `East` has experiment `Trial`, an alarm and a bucket for faults. */
export function experimentAssembly({ actions, targets, stop, options, resources, west }: WrittenExperiment): Assembly {
  const Trial = {
    Type: 'AWS::FIS::ExperimentTemplate',
    Properties: {
      Description: 'A trial',
      RoleArn: 'arn:aws:iam::111122223333:role/fis',
      Tags: { Name: 'trial' },
      Actions: actions ?? { rest: wait('PT5M') },
      Targets: targets ?? {},
      StopConditions: (stop ?? []).map((Value) => ({ Source: 'aws:cloudwatch:alarm', Value })),
      ...(options === undefined ? {} : { ExperimentOptions: options }),
    },
  };
  const Faults = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'faults' } };
  return readStacks({
    East: { region: EAST, template: { Resources: { Trial, Faults, Alarm: alarmTemplate(), ...resources } } },
    West: { region: WEST, template: { Resources: { Faults, ...west } } },
  });
}

/** The experiment of such an assembly. */
export function trialOf(assembly: Assembly): ExperimentDefinition {
  return findExperiment(assembly, 'trial', undefined);
}
