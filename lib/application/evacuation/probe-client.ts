import { SignatureV4 } from '@smithy/signature-v4';
import { Deadline } from '../deadline';
import type { RoleCredentials } from '../signing/role-credentials';
import { Sha256 } from '../signing/sha256';

/** A host and the Region that answers there, for which a request is signed. */
export interface Address {
  readonly host: string;
  readonly region: string;
}

/** What was answered: anything with a status, whatever it is. */
export interface Answer {
  readonly status: number;
  /** The body read as JSON; nothing when it is not. */
  readonly body: unknown;
  /** Time from the look-up of the name to the end of the body, in milliseconds. */
  readonly latencyMs: number;
}

/** A host name's answer; nothing when none came in time. */
export type Answering = Promise<Answer | undefined>;

/** What requests are sent with. */
export interface ProbeClientProps {
  /** Sends a request, as the global `fetch`. */
  readonly fetch: typeof fetch;
  /** Gives the credentials with which requests are signed. */
  readonly credentials: () => RoleCredentials;
}

interface OutgoingRequest {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface ProbeRequest extends Omit<OutgoingRequest, 'path'> {
  readonly probeId: string;
}

/**
 * Asks an application's names as its clients do: by DNS, TLS and the public API, signed with the role's credentials.
 *
 * Nothing is repeated, and every request ends within its limit, the body included. Each is a new client, which looks the
 * name up and connects: an open connection would go on working when neither is possible any more, and one kept while the
 * environment is frozen is dead at the next minute.
 */
export class ProbeClient {
  readonly #props: ProbeClientProps;

  constructor(props: ProbeClientProps) {
    this.#props = props;
  }

  /** Leaves a mark. */
  write(address: Address, probeId: string, mark: string, limitMs: number): Answering {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ mark });
    return this.#ask(address.host, limitMs, () => this.#sign(address, { method: 'PUT', probeId, headers, body }));
  }

  /** Reads a mark. */
  read(address: Address, probeId: string, limitMs: number): Answering {
    return this.#ask(address.host, limitMs, () => this.#sign(address, { method: 'GET', probeId, headers: {} }));
  }

  /** Asks how the Region is that a name leads to. Needs no signature, and therefore tells for whom to sign. */
  health(host: string, limitMs: number): Answering {
    return this.#ask(host, limitMs, async () => ({ method: 'GET', path: '/health', headers: {} }));
  }

  async #sign({ host, region }: Address, { probeId, ...request }: ProbeRequest): Promise<OutgoingRequest> {
    const signer = new SignatureV4({
      service: 'execute-api',
      region,
      credentials: async () => this.#props.credentials(),
      sha256: Sha256,
    });
    const path = `/probes/${probeId}`;
    const unsigned = { protocol: 'https:', hostname: host, path, ...request, headers: { ...request.headers, host } };
    const signed = await signer.sign(unsigned, { signingDate: new Date() });
    // `fetch` sends the host by itself.
    const { host: _, ...headers } = signed.headers;
    return { ...request, path, headers };
  }

  async #ask(host: string, limitMs: number, prepare: () => Promise<OutgoingRequest>): Answering {
    const { fetch } = this.#props;
    const stop = new AbortController();
    try {
      return await Deadline.run(limitMs, async () => {
        const { path, headers, ...request } = await prepare();
        const startMs = performance.now();
        const response = await fetch(`https://${host}${path}`, {
          ...request,
          headers: { ...headers, connection: 'close' },
          redirect: 'manual',
          signal: stop.signal,
        });
        const text = await response.text();
        return { status: response.status, body: parse(text), latencyMs: performance.now() - startMs };
      });
    } catch {
      stop.abort();
      return undefined;
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
