import type { OperationRecord } from '../clients/traffic';
import type { TimedTry } from '../clients/try';
import { thousandths } from '../kernel/event-log';
import type { EventFields, TryRecord } from '../kernel/event-record';
import { extended } from '../kernel/extended';

/** An operation as the log has it. */
export function operationEvent(record: OperationRecord): EventFields['operation'] {
  const { client, kind, startMs, ok, region, failure, phaseId, weight, tries } = record;
  return {
    client: client.index,
    geography: client.geography.id,
    device: client.names.kind,
    kind,
    startMs: thousandths(startMs),
    ok,
    ...(region === undefined ? {} : { region }),
    ...(failure === undefined ? {} : { failure }),
    ...(phaseId === undefined ? {} : { phase: phaseId }),
    weight: thousandths(weight),
    tries: tries.map(tryEvent),
  };
}

function tryEvent({ region, startMs, endMs, failure, phaseId, address }: TimedTry): TryRecord {
  return extended(region === undefined ? {} : { region }, {
    startMs: thousandths(startMs),
    endMs: thousandths(endMs),
    ...(failure === undefined ? {} : { failure }),
    ...(phaseId === undefined ? {} : { phase: phaseId }),
    ...(address === undefined
      ? {}
      : {
          from: address.from,
          ageMs: thousandths(startMs - address.answeredMs),
          ttlSeconds: address.ttlSeconds,
        }),
  });
}
