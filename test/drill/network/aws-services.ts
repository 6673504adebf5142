import { DynamoDbService } from '../../../lib/drill/data/dynamodb-service';
import type { TableDefinition } from '../../../lib/drill/data/table-definition';
import type { AwsServices } from '../../../lib/drill/network/aws-service';
import type { BucketDefinition } from '../../../lib/drill/objects/bucket-definition';
import { S3Service } from '../../../lib/drill/objects/s3-service';
import type { ParameterDefinition } from '../../../lib/drill/parameters/parameter-definition';
import { ParameterStore } from '../../../lib/drill/parameters/parameter-store';
import type { DrillContext } from '../../../lib/drill/world/context';
import { parcelTable } from '../data/fixture';

/** The services of a world with one table, unless a test says otherwise. */
export function awsServices(
  context: DrillContext,
  options: {
    tables?: readonly TableDefinition[];
    buckets?: readonly BucketDefinition[];
    parameters?: readonly ParameterDefinition[];
  } = {},
): AwsServices {
  return {
    dynamodb: new DynamoDbService(options.tables ?? [parcelTable()], context),
    s3: new S3Service(options.buckets ?? [], context),
    ssm: new ParameterStore(options.parameters ?? [], context),
  };
}

/** A parameter of a template. */
export function parameter(rest: Partial<ParameterDefinition> = {}): ParameterDefinition {
  return {
    region: 'us-east-2',
    account: '111122223333',
    name: '/dispatch/hand',
    type: 'String',
    value: 'automatic',
    maxBytes: 4096,
    ...rest,
  };
}
