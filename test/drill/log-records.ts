import type { EventKind, EventRecord } from '../../lib/drill/kernel/event-record';

/** Takes an event log's text as it grows, and gives its records once the log is closed. */
export class LogRecords {
  private written = '';

  readonly onLog = (more: string): void => {
    this.written += more;
  };

  /** The log as it was written. */
  get text(): string {
    return this.written;
  }

  get all(): readonly EventRecord[] {
    return this.written === ''
      ? []
      : this.written
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
  }

  of<Kind extends EventKind>(kind: Kind): readonly EventRecord<Kind>[] {
    return this.all.filter((record) => record.is === kind) as unknown as readonly EventRecord<Kind>[];
  }
}
