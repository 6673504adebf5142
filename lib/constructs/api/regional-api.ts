import {
  ApiMapping,
  type CfnStage,
  DomainName,
  EndpointType,
  HttpApi,
  type HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type IHttpRouteAuthorizer,
  IpAddressType,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Alias, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import { throttleFor } from '../../config';
import { acknowledge, acknowledgeLogKey } from '../security';
import { ACCESS_LOG_FORMAT } from './access-log-format';
import { ApiFunction } from './api-function';
import { failedShareAlarm } from './failed-share-alarm';
import { LiveAlias } from './live-alias';

/** A route of the API. */
export interface ApiRoute {
  /** HTTP method. */
  readonly method: HttpMethod;

  /** Path that begins with `/`; variables in braces. */
  readonly path: string;

  /**
   * Who may call this route, when it is not who may call the others.
   *
   * @default - the authorization of the API
   */
  readonly authorization?: { readonly type: 'iam' };

  /**
   * Requests per second of this route alone, and at once, for those who watch and must not be refused for a rush of clients.
   *
   * @default - it shares the throttle of the stage
   */
  readonly requestsPerSecond?: number;
}

/** Who may call a route: those who sign with AWS credentials, or those who hold a token of an issuer. */
export type ApiAuthorization =
  | { readonly type: 'iam' }
  | { readonly type: 'jwt'; readonly issuer: string; readonly audience: readonly string[] };

/** Properties of {@link RegionalApi}. */
export interface RegionalApiProps {
  /** Physical name of the API and its function, for example `dispatch-api`. */
  readonly name: string;

  /** TypeScript file that exports `handler`; it answers every route. */
  readonly entry: string;

  /** Environment variables of the function. */
  readonly environment: Readonly<Record<string, string>>;

  /** Routes that need authorization. */
  readonly routes: readonly ApiRoute[];

  /** Route that Route 53's health checkers ask, without authorization; give it a throttle of its own. */
  readonly healthRoute: ApiRoute;

  /** Authorization of every route but the health route and those with one of their own. */
  readonly authorization: ApiAuthorization;

  /** Public hosted zone in which the certificate is validated. */
  readonly zone: IHostedZone;

  /** Host name that every Region shares. */
  readonly recordName: string;

  /** Host name of this Region alone. */
  readonly regionalHost: string;

  /** Peak load of the whole application in requests per second, all of which this Region must bear alone when it is the last. */
  readonly peakRequestsPerSecond: number;

  /**
   * Executions of the function that are kept free for it, and beyond which it is stopped.
   *
   * @default - it shares the account's executions with every other function of the Region
   */
  readonly reservedConcurrency?: number;

  /**
   * Execution environments of the function that are kept initialized.
   *
   * @default - none: the first requests of a new environment wait for its start
   */
  readonly provisionedConcurrency?: number;

  /** Physical name of the function's log group. */
  readonly functionLogGroupName: string;

  /** Physical name of the access log group. */
  readonly accessLogGroupName: string;

  /**
   * Key of the account that encrypts the logs.
   *
   * @default - a key that AWS owns
   */
  readonly encryptionKey?: IKey;
}

/**
 * The API of one Region: an HTTP API on two host names, the shared one and the Region's own, with one Lambda function behind it, of which the
 * alias `live` is asked.
 *
 * ```ts
 * declare const stack: Stack; // us-east-2
 * declare const zone: IHostedZone;
 *
 * new RegionalApi(stack, 'Api', {
 *   name: 'dispatch-api',
 *   entry: '/path/to/handler.ts',
 *   environment: { TABLE_NAME: 'dispatch-data' },
 *   routes: [{ method: HttpMethod.GET, path: '/parcels/{parcelId}' }],
 *   healthRoute: { method: HttpMethod.GET, path: '/health', requestsPerSecond: 100 },
 *   authorization: { type: 'jwt', issuer: 'https://id.example.com/', audience: ['dispatch'] },
 *   zone,
 *   recordName: 'api.example.com',
 *   regionalHost: 'us-east-2.api.example.com',
 *   peakRequestsPerSecond: 200,
 *   functionLogGroupName: '/aws/lambda/dispatch-api',
 *   accessLogGroupName: '/aws/vendedlogs/apigateway/dispatch-api',
 * });
 * ```
 *
 * The `execute-api` endpoint is off, so that every caller comes by a name that DNS can move. Both names are reachable over IPv4 and
 * IPv6 with TLS 1.2 or later, under one certificate of the Region.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-custom-domain-names.html
 */
export class RegionalApi extends Construct {
  /** Function that answers every route. */
  readonly function: LambdaFunction;

  /** Version of the function that is asked. */
  readonly alias: Alias;

  /** Identifier of the HTTP API, by which CloudWatch names its metrics. */
  readonly apiId: string;

  /** Custom domain name of the shared host name. */
  readonly domainName: DomainName;

  /** Custom domain name of the Region's own host name. */
  readonly regionalDomainName: DomainName;

  readonly #mappings = new DependencyGroup();

  constructor(scope: Construct, id: string, props: RegionalApiProps) {
    super(scope, id);
    const { name, entry, environment, reservedConcurrency, provisionedConcurrency, functionLogGroupName } = props;
    this.function = new ApiFunction(this, 'Function', {
      name,
      entry,
      environment,
      reservedConcurrency,
      logGroupName: functionLogGroupName,
      encryptionKey: props.encryptionKey,
    }).function;
    const live = new LiveAlias(this, 'Live', { function: this.function, name, provisionedConcurrency });
    this.alias = live.alias;

    const api = new HttpApi(this, 'Api', {
      apiName: name,
      createDefaultStage: false,
      disableExecuteApiEndpoint: true,
      ipAddressType: IpAddressType.DUAL_STACK,
    });
    live.rollBackOn(
      failedShareAlarm(this, 'ServerErrors', {
        alarmName: `${name}-live-5xx`,
        alarmDescription: 'The API answers with server errors. While a version is deployed, this turns it back.',
        failures: api.metricServerError(),
        requests: api.metricCount(),
      }),
    );
    this.apiId = api.apiId;
    const routes = this.#routes(api, props);
    const stage = this.#stage(api, props);
    stage.node.addDependency(...routes);

    const certificate = new Certificate(this, 'Certificate', {
      domainName: props.recordName,
      subjectAlternativeNames: [props.regionalHost],
      validation: CertificateValidation.fromDns(props.zone),
    });
    const mapped = (id: string, host: string): DomainName => {
      const domainName = new DomainName(this, id, {
        domainName: host,
        certificate,
        endpointType: EndpointType.REGIONAL,
        ipAddressType: IpAddressType.DUAL_STACK,
        securityPolicy: SecurityPolicy.TLS_1_2,
      });
      this.#mappings.add(new ApiMapping(this, `${id}Mapping`, { api, domainName, stage }));
      return domainName;
    };
    this.domainName = mapped('SharedName', props.recordName);
    this.regionalDomainName = mapped('RegionalName', props.regionalHost);
    // One after the other: API Gateway takes one CreateDomainName call each 30 s.
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
    this.regionalDomainName.node.addDependency(this.domainName);
  }

  /** Depending on this waits until both host names are answered by every route. */
  get ready(): IDependable {
    return this.#mappings;
  }

  #routes(api: HttpApi, { routes, healthRoute, authorization }: RegionalApiProps): HttpRoute[] {
    const integration = new HttpLambdaIntegration('Integration', this.alias);
    const authorizer = authorizerOf(authorization);
    const route = ({ method, path }: ApiRoute, routeAuthorizer: IHttpRouteAuthorizer): HttpRoute =>
      new HttpRoute(this, `${method} ${path}`, {
        httpApi: api,
        routeKey: HttpRouteKey.with(path, method),
        integration,
        authorizer: routeAuthorizer,
      });
    const open = route(healthRoute, new HttpNoneAuthorizer());
    acknowledge(
      open,
      'AwsSolutions::AwsSolutions-APIG4',
      "Route 53's health checkers cannot sign in; the route says only whether its own Region is healthy and has a throttle of its own.",
    );
    return [open, ...routes.map((own) => route(own, own.authorization ? new HttpIamAuthorizer() : authorizer))];
  }

  #stage(
    api: HttpApi,
    { accessLogGroupName, peakRequestsPerSecond, routes, healthRoute, encryptionKey }: RegionalApiProps,
  ): HttpStage {
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: accessLogGroupName,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
      encryptionKey,
    });
    if (!encryptionKey) acknowledgeLogKey(accessLog);
    const { rate, burst } = throttleFor(peakRequestsPerSecond);
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: rate, burstLimit: burst },
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog), format: ACCESS_LOG_FORMAT },
    });
    // Under the stage's throttle an overload would answer those who watch with 429, and DNS would move the overload to the next Region.
    (stage.node.defaultChild as CfnStage).routeSettings = Object.fromEntries(
      [healthRoute, ...routes].flatMap(({ method, path, requestsPerSecond }) =>
        requestsPerSecond === undefined
          ? []
          : [
              [
                `${method} ${path}`,
                { ThrottlingRateLimit: requestsPerSecond, ThrottlingBurstLimit: requestsPerSecond },
              ] as const,
            ],
      ),
    );
    return stage;
  }
}

function authorizerOf(authorization: ApiAuthorization): IHttpRouteAuthorizer {
  if (authorization.type === 'iam') return new HttpIamAuthorizer();
  return new HttpJwtAuthorizer('Authorizer', authorization.issuer, { jwtAudience: [...authorization.audience] });
}
