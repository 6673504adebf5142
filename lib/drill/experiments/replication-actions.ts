import type { Fault } from '../faults/fault';
import { uniformConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import type { ActionModel, ActionScene, Effect } from './action-model';

/** Until a pause of a table takes effect, in seconds. */
const TABLE_DELAY_SECONDS = uniformConstant('fis.ddb.pauseDelay');

/**
 * Replication of tables between the experiment's Region and all others pauses, after a delay drawn for each table. It goes on at once
 * when the action ends; a strong table is level again after that.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#global-table-pause-replication
 */
const PAUSE_TABLE: ActionModel = {
  targets: { Tables: 'aws:dynamodb:global-table' },
  lasts: true,
  refusal: () => undefined,
  begin: (scene) => {
    const { targets, durationMs, random, world } = scene;
    const { nowMs } = world.context.scheduler;
    const endMs = nowMs + durationMs;
    const { min, max } = TABLE_DELAY_SECONDS;
    const faults = (targets.Tables?.resources ?? []).map(({ name }) => {
      const startMs = Math.min(nowMs + 1000 * random.uniform(min, max), endMs);
      return pause(scene, { target: 'dynamodb-replication', resources: [name], startMs, endMs });
    });
    const late = faults.filter(({ startMs }) => startMs >= endMs).flatMap(({ resources = [] }) => resources);
    return lasting(
      scene,
      faults,
      late.length === 0 ? undefined : `replication of ${late.join(', ')} did not pause before the action ended`,
    );
  },
};

/**
 * Replication from buckets to those of one Region pauses.
 *
 * Simplified: what was queued before waits, too; S3 says that it may still arrive within an hour.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#bucket-pause-replication
 */
const PAUSE_BUCKET: ActionModel = {
  targets: { Buckets: 'aws:s3:bucket' },
  lasts: true,
  refusal: ({ action, targets, world, experiment }) => {
    for (const parameter of ['destinationBuckets', 'prefixes']) {
      if (action.parameters[parameter] === undefined) continue;
      throw new NotModelled(`parameter ${parameter} of action ${action.name} of ${experiment.id}`);
    }
    const region = String(action.parameters.region);
    const idle = (targets.Buckets?.resources ?? []).find(({ name }) => !world.objects.replicates(name, region));
    return idle && `no rule of bucket ${idle.name} replicates to ${region}, so that there is nothing to pause`;
  },
  begin: (scene) => {
    const { targets, durationMs, world, action } = scene;
    const { nowMs } = world.context.scheduler;
    const faults = (targets.Buckets?.resources ?? []).map(({ name }) =>
      pause(scene, {
        target: 's3-replication',
        resources: [name],
        peers: [String(action.parameters.region)],
        startMs: nowMs,
        endMs: nowMs + durationMs,
      }),
    );
    return lasting(scene, faults);
  },
};

/** Actions on replication, by their identifiers. */
export const REPLICATION_ACTIONS: Readonly<Record<string, ActionModel>> = {
  'aws:dynamodb:global-table-pause-replication': PAUSE_TABLE,
  'aws:s3:bucket-pause-replication': PAUSE_BUCKET,
};

function pause(
  { experiment, action }: ActionScene,
  place: Pick<Fault, 'target' | 'resources' | 'peers' | 'startMs' | 'endMs'>,
): Fault {
  return {
    phaseId: action.name,
    region: experiment.region,
    kind: 'delay',
    share: 1,
    pattern: 'steady',
    courseEndMs: place.endMs,
    ...place,
  };
}

function lasting({ world }: ActionScene, faults: readonly Fault[], note?: string): Effect {
  for (const fault of faults) world.context.faults.begin(fault);
  return {
    end: (nowMs) => {
      for (const fault of faults) world.context.faults.end(fault, nowMs);
    },
    ...(note === undefined ? {} : { note }),
  };
}
