export {
  type Convergence,
  type ConvergenceModel,
  checkConvergence,
  type LostWrite,
  type SupersededWrite,
} from './convergence';
export { type CounterExample, describeOperation } from './counter-example';
export { checkDeliveries, type DeliveredEffect, type DeliveryVerdict, type Submission } from './deliveries';
export { History } from './history';
export { checkLinearizability, type Linearizability, type LinearizabilityLimits } from './linearizability';
export { type AcknowledgedOperation, isAcknowledged, type Operation, type Outcome } from './operation';
export {
  type RegisterInput,
  type RegisterOperation,
  type RegisterOutput,
  type RegisterValue,
  registerConvergence,
  registerModel,
  registerVersions,
} from './register';
export { type SequentialModel, UNSEEN } from './sequential-model';
export {
  checkSessionGuarantees,
  type SessionAnomaly,
  type SessionGuarantees,
  type SessionVerdict,
  type VersionOrder,
} from './session-guarantees';
