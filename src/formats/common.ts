/** Apache's Common Log Format, `%h %l %u %t "%r" %>s %b`: the first log format of web servers. */
import { type TemplateField, templateFormat } from './template.ts';

/** Up to the status; a user name may hold spaces, but not ` [`. */
export const accessFields: readonly TemplateField[] = [
  { name: 'client', type: 'text', until: ' ' },
  { name: 'ident', type: 'text', until: ' ' },
  { name: 'user', type: 'text', until: ' [', loose: true },
  { name: 'time', type: 'timestamp', until: '] "', mark: 2 },
  { name: 'request', type: 'text', until: '" ', quoted: true, request: true },
  { name: 'status', type: 'integer', until: ' ' },
];

export const common = templateFormat({
  name: 'common',
  summary: 'Common Log Format: client ident user [time] "request" status bytes',
  prefix: '',
  walk: 'common',
  fields: [...accessFields, { name: 'bytes', type: 'integer', until: '' }],
  samples: [
    {
      record: '199.72.81.55 - - [01/Jul/1995:00:00:01 -0400] "GET /history/apollo/ HTTP/1.0" 200 6245',
      fields: {
        client: '199.72.81.55',
        ident: null,
        user: null,
        time: '01/Jul/1995:00:00:01 -0400',
        request: 'GET /history/apollo/ HTTP/1.0',
        method: 'GET',
        path: '/history/apollo/',
        protocol: 'HTTP/1.0',
        status: '200',
        bytes: '6245',
      },
    },
    {
      record: '2001:db8::1 - Jane Doe [01/Jul/1995:00:00:01 -0400] "GET /old" 304 -',
      fields: {
        client: '2001:db8::1',
        ident: null,
        user: 'Jane Doe',
        time: '01/Jul/1995:00:00:01 -0400',
        request: 'GET /old',
        method: 'GET',
        path: '/old',
        protocol: null,
        status: '304',
        bytes: null,
      },
    },
    { record: '199.72.81.55 - - [01/Jul/1995:00:00:01 -0400] "GET / HTTP/1.0" 200 6245 "-" "-"', fields: null },
    { record: '199.72.81.55 - - [01/Jul/1995:00:00:01 -0400] "GET / HTTP/1.0" 200', fields: null },
  ],
});
