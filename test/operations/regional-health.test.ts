import { whatAilsRegion } from '../../lib/operations/regional-health';
import { qualified } from '../helpers/configs';
import { serving } from './outside';

const CONFIG = qualified();

/** Real requests, to a server on the loopback interface. */
function askedOf(status: number, body: string, seen: string[] = []): Promise<string | undefined> {
  return serving(
    (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    },
    (origin) =>
      whatAilsRegion(CONFIG, 'us-west-2', (url, init) => {
        seen.push(String(url));
        return fetch(`${origin}${new URL(String(url)).pathname}`, init);
      }),
  );
}

describe('the health of a Region', () => {
  test('is asked for on its own name', async () => {
    const seen: string[] = [];

    await expect(askedOf(200, '{"status":"healthy","region":"us-west-2"}', seen)).resolves.toBeUndefined();
    expect(seen).toEqual(['https://us-west-2.api.example.com/health']);
  });

  test.each([
    [200, '{"status":"unhealthy"}', 'answers 200 {"status":"unhealthy"}'],
    [503, '{"status":"healthy"}', 'answers 503 {"status":"healthy"}'],
    [404, 'x'.repeat(500), `answers 404 ${'x'.repeat(117)}...`],
  ])('is not what %p %s says', async (status, body, ailment) => {
    await expect(askedOf(status, body)).resolves.toBe(ailment);
  });

  test('is nothing when nobody answers, and the cause is named', async () => {
    const origin = await serving(undefined, async (free) => free);

    await expect(whatAilsRegion(CONFIG, 'us-west-2', () => fetch(origin))).resolves.toMatch(
      /^does not answer: fetch failed \(.*ECONNREFUSED/,
    );
  });
});
