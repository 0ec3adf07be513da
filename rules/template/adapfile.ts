/** What this archive wants. `adap build -n` says what would be done. */
import { deimos } from 'adap/deimos';

export default deimos({
  home: 'HOME',
  config: 'CONFIG',
  raw: ['RAW'],
  // machine: { memoryGiB: 64 },  // less than this machine has, for commands
  // link: 'hard',                // raw frames as hard links instead of symbolic ones
  // dateWindowDays: 3,           // nights that lie closer are one dataset
  // selection: 'strict',         // choose arcs and flats without the oddities of the published files
});
