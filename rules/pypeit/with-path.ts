/** The text of a .pypeit file with `path` lines that lead to one folder: where the raw frames lie on this machine, in this attempt. */
export function withPath(text: string, folder: string): string {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => /^\s*data\s+read\s*$/.test(line));
  const isPath = (line: string, index: number): boolean => index > from && /^\s*path\s+\S/.test(line);
  return from < 0
    ? text
    : lines.flatMap((line, index) => (index === from ? [line, ` path ${folder}`] : isPath(line, index) ? [] : [line])).join('\n');
}
