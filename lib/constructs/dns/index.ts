export type { EndpointProbe } from './endpoint-probe';
export { alarmIdentifierOf, CHECKER_REGIONS } from './health-check-rules';
export { type Evacuation, HealthCheckedDns, type HealthCheckedDnsProps } from './health-checked-dns';
export { ZoneNameTarget } from './zone-name-target';
