import { BadInput } from '../bad-input';
import { listOutages, type Outage, transpose } from '../outages';
import { SERVICE_REACH } from './faults/service-reach';

/** A Region to try transposing onto; any will do. */
const ANY_REGION = 'us-west-2';

/** The catalogue as a list for people: id, length, and whether the drill can replay it. */
export function renderOutages(): string {
  const rows = listOutages().map((outage) => {
    const length = outage.durationMinutes === null ? 'not over' : `${outage.durationMinutes} min`;
    return [outage.id, length.padStart(9), replayability(outage)];
  });
  const width = Math.max(...rows.map(([id = '']) => id.length));
  return `${rows.map(([id = '', length, can]) => `${id.padEnd(width)}  ${length}  ${can}`).join('\n')}\n`;
}

function replayability(outage: Outage): string {
  try {
    transpose(outage, ANY_REGION);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return 'not yet: not the outage of one AWS Region';
  }
  const services = new Set(outage.phases.flatMap((phase) => phase.services));
  const unknown = [...services].filter((service) => !(service in SERVICE_REACH));
  return unknown.length === 0 ? 'can be replayed' : `not yet: ${unknown.slice(0, 3).join(', ')} not modelled`;
}
