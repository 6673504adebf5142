import { RandomStream } from '../../lib/drill/kernel/random';

/** A stream whose lognormal draws, and those of its forks, are medians: for tests of what is added to distances. */
export class MedianStream extends RandomStream {
  override normal(): number {
    return 0;
  }

  override fork(purpose: string): RandomStream {
    return new MedianStream(`${this.label}/${purpose}`);
  }
}
