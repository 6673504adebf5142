/** A probe as it is stored: the newest mark that one of its writers left. */
export interface Probe {
  /** Identifier chosen by the writer. */
  readonly probeId: string;
  /** What the writer left, to be recognised by when it is read back. */
  readonly mark: string;
  /** When it was written, by the clock of the Region that wrote it, ISO 8601. */
  readonly writtenAt: string;
}
