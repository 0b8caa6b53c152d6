/** Lines of the combined format for tests: clients, seconds, paths and sizes differ; every tenth status is 404. */
export function accessLog(count: number): string {
  return Array.from({ length: count }, (_, i) => {
    const second = String(i % 60).padStart(2, '0');
    const status = i % 10 === 0 ? 404 : 200;
    return `10.0.0.${i % 7} - - [17/May/2015:10:05:${second} +0000] "GET /page/${i % 3} HTTP/1.1" ${status} ${i} "-" "curl/8.0"\n`;
  }).join('');
}
