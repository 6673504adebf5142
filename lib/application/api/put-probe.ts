import * as z from 'zod';
import { json, type Operation } from './operation';
import { parseInput, readJsonBody } from './request-input';
import { line, probeIdentifier } from './request-shapes';

const input = z.object({
  path: z.object({ probeId: probeIdentifier }),
  body: z.strictObject({ mark: line(64) }),
});

/**
 * `PUT /probes/{probeId}`: leaves a mark, in place of the one before it.
 *
 * A probe goes the way of every other write, so that whoever watches from outside sees what clients see. It names the
 * Region that served it.
 */
export const putProbe: Operation = async ({ table, region }, request) => {
  const { path, body } = parseInput(input, { path: request.pathParameters ?? {}, body: readJsonBody(request) });
  const probe = { probeId: path.probeId, mark: body.mark, writtenAt: new Date().toISOString() };

  await table.writeProbe(probe);

  return json(200, { ...probe, region });
};
