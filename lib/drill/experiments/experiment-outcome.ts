/** State of an experiment. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentState.html */
export type ExperimentStatus =
  | 'pending'
  | 'initiating'
  | 'running'
  | 'completed'
  | 'stopping'
  | 'stopped'
  | 'failed'
  | 'cancelled';

/** State of an action. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentActionState.html */
export type ActionStatus = ExperimentStatus | 'skipped';

/** What became of an action. Times are in seconds since the experiment was started. */
export interface ActionOutcome {
  readonly name: string;
  readonly actionId: string;
  readonly status: ActionStatus;
  /** Why it is in this state. @default - nothing is to be said */
  readonly reason?: string;
  /** `null`: it never began. */
  readonly startedSeconds: number | null;
  readonly endedSeconds: number | null;
}

/** What a target came to. */
export interface TargetOutcome {
  readonly name: string;
  readonly resourceType: string;
  /** Stack and logical id of functions, names of tables and buckets. */
  readonly resources: readonly string[];
}

/** An alarm that would have stopped the experiment, or did. */
export interface StopAlarmOutcome {
  readonly alarm: string;
  readonly stateAtStart: string;
  /** When it rang while the experiment ran, in seconds since the start; `null`: it did not. */
  readonly rangSeconds: number | null;
}

/** What became of an experiment. */
export interface ExperimentOutcome {
  readonly status: ExperimentStatus;
  /** Why it is in this state. @default - it is completed */
  readonly reason?: string;
  /** From the start to the end of the last action, in seconds. */
  readonly endedSeconds: number;
  /** Whether no fault of the experiment acts after its end. */
  readonly rolledBack: boolean;
  readonly targets: readonly TargetOutcome[];
  readonly actions: readonly ActionOutcome[];
  readonly stopAlarms: readonly StopAlarmOutcome[];
}
