import { join } from 'node:path';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { names, wardOf, type ZonedConfig } from '../config';
import { allowFaults, EvacuationSwitch, ReplicatedBucket } from '../constructs';
import { keyOf } from './key-stack';

/**
 * What other Regions name, and what must therefore exist in every Region before any Region's own stack: the Region's bucket, and the
 * switch and the judge of its ward.
 *
 * The health checks of the ward name the alarms of this stack, and the replication rules of every other Region its bucket, by computed
 * names. Nothing here names anything of a Region's own stack, so both rings have a beginning: all foundations first, in any order, then
 * the Regions.
 */
export class FoundationStack extends Stack {
  constructor(scope: Construct, config: ZonedConfig, region: string) {
    const { application, account } = config;
    super(scope, names.foundationStack(application, region), {
      env: { account, region },
      description: `${application}: what other Regions name in ${region}`,
    });
    const encryptionKey = keyOf(this, config);
    const { bucket } = new ReplicatedBucket(this, 'Objects', {
      bucketName: names.bucket(application, account, region),
      allowedOrigins: [`https://*.${config.hostedZone.name}`],
      encryptionKey,
    });
    allowFaults(bucket, application);
    this.#judgeWard(config, region, encryptionKey);
  }

  #judgeWard(config: ZonedConfig, region: string, encryptionKey?: IKey): void {
    const { application, regions, recordName, consistency, judge, evacuation } = config;
    new EvacuationSwitch(this, 'Evacuation', {
      application,
      ward: wardOf(regions, region),
      regions,
      recordName,
      tableName: names.table(application),
      consistency,
      settings: judge,
      encryptionKey,
      probesOnly: evacuation === 'region-switch',
      entry: join(__dirname, '..', 'application', 'judge.ts'),
    });
  }
}
