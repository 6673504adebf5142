import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../drill/json-file';
import type { SoakFailure } from './run-soak';

/** A failure and what became of the file of its schedule. */
export interface KeptFailure extends SoakFailure {
  /** Where its schedule is, or should be. */
  readonly file: string;
  /** Why that could not be written; the schedule was handed to `onUnwritten` instead. @default - it was */
  readonly unwritten?: string;
}

/** Writes failing schedules as soon as they are found, and anew when they were made smaller, so that nothing ends what was found. */
export class KeptFailures {
  private readonly kept = new Map<number, KeptFailure>();

  /**
   * @param directory Directory of the files; it is made when there is something to write.
   * @param onUnwritten Hears of a schedule that could not be written, with its text; the search goes on.
   */
  constructor(
    private readonly directory: string,
    private readonly onUnwritten: (failure: KeptFailure, text: string) => void,
  ) {}

  /** What was kept, by seed. */
  get failures(): readonly KeptFailure[] {
    return [...this.kept.values()].sort((left, right) => left.seed - right.seed);
  }

  /**
   * Keeps what is new among failures.
   *
   * @returns what was: failures found since, or made smaller since.
   */
  keep(failures: readonly SoakFailure[]): readonly KeptFailure[] {
    const news = failures.filter(({ seed, schedule, isShrunk }) => {
      const before = this.kept.get(seed);
      return before?.schedule !== schedule || before.isShrunk !== isShrunk;
    });
    return news.map((failure) => {
      const kept = this.write(failure);
      this.kept.set(failure.seed, kept);
      return kept;
    });
  }

  private write(failure: SoakFailure): KeptFailure {
    const file = join(this.directory, `seed-${failure.seed}.json`);
    const text = `${JSON.stringify(failure.schedule, null, 2)}\n`;
    try {
      mkdirSync(this.directory, { recursive: true });
      writeWhole(file, text);
      return { ...failure, file };
    } catch (error) {
      const unwritten = { ...failure, file, unwritten: (error as Error).message };
      this.onUnwritten(unwritten, text);
      return unwritten;
    }
  }
}
