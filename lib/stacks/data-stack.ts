import { AttributeType, type WarmThroughput } from 'aws-cdk-lib/aws-dynamodb';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { names, type QualifiedConfig, regionCapacity, type Throughput, tableOwner } from '../config';
import { allowFaults, ReplicatedTable } from '../constructs';
import { keyAliasArn } from './key-stack';

/**
 * Owns the table and nothing else, in the first Region of the config. Through this one stack all replicas are created and changed; a
 * lost owner stops changes of the table, not its use. It cannot be deleted by mistake, and deleting it keeps the table.
 */
export class DataStack extends Stack {
  constructor(scope: Construct, config: QualifiedConfig) {
    const { application, account, regions, consistency, witnessRegions } = config;
    const { warmTable, warmIndex } = regionCapacity(config);
    super(scope, names.dataStack(application), {
      env: { account, region: tableOwner(config) },
      description: `${application}: table replicated to ${[...regions, ...witnessRegions].join(', ')}`,
      terminationProtection: true,
    });
    const { table } = new ReplicatedTable(this, 'Data', {
      tableName: names.table(application),
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      regions,
      consistency,
      witnessRegion: witnessRegions[0],
      keyArns:
        config.encryption === 'customer-managed'
          ? Object.fromEntries(regions.map((region) => [region, keyAliasArn(config, region)]))
          : undefined,
      globalSecondaryIndexes: [
        {
          indexName: names.driverIndex,
          partitionKey: { name: 'driverId', type: AttributeType.STRING },
          sortKey: { name: 'parcelId', type: AttributeType.STRING },
          warmThroughput: warmIndex && warm(warmIndex),
        },
      ],
      warmThroughput: warmTable && warm(warmTable),
    });
    allowFaults(table, application);
  }
}

function warm({ readUnits, writeUnits }: Throughput): WarmThroughput {
  return { readUnitsPerSecond: readUnits, writeUnitsPerSecond: writeUnits };
}
