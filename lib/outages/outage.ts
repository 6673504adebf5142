/** An instant in UTC to the second, for example `2025-10-20T06:48:00Z`. */
export type Instant = string;

/** How sure the catalogue is of an entry or a phase. */
type Confidence = 'high' | 'medium' | 'low';

/** Which part of a service failed. */
type Plane = 'control' | 'data' | 'dns' | 'network' | 'cdn' | 'monitoring';

/** What the failure did to its users. */
type EffectKind =
  | 'unavailable'
  | 'error-rate'
  | 'latency'
  | 'launches-fail'
  | 'replication-delayed'
  | 'packet-loss'
  | 'delivery-delayed'
  | 'wrong-data'
  | 'data-loss';

/** A number with its unit. */
interface Quantity {
  readonly value: number;
  readonly unit:
    | 'percent'
    | 'percent-of-network'
    | 'percent-of-traffic'
    | 'seconds'
    | 'minutes'
    | 'customers'
    | 'prefixes';
}

/** Where a phase was felt. */
export interface Scope {
  readonly kind: 'az' | 'region' | 'multi-region' | 'global';
  /** Availability Zone ids or Region names; empty for `global`, and where the source names none. */
  readonly ids: readonly string[];
}

/** How bad a phase was. */
interface Effect {
  readonly kind: EffectKind;
  /** What the source states; null when it gives no number. */
  readonly stated: Quantity | null;
  /** What a simulation uses: the stated value where it serves, otherwise an assumption of the catalogue. */
  readonly model: Quantity;
}

/** How a phase ran over time. */
interface Pattern {
  readonly kind: 'steady' | 'flapping' | 'recovering' | 'worsening';
  /**
   * Seconds from one flap to the next, at least 1.
   *
   * @default - the phase does not repeat
   */
  readonly periodSeconds?: number;
}

/** One effect on some services over one stretch of time. */
export interface Phase {
  /** `p1`, `p2` and so on, unique within the outage. */
  readonly id: string;
  readonly start: Instant;
  /** null: the source gives no end, or there was none. */
  readonly end: Instant | null;
  /** Services in the catalogue's own words, for example `dynamodb` or `ec2:launch`. */
  readonly services: readonly string[];
  readonly plane: Plane;
  readonly scope: Scope;
  readonly effect: Effect;
  readonly pattern: Pattern;
  /**
   * What a reader should know of the phase.
   *
   * @default - nothing to add
   */
  readonly note?: string;
  readonly confidence: Confidence;
}

/** Why it happened. */
interface RootCause {
  readonly class: string;
  readonly trigger: string;
  readonly mechanism: string;
  readonly slowRecovery: string;
}

/** A property of an architecture and what it would have done. */
interface Protection {
  readonly property: string;
  /** Number of the design rule, `R1` to `R10`. */
  readonly rule: string;
  readonly applies: 'would-have-helped' | 'lesson-for-own-changes';
  readonly how: string;
}

/** An AWS Fault Injection Service action that comes near some phases. */
interface FisReplay {
  readonly action: string;
  readonly phases: readonly string[];
  readonly fidelity: 'close' | 'partial' | 'proxy';
  /**
   * Where the action differs from the phases.
   *
   * @default - nothing to add
   */
  readonly note?: string;
}

/** A text the entry rests on. */
interface Source {
  readonly url: string;
  readonly kind: 'primary' | 'secondary';
  /** How the text was seen: whole, its opening only, through another's transcription, or not at all. */
  readonly read: 'full' | 'excerpt' | 'via-third-party' | 'not-read';
  /** The one phrase or figure taken from it, at most 120 characters. */
  readonly figure: string;
}

/** A historic outage, as `outages.schema.json` describes it. */
export interface Outage {
  /** Provider, the date it is known by, a short name. */
  readonly id: string;
  readonly title: string;
  readonly provider: 'aws' | 'fastly' | 'akamai' | 'meta' | 'gcp' | 'azure' | 'cloudflare';
  /** Whether the project was founded on it. */
  readonly core: boolean;
  /** First customer impact. */
  readonly start: Instant;
  /** End of the main impact; a phase may outlast it. null: not over. */
  readonly end: Instant | null;
  readonly durationMinutes: number | null;
  readonly rootCause: RootCause;
  readonly phases: readonly Phase[];
  readonly crossRegion: readonly { readonly what: string; readonly confidence: Confidence }[];
  readonly hit: readonly { readonly who: string; readonly basis: 'press' | 'primary' }[];
  readonly protects: readonly Protection[];
  readonly doesNotProtect: readonly string[];
  readonly replay: { readonly simulator: boolean; readonly fis: readonly FisReplay[]; readonly fisGap: string };
  readonly sources: readonly Source[];
  readonly confidence: Confidence;
  readonly confidenceNotes: string;
}
