export type { DnsAnswer } from './answer-query';
export { DeviceCache, type DeviceKind, deviceMix } from './device-cache';
export type { Vote } from './endpoint-check';
export type { EndpointHealthCheck, HealthCheck } from './health-check';
export type { Probe, ProbeResult } from './probe';
export type { DnsRecord, RecordTarget } from './record';
export { type Resolver, ResolverFleet } from './resolver';
export { type RegionStatusChange, Route53 } from './route53';
export { readZone, type Zone } from './zone';
