import type { HttpApi } from '../api/http-api';
import type { DeviceKind } from '../dns';
import { numberConstant } from '../model/constants';
import type { TryAddress } from './try';

/** What a connection leads to. */
export interface Endpoint {
  readonly api: HttpApi;
  readonly region: string;
  /** Round trip over the connection, in milliseconds: as it was when the connection was made. */
  readonly tripMs: number;
  /** Where the address came from that it was made to. */
  readonly address: TryAddress;
}

/** How long API Gateway keeps a connection that is not used, in seconds. */
const SERVER_IDLE_SECONDS = numberConstant('apigw.idle');

/** How long a kind of client does, in seconds. */
const IDLE_SECONDS: Readonly<Record<DeviceKind, number>> = {
  browserChromium: numberConstant('conn.chrome.idle'),
  browserSafari: numberConstant('conn.urlsession.idle'),
  browserFirefox: numberConstant('conn.firefox.idle'),
  ios: numberConstant('conn.urlsession.idle'),
  android: numberConstant('conn.okhttp.idle'),
  server: numberConstant('net.undici.keepAlive'),
};

/**
 * The open connections of one client, one for each host name, as HTTP/2 needs. Each stays with the Region it was made to,
 * wherever the name leads by then (`conn.reuse.rule`), until it was idle for too long at one of its ends or is given up.
 *
 * Simplified: a gateway ends no connection that is used, and no client changes its network.
 */
export class Connections {
  private readonly open = new Map<string, { readonly endpoint: Endpoint; readonly usedMs: number }>();
  private readonly idleMs: number;
  private latest: string | undefined;

  /** @param kind Decides how long its end keeps an idle connection. */
  constructor(kind: DeviceKind) {
    this.idleMs = 1000 * Math.min(IDLE_SECONDS[kind], SERVER_IDLE_SECONDS);
  }

  /** Host name that was connected last. @default - none was */
  get latestHost(): string | undefined {
    return this.latest;
  }

  /** Where an open connection leads; nothing when there is none. */
  to(host: string, nowMs: number): Endpoint | undefined {
    const connection = this.open.get(host);
    return connection && nowMs - connection.usedMs < this.idleMs ? connection.endpoint : undefined;
  }

  /** A connection is there and was used just now. */
  keep(host: string, endpoint: Endpoint, nowMs: number): void {
    this.latest = host;
    this.open.set(host, { endpoint, usedMs: nowMs });
  }

  /** Gives a connection up: it is taken for dead. */
  drop(host: string): void {
    this.open.delete(host);
  }
}
