export { CircuitBreaker, type CircuitBreakerProps } from './circuit-breaker';
export type { ClientInit } from './client-init';
export type { ClientProps, Prepare, Target } from './client-props';
export { type Clock, systemClock } from './clock';
export { createClient, type RegionalFetch } from './create-client';
export { type Attempt, NoAnswer } from './no-answer';
export type { OutgoingRequest } from './outgoing-request';
