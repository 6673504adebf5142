import type { Assembly } from '../../../lib/assembly';
import { type Alarm, type MetricAlarm, readAlarm } from '../../../lib/drill/monitoring';
import { readStacks } from '../../assembly/write-assembly';

/** The alarm that takes one share of a ward's clients away, as a template has it; `rest` replaces properties. */
export function alarmTemplate(rest: Record<string, unknown> = {}): {
  Type: string;
  Properties: Record<string, unknown>;
} {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: 'dispatch-evacuated-us-east-2-rest',
      Namespace: 'dispatch',
      MetricName: 'Evacuated',
      Dimensions: [
        { Name: 'Ward', Value: 'us-east-2' },
        { Name: 'Share', Value: 'rest' },
      ],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      ...rest,
    },
  };
}

/** An assembly of us-west-2 alone, stack `West`, with these resources. */
export function westernAssembly(Resources: Readonly<Record<string, unknown>>): Assembly {
  return readStacks({ West: { region: 'us-west-2', template: { Resources } } });
}

/** The alarm `Alarm` of these resources in us-west-2, as health checks read it. */
export function alarmIn(resources: Readonly<Record<string, unknown>>): Alarm {
  const assembly = westernAssembly(resources);
  const resource = assembly.resources.find(({ logicalId }) => logicalId === 'Alarm');
  if (!resource) throw new Error('no alarm');
  return readAlarm(assembly, resource);
}

/** An alarm in us-west-2 that the drill evaluates. */
export function metricAlarm(rest: Record<string, unknown> = {}): MetricAlarm {
  const alarm = alarmIn({ Alarm: alarmTemplate(rest) });
  if (alarm.kind !== 'metric') throw new Error(alarm.feature);
  return alarm;
}

/** What the holder of a ward prints: both shares as Powertools serializes them. */
export function evacuatedDocument(timestampMs: number, value: unknown, share = 'rest', more: object = {}): string {
  const directive = {
    Namespace: 'dispatch',
    Dimensions: [['Ward', 'Share']],
    Metrics: [{ Name: 'Evacuated', Unit: 'Count', ...more }],
  };
  return JSON.stringify({
    _aws: { Timestamp: timestampMs, CloudWatchMetrics: [directive] },
    Ward: 'us-east-2',
    Share: share,
    Evacuated: value,
  });
}
