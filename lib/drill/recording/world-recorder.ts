import type { OperationRecord } from '../clients/traffic';
import type { Fault } from '../faults/fault-plan';
import { thousandths } from '../kernel/event-log';
import { EVENT_LOG_VERSION, type EventFields } from '../kernel/event-record';
import type { Timer } from '../kernel/scheduler';
import type { World } from '../world/world';
import { operationEvent } from './operation-event';
import { SecondTally } from './second-tally';

/** What was run, as the log's first record has it; the rest of that it finds in the world. */
export type RecordedRun = Omit<EventFields['log'], 'version' | 'startsAt' | 'regions'>;

/**
 * Writes to the event log what becomes of clients, names, health, faults and replication. What concerns one part of the world alone, such
 * as a cold start, that part writes itself.
 */
export class WorldRecorder {
  private readonly tally: SecondTally;
  private readonly regionOfClient = new Map<number, string>();
  private readonly plannedFaults: { readonly fault: Fault; readonly end: Timer }[] = [];
  private readonly writtenBacklog = new Map<string, number>();

  constructor(
    private readonly world: World,
    run: RecordedRun,
  ) {
    const { log, epochMs } = world.context;
    const startsAt = new Date(epochMs).toISOString();
    log.write(0, 'log', { version: EVENT_LOG_VERSION, startsAt, regions: world.servingRegions, ...run });
    this.tally = new SecondTally(log);
    log.onSecond((endMs) => this.sampleBacklogs(endMs));
    this.followHealth();
    world.onClientAnswer((record, nowMs) => this.tally.answer(record && world.endpointOf(record)?.region, nowMs));
    const { faults } = world.context;
    this.followFaults();
    faults.onChange(() => this.followFaults());
  }

  /**
   * Writes down what health checks and alarms are before anything has happened. To be asked before the world starts.
   *
   * An alarm that has just been created has no data.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
   */
  begin(): void {
    const { route53, monitoring, context } = this.world;
    for (const { check, gates: regions, healthy } of route53.healthChecks) {
      const { id, kind } = check;
      context.log.write(0, 'initial-status', { check: id, kind, healthy, regions });
    }
    for (const { id, region } of monitoring.alarms) {
      context.log.write(0, 'initial-alarm', { alarm: id, region, state: 'INSUFFICIENT_DATA' });
    }
  }

  /** Takes an operation that a client has finished just now. */
  operation(record: OperationRecord): void {
    const { log } = this.world.context;
    const { client, region: to, endMs } = record;
    this.tally.operation(record);
    log.write(endMs, 'operation', operationEvent(record));
    if (to === undefined) return;
    const from = this.regionOfClient.get(client.index);
    this.regionOfClient.set(client.index, to);
    if (from !== undefined && from !== to) log.write(endMs, 'move', { client: client.index, from, to });
  }

  private followHealth(): void {
    const { route53, monitoring } = this.world;
    const { log } = this.world.context;
    route53.onVote(({ check, checkerRegion: checker, healthy, healthyVotes, checkers, gates: regions, timeMs }) =>
      log.write(timeMs, 'vote', { check: check.id, checker, healthy, healthyVotes, checkers, regions }),
    );
    route53.onStatusChange(({ check: { id, kind }, healthy, gates: regions, decidedMs, publishedMs }) =>
      log.write(decidedMs, 'status', { check: id, kind, healthy, regions, publishedMs: thousandths(publishedMs) }),
    );
    route53.onServedRegionChange(({ region, served, decidedMs, publishedMs }) =>
      log.write(decidedMs, 'region', { region, inDns: served, publishedMs: thousandths(publishedMs) }),
    );
    monitoring.onAlarmChange(({ alarm: { id, region }, state, timeMs }) =>
      log.write(timeMs, 'alarm', { alarm: id, region, state }),
    );
  }

  /** Plans what is written of faults; those that begin or end while the world runs are planned anew. */
  private followFaults(): void {
    const { scheduler, faults } = this.world.context;
    for (const [position, fault] of faults.faults.entries()) {
      const planned = this.plannedFaults[position];
      if (planned?.fault === fault) continue;
      if (planned) scheduler.cancel(planned.end);
      else scheduler.at(fault.startMs, () => this.writeFault(fault, 'begins'));
      this.plannedFaults[position] = { fault, end: scheduler.at(fault.endMs, () => this.writeFault(fault, 'ends')) };
    }
  }

  private writeFault({ phaseId, target, region, kind, share, pattern }: Fault, state: 'begins' | 'ends'): void {
    const { scheduler, log } = this.world.context;
    log.write(scheduler.nowMs, 'fault', { phase: phaseId, target, region, state, kind, share, pattern });
  }

  private sampleBacklogs(endMs: number): void {
    const { context, dynamoDb, objects } = this.world;
    for (const [store, backlog] of [...dynamoDb.backlogs, ...objects.backlogs]) {
      for (const [region, changes] of backlog.byRegion) {
        const key = `${store} ${region}`;
        if (changes === (this.writtenBacklog.get(key) ?? 0)) continue;
        this.writtenBacklog.set(key, changes);
        context.log.write(endMs, 'backlog', { store, region, changes });
      }
    }
  }
}
