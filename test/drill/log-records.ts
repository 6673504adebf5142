import type { EventKind, EventRecord } from '../../lib/drill/kernel/event-record';

/** Takes an event log's text as it grows, and gives its records once the log is closed. */
export class LogRecords {
  private text = '';

  readonly onLog = (more: string): void => {
    this.text += more;
  };

  get all(): readonly EventRecord[] {
    return this.text === ''
      ? []
      : this.text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
  }

  of<Kind extends EventKind>(kind: Kind): readonly EventRecord<Kind>[] {
    return this.all.filter((record) => record.is === kind) as unknown as readonly EventRecord<Kind>[];
  }
}
