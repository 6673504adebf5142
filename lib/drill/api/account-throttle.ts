import { TokenBucket } from '../kernel/token-bucket';
import { numberConstant } from '../model/constants';

/**
 * What an account's APIs in one Region take together, whatever their stages and routes allow (`apigw.throttle.rate`,
 * `apigw.throttle.burst`).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export class AccountThrottle extends TokenBucket {
  constructor() {
    super({ ratePerSecond: numberConstant('apigw.throttle.rate'), burst: numberConstant('apigw.throttle.burst') });
  }
}
