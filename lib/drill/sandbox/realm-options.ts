import type { RandomStream } from '../kernel/random';
import type { Scheduler } from '../kernel/scheduler';
import type { Outbound } from './virtual-fetch';

/** Code that a template deploys, as a directory. */
export interface Asset {
  /** Absolute path; where `/var/task` leads on Lambda. */
  readonly directory: string;
  /** Entry file, relative to the directory. */
  readonly entry: string;
}

/** What a realm is made of. */
export interface RealmOptions {
  /** Names the owner in messages, for example a function's id and the number of its environment. */
  readonly label: string;
  /** The owner's code. @default - the code comes with the drill */
  readonly asset?: Asset;
  readonly scheduler: Scheduler;
  /** Stream behind `Math.random`. */
  readonly random: RandomStream;
  /** Stream behind `crypto`; apart from `random`, so that an identifier drawn or saved moves no jitter. */
  readonly entropy: RandomStream;
  /** Calendar time of virtual time zero, in milliseconds since 1970. */
  readonly epochMs: number;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Receives what the code prints. @default - output is dropped */
  readonly onOutput?: (text: string) => void;
  /** The network that `fetch` reaches. @default - there is none, and a call stops the drill */
  readonly outbound?: Outbound;
}
