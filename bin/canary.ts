import { runCommand } from '../lib/bad-input';
import { CANARY_SURROUNDINGS } from '../lib/operations/canary';
import { runCanary } from '../lib/operations/delivery-commands';

void runCommand(() => runCanary(process.argv.slice(2), CANARY_SURROUNDINGS));
