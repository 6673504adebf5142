export { AlarmBoard, type AlarmEvent } from './alarm-board';
export { type Alarm, type AlarmFeature, findAlarm, type MetricAlarm, readAlarm } from './alarm-definition';
export type { AlarmState } from './alarm-state';
export type { AlarmStream } from './alarm-stream';
export { type AlarmChange, Monitoring } from './monitoring';
export type { LeftOutAlarm, WatchedAlarm } from './watched-alarm';
