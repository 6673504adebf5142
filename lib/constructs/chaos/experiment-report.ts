import type { CfnExperimentTemplate } from 'aws-cdk-lib/aws-fis';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Duration, type Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import { BlueprintError } from '../blueprint-error';
import type { ExperimentReport } from './fault-experiment';
import { refuseElsewhere } from './stop-alarms';

/** Limits of a report. @see https://docs.aws.amazon.com/fis/latest/userguide/experiment-report-configuration.html */
const MAX_PREFIX = 256;
const MAX_BEFORE = Duration.minutes(30);
const MAX_AFTER = Duration.hours(2);

/** @throws BlueprintError when FIS would refuse the report. */
export function reportConfiguration(
  experiment: IConstruct,
  { bucket, prefix, dashboard, before, after }: ExperimentReport,
): CfnExperimentTemplate.ExperimentTemplateExperimentReportConfigurationProperty {
  refuseElsewhere(experiment, 'report.bucket', bucket.env.region);
  if (prefix !== undefined && prefix.length > MAX_PREFIX) {
    throw new BlueprintError(
      'ReportPrefix',
      `report.prefix must have at most ${MAX_PREFIX} characters, got ${prefix.length}`,
    );
  }
  return {
    outputs: { experimentReportS3Configuration: { bucketName: bucket.bucketName, prefix } },
    dataSources: dashboard && { cloudWatchDashboards: [{ dashboardIdentifier: dashboard.dashboardArn }] },
    preExperimentDuration: rendered('before', before, MAX_BEFORE),
    postExperimentDuration: rendered('after', after, MAX_AFTER),
  };
}

/** What the role needs to write the report, of the same page. */
export function reportStatements(stack: Stack, { bucket, prefix, dashboard }: ExperimentReport): PolicyStatement[] {
  const objects = [prefix, '*'].filter((part) => part !== undefined).join('/');
  const statements = [
    new PolicyStatement({ actions: ['s3:PutObject', 's3:GetObject'], resources: [bucket.arnForObjects(objects)] }),
  ];
  if (bucket.encryptionKey) {
    statements.push(
      new PolicyStatement({
        actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
        resources: [bucket.encryptionKey.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${stack.region}.amazonaws.com` } },
      }),
    );
  }
  if (dashboard) {
    statements.push(
      new PolicyStatement({ actions: ['cloudwatch:GetDashboard'], resources: [dashboard.dashboardArn] }),
      new PolicyStatement({ actions: ['cloudwatch:GetMetricWidgetImage'], resources: ['*'] }),
    );
  }
  return statements;
}

function rendered(property: string, duration: Duration | undefined, most: Duration): string | undefined {
  if (duration && duration.toSeconds() > most.toSeconds()) {
    throw new BlueprintError(
      'ReportDuration',
      `report.${property} must be at most ${most.toHumanString()}, got ${duration.toHumanString()}`,
    );
  }
  return duration?.toIsoString();
}
