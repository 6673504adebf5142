import { z } from 'zod';
import {
  EVERYWHERE,
  FAULT_KINDS,
  FAULT_PATTERNS,
  FAULT_TARGETS,
  type Fault,
  type FaultTarget,
  narrowings,
  ONE_FOR_ALL,
  WAYS_TO_FAIL,
} from '../faults/fault';
import { geographies } from '../model/round-trips';

const REGION = /^[a-z]{2}(-[a-z]+)+-\d+$/;
const LONGEST_SECONDS = 86_400;

/** A Region, as schedules name it. */
export const region = z.string().regex(REGION, 'the name of a Region');

/** Seconds since a schedule's start. */
export const seconds = z.number().min(0).max(LONGEST_SECONDS);

/** A share of what is hit. */
export const share = z.number().gt(0).max(1);

const lasting = z.number().gt(0).max(LONGEST_SECONDS);
const names = z.array(z.string().min(1)).min(1).max(100);

/** A fault as the drill knows it, in seconds, for whatever the other kinds of event have no word for. */
export const faultEvent = z.strictObject({
  kind: z.literal('fault'),
  target: z.enum(FAULT_TARGETS),
  failing: z.enum(FAULT_KINDS),
  region: z.string().refine((place) => place === EVERYWHERE || REGION.test(place), {
    error: `the name of a Region, or ${EVERYWHERE}`,
  }),
  zone: z.string().optional(),
  fromSeconds: seconds,
  toSeconds: seconds,
  share: share.default(1),
  pattern: z.enum(FAULT_PATTERNS).default('steady'),
  periodSeconds: lasting.optional(),
  delaySeconds: lasting.optional(),
  operations: names.optional(),
  resources: names.optional(),
  peers: names.optional(),
  statusCode: z.int().min(200).max(599).optional(),
});

/** A fault of any place, as an event. */
export type FaultEvent = Readonly<z.infer<typeof faultEvent>>;

/** A field that is wrong, by its name, with what it may be and what to do. */
export type FieldMistake = readonly [field: keyof FaultEvent, allowed: string, remedy: string];

/** What is wrong with a fault whose fields are each of the right shape. */
export function mistakesOf(fault: FaultEvent): readonly FieldMistake[] {
  const { target, failing, region: place, zone, pattern, periodSeconds, delaySeconds, statusCode } = fault;
  const ways = WAYS_TO_FAIL[target];
  if (!ways.includes(failing)) {
    return [['failing', `how ${target} can fail: ${ways.join(', ')}`, 'choose one of these']];
  }
  const isSlow = failing === 'slow';
  const isHeld = failing === 'delay';
  const isFunctionsAnswer = FUNCTIONS.includes(target) && (failing === 'function-error' || failing === 'late-error');
  const mistakes: (FieldMistake | false)[] = [
    ONE_FOR_ALL.has(target) &&
      place !== EVERYWHERE && ['region', `${EVERYWHERE}: ${target} is one for all Regions`, `write ${EVERYWHERE}`],
    zone !== undefined &&
      !isZoneOf(zone, place) && [
        'zone',
        'an Availability Zone of the Region that is named, for example us-east-2a',
        'name one of its zones, or leave it out',
      ],
    (pattern === 'flapping') !== (periodSeconds !== undefined) && [
      'periodSeconds',
      'the time from one flap to the next of a fault whose pattern is flapping, and nothing for any other',
      pattern === 'flapping' ? 'say how often it flaps' : 'leave it out, or let the fault flap',
    ],
    isSlow && delaySeconds === undefined && ['delaySeconds', 'by how much what is slow is late', 'say it in seconds'],
    delaySeconds !== undefined &&
      !isSlow &&
      !isHeld && ['delaySeconds', 'a delay only of what is slow, or held back by delay', 'leave it out'],
    isHeld && fault.share < 1 && ['share', '1: what is held back is held back whole', 'write 1, or leave it out'],
    isHeld &&
      pattern !== 'steady' && [
        'pattern',
        'steady: what is held back is held back all the while',
        'write steady, or leave it out',
      ],
    statusCode !== undefined &&
      !isFunctionsAnswer && [
        'statusCode',
        `an answer in place of an error, of ${FUNCTIONS.join(' or ')} failing by function-error or late-error`,
        'leave it out',
      ],
  ];
  return [...mistakes.filter((mistake) => mistake !== false), ...narrowingMistakes(fault)];
}

/** Functions, whose failures may be answers. */
const FUNCTIONS: readonly FaultTarget[] = ['lambda', 'lambda-extension'];

function isZoneOf(zone: string, place: string): boolean {
  return zone.startsWith(place) && /^[a-z]$/.test(zone.slice(place.length));
}

function narrowingMistakes(fault: FaultEvent): readonly FieldMistake[] {
  const { target, failing, peers = [] } = fault;
  const known = narrowings(target, failing);
  const unknown = (['operations', 'resources', 'peers'] as const).filter(
    (field) => fault[field] !== undefined && !known.includes(field),
  );
  if (unknown.length > 0) {
    const allowed = `nothing: requests to ${target} are told apart by ${known.join(', ') || 'nothing'} when it fails by ${failing}`;
    return unknown.map((field) => [field, allowed, 'leave it out']);
  }
  const { what, includes } = otherEnds(target, failing);
  return peers.every(includes) ? [] : [['peers', what, 'name some of these']];
}

/** What may be at the other end of a place. */
function otherEnds(
  target: FaultTarget,
  failing: Fault['kind'],
): { readonly what: string; readonly includes: (peer: string) => boolean } {
  const ids = geographies.map(({ id }) => id);
  const isRegion = (peer: string): boolean => REGION.test(peer);
  if (target === 'route53') {
    return { what: `geographies of clients: ${ids.join(', ')}`, includes: (peer) => ids.includes(peer) };
  }
  if (target === 'health-checks') return { what: 'Regions that health checkers are in', includes: isRegion };
  if (target === 's3-replication') return { what: 'Regions or buckets that are copied to', includes: () => true };
  const asClients = target === 'network' || (target === 's3' && failing === 'name');
  const kinds = [...(target === 'network' ? ['checkers'] : []), ...(asClients ? ['clients', ...ids] : []), 'regions'];
  return {
    what: `names of Regions, ${kinds.join(', ')}`,
    includes: (peer) => isRegion(peer) || kinds.includes(peer),
  };
}
