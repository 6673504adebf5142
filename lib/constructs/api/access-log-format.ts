import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

/**
 * One JSON object for each request: what happened, how long it took and on whose side it failed. It names the route but neither the
 * path, whose variables identify parcels and drivers, nor the caller's address.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export const ACCESS_LOG_FORMAT = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    extendedRequestId: '$context.extendedRequestId',
    requestTime: '$context.requestTime',
    domainName: '$context.domainName',
    routeKey: '$context.routeKey',
    protocol: '$context.protocol',
    status: '$context.status',
    responseLength: '$context.responseLength',
    responseLatency: '$context.responseLatency',
    integrationLatency: '$context.integration.latency',
    integrationStatus: '$context.integration.integrationStatus',
    functionStatus: '$context.integration.status',
    integrationError: '$context.integration.error',
    authorizerError: '$context.authorizer.error',
    error: '$context.error.message',
  }),
);
