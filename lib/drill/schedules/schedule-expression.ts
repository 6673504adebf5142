/** When a schedule is due, in whole minutes. */
export interface Recurrence {
  /** Minutes from one time to the next. */
  readonly periodMinutes: number;
  /** Minute of the hour of one of these times. @default - it depends on when the schedule was made */
  readonly minute?: number;
}

const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/** Every minute, or every n-th from a minute of the hour on. */
const CRON = /^cron\((?:\*|(\*|\d+)\/(\d+)) \* (?:\* \* \?|\? \* \*|\* \* \*) \*\)$/;

/**
 * Reads `rate(...)`, and `cron(...)` when it only says how many minutes apart; nothing for any other expression.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function readRecurrence(expression: string): Recurrence | undefined {
  const [, count, unit] = /^rate\(([1-9]\d*) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count && unit) return { periodMinutes: Number(count) * (MINUTES[unit] as number) };
  const cron = CRON.exec(expression);
  if (!cron) return undefined;
  const [, start, step] = cron;
  if (step === undefined) return { periodMinutes: 1, minute: 0 };
  const periodMinutes = Number(step);
  const minute = start === '*' ? 0 : Number(start);
  // A step that does not divide the hour leaves a shorter gap at its end; a late start a longer one.
  return 60 % periodMinutes === 0 && minute < periodMinutes ? { periodMinutes, minute } : undefined;
}
