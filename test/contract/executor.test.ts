import { executorContract } from './executor.ts';
import { openLocal } from './open-local.ts';

executorContract('executor of this machine', (place) => openLocal(place));
