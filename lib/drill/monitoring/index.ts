export { AlarmBoard, type AlarmCondition, type AlarmEvent, type EvaluatedAlarm } from './alarm-board';
export {
  ALARM_TYPES,
  type Alarm,
  type AlarmFeature,
  breaches,
  findAlarm,
  type MetricAlarm,
  readAlarm,
} from './alarm-definition';
export type { AlarmState } from './alarm-state';
export type { AlarmStream, DataPoint } from './alarm-stream';
export { type AlarmChange, Monitoring } from './monitoring';
export { alarmName, type LeftOutAlarm, type WatchedAlarm, type WatchedMetricAlarm } from './watched-alarm';
