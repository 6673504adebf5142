import type { ActionModel, ActionScene, Effect } from './action-model';
import type { ActionOutcome, ActionStatus } from './experiment-outcome';

/** One action of a running experiment, with its state. */
export class ActionRun {
  status: ActionStatus = 'pending';
  private reason: string | undefined;
  private startedMs: number | null = null;
  private endedMs: number | null = null;
  private effect: Effect | undefined;

  /** @param onChange Hears of every state that it takes. */
  constructor(
    readonly scene: ActionScene,
    private readonly model: ActionModel,
    private readonly onChange: (run: ActionRun) => void,
  ) {}

  /** Name of the action. */
  get name(): string {
    return this.scene.action.name;
  }

  /** Whether it is over, or never will be. */
  get isDone(): boolean {
    return this.status !== 'pending' && this.status !== 'running';
  }

  /** Why FIS would not begin it; nothing when it would. */
  refusal(): string | undefined {
    return this.model.refusal(this.scene);
  }

  /** Begins it; says why it failed, when it did. */
  begin(nowMs: number): string | undefined {
    this.startedMs = nowMs;
    this.take('initiating');
    const effect = this.model.begin(this.scene);
    if (typeof effect === 'string') {
      this.endedMs = nowMs;
      this.take('failed', effect);
      return effect;
    }
    this.effect = effect;
    this.take('running', effect.note);
    return undefined;
  }

  /** Ends it: its time is over, or the experiment's is. */
  end(nowMs: number, status: 'completed' | 'stopped'): void {
    if (status === 'stopped') this.take('stopping', this.reason);
    this.effect?.end(nowMs);
    this.effect = undefined;
    this.endedMs = nowMs;
    this.take(status, this.reason);
  }

  /** Leaves it undone. */
  leave(status: 'skipped' | 'cancelled', reason?: string): void {
    this.take(status, reason);
  }

  /** What became of it. */
  outcome(startMs: number): ActionOutcome {
    const seconds = (ms: number | null): number | null => (ms === null ? null : (ms - startMs) / 1000);
    return {
      name: this.name,
      actionId: this.scene.action.actionId,
      status: this.status,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      startedSeconds: seconds(this.startedMs),
      endedSeconds: seconds(this.endedMs),
    };
  }

  private take(status: ActionStatus, reason?: string): void {
    this.status = status;
    this.reason = reason;
    this.onChange(this);
  }
}
