"""Reads .pypeit files with the real PypeIt, as run_pypeit would.

stdin: [{"name", "file", "params": text of parameters, "rows": {name of a kept frame: {column: cell}}}]
stdout: {name: [what PypeIt reads otherwise]}, for every name.
"""
import json
import sys

from configobj import ConfigObj
from pypeit import msgs
from pypeit.inputfiles import PypeItFile

# What PypeIt takes from the table; the other columns are read again from the headers.
TAKEN = ('frametype', 'calib', 'comb_id', 'bkg_id', 'dithoff', 'manual', 'shift')


def differences(wanted):
    file = PypeItFile.from_file(wanted['file'])
    params = ConfigObj(wanted['params'].split('\n')).dict()
    if file.config.dict() != params:
        yield f'parameters {file.config.dict()}, not {params}'
    read = {row['filename']: row for row in file.data}
    if sorted(read) != sorted(wanted['rows']):
        yield f'frames {sorted(read)}, not {sorted(wanted["rows"])}'
    for name, cells in wanted['rows'].items():
        for column in TAKEN:
            is_ = str(read[name][column]) if name in read and column in file.data.colnames else None
            if name in read and is_ != cells.get(column):
                yield f'{name} {column} {is_}, not {cells.get(column)}'
    if len(file.filenames) != len(read):
        yield f'{len(file.filenames)} files in its paths, not {len(read)}'
    # Unknown parameters and values of a wrong type end here.
    spectrograph, par, _ = file.get_pypeitpar()
    if spectrograph.name != 'keck_deimos' or par['rdx']['spectrograph'] != 'keck_deimos':
        yield f'spectrograph {spectrograph.name}'


def report(wanted):
    try:
        return list(differences(wanted))
    except Exception as error:
        return [f'{type(error).__name__}: {error}']


msgs.set_logfile_and_verbosity('read-pypeit', 0)
said = sys.stdout
sys.stdout = sys.stderr
json.dump({wanted['name']: report(wanted) for wanted in json.load(sys.stdin)}, said)
