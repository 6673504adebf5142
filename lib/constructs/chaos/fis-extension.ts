import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Function as LambdaFunction, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { BlueprintError } from '../blueprint-error';
import { acknowledge } from '../security';
import { acknowledgeWildcard } from './acknowledge-wildcards';

/** Properties of {@link FisExtension}. */
export interface FisExtensionProps {
  /** Function whose invocations experiments may change. */
  readonly function: LambdaFunction;
}

/** Folder of the bucket in which FIS leaves what to inject. */
const FOLDER = 'FisConfigs';

/**
 * Public parameter with the ARN of the extension's layer. Account and version of the layer are others in each Region, so CloudFormation
 * reads it when it deploys.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/actions-lambda-extension-arns.html
 */
const LAYER_PARAMETER = '/aws/service/fis/lambda-extension/AWS-FIS-extension';

/**
 * Milliseconds for which an invocation waits for the extension's poll when one is due. AWS recommends at least this much for experiments
 * that keep the handler from running; the poll takes 70 ms on average.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/use-lambda-actions.html
 */
const POLL_WAIT_MS = 2_000;

/**
 * Puts the extension of AWS FIS into a function, and the bucket beside it through which FIS tells it what to do.
 *
 * It stands between Lambda and the runtime in each invocation, polls the bucket once a minute while nothing is injected, takes the one
 * place that a wrapper script can have, and turns response streaming off. So it belongs where experiments run and nowhere else. A fault
 * begins up to a minute after its action and ends up to 20 s after it.
 *
 * ```ts
 * declare const scope: Construct;
 * declare const handler: LambdaFunction;
 *
 * const { configurationArn } = new FisExtension(scope, 'FisExtension', { function: handler });
 * ```
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/use-lambda-actions.html
 */
export class FisExtension extends Construct {
  /** ARN of the folder that FIS writes to, with a slash at its end. */
  readonly configurationArn: string;

  /** @throws BlueprintError when the function's role is not one of this app, so that it could not be allowed to read. */
  constructor(scope: Construct, id: string, { function: handler }: FisExtensionProps) {
    super(scope, id);
    const bucket = this.#bucket();
    this.configurationArn = bucket.arnForObjects(`${FOLDER}/`);
    handler.addLayers(LayerVersion.fromLayerVersionArn(this, 'Layer', this.#layerArn(handler.architecture)));
    handler.addEnvironment('AWS_FIS_CONFIGURATION_LOCATION', this.configurationArn);
    handler.addEnvironment('AWS_FIS_POLL_MAX_WAIT_MILLISECONDS', String(POLL_WAIT_MS));
    handler.addEnvironment('AWS_LAMBDA_EXEC_WRAPPER', '/opt/aws-fis/bootstrap');
    this.#grantRead(handler, bucket);
  }

  #layerArn(architecture: Architecture): string {
    const name = architecture === Architecture.ARM_64 ? 'arm64' : 'x86_64';
    return StringParameter.valueForStringParameter(this, `${LAYER_PARAMETER}-${name}/1.x.x`);
  }

  /** FIS takes its objects away when an action ends, so the bucket is empty between experiments and goes with its stack. */
  #bucket(): Bucket {
    const bucket = new Bucket(this, 'Configuration', {
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const reason =
      'It holds nothing but what a running experiment injects, written by FIS and taken away when it ends.';
    for (const rule of [
      'AwsSolutions::AwsSolutions-S1',
      'NIST.800.53.R5::NIST.800.53.R5-S3BucketLoggingEnabled',
      'NIST.800.53.R5::NIST.800.53.R5-S3BucketReplicationEnabled',
      'NIST.800.53.R5::NIST.800.53.R5-S3BucketVersioningEnabled',
      'NIST.800.53.R5::NIST.800.53.R5-S3DefaultEncryptionKMS',
    ]) {
      acknowledge(bucket, rule, reason);
    }
    return bucket;
  }

  #grantRead(handler: LambdaFunction, bucket: Bucket): void {
    const objects = bucket.arnForObjects(`${FOLDER}/*`);
    if (!handler.role) {
      throw new BlueprintError('ExtensionWithoutRole', 'the function must have a role that can be allowed to read');
    }
    handler.addToRolePolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': [`${FOLDER}/*`] } },
      }),
    );
    handler.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [objects] }));
    acknowledgeWildcard(handler.role, objects, 'FIS names its objects when an experiment starts.');
  }
}
