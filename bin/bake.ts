import { runCommand } from '../lib/bad-input';
import { BAKE_SURROUNDINGS } from '../lib/operations/bake';
import { runBake } from '../lib/operations/delivery-commands';

void runCommand(() => runBake(process.argv.slice(2), BAKE_SURROUNDINGS));
