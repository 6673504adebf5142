import { Fn, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { names, type QualifiedConfig } from '../config';
import { EdgeWatch, HEALTH_CHECK_METRICS_REGION } from '../constructs';
import { keyOf } from './key-stack';
import type { RegionStack } from './region-stack';

/**
 * Alarms on what Route 53 thinks of each Region. They must be in us-east-1 and know identifiers that Route 53 chose, so this stack, and
 * no other, reads outputs of the Regions' stacks when it is deployed. It is deployed last, and nothing depends on it. Its topic is under
 * a key of the account only where us-east-1 is a Region of the application and has one.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getstackoutput.html
 */
export class EdgeStack extends Stack {
  constructor(scope: Construct, config: QualifiedConfig, regions: readonly RegionStack[]) {
    const { application, account, notifications } = config;
    const isServing = config.regions.includes(HEALTH_CHECK_METRICS_REGION);
    super(scope, names.edgeStack(application), {
      env: { account, region: HEALTH_CHECK_METRICS_REGION },
      description: `${application}: alarms on the health checks of ${config.regions.join(', ')}`,
    });
    const encryptionKey = isServing ? keyOf(this, config) : undefined;
    new EdgeWatch(this, 'Watch', {
      application,
      ...(encryptionKey ? { encryptionKey } : {}),
      healthChecks: regions.flatMap((stack) =>
        [...stack.healthCheckOutputs].map(([role, outputName]) => ({
          region: stack.region,
          role,
          healthCheckId: Fn.getStackOutput(stack.stackName, outputName, stack.region).toString(),
        })),
      ),
      ...(notifications ? { email: notifications.email } : {}),
    });
    for (const stack of regions) this.addStackDependency(stack);
  }
}
