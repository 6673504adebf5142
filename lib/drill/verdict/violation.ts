/** An invariant that did not hold. */
export interface Violation {
  readonly invariant: Invariant;
  /** What was found, in words. */
  readonly found: string;
}

/**
 * What must hold whatever happens.
 *
 * - `no-acknowledged-write-lost`: every write a client saw acknowledged is shown by every Region, as far as the declared recovery point asks;
 * - `no-acknowledged-upload-lost`: the same of uploads;
 * - `replicas-converge`: replicas agree once everything has settled;
 * - `one-evacuation-at-a-time`: judges never keep two Regions out of DNS together;
 * - `no-evacuation-without-cause`: a judge evacuates no Region that nothing has struck;
 * - `consistent-as-promised`: what clients saw of each parcel and delivery is what the tables promise, and is decided;
 * - `right-answers`: no answer is another request's;
 * - `all-is-well-again`: clients are served in the end, when all faults have been over for long;
 * - `the-drill-runs`: neither the drill nor the model under it breaks.
 */
export type Invariant =
  | 'no-acknowledged-write-lost'
  | 'no-acknowledged-upload-lost'
  | 'replicas-converge'
  | 'one-evacuation-at-a-time'
  | 'no-evacuation-without-cause'
  | 'consistent-as-promised'
  | 'right-answers'
  | 'all-is-well-again'
  | 'the-drill-runs';
