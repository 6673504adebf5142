import type { Fault } from '../faults/fault';
import { uniformConstant } from '../model/constants';
import { NotModelled } from '../not-modelled';
import type { ActionModel, ActionScene, Effect } from './action-model';
import type { ActionDefinition } from './experiment-definition';

/** Until a pause of a table takes effect, in seconds. */
const TABLE_DELAY_SECONDS = uniformConstant('fis.ddb.pauseDelay');

/** For how long what was queued before a pause of a bucket may still be replicated, in seconds. */
const BUCKET_LINGER_SECONDS = uniformConstant('fis.s3.pauseDelay');

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
 * Replication from buckets to those of one Region pauses, or to those that `destinationBuckets` names. What was on its way when the pause
 * began may still arrive within an hour, each version for a time of its own; what is written later waits until the end.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#bucket-pause-replication
 */
const PAUSE_BUCKET: ActionModel = {
  targets: { Buckets: 'aws:s3:bucket' },
  lasts: true,
  refusal: ({ action, targets, world, experiment }) => {
    if (action.parameters.prefixes !== undefined) {
      throw new NotModelled(`parameter prefixes of action ${action.name} of ${experiment.id}`);
    }
    const region = String(action.parameters.region);
    const named = destinationsOf(action);
    for (const { name } of targets.Buckets?.resources ?? []) {
      const replicas = world.objects.replicasOf(name, region);
      if (named ? named.some((bucket) => replicas.includes(bucket)) : replicas.length > 0) continue;
      const where = named ? `${named.join(', ')} in ${region}` : region;
      return `no rule of bucket ${name} replicates to ${where}, so that there is nothing to pause`;
    }
    return undefined;
  },
  begin: (scene) => {
    const { targets, durationMs, world, action } = scene;
    const { nowMs } = world.context.scheduler;
    const region = String(action.parameters.region);
    const named = destinationsOf(action);
    const faults = (targets.Buckets?.resources ?? []).map(({ name }) =>
      pause(scene, {
        target: 's3-replication',
        resources: [name],
        peers: named ? world.objects.replicasOf(name, region).filter((bucket) => named.includes(bucket)) : [region],
        startMs: nowMs,
        endMs: nowMs + durationMs,
        lingerMs: 1000 * BUCKET_LINGER_SECONDS.max,
      }),
    );
    return lasting(scene, faults);
  },
};

/** The buckets that a pause is limited to. */
function destinationsOf({ parameters }: ActionDefinition): readonly string[] | undefined {
  const { destinationBuckets } = parameters;
  if (destinationBuckets === undefined) return undefined;
  return String(destinationBuckets)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Actions on replication, by their identifiers. */
export const REPLICATION_ACTIONS: Readonly<Record<string, ActionModel>> = {
  'aws:dynamodb:global-table-pause-replication': PAUSE_TABLE,
  'aws:s3:bucket-pause-replication': PAUSE_BUCKET,
};

function pause(
  { experiment, action }: ActionScene,
  place: Pick<Fault, 'target' | 'resources' | 'peers' | 'startMs' | 'endMs' | 'lingerMs'>,
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
