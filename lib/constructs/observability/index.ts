export { AlarmTopic, type AlarmTopicProps } from './alarm-topic';
export { EdgeWatch, type EdgeWatchProps, HEALTH_CHECK_METRICS_REGION, type WatchedHealthCheck } from './edge-watch';
export { RegionDashboard, type RegionDashboardProps } from './region-dashboard';
export { RegionWatch, type RegionWatchProps, type ReplicationRuleIdentity } from './region-watch';
