import { basename, join } from 'node:path';
import { NotModelled } from '../not-modelled';
import type { RealmOptions } from './realm-options';

/** Whoever asks, as messages name them: the function's id, its environment, and the entry file of its asset. */
export function callerOf({ label, asset }: Pick<RealmOptions, 'label' | 'asset'>): string {
  return asset ? `${label} (${join(basename(asset.directory), asset.entry)})` : label;
}

/** Stops the drill, even when the code that asked for it catches the error. */
export function refuse(what: string, options: Pick<RealmOptions, 'label' | 'asset' | 'scheduler'>): never {
  return options.scheduler.abort(new NotModelled(`${what}, called by ${callerOf(options)}`));
}
