export type { ActionId } from './catalogue/fault-actions';
export type { TargetType } from './catalogue/target-types';
export { FaultAction, type FaultActionProps } from './fault-action';
export { type ExperimentReport, FaultExperiment, type FaultExperimentProps } from './fault-experiment';
export { FaultSwitch, type FaultSwitchProps } from './fault-switch';
export { FaultTarget } from './fault-target';
export { FisExtension, type FisExtensionProps } from './fis-extension';
export { ObjectiveAlarm, type ObjectiveAlarmProps } from './objective-alarm';
export { allowFaults, FAULT_TAG, RegionExperiments, type RegionExperimentsProps } from './region-experiments';
