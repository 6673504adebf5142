import { names, type QualifiedConfig } from '../config';

/** Milliseconds until a Region that does not answer counts as unreachable. */
const TIMEOUT_MS = 5_000;

/**
 * Asks a Region on its own name whether it can serve, as Route 53's checkers do.
 *
 * @param fetcher Whatever sends the request.
 * @returns `undefined` when it says that it is healthy, else what it says or why it says nothing.
 */
export async function whatAilsRegion(
  config: QualifiedConfig,
  region: string,
  fetcher: typeof fetch,
): Promise<string | undefined> {
  const url = `https://${names.regionalHost(config.recordName, region)}/health`;
  try {
    const response = await fetcher(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await response.text();
    if (response.ok && text.includes('"status":"healthy"')) return undefined;
    return `answers ${response.status} ${shortened(text)}`;
  } catch (error) {
    return `does not answer: ${messageOf(error)}`;
  }
}

/** The message of an error, with that of its cause: `fetch failed` alone says nothing. */
export function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  const { message } = error;
  return 'cause' in error && error.cause ? `${message} (${messageOf(error.cause)})` : String(message);
}

function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
