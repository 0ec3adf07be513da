/** What this archive wants. `adap build -n` says what would be done. */
import { deimos } from 'adap/deimos';

export default deimos({
  home: 'HOME',
  config: 'CONFIG',
  raw: ['RAW'],
  // machine: { memoryGiB: 64 },  // less than this machine has, for commands
  // pypeit: { version: '1.17.4', bin: '/opt/pypeit/bin' },  // the PypeIt that is wanted, and where its programs are
  // reduce: { memoryGiB: 32, scratchGiB: 50, hours: 48 },   // what one reduction may use
  // link: 'hard',                // raw frames as hard links instead of symbolic ones
  // dateWindowDays: 3,           // nights that lie closer are one dataset
  // selection: 'strict',         // choose arcs and flats without the oddities of the published files
});
