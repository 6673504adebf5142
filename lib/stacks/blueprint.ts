import { Annotations, type App, Tags } from 'aws-cdk-lib/core';
import { isOptInRegion, type QualifiedConfig } from '../config';
import { DataStack } from './data-stack';
import { warnOfQuotas } from './quota-warnings';
import { RegionStack } from './region-stack';

/**
 * The stacks of an application: one that owns the table, and one for each active Region.
 *
 * A Region's stack depends on the data stack in the order of deployment alone: `cdk deploy --all` gives a Region its replica before
 * DNS answers with it. Nothing in a template refers to another stack, so `cdk deploy --exclusively <application>-<region>` and
 * `cdk destroy <application>-<region>` work while every other Region is lost.
 */
export class Blueprint {
  /** Stack that owns the table. */
  readonly data: DataStack;

  /** Stacks of the active Regions, in the order of the config. */
  readonly regions: readonly RegionStack[];

  constructor(app: App, config: QualifiedConfig) {
    this.data = new DataStack(app, config);
    this.regions = config.regions.map((region) => new RegionStack(app, config, region));
    for (const stack of this.regions) {
      stack.addStackDependency(this.data);
      warnOfQuotas(stack, config);
    }
    for (const [key, value] of Object.entries(config.tags)) Tags.of(app).add(key, value);
    for (const region of [...config.regions, ...config.witnessRegions].filter(isOptInRegion)) {
      Annotations.of(this.data).addWarningV2(
        'Outlast:OptInRegion',
        `${region} must be enabled in account ${config.account} before the first deployment: aws account enable-region --region-name ${region}`,
      );
    }
  }
}
