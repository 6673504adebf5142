import type { Assembly } from '../../assembly';
import type { EventFields } from '../kernel/event-record';
import { type AlarmBoard, findAlarm } from '../monitoring';
import { NotModelled } from '../not-modelled';
import type { World } from '../world/world';
import type { ActionScene } from './action-model';
import { actionModel, durationMsOf } from './action-models';
import { ActionRun } from './action-run';
import type { ActionDefinition, ExperimentDefinition } from './experiment-definition';
import type { ExperimentOutcome, ExperimentStatus, StopAlarmOutcome } from './experiment-outcome';
import { type ResolvedTarget, resolveTarget } from './resolve-target';

/** Why FIS stops an experiment. */
const HALTED = 'Experiment halted by stop condition.';

/** Why FIS fails one whose target matches nothing. */
const EMPTY = 'Target resolution returned empty set.';

/** An alarm that stops the experiment. */
interface StopAlarm {
  readonly id: string;
  readonly name: string;
  /** Whether it lies in another Region, where FIS does not look. */
  readonly isElsewhere: boolean;
  stateAtStart: string;
  rangMs: number | null;
}

/**
 * One experiment in a world: targets are found once at the start, actions begin as soon as those before them are done, an alarm stops
 * everything, and whatever was broken is taken back at the end, however that comes.
 *
 * Simplified: FIS's own steps take no time, and it hears of an alarm at once. One that rings at the start lets nothing begin, as people
 * report; the guide does not say.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/experiments.html
 * @see https://docs.aws.amazon.com/fis/latest/userguide/stop-conditions.html
 */
export class ExperimentRun {
  private status: ExperimentStatus = 'pending';
  private reason: string | undefined;
  private startMs = 0;
  private endedMs = 0;
  private targets: readonly ResolvedTarget[] = [];
  private actions: readonly ActionRun[] = [];
  private readonly stopAlarms: readonly StopAlarm[];

  /**
   * @param board The world's alarms, all of which are watched.
   * @throws NotModelled for an action that the drill does not do, and for a stop alarm that it cannot evaluate.
   */
  constructor(
    private readonly experiment: ExperimentDefinition,
    private readonly assembly: Assembly,
    private readonly world: World,
    private readonly board: AlarmBoard,
  ) {
    for (const action of experiment.actions) durationMsOf(experiment, action);
    this.stopAlarms = experiment.stopAlarms.map((value) => this.stopAlarm(value));
    world.monitoring.onAlarmChange(({ alarm, state, timeMs }) => {
      const stopping = this.stopAlarms.find(({ id }) => id === alarm.id);
      if (!stopping || state !== 'ALARM' || this.status !== 'running') return;
      stopping.rangMs ??= timeMs;
      this.stop();
    });
  }

  /** Starts the experiment at a virtual time. */
  plan(atMs: number): void {
    this.startMs = atMs;
    this.world.context.scheduler.at(atMs, () => this.start());
  }

  /** What became of it. */
  outcome(): ExperimentOutcome {
    const { faults } = this.world.context;
    const names = this.experiment.actions.map(({ name }) => name);
    const isOver = this.status !== 'running' && this.status !== 'pending';
    return {
      status: this.status,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      endedSeconds: (this.endedMs - this.startMs) / 1000,
      rolledBack:
        isOver && faults.faults.every(({ phaseId, endMs }) => !names.includes(phaseId) || endMs <= this.endedMs),
      targets: this.targets.map(({ name, resourceType, resources }) => ({
        name,
        resourceType,
        resources: resources.map((resource) => resource.name),
      })),
      actions: this.actions.map((action) => action.outcome(this.startMs)),
      stopAlarms: this.stopAlarms.map(
        ({ name, stateAtStart, rangMs }): StopAlarmOutcome => ({
          alarm: name,
          stateAtStart,
          rangSeconds: rangMs === null ? null : (rangMs - this.startMs) / 1000,
        }),
      ),
    };
  }

  private start(): void {
    this.take('initiating');
    this.targets = this.experiment.targets.map((target) =>
      resolveTarget(
        this.assembly,
        this.experiment,
        target,
        this.world.context.random.fork(`experiment/${this.experiment.id}/${target.name}`),
      ),
    );
    this.actions = this.experiment.actions.map((action) => this.prepare(action));
    for (const alarm of this.stopAlarms) alarm.stateAtStart = this.board.stateOf(alarm.id) ?? 'INSUFFICIENT_DATA';
    const failure = this.failureAtStart();
    if (failure !== undefined) {
      this.finish('failed', failure);
      return;
    }
    if (this.stopAlarms.some(({ stateAtStart }) => stateAtStart === 'ALARM')) {
      this.finish('stopped', HALTED);
      return;
    }
    for (const action of this.actions) {
      if (this.emptyTarget(action) !== undefined) action.leave('skipped', EMPTY);
    }
    this.take('running');
    this.proceed();
  }

  private prepare(action: ActionDefinition): ActionRun {
    const targets = Object.fromEntries(
      Object.entries(action.targets).flatMap(([key, name]) => {
        const target = this.targets.find((one) => one.name === name);
        return target ? [[key, target] as const] : [];
      }),
    );
    const scene: ActionScene = {
      assembly: this.assembly,
      world: this.world,
      experiment: this.experiment,
      action,
      targets,
      durationMs: durationMsOf(this.experiment, action),
      random: this.world.context.random.fork(`experiment/${this.experiment.id}/action/${action.name}`),
      board: this.board,
    };
    const { id, region } = this.experiment;
    return new ActionRun(scene, actionModel(this.experiment, action), ({ name, status }) =>
      this.write('action', { experiment: id, region, action: name, status }),
    );
  }

  /** What keeps the experiment from beginning: a target that matches nothing, or an action that FIS finds it cannot do. */
  private failureAtStart(): string | undefined {
    const missing = this.targets.find(({ resources, isNamed, isIncomplete }) => {
      const mayBeEmpty = this.experiment.emptyTargets === 'skip' && !isNamed;
      return isIncomplete || (resources.length === 0 && !mayBeEmpty);
    });
    if (missing) return `${EMPTY} (${missing.name})`;
    const far = this.stopAlarms.find(({ isElsewhere }) => isElsewhere);
    if (far) return `the alarm ${far.name} of a stop condition is not in ${this.experiment.region}`;
    for (const action of this.actions) {
      const refusal = this.emptyTarget(action) === undefined ? action.refusal() : undefined;
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }

  private emptyTarget({ scene }: ActionRun): ResolvedTarget | undefined {
    return Object.values(scene.targets).find(({ resources }) => resources.length === 0);
  }

  /** Begins what can begin now, and ends the experiment when nothing is left. */
  private proceed(): void {
    const { scheduler } = this.world.context;
    for (const action of this.actions) {
      if (this.status !== 'running' || action.status !== 'pending' || !this.isDue(action)) continue;
      const failure = action.begin(scheduler.nowMs);
      if (failure !== undefined) {
        this.stopActions();
        this.finish('failed', `action ${action.name} failed: ${failure}`);
        return;
      }
      scheduler.after(action.scene.durationMs, () => this.complete(action));
    }
    if (this.status === 'running' && this.actions.every(({ isDone }) => isDone)) this.finish('completed');
  }

  private isDue({ scene }: ActionRun): boolean {
    return scene.action.startAfter.every((name) => {
      const before = this.actions.find((action) => action.name === name);
      return before?.status === 'completed' || before?.status === 'skipped';
    });
  }

  private complete(action: ActionRun): void {
    if (action.status !== 'running') return;
    action.end(this.world.context.scheduler.nowMs, 'completed');
    this.proceed();
  }

  private stop(): void {
    this.take('stopping', HALTED);
    this.stopActions();
    this.finish('stopped', HALTED);
  }

  private stopActions(): void {
    const { nowMs } = this.world.context.scheduler;
    for (const action of this.actions) if (action.status === 'running') action.end(nowMs, 'stopped');
  }

  private finish(status: 'completed' | 'stopped' | 'failed', reason?: string): void {
    this.endedMs = this.world.context.scheduler.nowMs;
    for (const action of this.actions) if (action.status === 'pending') action.leave('cancelled');
    this.take(status, reason);
  }

  private take(status: ExperimentStatus, reason?: string): void {
    this.status = status;
    this.reason = reason;
    const { id, region } = this.experiment;
    this.write('experiment', { experiment: id, region, status });
  }

  private write<Kind extends 'action' | 'experiment'>(kind: Kind, fields: EventFields[Kind]): void {
    this.world.context.log.write(this.world.context.scheduler.nowMs, kind, fields);
  }

  private stopAlarm(value: unknown): StopAlarm {
    const { id: experiment, region, resource } = this.experiment;
    const place = `stop condition ${String(value)} of experiment ${experiment}`;
    const far = this.assembly.referenceIn(value, { from: resource.stack })?.resource;
    const isElsewhere = far !== undefined && far.stack.region !== region;
    const found = isElsewhere ? far : findAlarm(this.assembly, value, region, resource);
    if (!found) throw new NotModelled(`${place}: no alarm of the assembly in ${region}`);
    const id = `${found.stack.id}/${found.logicalId}`;
    if (found.type === 'AWS::CloudWatch::CompositeAlarm') {
      throw new NotModelled(`${place}: a composite alarm, of which FIS says nothing`);
    }
    const left = this.board.leftOut.find((alarm) => alarm.id === id);
    if (left) throw new NotModelled(`${place}: ${left.why}`);
    const name = this.board.watched.find((alarm) => alarm.id === id)?.name ?? id;
    return { id, name, isElsewhere, stateAtStart: 'INSUFFICIENT_DATA', rangMs: null };
  }
}
