import { readEventLog } from '../recording/event-log-reader';
import { tellClientStory } from './client-story';
import { renderStory } from './render-story';
import { findWorstMinute } from './worst-minute';

/**
 * Walks through one client's worst minute, as an event log has it.
 *
 * @throws BadInput when the file is no event log.
 */
export async function explain(logFile: string): Promise<string> {
  const minute = await findWorstMinute(readEventLog(logFile));
  if (!minute) return 'No client did anything while the verdict counts, so that there is no minute to explain.';
  return renderStory(await tellClientStory(readEventLog(logFile), minute));
}
