import { NoAnswer } from '../../client';
import type { TracedInit } from './library-client';
import type { Client } from './population';
import { blamed, type TimedTry } from './try';
import type { Operation } from './workload';

/** Asks through the library; gives the tries that it made, the last of them with what the library gave back. */
export async function askLibrary(
  library: NonNullable<Client['library']>,
  { request, idempotencyKey }: Operation,
  host: string,
): Promise<readonly TimedTry[]> {
  const { method, path, query, headers, body } = request;
  const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
  const trace: TimedTry[] = [];
  const init: TracedInit = {
    method,
    trace,
    ...(headers === undefined ? {} : { headers: { ...headers } }),
    ...(body === undefined ? {} : { body }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
  const response = await library(`https://${host}${path}${search}`, init).catch((error: unknown) => {
    if (error instanceof NoAnswer) return undefined;
    throw error;
  });
  const last = trace.at(-1);
  if (!last) throw new Error('lib/client came to an end without a try');
  if (!response || last.failure !== undefined) return trace;
  const answer = {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
    ...blamed(last.answer ?? {}),
  };
  return [...trace.slice(0, -1), { ...last, answer }];
}
