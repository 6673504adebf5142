import { numberConstant } from './constants';

/** Round trips before a first request can leave on a new connection: TCP and TLS 1.3 (`hs.tcp`, `hs.tls13`). */
export const CONNECTION_ROUND_TRIPS = numberConstant('hs.tcp') + numberConstant('hs.tls13');
