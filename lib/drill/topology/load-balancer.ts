/**
 * Load balancers, which report the health of what is behind them: one whose targets are all gone is unhealthy.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
 */
export const LOAD_BALANCER = /^AWS::ElasticLoadBalancing/;
