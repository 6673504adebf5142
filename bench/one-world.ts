import { cpuSecondsSince } from '../lib/drill/run-drill';
import { runWorlds } from '../lib/drill/world-pool';

/** Runs the world whose task comes by standard input, and says what it took: `measureWorld` reads it. */
async function main(): Promise<void> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
  const startedMs = Date.now();
  const startedCpu = process.cpuUsage();
  const [result] = await runWorlds([JSON.parse(text)]);
  const wallSeconds = (Date.now() - startedMs) / 1000;
  const peakMegabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
  process.stdout.write(JSON.stringify({ result, cpuSeconds: cpuSecondsSince(startedCpu), wallSeconds, peakMegabytes }));
}

void main();
