import { Annotations, type App, Tags } from 'aws-cdk-lib/core';
import { type BackupSettings, isOptInRegion, type ZonedConfig } from '../config';
import { BackupStack } from './backup-stack';
import { DataStack } from './data-stack';
import { EdgeStack } from './edge-stack';
import { FoundationStack } from './foundation-stack';
import { KeyStack } from './key-stack';
import { PlanStack } from './plan-stack';
import { warnOfQuotas } from './quota-warnings';
import { RegionStack } from './region-stack';
import { VaultStack } from './vault-stack';
import { ZoneStack } from './zone-stack';

/**
 * Types that have tags in some Regions only, by CloudFormation's schemas of each Region: a template with tags would be refused in the
 * others.
 */
const TAGLESS: string[] = ['AWS::CloudWatch::Dashboard'];

/**
 * The stacks of an application: one that owns the table, two for each active Region, its foundation and the rest of it, and one at
 * the edge with alarms on Route 53's metrics.
 *
 * A Region's stack depends on the data stack and on every foundation in the order of deployment alone: `cdk deploy --all` gives a Region
 * its replica before DNS answers with it, and a health check its alarm before it follows it. Nothing in a template refers to another
 * stack, so `cdk deploy --exclusively <application>-<region>` and `cdk destroy --exclusively <application>-<region>` work while every
 * other Region is lost.
 */
export class Blueprint {
  /** Stack that owns the table. */
  readonly data: DataStack;

  /** Stacks of what other Regions name, in the order of the config. */
  readonly foundations: readonly FoundationStack[];

  /** Stacks of the active Regions, in the order of the config. */
  readonly regions: readonly RegionStack[];

  constructor(app: App, config: ZonedConfig) {
    if (config.hostedZone.owned) new ZoneStack(app, config);
    this.data = new DataStack(app, config);
    this.foundations = config.regions.map((region) => new FoundationStack(app, config, region));
    this.regions = config.regions.map((region) => new RegionStack(app, config, region));
    for (const stack of this.regions) {
      for (const earlier of [this.data, ...this.foundations]) stack.addStackDependency(earlier);
      warnOfQuotas(stack, config);
    }
    new EdgeStack(app, config, this.regions);
    if (config.evacuation === 'region-switch') this.#plan(app, config);
    if (config.encryption === 'customer-managed') this.#keys(app, config);
    if (config.backup) this.#backup(app, config, config.backup);
    for (const [key, value] of Object.entries(config.tags))
      Tags.of(app).add(key, value, { excludeResourceTypes: TAGLESS });
    for (const region of [...config.regions, ...config.witnessRegions].filter(isOptInRegion)) {
      Annotations.of(this.data).addWarningV2(
        'Outlast:OptInRegion',
        `${region} must be enabled in account ${config.account} before the first deployment: aws account enable-region --region-name ${region}`,
      );
    }
  }

  /** The names that the plan's records lead to exist before them. */
  #plan(app: App, config: ZonedConfig): void {
    const plan = new PlanStack(app, config);
    for (const stack of this.regions) plan.addStackDependency(stack);
  }

  /** Every key exists before anything that it encrypts. */
  #keys(app: App, config: ZonedConfig): void {
    for (const [index, region] of config.regions.entries()) {
      const keys = new KeyStack(app, config, region);
      this.data.addStackDependency(keys);
      this.foundations[index]?.addStackDependency(keys);
    }
  }

  #backup(app: App, config: ZonedConfig, settings: BackupSettings): void {
    const backup = new BackupStack(app, config, settings);
    for (const earlier of [this.data, new VaultStack(app, config, settings)]) backup.addStackDependency(earlier);
  }
}
