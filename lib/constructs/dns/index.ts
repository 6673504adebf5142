export { CHECKER_REGIONS } from './health-check-rules';
export { type EndpointProbe, HealthCheckedDns } from './health-checked-dns';
