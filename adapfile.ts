/** The ADAP archive: bulk reductions of Keck DEIMOS spectra for KOA. */
import { deimos } from 'adap/deimos';

export default deimos({
  home: process.env['ADAP_HOME'] ?? './home',
  config: './config',
  raw: [process.env['ADAP_RAW'] ?? './raw'],
});
