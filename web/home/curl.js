/** The call as a terminal makes it. */
export function curlOf(key, request) {
  const body = JSON.stringify(request, undefined, 2).replaceAll("'", String.raw`'\''`);
  return [
    `curl ${location.origin}/api/notifications \\`,
    `  -H 'Authorization: Bearer ${key}' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
  ].join('\n');
}
