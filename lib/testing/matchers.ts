/// <reference types="jest" />
import { type Survival, toSurvive } from './to-survive';
import { type Endurance, toWithstand } from './to-withstand';

declare global {
  namespace jest {
    // The parameters must be those of the interface that this one is merged with.
    interface Matchers<R, T> {
      /**
       * Replays an outage of the catalogue against a cloud assembly, given by its directory or as `readAssembly` or `app.synth()` give it, and
       * holds what clients would have seen against bounds. It takes seconds to minutes: await it, and mind the time-out.
       */
      toSurvive(outageId: string, survival?: Survival): Promise<R>;
      /**
       * Runs an experiment of AWS FIS that a cloud assembly declares, in virtual time, and holds what clients would have seen against bounds.
       * Every request is made: await it, and mind the time-out.
       */
      toWithstand(experiment: string, endurance?: Endurance): Promise<R>;
    }
  }
}

/** The matchers; importing this file registers them with jest. */
export const matchers = { toSurvive, toWithstand };

expect.extend(matchers);
