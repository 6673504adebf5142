import { Call } from './call';
import type { ClientInit } from './client-init';
import type { ClientProps } from './client-props';
import { Hosts } from './hosts';
import { isRequest, pathAt, readCall } from './outgoing-request';
import { qualify } from './qualified-props';

/** `fetch`, with more that a call may say. */
export type RegionalFetch = (input: string | URL | Request, init?: ClientInit) => Promise<Response>;

/**
 * Makes a client of an application that runs in several Regions: a `fetch` that does not wait for DNS.
 *
 * A call goes to the shared name. When it fails there (no connection, no whole answer in time, 500, 502, 503 or 504) and may be
 * repeated, it is repeated at Regions by their own names; later calls go straight to the Region that answered, until the shared
 * name is tried again. What answers 408 or 429 is asked once more after a while, as `Retry-After` says. Every other answer is
 * the caller's. A call ends by its deadline.
 *
 * An address that begins with `/` is one of the shared name. One that leads elsewhere is fetched as it is.
 *
 * A call resolves with the last answer, whatever its status, once its body is there. It rejects with `NoAnswer` when the last
 * attempt had none, with the signal's reason when the caller aborts it, and with what `prepare` throws.
 *
 * @throws RangeError for props that cannot be used.
 */
export function createClient(clientProps: ClientProps): RegionalFetch {
  const props = qualify(clientProps);
  const hosts = new Hosts(props);
  return async (input, init = {}) => {
    const path = pathAt(props.name, isRequest(input) ? input.url : String(input));
    if (path === undefined) return props.fetch(input, init);
    const request = await readCall(path, input, init, props.idempotencyHeader);
    const { attemptTimeoutMs = props.attemptTimeoutMs, deadlineMs = props.deadlineMs } = init;
    return new Call({ ...props, attemptTimeoutMs, deadlineMs }, hosts, request).run();
  };
}
