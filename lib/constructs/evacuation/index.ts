export { EvacuationSwitch, type EvacuationSwitchProps } from './evacuation-switch';
export { PLAN_REGION, RegionSwitchPlan, type RegionSwitchPlanProps } from './region-switch-plan';
