import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { BadInput, quoteFound } from '../../bad-input';
import { EVENT_LOG_VERSION, type EventRecord } from '../kernel/event-record';

/**
 * Reads an event log's file record by record, holding no more of it than a part of the text.
 *
 * @throws BadInput when the file is no event log, or of a version that is not known.
 */
export async function* readEventLog(file: string): AsyncGenerator<EventRecord> {
  let isFirst = true;
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const record = parse(line);
    if (isFirst) refuseOther(file, record);
    isFirst = false;
    yield record as EventRecord;
  }
  if (isFirst) refuseOther(file, undefined);
}

function parse(line: string): { readonly is?: unknown; readonly version?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function refuseOther(file: string, first: ReturnType<typeof parse>): void {
  if (first?.is === 'log' && first.version === EVENT_LOG_VERSION) return;
  throw new BadInput(file, [
    {
      field: 'first record',
      found: first?.is === 'log' ? `version ${quoteFound(first.version)}` : 'no event log',
      allowed: `an event log of version ${EVENT_LOG_VERSION}`,
      remedy: 'write it anew with npm run drill -- --log FILE',
    },
  ]);
}
