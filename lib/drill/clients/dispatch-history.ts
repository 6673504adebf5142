import { History } from '../../histories';
import type { HttpAnswer } from '../api/http-event';
import { extended } from '../kernel/extended';
import {
  DELIVERED_OTHERWISE,
  DONE,
  deliveredBy,
  NOT_REGISTERED,
  type ParcelInput,
  type ParcelOperation,
  REGISTERED,
} from './parcel-model';
import type { Ending } from './workload';

/** The client that reads everything back at the end. */
export const LEDGER = 'the ledger';

/** A parcel and the client that registered it. */
interface OwnParcel {
  readonly id: string;
  readonly driverId: string;
}

/** One that is read, with what it was registered with. */
interface ReadParcel extends OwnParcel {
  readonly recipient: string;
  readonly address: string;
}

const READ: ParcelInput = { kind: 'read' };
const REGISTER: ParcelInput = { kind: 'register' };

/**
 * What Dispatch's clients did to parcels and what came of it, for the checkers of `lib/histories`.
 *
 * An operation of several tries is one operation. What is answered below 500 is known: either it happened, or the answer
 * says what stood against it, which is worth as much as a read. Where an earlier try was left open besides such a
 * refusal, it counts as a second operation whose outcome nobody knows. An operation without an answer failed when none
 * of its tries can have arrived, and is unknown otherwise.
 *
 * Left out: routes, which go by an index and are promised nothing but to converge, and of which ten parcels are a page;
 * photos, which the ledger follows by themselves.
 */
export class DispatchHistory {
  /** Everything so far. */
  readonly operations = new History<ParcelInput, string>();

  /** A driver registered a parcel. */
  register(parcel: OwnParcel, expected: Readonly<Record<string, string>>, ending: Ending): void {
    this.addWrite(parcel, REGISTER, ending, (answer) => {
      if (answer.status < 300) return shows(answer, extended(expected, { parcelId: parcel.id })) ? DONE : wrong(answer);
      return problemOf(answer) === 'parcel-differs' ? wrong(answer) : undefined;
    });
  }

  /** A driver recorded a delivery. */
  deliver(
    parcel: OwnParcel,
    expected: Readonly<Record<string, string>> & { readonly deliveryId: string },
    ending: Ending,
  ): void {
    const { deliveryId } = expected;
    this.addWrite(parcel, { kind: 'deliver', deliveryId }, ending, (answer) => {
      if (answer.status < 300) return shows(answer, extended(expected, { status: 'delivered' })) ? DONE : wrong(answer);
      const problem = problemOf(answer);
      if (problem === 'parcel-unknown') return NOT_REGISTERED;
      if (problem === 'parcel-delivered') return DELIVERED_OTHERWISE;
      return problem === 'delivery-differs' ? wrong(answer) : undefined;
    });
  }

  /** Somebody read a parcel: its driver, or the ledger. */
  read(parcel: ReadParcel, ending: Ending, client: string = parcel.driverId): void {
    const { answer, invokeMs, completeMs } = ending;
    const { id } = parcel;
    const output = answer && seenState(answer, parcel);
    const asked = { client, key: id, kind: 'read', input: READ, invokeMs, completeMs, ...regionOf(ending) };
    this.operations.add(extended(asked, output === undefined ? { outcome: 'fail' } : { outcome: 'ok', output }));
  }

  /** @param outputOf What an answer tells of the parcel; nothing, when it was refused for another reason. */
  private addWrite(
    { id, driverId }: OwnParcel,
    input: ParcelInput,
    ending: Ending,
    outputOf: (answer: HttpAnswer) => string | undefined,
  ): void {
    const { answer, isOpen, invokeMs, completeMs } = ending;
    const asked = { client: driverId, key: id, kind: input.kind, input, invokeMs, completeMs, ...regionOf(ending) };
    const output = answer && outputOf(answer);
    if (output !== undefined) this.operations.add(extended(asked, { outcome: 'ok', output }));
    if (isOpen && output !== DONE) this.operations.add(extended(asked, { outcome: 'unknown' }));
    if (output === undefined && !isOpen) this.operations.add(extended(asked, { outcome: 'fail' }));
  }
}

function regionOf({ region }: Ending): Pick<ParcelOperation, 'region'> {
  return region === undefined ? {} : { region };
}

/** The state that an answer to `GET /parcels/{parcelId}` shows. @returns nothing when it shows none. */
function seenState(answer: HttpAnswer, { id, driverId, recipient, address }: ReadParcel): string | undefined {
  if (answer.status >= 300) return problemOf(answer) === 'parcel-unknown' ? NOT_REGISTERED : undefined;
  const { delivery, ...seen } = JSON.parse(answer.body) as Record<string, unknown>;
  if (!repeats(seen, { parcelId: id, driverId, recipient, address })) return wrong(answer);
  const deliveryId = (delivery as { deliveryId?: unknown } | undefined)?.deliveryId;
  return deliveryId === undefined ? REGISTERED : deliveredBy(String(deliveryId));
}

/** Whether an answer repeats these fields. */
function shows({ body }: HttpAnswer, expected: Readonly<Record<string, string>>): boolean {
  return repeats(JSON.parse(body) as Record<string, unknown>, expected);
}

function repeats(seen: Readonly<Record<string, unknown>>, expected: Readonly<Record<string, string>>): boolean {
  return Object.entries(expected).every(([name, value]) => seen[name] === value);
}

/** An output that no parcel can have: it says what was answered. */
function wrong({ status, body }: HttpAnswer): string {
  return `${status} ${body}`;
}

/** The kind of problem that the application answered with; nothing when the answer is the gateway's own. */
function problemOf({ headers, body }: HttpAnswer): string | undefined {
  if (headers['content-type'] !== 'application/problem+json') return undefined;
  return String((JSON.parse(body) as { type?: unknown }).type)
    .split(':')
    .at(-1);
}
