import * as z from 'zod';
import { json, type Operation } from './operation';
import { Problem } from './problem';
import { parseInput } from './request-input';
import { probeIdentifier } from './request-shapes';

const input = z.object({ path: z.object({ probeId: probeIdentifier }) });

/** `GET /probes/{probeId}`: the mark left last, as far as this Region knows, and the Region that served the request. */
export const getProbe: Operation = async ({ table, region }, request) => {
  const { path } = parseInput(input, { path: request.pathParameters ?? {} });

  const probe = await table.readProbe(path.probeId);

  if (probe === undefined) {
    throw new Problem('probe-unknown', { detail: 'No mark was left under this identifier.' });
  }
  return json(200, { ...probe, region });
};
