/** Apache's and nginx's Combined Log Format: the Common Log Format with referrer and user agent. */
import { accessFields } from './common.ts';
import { templateFormat } from './template.ts';

export const combined = templateFormat({
  name: 'combined',
  summary: 'Combined Log Format: client ident user [time] "request" status bytes "referrer" "user agent"',
  prefix: '',
  walk: 'combined',
  fields: [
    ...accessFields,
    { name: 'bytes', type: 'integer', until: ' "' },
    { name: 'referrer', type: 'text', until: '" "', quoted: true },
    { name: 'user_agent', type: 'text', until: '"', quoted: true },
  ],
  samples: [
    {
      record:
        '83.149.9.216 - frank [17/May/2015:10:05:03 +0000] "GET /a%20b.png?x=1 HTTP/1.1" 200 203023 "http://semicomplete.com/" "Mozilla/5.0 (X11)"',
      fields: {
        client: '83.149.9.216',
        ident: null,
        user: 'frank',
        time: '17/May/2015:10:05:03 +0000',
        request: 'GET /a%20b.png?x=1 HTTP/1.1',
        method: 'GET',
        path: '/a%20b.png?x=1',
        protocol: 'HTTP/1.1',
        status: '200',
        bytes: '203023',
        referrer: 'http://semicomplete.com/',
        user_agent: 'Mozilla/5.0 (X11)',
      },
    },
    // what was logged is kept, backslashes included; a path may hold spaces
    {
      record: '::1 - - [03/Aug/2015:06:30:49 -0400] "GET /tel:+1 (419) 665 HTTP/1.1" 301 - "-" "say \\"hi\\" \\\\"',
      fields: {
        client: '::1',
        request: 'GET /tel:+1 (419) 665 HTTP/1.1',
        method: 'GET',
        path: '/tel:+1 (419) 665',
        protocol: 'HTTP/1.1',
        status: '301',
        bytes: null,
        referrer: null,
        user_agent: 'say \\"hi\\" \\\\',
      },
    },
    {
      record: '205.210.31.3 - - [29/Jan/2025:01:11:58 +0000] "\\x16\\x03\\x01" 400 484 "" "-"',
      fields: { request: '\\x16\\x03\\x01', method: null, path: null, protocol: null, referrer: '', user_agent: null },
    },
    {
      record: '67.207.111.90 - - [04/Aug/2015:13:27:43 -0400] "-" 408 0 "-" "-"',
      fields: { request: null, method: null, path: null, protocol: null, status: '408', bytes: '0' },
    },
    // a line that was cut off inside its last field has every other field
    {
      record: '46.118.127.106 - - [20/May/2015:12:05:17 +0000] "GET / HTTP/1.1" 200 235 "-" "Mozilla/5.0 (compat',
      fields: { bytes: '235', user_agent: 'Mozilla/5.0 (compat' },
    },
    { record: '46.118.127.106 - - [20/May/2015:12:05:17 +0000] "GET / HTTP/1.1" 200 235 "-', fields: null },
    { record: '46.118.127.106 - - [20/May/2015:12:05:17 +0000] "GET / HTTP/1.1" 200 235 "-" "-" extra', fields: null },
    {
      record: '46.118.127.106 - - [20/May/2015:12:05:17 +0000] "GET / HTTP/1.1" 200 235 "-" "-" "extra"',
      fields: null,
    },
    { record: '46.118.127.106 - - [20/May/2015:12:05:17 +0000] "GET / HTTP/1.1" 200 235', fields: null },
    { record: 'not a log line', fields: null },
  ],
});
