import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Stack } from 'aws-cdk-lib/core';
import { acknowledge } from '../security/acknowledge';
import { wildcardFinding } from './wildcard-finding';

/** What a function may do with the Region's bucket. */
export interface ObjectsGrant {
  /** Name of the bucket. */
  readonly bucketName: string;

  /** Beginning of the keys it may read and write, for example `deliveries/`. */
  readonly prefix: string;
}

/**
 * Lets a function, and the URLs it signs, read and write objects under a prefix of a bucket; nothing is deleted.
 *
 * It may also list the bucket, which it never does: only to those who may does S3 say that an object is not there, and not merely that
 * they may not see it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export function grantObjects(lambdaFunction: LambdaFunction, { bucketName, prefix }: ObjectsGrant): void {
  const { partition } = Stack.of(lambdaFunction);
  const bucketArn = `arn:${partition}:s3:::${bucketName}`;
  const objects = `${bucketArn}/${prefix}*`;
  lambdaFunction.addToRolePolicy(
    new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [objects] }),
  );
  lambdaFunction.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucketArn] }));
  acknowledge(
    lambdaFunction.role ?? lambdaFunction,
    wildcardFinding(lambdaFunction, objects),
    'Keys under the prefix are made from identifiers of clients; the bucket and the prefix are named.',
  );
}
